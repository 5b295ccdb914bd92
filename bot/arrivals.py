"""What arrives from Slack: how it wants to be answered, and the short name its lines in the log carry."""

import hashlib
import re
from enum import StrEnum
from typing import Any

NAME_LIMIT = 40  # characters of Slack's own ids


class Kind(StrEnum):
    """What Slack sent, by how it wants to be answered."""

    COMMAND = "command"  # with a message in the acknowledgement
    CLICK = "click"  # with an empty acknowledgement, and a message through the response_url
    SHORTCUT = "shortcut"  # as a click; from nowhere in particular, with a view of its own
    FORM = "form"  # with errors on fields, or another view
    CLOSED = "closed"  # a form was closed: with nothing, nobody looks at it any more
    OPTIONS = "options"  # with the choices of a list, while somebody types
    EVENT = "event"  # with a status: 500 has it sent again


_BY_TYPE = {
    "block_actions": Kind.CLICK,
    "shortcut": Kind.SHORTCUT,
    "message_action": Kind.SHORTCUT,
    "view_submission": Kind.FORM,
    "view_closed": Kind.CLOSED,
    "block_suggestion": Kind.OPTIONS,
}
_PLAIN = re.compile(r"[^A-Za-z0-9_.-]")


def kind_of(body: dict[str, Any]) -> Kind:
    """What a payload is; one that is nothing else is an event."""
    told = _BY_TYPE.get(str(body.get("type")))
    return told or (Kind.COMMAND if body.get("command") else Kind.EVENT)


def name_of(body: dict[str, Any]) -> str:
    """The same short name whenever a request comes: its event or view, or one made of its trigger, which is secret."""
    event, trigger = body.get("event_id"), body.get("trigger_id")
    if isinstance(event, str) and event:
        return _PLAIN.sub("", event)[:NAME_LIMIT]
    view = body.get("view")
    if kind_of(body) in (Kind.FORM, Kind.CLOSED) and isinstance(view, dict):
        return _PLAIN.sub("", str(view.get("id") or ""))[:NAME_LIMIT]
    return f"t-{hashlib.sha256(str(trigger).encode()).hexdigest()[:10]}" if trigger else ""
