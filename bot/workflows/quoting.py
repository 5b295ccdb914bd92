"""A message as the beginning of an incident: its first line is the title, all of it and its link the summary."""

import re

from bot.workflows.declare import TEXT_LIMIT, TITLE_LIMIT
from bot.workflows.text import cut, plain

_LINK = re.compile(r"<(?:[^<>|]*\|)?([^<>|]+)>")
_EMPHASIS = re.compile(r"(?<!\w)([*_~`]{1,3})(\S(?:.*?\S)?)\1(?!\w)")
_LOOKED_AT = 4 * TITLE_LIMIT  # characters of a line that may become the title: emphasis in a longer one costs too much
_FURNITURE = re.compile(r"^(?:&gt;|[\s#•-])+")
_TARGET = re.compile(r"<([@#!][^<>|]*)\|[^<>]*>")


def quoted(text: str, link: str) -> tuple[str, str]:
    """Title and summary of a message in Slack's escaping; the summary keeps mentions and ends with the link."""
    title = cut(next(filter(None, map(_shown, text.splitlines())), ""), TITLE_LIMIT)
    body = cut(plain(_TARGET.sub(r"<\1>", text)), TEXT_LIMIT - len(link) - 2)
    return title, "\n".join(part for part in (body, link) if part)


def _shown(line: str) -> str:
    """A line as it is read: links by their text, no quote marks, no emphasis around it."""
    return plain(_EMPHASIS.sub(r"\2", _FURNITURE.sub("", _LINK.sub(r"\1", line))[:_LOOKED_AT]))
