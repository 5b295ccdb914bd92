"""A message as the beginning of an incident: its first line is the title, all of it and its link the summary."""

import re
from collections.abc import Mapping

from bot.workflows.declare import TEXT_LIMIT, TITLE_LIMIT
from bot.workflows.naming import readable
from bot.workflows.text import cut, plain

_NAMELESS = re.compile(r"<@([UW][A-Z0-9]+)>")
_EMPHASIS = re.compile(r"(?<!\w)([*_~`]{1,3})(\S(?:.*?\S)?)\1(?!\w)")
_LOOKED_AT = 4 * TITLE_LIMIT  # characters of a line that may become the title: emphasis in a longer one costs too much
_FURNITURE = re.compile(r"^(?:&gt;|[\s#•-])+")
_NO_MARKS = {ord(mark): "" for mark in "<>|"}
_TARGET = re.compile(r"<([@#!][^<>|]*)\|[^<>]*>")


def quoted(text: str, link: str, names: Mapping[str, str]) -> tuple[str, str]:
    """Title and summary of a message in Slack's escaping; the summary keeps mentions and ends with the link.

    `names` are those of the people it mentions, as far as they are known: Slack leaves them out of its marks.
    """
    lines = (_shown(_NAMELESS.sub(lambda found: _called(found, names), line)) for line in text.splitlines())
    title = cut(next(filter(None, lines), ""), TITLE_LIMIT)
    body = cut(plain(_TARGET.sub(r"<\1>", text)), TEXT_LIMIT - len(link) - 2)
    return title, "\n".join(part for part in (body, link) if part)


def _shown(line: str) -> str:
    """A line as it is read: links by their text, people by their names, no quote marks, no emphasis around it."""
    return plain(_EMPHASIS.sub(r"\2", readable(_FURNITURE.sub("", line))[:_LOOKED_AT]))


def _called(found: re.Match[str], names: Mapping[str, str]) -> str:
    name = names.get(found[1], "").translate(_NO_MARKS)
    return f"<@{found[1]}|{name}>" if name else found[0]
