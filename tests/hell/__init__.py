"""Input from hell: whatever is typed, filled in, clicked or sent, one kind answer comes, and Slack refuses none."""
