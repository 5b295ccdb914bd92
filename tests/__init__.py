"""The tests, laid out like the bot."""
