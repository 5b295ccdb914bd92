"""Where two payloads differ in their keys and types."""

from collections.abc import Iterator
from typing import Any


def unlike(ours: Any, slacks: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Where two payloads differ: a key that only one has, or another type; of lists the sample has one entry."""
    if isinstance(ours, dict) and isinstance(slacks, dict):
        yield from (f"{path}/{name} is missing" for name in slacks.keys() - ours.keys())
        yield from (f"{path}/{name} is not Slack's" for name in ours.keys() - slacks.keys())
        for name in ours.keys() & slacks.keys():
            yield from unlike(ours[name], slacks[name], f"{path}/{name}")
    elif isinstance(ours, list) and isinstance(slacks, list):
        yield from (found for entry in ours if slacks for found in unlike(entry, slacks[0], f"{path}/0"))
    elif ours is not None and slacks is not None and type(ours) is not type(slacks):
        yield f"{path} is a {type(ours).__name__}, Slack's a {type(slacks).__name__}"
