"""Frozen dataclasses to JSON values and back.

Fields that a newer version added to the incident are kept by an older one that serves beside it; deeper ones are not.
"""

from dataclasses import fields, replace
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.workflows import effects
from bot.workflows.commands import Effect
from bot.workflows.incident import Incident
from bot.workflows.policy import Policy

EFFECTS: dict[str, type[Effect]] = {
    name: value for name, value in vars(effects).items() if isinstance(value, type) and issubclass(value, Effect)
}
NOT_STORED = frozenset({"policy", "newer"})


class Undecodable(Exception):
    """What is stored of an effect cannot be read by this version; its name is all that is told of it."""


@cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def encode_incident(incident: Incident) -> dict[str, Any]:
    """The incident as JSON values, without the policy it runs under."""
    body: dict[str, Any] = _adapter(Incident).dump_python(incident, mode="json", exclude=set(NOT_STORED))
    return {**incident.newer, **body}


def decode_incident(body: dict[str, Any], policy: Policy) -> Incident:
    """The incident as it was, under today's policy."""
    known = {field.name for field in fields(Incident)} - NOT_STORED
    incident: Incident = _adapter(Incident).validate_python({key: value for key, value in body.items() if key in known})
    newer = {key: value for key, value in body.items() if key not in known | NOT_STORED}
    return replace(incident, policy=policy, newer=newer)


def encode_effect(effect: Effect) -> dict[str, Any]:
    """The effect's own fields as JSON values."""
    payload: dict[str, Any] = _adapter(type(effect)).dump_python(effect, mode="json")
    return payload


def decode_effect(kind: str, payload: dict[str, Any]) -> Effect:
    """The effect as it was asked for.

    Raises:
        KeyError: a kind this version does not know.
        Undecodable: its fields are not those this version knows.
    """
    try:
        effect: Effect = _adapter(EFFECTS[kind]).validate_python(payload)
    except ValidationError:
        raise Undecodable(kind) from None  # what Pydantic says of it would repeat what people wrote
    return effect
