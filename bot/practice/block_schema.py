"""The small schema language the Block Kit tables are written in: shapes of properties, each with its check."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.practice.store import Json

EVERYWHERE = frozenset({"message", "modal", "home"})


@dataclass
class Findings:
    """What is wrong with a payload, in the shape of Slack's 2026 errors; `surface` is where it was to be shown."""

    errors: list[Json] = field(default_factory=list)
    surface: str = "message"

    def add(self, code: str, message: str, pointer: str, constraint: object = None) -> None:
        """Note one fault."""
        self.errors.append({"code": code, "message": message, "pointer": pointer, "constraint": constraint})


Check = Callable[[Any, str, Findings], None]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """An object: its properties, which of them must be there, and where it may be shown."""

    properties: Mapping[str, Check]
    required: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    surfaces: frozenset[str] = EVERYWHERE
    rules: tuple[Check, ...] = ()


def check_shape(value: object, shape: Shape, pointer: str, findings: Findings) -> None:
    """Note unknown and missing properties, and what the properties' own checks find."""
    if not isinstance(value, dict):
        findings.add("invalid_type", "must be an object", pointer)
        return
    known_before = len(findings.errors)
    for name, entry in value.items():
        if name == "type":
            continue
        if name not in shape.properties:
            findings.add("additional_property", f"invalid additional property: {name}", pointer, name)
        else:
            shape.properties[name](entry, f"{pointer}/{name}", findings)
    _check_presence(value, shape, pointer, findings)
    # Rules look at several properties together, so they wait until each of them is sound.
    if len(findings.errors) == known_before:
        for rule in shape.rules:
            rule(value, pointer, findings)


def _check_presence(value: Json, shape: Shape, pointer: str, findings: Findings) -> None:
    for name in shape.required:
        if name not in value:
            findings.add("missing_property", f"missing required field: {name}", pointer, name)
    if shape.any_of and not any(name in value for name in shape.any_of):
        findings.add("missing_property", f"must have one of: {', '.join(shape.any_of)}", pointer, list(shape.any_of))
    if shape.one_of and sum(name in value for name in shape.one_of) != 1:
        findings.add("exclusive", f"must have exactly one of: {', '.join(shape.one_of)}", pointer, list(shape.one_of))


def string(most: int, least: int = 0) -> Check:
    """A string of `least` to `most` characters."""

    def check(value: object, pointer: str, findings: Findings) -> None:
        if not isinstance(value, str):
            findings.add("invalid_type", "must be a string", pointer)
        elif len(value) > most:
            findings.add("max_length", f"must be no more than {most} characters", pointer, most)
        elif len(value) < least:
            message = "must be more than 0 characters" if least == 1 else f"must be at least {least} characters"
            findings.add("min_length", message, pointer, least)

    return check


def pattern(form: str, message: str) -> Check:
    """A string that a regular expression matches as a whole."""

    def check(value: object, pointer: str, findings: Findings) -> None:
        if not isinstance(value, str):
            findings.add("invalid_type", "must be a string", pointer)
        elif not re.fullmatch(form, value):
            findings.add("format", message, pointer, form)

    return check


def nullable(inner: Check) -> Check:
    """What passes a check, or null."""

    def check(value: object, pointer: str, findings: Findings) -> None:
        if value is not None:
            inner(value, pointer, findings)

    return check


def choice(*allowed: str) -> Check:
    """One of a few words."""

    def check(value: object, pointer: str, findings: Findings) -> None:
        if value not in allowed:
            findings.add("enum", f"must be one of: {', '.join(allowed)}", pointer, list(allowed))

    return check


def boolean(value: object, pointer: str, findings: Findings) -> None:
    """True or false."""
    if not isinstance(value, bool):
        findings.add("invalid_type", "must be a boolean", pointer)


def anything(value: object, pointer: str, findings: Findings) -> None:
    """What is not looked into."""


def integer(least: int, most: int) -> Check:
    """A whole number between two bounds."""

    def check(value: object, pointer: str, findings: Findings) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            findings.add("invalid_type", "must be an integer", pointer)
        elif not least <= value <= most:
            findings.add("range", f"must be between {least} and {most}", pointer, [least, most])

    return check


def array(item: Check, least: int, most: int) -> Check:
    """A list of `least` to `most` items that all pass a check."""

    def check(value: object, pointer: str, findings: Findings) -> None:
        if not isinstance(value, list):
            findings.add("invalid_type", "must be an array", pointer)
            return
        if len(value) > most:
            findings.add("max_items", f"no more than {most} items allowed", pointer, most)
        if len(value) < least:
            findings.add("min_items", f"must have at least {least} item{'s' if least > 1 else ''}", pointer, least)
        for index, entry in enumerate(value):
            item(entry, f"{pointer}/{index}", findings)

    return check


def obj(shape: Shape) -> Check:
    """An object of one shape."""

    def check(value: object, pointer: str, findings: Findings) -> None:
        check_shape(value, shape, pointer, findings)

    return check


def typed(shapes: Mapping[str, Shape]) -> Check:
    """An object whose `type` says which of several shapes it has."""

    def check(value: object, pointer: str, findings: Findings) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        shape = shapes.get(kind) if isinstance(kind, str) else None
        if shape is None:
            findings.add("unsupported_type", f"unsupported type: {kind}", f"{pointer}/type", sorted(shapes))
            return
        if findings.surface not in shape.surfaces:
            findings.add("unsupported_type", f"unsupported type: {kind} in a {findings.surface}", f"{pointer}/type")
        check_shape(value, shape, pointer, findings)

    return check


def text(kind: str, most: int, least: int = 1) -> Check:
    """A text object: `plain` allows plain_text only, `any` allows mrkdwn as well."""
    plain = Shape(properties={"text": string(most, least), "emoji": boolean}, required=("text",))
    mrkdwn = Shape(properties={"text": string(most, least), "verbatim": boolean}, required=("text",))
    return typed({"plain_text": plain} if kind == "plain" else {"plain_text": plain, "mrkdwn": mrkdwn})


def text_of(value: object) -> int:
    """How many characters of text a payload holds, at any depth."""
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(text_of(entry) for entry in value.values())
    return sum(text_of(entry) for entry in value) if isinstance(value, list) else 0
