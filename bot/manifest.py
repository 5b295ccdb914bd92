"""The app's manifest: the file beside the code, as it is for Socket Mode or turned to HTTP."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

MANIFEST = Path(__file__).parent.parent / "manifest.yml"
EVENTS_PATH = "/slack/events"


def load() -> dict[str, Any]:
    """The manifest for Socket Mode."""
    manifest: dict[str, Any] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return manifest


@cache
def scopes(*, optional: bool) -> tuple[str, ...]:
    """The bot scopes it asks for: those that may be declined, or those that may not."""
    asked = load()["oauth_config"]["scopes"]
    may_decline = set(asked["bot_optional"])
    return tuple(scope for scope in asked["bot"] if (scope in may_decline) is optional)


def text(url: str | None = None) -> str:
    """The manifest to paste into Slack; with the public `url` of this installation, for HTTP instead of a socket."""
    if url is None:
        return MANIFEST.read_text(encoding="utf-8")
    manifest, address = load(), url.rstrip("/") + EVENTS_PATH
    manifest["settings"]["socket_mode_enabled"] = False
    manifest["settings"]["event_subscriptions"]["request_url"] = address
    manifest["settings"]["interactivity"]["request_url"] = address
    for command in manifest["features"]["slash_commands"]:
        command["url"] = address
    return yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True)
