"""Warroom: a self-hosted Slack app for running incidents."""
