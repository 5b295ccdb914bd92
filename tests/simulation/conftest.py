"""SQLite over Socket Mode, PostgreSQL over HTTP, as in the dialogues."""

from tests.conversations.conftest import ways as ways
