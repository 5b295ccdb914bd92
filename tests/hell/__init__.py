"""Input from hell: whatever is typed, filled in, clicked or sent, somebody gets one kind answer and Slack no bad payload."""
