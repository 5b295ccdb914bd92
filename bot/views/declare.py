"""Declaring: the form, and what it turns into while the room is being opened."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.views.blocks import context, field, modal, option, section, select, text_input
from bot.views.facts import heading, title
from bot.views.message import Block, View
from bot.workflows.declare import TITLE_LIMIT
from bot.workflows.incident import Incident, Part
from bot.workflows.policy import Policy, SeverityKey

CALLBACK = "declare"
PRIVATE = "private"
STARTED = "started"

NO_PRIVATE = (
    "Private rooms are not available here: the app was not granted {scopes}. "
    "An administrator can grant them on the app's page, under “OAuth &amp; Permissions”."
)
OPENING = "Opening {name} …"
OPENED = "{name} is open: {room}"
WRITTEN_DOWN = "{name} is written down: {room}"
LONG_TITLE = "\nA title holds {limit} characters. The rest of this one is on the card."
NOT_OPENED = "{name} is declared, but its room could not be opened. You have a direct message that says why."
ALREADY = "This was already declared as {name}. Change it there: {where}"
NO_ROOM_YET = "its room is being opened."
FROM_HERE = "{name} was declared from this message: {room}"


@dataclass(frozen=True)
class Wish:
    """What the person said before the form opened."""

    title: str = ""
    summary: str = ""
    severity: SeverityKey | None = None
    private: bool = False
    impact: str = ""
    kind: str | None = None
    service: str | None = None
    began: str = ""  # when customers began to feel it, as it was typed
    source: str = ""  # the message it comes from, carried through the form: see handlers/shortcuts.py


def declare_modal(policy: Policy, wish: Wish = Wish(), missing_scopes: Sequence[str] = ()) -> View:
    """The form, with what was said filled in; only the title is needed."""
    blocks = fields(policy, wish, missing_scopes)
    return modal("Declare an incident", blocks, callback=CALLBACK, submit="Declare", about=wish.source)


def fields(policy: Policy, wish: Wish, missing_scopes: Sequence[str]) -> list[Block]:
    """The fields of the form."""
    severities = [option(rule.name, rule.key, rule.meaning) for rule in policy.severities]
    kinds = [option(rule.name, rule.key) for rule in policy.kinds]
    services = [option(rule.name, rule.key) for rule in policy.services]
    details = field("summary", "Details", text_input(wish.summary, multiline=True), optional=True)
    impact = text_input(wish.impact, placeholder="Payments fail for about a third of customers", multiline=True)
    return [
        field("title", "What is wrong?", text_input(wish.title, "Checkout is failing"),
              hint="A few words are enough. Everything else can be changed later."),
        *([details] if wish.summary else []),
        *([field("severity", "Severity", select(severities, "Not sure yet", wish.severity), optional=True)]
          if severities else []),
        *([field("kind", "Kind", select(kinds, "Not sure yet", wish.kind), optional=True)] if kinds else []),
        *([field("service", "Service", select(services, "Not sure yet", wish.service), optional=True)]
          if services else []),
        field("impact", "What do customers see?", impact, optional=True),
        field(STARTED, "When did customers begin to feel it?", text_input(wish.began, "13:40, or 20 min ago"),
              optional=True),
        privacy(wish.private, missing_scopes),
    ]  # fmt: skip


def privacy(wished: bool, missing_scopes: Sequence[str]) -> Block:
    """The tick for a private room, or why there is none."""
    if missing_scopes:
        return context(no_private(missing_scopes))
    only = option("Private", PRIVATE, "Only people who are invited see it; it is not announced.")
    ticks: Block = {"type": "checkboxes", "action_id": "value", "options": [only]}
    return field(
        PRIVATE, "Who may see it?", {**ticks, "initial_options": [only]} if wished else ticks, optional=True
    )  # fmt: skip


def no_private(missing_scopes: Sequence[str]) -> str:
    """Why there are no private rooms, and who can change that."""
    return NO_PRIVATE.format(scopes=", ".join(f"`{scope}`" for scope in missing_scopes))


def opening_view(incident: Incident) -> View:
    """What the form turns into at once."""
    return _told(incident, opening_text(incident))


def opening_text(incident: Incident) -> str:
    """What a command is answered at once."""
    return OPENING.format(name=title(incident))


def opened_view(incident: Incident) -> View:
    """What the form turns into when the room is there."""
    return _told(incident, opened_text(incident))


def opened_text(incident: Incident) -> str:
    """What follows a command when the room is there."""
    if incident.room is None:
        return NOT_OPENED.format(name=incident.name)
    text = WRITTEN_DOWN if incident.backfilled else OPENED
    long = LONG_TITLE.format(limit=TITLE_LIMIT) if incident.title.endswith("…") else ""
    return text.format(name=title(incident), room=f"<#{incident.room.channel}>") + long


def source_text(incident: Incident) -> str:
    """What the thread is told that an incident was declared from."""
    room = f"<#{incident.room.channel}>" if incident.room else NO_ROOM_YET
    return FROM_HERE.format(name=title(incident), room=room)


def already_view(incident: Incident) -> View:
    """What the form turns into when the same was declared a moment ago."""
    return _told(incident, already_text(incident))


def already_text(incident: Incident) -> str:
    """What a command is answered when the same was declared a moment ago."""
    if incident.room is None and incident.knows(Part.ROOM):
        return NOT_OPENED.format(name=incident.name)
    where = f"<#{incident.room.channel}>" if incident.room else NO_ROOM_YET
    return ALREADY.format(name=heading(incident), where=where)


def _told(incident: Incident, text: str) -> View:
    return modal(incident.name, [section(text)])
