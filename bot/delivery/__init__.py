"""The outbox to the world and back: claiming, sending, retrying, and reporting what was learnt as commands."""
