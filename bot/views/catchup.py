"""The catch-up: what somebody needs who was not there, in fewer lines than a phone shows."""

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.views.blocks import context, fitted, section
from bot.views.facts import (
    commander,
    heading,
    holders,
    impact,
    marked_grade,
    next_update,
    phase,
    role_name,
    room,
    since,
)
from bot.views.lines import TimelineLine, shown
from bot.views.links import ties
from bot.views.message import TEXT_LIMIT, Message
from bot.workflows.checklist import in_order
from bot.workflows.incident import Incident, IncidentId, Stamp
from bot.workflows.policy import COMMANDER
from bot.workflows.text import escape_prose
from bot.workflows.times import lasting, when

CAME_LATE = "You came in while {incident} was under way. Only you see this; `/incident catchup` shows it again."
LINES = 14  # at most, headings and all
TITLE_ROOM = 150
IMPACT_ROOM = 200
UPDATE_ROOM = 300
SHOWN_NEWS, SHOWN_ITEMS = 4, 3
# What people decided, said and found out; the bot's own doings are no news.
NEWS = frozenset({
    "NoteAdded", "MessageMarked", "PhaseChanged", "SeverityChanged", "ImpactContained", "IncidentResolved",
    "ItemSkipped", "ImpactBegan", "LineCorrected", "IncidentMerged", "DuplicateTaken",
})  # fmt: skip


def catchup(
    incident: Incident, lines: Sequence[TimelineLine], now: datetime, seen: Collection[IncidentId] = ()
) -> Message:
    """Where we are, who holds what, what was decided last, what is open, when stakeholders hear next."""
    news = [line for line in lines if line.kind in NEWS and not (line.deleted or line.corrected)][-SHOWN_NEWS:]
    told = [
        f"{heading(incident, TITLE_ROOM)} · {room(incident)}",
        f"{marked_grade(incident)} · {phase(incident)} · since {since(incident)}{_for(incident, now)}",
        f"What customers see: {' '.join(impact(incident, IMPACT_ROOM).split())}",
        _roles(incident),
        " · ".join(ties(incident, seen)),
        *(["*Last:*", *(f"• {when(line.at, near=True)} {shown(line)}" for line in news)] if news else []),
        *_open(incident),
        *last_update(incident),
        next_update(incident, now),
    ]
    text = "\n".join([line for line in told if line][:LINES])
    return Message(fitted(text, TEXT_LIMIT), [section(text)])


def for_latecomer(incident: Incident, lines: Sequence[TimelineLine], now: datetime) -> Message:
    """The same for whoever comes into the room late, unasked."""
    told, why = catchup(incident, lines, now), CAME_LATE.format(incident=incident.name)
    return Message(fitted(f"{told.text}\n{why}", TEXT_LIMIT), [*told.blocks, context(why)])


def last_update(incident: Incident) -> list[str]:
    """What stakeholders were told last, in a line; nothing where they were told nothing."""
    update = incident.update
    if update is None:
        return []
    return [f"*Update {update.number}*, {when(update.at, near=True)}: {_line(update.happening, UPDATE_ROOM)}"]


def _roles(incident: Incident) -> str:
    others = [role for role in incident.roles if role != COMMANDER and incident.holders(role)]
    named = [f"{role_name(incident, role)}: {holders(incident, role)}" for role in others]
    return " · ".join([f"Incident commander: {commander(incident)}", *named])


def _for(incident: Incident, now: datetime) -> str:
    declared = incident.at(Stamp.DECLARED)
    return f", for {lasting(now - declared)}" if declared and incident.is_open else ""


def _open(incident: Incident) -> list[str]:
    items = in_order(incident)
    if not items:
        return []
    named = "; ".join(f"{item.number}. {escape_prose(item.text)}" for item in items[:SHOWN_ITEMS])
    more = f" and {len(items) - SHOWN_ITEMS} more (`/incident checklist`)" if len(items) > SHOWN_ITEMS else ""
    return [f"*Still to do:* {named}{more}"]


def _line(text: str, limit: int) -> str:
    return fitted(" ".join(escape_prose(text).split()), limit)
