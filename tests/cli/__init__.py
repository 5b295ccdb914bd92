"""The command line beside the serving process."""
