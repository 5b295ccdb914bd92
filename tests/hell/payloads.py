"""What Slack would say to what we send: its form, its lengths, and nobody called who was not meant."""

import json
import re
from collections.abc import Iterator
from typing import Any

from bot.practice.blocks import check_message_blocks
from bot.practice.errors import ApiError
from bot.practice.views import check_view

TEXT_MAX, EDITED_MAX = 40_000, 4000  # characters that chat.postMessage takes, and chat.update
MARK = re.compile(r"<[^<>]*>")
# What may stand in angle brackets: moments, people, channels and web pages.
HARMLESS = re.compile(
    r"<(?:!date\^[0-9]+\^[^<>|]*\|[^<>|]*|@[UW][A-Z0-9]+|#[CG][A-Z0-9]+|https?://[^\s<>|]+(?:\|[^<>|]*)?)>"
)
BARE = re.compile(r"&(?!(?:amp|lt|gt);)")


def complaints(content: Any) -> list[str]:  # noqa: ANN401 - blocks, a view, or a text
    """Everything that is wrong with a message's blocks or text, or with a view; empty when Slack takes it."""
    found = [f"calls or breaks: {text[:200]!r}: {why}" for text in _read_as_markup(content) if (why := misread(text))]
    try:
        _check_form(content)
    except ApiError as refused:
        found.append(f"{refused.error}: {json.dumps(refused.extra)[:600]}")
    try:
        json.dumps(content, ensure_ascii=False).encode()
    except UnicodeEncodeError as failure:
        found.append(f"not Unicode: {failure}")
    return found


def misread(text: str) -> str:
    """What Slack would read in a text that nobody meant: a mark, a bracket, half an entity; else nothing."""
    strange = [mark for mark in MARK.findall(text) if not HARMLESS.fullmatch(mark)]
    rest = MARK.sub("", text)
    if strange or "<" in rest or ">" in rest:
        return f"marks {strange or 'that are open'}"
    return "a bare &" if BARE.search(text) else ""


def _check_form(content: Any) -> None:  # noqa: ANN401
    if isinstance(content, str):
        if not content.strip() or len(content) > TEXT_MAX:
            raise ApiError("no_text" if len(content) <= TEXT_MAX else "msg_too_long")
    elif isinstance(content, list):
        check_message_blocks(content)
    else:
        check_view(content, ("modal", "home"))


def _read_as_markup(content: Any) -> Iterator[str]:  # noqa: ANN401
    """The texts in which Slack looks for marks."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        for part in content:
            yield from _read_as_markup(part) if not isinstance(part, str) else ()
    elif isinstance(content, dict):
        if content.get("type") == "mrkdwn":
            yield content["text"]
        for part in content.values():
            yield from _read_as_markup(part) if not isinstance(part, str) else ()
