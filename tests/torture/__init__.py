"""kill -9 at every commit and around every call to Slack: after a restart everything is there, and nothing twice."""
