"""The road of events: each applied to what the one before it left, and then what follows by itself."""

from collections.abc import Sequence
from datetime import datetime

from bot.workflows.checklist import what_follows
from bot.workflows.commands import Event
from bot.workflows.handover import lapsed
from bot.workflows.incident import Incident


def gone_through(incident: Incident, events: Sequence[Event], now: datetime) -> list[tuple[Event, Incident]]:
    """Each event with the incident after it: those that were decided, and those that follow from them."""
    seen: list[tuple[Event, Incident]] = []
    for event in events:
        incident = event.apply(incident)
        seen.append((event, incident))
    for event in (*lapsed(incident), *what_follows(incident, now)) if seen else ():
        incident = event.apply(incident)
        seen.append((event, incident))
    return seen
