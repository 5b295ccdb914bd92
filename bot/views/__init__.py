"""Slack out: pure functions of an incident to Block Kit and Markdown, one file per topic."""
