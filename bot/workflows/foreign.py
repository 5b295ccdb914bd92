"""Values of somebody else's JSON, as far as they are what they should be; what is not reads as if it were not there."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_USER = re.compile(r"[A-Z0-9]{2,40}")
_CHANNEL = re.compile(r"[A-Z0-9]{2,40}")
_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")
# No database stores the null character, and half of a pair of surrogates is no character at all.
_UNFIT = re.compile("[\x00\ud800-\udfff]")


def part(value: object, *path: str) -> dict[str, Any]:
    """The object at the end of a path of names; empty where there is none."""
    found = _at(value, path)
    return found if isinstance(found, dict) else {}


def words(value: object, *path: str) -> str:
    """The text at the end of a path of names; empty where there is none."""
    found = _at(value, path)
    return found if isinstance(found, str) else ""


def parts(value: object, *path: str) -> list[dict[str, Any]]:
    """The objects of the list at the end of a path of names; empty where there is none."""
    found = _at(value, path)
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def is_user(text: str) -> bool:
    """Whether this is the id of a person or an app, `U0ANA`."""
    return _USER.fullmatch(text) is not None


def is_channel(text: str) -> bool:
    """Whether this is the id of a channel or of direct messages, `C0GENERAL`."""
    return _CHANNEL.fullmatch(text) is not None


def is_ts(text: str) -> bool:
    """Whether this is the id of a message in its channel, `1795419000.000100`."""
    return _TS.fullmatch(text) is not None


def fit(text: str) -> str:
    """The text without what can neither be stored nor sent."""
    return _UNFIT.sub("", text)


def make_fit(body: dict[str, Any]) -> None:
    """Take out of all texts of a payload, however deep, what can neither be stored nor sent; the payload is changed."""
    waiting: list[dict[Any, Any] | list[Any]] = [body]
    while waiting:
        held = waiting.pop()
        for place, value in _entries(held):
            if isinstance(value, str):
                held[place] = fit(value)
            elif isinstance(value, dict | list):
                waiting.append(value)


def _entries(held: dict[Any, Any] | list[Any]) -> Iterator[tuple[Any, Any]]:
    yield from list(held.items() if isinstance(held, dict) else enumerate(held))


def _at(value: object, path: tuple[str, ...]) -> object:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
