"""The announcement: an incident for people who know nothing of servers."""

from datetime import datetime

from bot.views.blocks import actions, button, fitted, section
from bot.views.facts import (
    GRADE_ROOM,
    began,
    commander,
    ended,
    heading,
    impact,
    marked_grade,
    next_update,
    room,
    service,
    since,
)
from bot.views.links import goes_on
from bot.views.message import TEXT_LIMIT, Message
from bot.workflows.course import doing
from bot.workflows.incident import Ending, Incident
from bot.workflows.linking import named
from bot.workflows.text import escape

JOIN = "join"
IMPACT_ROOM = 1500

OVER = "It was:"
ENDED = {
    Ending.CLOSED: "Over and closed",
    Ending.CANCELLED: "Cancelled: a false alarm",
    Ending.MERGED: "Goes on as another incident",  # of one that everybody may see its number is told, see `_over`
}


def announcement(incident: Incident, now: datetime) -> Message:
    """What stakeholders read: how bad, what it means for customers, who leads, since when; short when it is over."""
    if not incident.is_open:
        return _over(incident)
    facts = [
        f"What it means for customers: {impact(incident, IMPACT_ROOM)}",
        *([f"Service: {service(incident)}"] if incident.service else []),
        *([began(incident)] if began(incident) else []),
        f"Now: {doing(incident)} · since {since(incident)}",
        f"Incident commander: {commander(incident)}",
        f"*{next_update(incident, now)}*; updates come in the thread below",
    ]
    first = f"{marked_grade(incident)} · {heading(incident)}"
    blocks = [section(first), section("\n".join(facts)), actions([button("Join", JOIN, str(incident.id))])]
    return Message(fitted("\n".join([first, *facts]), TEXT_LIMIT), blocks)


def _over(incident: Incident) -> Message:
    """The title is in the present, as it was when it was declared: so it says that this is how it was."""
    how = ENDED[incident.ending] if incident.ending else doing(incident)
    if incident.merged_into:
        how = goes_on(incident, named(incident.merged_into))
    worst = incident.worst
    said = (incident.update.affected if incident.update else "") or incident.impact
    if incident.ending is Ending.CANCELLED:
        worst, said = None, ""  # nobody was hit
    facts = [
        f"{how} · {ended(incident)}" if ended(incident) else how,
        f"{fitted(escape(worst.name), GRADE_ROOM)} at its worst" if worst else "",
        f"Who was affected: {impact(incident, IMPACT_ROOM)}" if said else "",
        f"The draft of the post-mortem is in {room(incident)}" if incident.draft_at and incident.room else "",
    ]
    text = "\n".join([f"{OVER} {heading(incident)}", *filter(None, facts)])
    return Message(fitted(text, TEXT_LIMIT), [section(text)])
