"""A Slack app that is not ours, as slack-bolt's own examples are written, to try the practice workspace with."""
