"""Slack's text as Markdown: people become their roles, and nothing a person wrote can act as markup."""

import re
from collections.abc import Callable

from bot.workflows.text import plain

_MARK = re.compile(r"<([^<>]*)>")
# What acts as markup wherever it stands; `_` only at the edge of a word, `&` only where it begins an entity.
_ACTIVE = re.compile(r"([\\`*\[\]<|~$]|(?<!\w)_|_(?!\w)|&(?=#?\w+;))")
_AT_THE_START = re.compile(r"^([-+=#>]|[0-9]{1,9}(?=[.)]))")
_AT_THE_END = re.compile(r"(#+)$")  # closes a heading


def literal(text: str) -> str:
    """Plain text in one line that reads in Markdown as it was written."""
    line = _ACTIVE.sub(r"\\\1", " ".join(text.split()))
    line = _AT_THE_START.sub(lambda found: f"{found[1]}\\" if found[1].isdigit() else f"\\{found[1]}", line)
    return _AT_THE_END.sub(r"\\\1", line)


def markdown(mrkdwn: str, person: Callable[[str], str], channel: Callable[[str], str]) -> str:
    """Slack text in one line of Markdown; `person` and `channel` say what to put in place of an id."""
    parts = _MARK.split(mrkdwn)  # text, mark, text, mark, … text
    shown = [_marked(part, person, channel) if index % 2 else _text(part) for index, part in enumerate(parts)]
    return " ".join("".join(shown).split())


def _text(part: str) -> str:
    """Escaped Slack text between two marks, with the spaces at its ends kept."""
    words = literal(plain(part))
    before = " " if part[:1].isspace() else ""
    after = " " if words and part[-1:].isspace() else ""
    return f"{before}{words}{after}"


def _marked(mark: str, person: Callable[[str], str], channel: Callable[[str], str]) -> str:
    target, _, label = mark.partition("|")
    if target.startswith("@"):
        return person(target[1:])
    if target.startswith("#"):
        return channel(target[1:])
    if target.startswith(("https://", "http://")):
        address = re.sub(r"[()<>\s]", lambda found: f"%{ord(found[0]):02X}", target.replace("&amp;", "&"))
        return f"[{literal(plain(label or target))}]({address})"
    return literal(plain(label or target))
