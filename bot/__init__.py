"""Warroom: a self-hosted Slack app for running incidents."""

VERSION = "0.1.0"  # as pyproject.toml has it; a test compares them
