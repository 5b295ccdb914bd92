"""A Slack that does as it is told, for a library alone, and a socket of ours to it."""

from tests.web.conftest import line, slack

__all__ = ["line", "slack"]
