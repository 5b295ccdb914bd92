"""The practice workspace: a Slack-compatible workspace on loopback for trying out, drills and tests."""
