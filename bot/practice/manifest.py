"""The app's manifest as far as a workspace cares: commands, shortcuts, scopes, events, tabs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, kw_only=True)
class Command:
    """A slash command; `should_escape` turns mentions in its text into ids."""

    name: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True, kw_only=True)
class Shortcut:
    """A shortcut of kind `global` or `message`."""

    name: str
    kind: str
    callback_id: str
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What the app asks of the workspace."""

    app_name: str
    bot_name: str
    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    scopes: tuple[str, ...] = ()
    optional_scopes: tuple[str, ...] = ()
    bot_events: frozenset[str] = frozenset()
    home_tab: bool = False
    messages_tab: bool = False
    messages_read_only: bool = False


class ManifestError(ValueError):
    """A file is no manifest; the message says so."""


def read_manifest(path: Path) -> Manifest:
    """Read a manifest file, YAML or JSON (YAML reads both).

    Raises:
        ManifestError: it is not one.
    """
    try:
        return parse_manifest(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as wrong:
        raise ManifestError(f"{path}: cannot be read ({wrong.strerror}).") from wrong
    except (yaml.YAMLError, ValueError, LookupError, TypeError, AttributeError) as wrong:
        raise ManifestError(f"{path}: is not the manifest of a Slack app.") from wrong


def parse_manifest(document: dict[str, Any]) -> Manifest:
    """The manifest from its parsed form, with Slack's defaults for what is left out."""
    features = document.get("features", {})
    scopes = document.get("oauth_config", {}).get("scopes", {})
    home = features.get("app_home", {})
    app_name = document["display_information"]["name"]
    events = document.get("settings", {}).get("event_subscriptions", {}).get("bot_events", [])
    return Manifest(
        app_name=app_name,
        bot_name=features.get("bot_user", {}).get("display_name", app_name),
        commands=tuple(_command(entry) for entry in features.get("slash_commands", [])),
        shortcuts=tuple(_shortcut(entry) for entry in features.get("shortcuts", [])),
        scopes=tuple(scopes.get("bot", [])),
        optional_scopes=tuple(scopes.get("bot_optional", [])),
        bot_events=frozenset(events),
        home_tab=home.get("home_tab_enabled", False),
        messages_tab=home.get("messages_tab_enabled", False),
        messages_read_only=home.get("messages_tab_read_only_enabled", False),
    )


def _command(entry: dict[str, Any]) -> Command:
    return Command(
        name=entry["command"],
        description=entry.get("description", ""),
        usage_hint=entry.get("usage_hint", ""),
        should_escape=entry.get("should_escape", False),
    )


def _shortcut(entry: dict[str, Any]) -> Shortcut:
    return Shortcut(
        name=entry["name"],
        kind=entry["type"],
        callback_id=entry["callback_id"],
        description=entry.get("description", ""),
    )
