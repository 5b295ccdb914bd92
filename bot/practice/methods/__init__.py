"""The Web API, one file for each family of methods; importing the package fills the table."""

from bot.practice.methods import (
    auth,
    bookmarks,
    canvases,
    chat,
    conversations,
    conversations_read,
    files,
    marks,
    team,
    usergroups,
    users,
    views,
)
from bot.practice.methods.registry import METHODS

__all__ = [
    "METHODS",
    "auth",
    "bookmarks",
    "canvases",
    "chat",
    "conversations",
    "conversations_read",
    "files",
    "marks",
    "team",
    "usergroups",
    "users",
    "views",
]
