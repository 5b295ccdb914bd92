"""How an incident stands, and which ones are open."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.views.blocks import context, fitted, section
from bot.views.facts import (
    began,
    commander,
    ended,
    grade,
    heading,
    holders,
    impact,
    kind,
    marked_grade,
    next_update,
    phase,
    playbooks,
    role_name,
    room,
    service,
    since,
)
from bot.views.lines import TimelineLine, shown
from bot.views.links import ties
from bot.views.message import TEXT_LIMIT, Message
from bot.workflows.incident import Amiss, Incident, IncidentId, Stamp
from bot.workflows.policy import COMMANDER
from bot.workflows.times import lasting, when

LAST = "Last on the timeline:"
NOTHING_OPEN = "No incident is open. `/incident checkout is failing` declares one."
PRIVATE = "private"
OPEN_NOW = "Open now: {count}"
SHOWN_INCIDENTS = 15
TITLE_ROOM = 200  # characters of a title where many are listed
SHOWN_LINES = 5
AMISS: Mapping[Amiss, str] = {
    Amiss.OUTSIDE: "Warroom is not in the room.",
    Amiss.UNPINNED: "The card is not pinned.",
    Amiss.UNANNOUNCED: "Warroom cannot write where the announcement stands.",
    Amiss.LOCKED_OUT: "Slack takes nothing from Warroom.",
}
REPAIR = "`/incident repair` does what can be done about it."
IMPACT_ROOM = 500


def status(
    incident: Incident, lines: Sequence[TimelineLine], now: datetime, seen: Collection[IncidentId] = ()
) -> Message:
    """How an incident stands, with the last things that happened."""
    facts = [
        f"{marked_grade(incident)} · {phase(incident)} · {_age(incident, now)}{_privacy(incident)}",
        f"What customers see: {impact(incident, IMPACT_ROOM)}",
        *([f"Kind: {kind(incident)}"] if incident.kind else []),
        *([f"Service: {service(incident)}"] if incident.service else []),
        *([began(incident)] if began(incident) else []),
        *([next_update(incident, now)] if incident.is_open else []),
        f"Incident commander: {commander(incident)}",
        *(f"{role_name(incident, role)}: {holders(incident, role)}" for role in incident.roles if role != COMMANDER),
        *([playbooks(incident)] if incident.running else []),
        f"Room: {room(incident)}" if incident.room else "The room is not open.",
        *ties(incident, seen),
        *_amiss(incident),
    ]
    newest = [f"• {when(line.at)} {shown(line)}" for line in lines[-SHOWN_LINES:]]
    last = [LAST, *newest] if newest else []
    blocks = [section(heading(incident)), section("\n".join(facts))]
    if last:
        blocks.append(context("\n".join(last)))
    return Message(fitted("\n".join([heading(incident), *facts, *last]), TEXT_LIMIT), blocks)


def _amiss(incident: Incident) -> list[str]:
    """What others did to its places that somebody could put right."""
    archived = incident.room is not None and incident.room.archived
    known = ["The room is archived."] if archived else [AMISS[what] for what in incident.amiss]
    return [f":warning: {' '.join(known)} {REPAIR}"] if known and incident.ending is None else []


def listing(incidents: Sequence[Incident]) -> Message:
    """The open incidents, one line each."""
    if not incidents:
        return Message(NOTHING_OPEN, [section(NOTHING_OPEN)])
    rows = [row(incident) for incident in incidents[:SHOWN_INCIDENTS]]
    if len(incidents) > SHOWN_INCIDENTS:
        rows.append(f"… and {len(incidents) - SHOWN_INCIDENTS} more; `/incident status INC-n` shows any of them.")
    title = OPEN_NOW.format(count=len(incidents))
    return Message(fitted("\n".join([title, *rows]), TEXT_LIMIT), [section(f"*{title}*"), *map(section, rows)])


def row(incident: Incident) -> str:
    """An incident among others: its name and room, how bad, where it stands, who leads, since when."""
    where = (f" · {room(incident)}" if incident.room else "") + _privacy(incident)
    return (
        f"{heading(incident, TITLE_ROOM)}{where}\n{grade(incident)} · {phase(incident)} · "
        f"incident commander: {commander(incident)} · since {since(incident)}"
    )


def _privacy(incident: Incident) -> str:
    return f" · {PRIVATE}" if incident.private else ""


def _age(incident: Incident, now: datetime) -> str:
    declared, over = incident.at(Stamp.DECLARED), ended(incident)
    if over and not incident.is_open:
        return over
    if incident.ending is not None and incident.ended_at:
        return f"since {when(incident.ended_at)}"
    if declared is None:
        return f"since {since(incident)}"
    return f"since {when(declared)}, for {lasting(now - declared)}"
