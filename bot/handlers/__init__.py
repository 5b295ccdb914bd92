"""Slack in: payload → command → reply. One file per topic, each with `register(app, services)`."""
