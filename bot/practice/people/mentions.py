"""Mentions as people type them, turned into what Slack stores."""

import re

from bot.practice.store import Json
from bot.practice.workspace import BOT_USER, Workspace, kind_of

MENTION = re.compile(r"(?<![\w<])@([a-z0-9._-]*[a-z0-9])", re.IGNORECASE)
CHANNEL = re.compile(r"(?<![\w<&])#([a-z0-9_-]+)")
SPECIAL = ("here", "channel", "everyone")


def in_message(workspace: Workspace, text: str) -> str:
    """Escape what a person typed and turn @ana and #general into <@U0ANA> and <#C0GENERAL>."""
    return _replace(workspace, _escape(text), with_names=False)


def in_command(workspace: Workspace, text: str) -> str:
    """The same for a command with `should_escape`: <@U0ANA|ana> and <#C0GENERAL|general>."""
    return _replace(workspace, _escape(text), with_names=True)


def _escape(text: str) -> str:
    # What is already a mention or a link in Slack's own form stays one.
    parts = re.split(r"(<(?:[@#!][A-Z0-9a-z^|._-]+|https?://[^<>\s]+)>)", text)
    plain = (part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for part in parts[::2])
    return "".join(piece for pair in zip(plain, [*parts[1::2], ""], strict=True) for piece in pair)


def _replace(workspace: Workspace, text: str, *, with_names: bool) -> str:
    def person(match: re.Match[str]) -> str:
        name = match[1].lower()
        if name in SPECIAL:
            return f"<!{name}>"
        user = _people(workspace).get(name)
        return match[0] if user is None else _tag("@", user, name, with_names=with_names)

    def room(match: re.Match[str]) -> str:
        found: list[Json] = [
            entry for entry in workspace.channels if entry["name"] == match[1] and kind_of(entry) != "im"
        ]
        return _tag("#", found[0]["id"], match[1], with_names=with_names) if found else match[0]

    return CHANNEL.sub(room, MENTION.sub(person, text))


def _people(workspace: Workspace) -> dict[str, str]:
    bot = workspace.settings.manifest.bot_name.lower()
    return {person["name"]: person["id"] for person in workspace.people} | {bot: BOT_USER}


def _tag(sign: str, identity: str, name: str, *, with_names: bool) -> str:
    return f"<{sign}{identity}|{name}>" if with_names else f"<{sign}{identity}>"
