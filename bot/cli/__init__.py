"""The command line beside the serving process: incidents without Slack, exports, backups."""
