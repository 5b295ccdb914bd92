"""What Slack takes as a manifest: the keys, types and lengths of its schema that a bot needs, and rules across them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Text:
    """A text of `least` to `most` characters."""

    least: int = 1
    most: int = 1000
    begins: str = ""


@dataclass(frozen=True)
class Items:
    """A list of at most `most` things of one shape."""

    of: object
    most: int


ANY_TEXT = Text()
SCOPES = Items(ANY_TEXT, 255)
# A mapping knows these keys and no others.
MANIFEST: Mapping[str, Any] = {
    "_metadata": {"major_version": int, "minor_version": int},
    "display_information": {
        "name": Text(1, 35),
        "description": Text(1, 140),
        "long_description": Text(175, 4000),
        "background_color": Text(4, 7, "#"),
    },
    "features": {
        "bot_user": {"display_name": Text(1, 80), "always_online": bool},
        "app_home": {"home_tab_enabled": bool, "messages_tab_enabled": bool, "messages_tab_read_only_enabled": bool},
        "slash_commands": Items(
            {
                "command": Text(2, 32, "/"),
                "description": Text(1, 2000),
                "usage_hint": Text(1, 1000),
                "url": Text(begins="https://"),
                "should_escape": bool,
            },
            50,
        ),
        "shortcuts": Items(
            {"name": Text(1, 24), "type": ANY_TEXT, "callback_id": Text(1, 255), "description": Text(1, 150)}, 10
        ),
    },
    "oauth_config": {"scopes": {"bot": SCOPES, "bot_optional": SCOPES}},
    "settings": {
        "event_subscriptions": {"request_url": Text(begins="https://"), "bot_events": Items(ANY_TEXT, 100)},
        "interactivity": {"is_enabled": bool, "request_url": Text(begins="https://")},
        "org_deploy_enabled": bool,
        "socket_mode_enabled": bool,
        "token_rotation_enabled": bool,
    },
}


def faults(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Everything Slack would not take, in a line each."""
    yield from _faults(manifest, MANIFEST, "")
    yield from _scopes(manifest)
    yield from _addresses(manifest)


def _faults(value: object, shape: object, place: str) -> Iterator[str]:
    match shape:
        case Text():
            yield from _of_text(value, shape, place)
        case Items():
            yield from _of_list(value, shape, place)
        case Mapping():
            yield from _of_mapping(value, shape, place)
        case type() if type(value) is not shape:
            yield f"{place}: is not {shape.__name__}"


def _of_text(value: object, shape: Text, place: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{place}: is not text"
        return
    if not shape.least <= len(value) <= shape.most:
        yield f"{place}: {shape.least} to {shape.most} characters"
    if not value.startswith(shape.begins):
        yield f"{place}: begins with {shape.begins}"


def _of_list(value: object, shape: Items, place: str) -> Iterator[str]:
    if not isinstance(value, list) or len(value) > shape.most:
        yield f"{place}: is not a list of at most {shape.most}"
        return
    for index, item in enumerate(value):
        yield from _faults(item, shape.of, f"{place}.{index}")


def _of_mapping(value: object, shape: Mapping[str, Any], place: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{place}: has no fields"
        return
    for key, inside in value.items():
        if key in shape:
            yield from _faults(inside, shape[key], f"{place}.{key}".removeprefix("."))
        else:
            yield f"{place}: {key} is not known"


def _scopes(manifest: Mapping[str, Any]) -> Iterator[str]:
    scopes = manifest.get("oauth_config", {}).get("scopes", {})
    for scope in scopes.get("bot_optional", []):
        if scope not in scopes.get("bot", []):
            yield f"bot_optional: {scope} is not in bot"
    if manifest.get("features", {}).get("slash_commands") and "commands" not in scopes.get("bot", []):
        yield "bot: commands is missing"


def _addresses(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Without a socket, Slack has to be told where to post to."""
    settings = manifest.get("settings", {})
    if settings.get("socket_mode_enabled"):
        return
    for part in ("event_subscriptions", "interactivity"):
        if part in settings and "request_url" not in settings[part]:
            yield f"settings.{part}.request_url: is missing"
    for index, command in enumerate(manifest.get("features", {}).get("slash_commands", [])):
        if "url" not in command:
            yield f"features.slash_commands.{index}.url: is missing"
