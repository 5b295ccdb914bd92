"""Cursors and limits of lists."""

import base64
import binascii
from typing import Any, TypeVar

from bot.practice.errors import ApiError
from bot.practice.methods.registry import Request
from bot.practice.store import Json

Item = TypeVar("Item")


def page(request: Request, items: list[Item], usual: int = 100) -> tuple[list[Item], Json]:
    """The page a call asks for, and the `response_metadata` that leads to the next one."""
    limit = request.args.get("limit", usual)
    if not 0 < limit <= 1000:
        raise ApiError("invalid_limit")
    start = _position(request.text("cursor"))
    following = start + limit
    cursor = _cursor(following) if following < len(items) else ""
    return items[start:following], {"next_cursor": cursor}


def _cursor(position: int) -> str:
    return base64.b64encode(f"next:{position}".encode()).decode()


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise ApiError("invalid_cursor") from None
    if word != "next" or not number.isdigit():
        raise ApiError("invalid_cursor")
    return int(number)


def answer(key: str, items: list[Any], metadata: Json) -> Json:
    """A list answer with its cursor."""
    return {key: items, "response_metadata": metadata}
