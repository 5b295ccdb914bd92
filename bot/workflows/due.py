"""What falls due and when: the promises and nudges of an incident, as pure functions of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.workflows.commands import Command, Effect, Event
from bot.workflows.effects import PostInRoom
from bot.workflows.incident import Incident, Stamp
from bot.workflows.policy import COMMANDER


class DueKind(StrEnum):
    """What can fall due; each is one row per incident."""

    COMMANDER_MISSING = "commander_missing"  # nobody has taken command
    SEVERITY_UNSET = "severity_unset"  # nobody has graded it


NUDGES: Mapping[DueKind, str] = {
    DueKind.COMMANDER_MISSING: (
        "Nobody is incident commander yet. Take command with the button on the card, or `/incident claim commander`."
    ),
    DueKind.SEVERITY_UNSET: (
        "The severity is not set; until it is, this counts as the second grade. "
        "Set it with the button on the card, or `/incident severity 2`."
    ),
}


def due_times(incident: Incident) -> dict[DueKind, datetime]:
    """When each thing falls due, in UTC; empty when nothing does. Rewritten to the database after every command."""
    if not incident.is_open:
        return {}
    times = {kind: moment(incident) for kind, moment in _MOMENTS.items() if kind.value not in incident.nudged}
    return {kind: at for kind, at in times.items() if at is not None}


@dataclass(frozen=True, kw_only=True)
class FallDue(Command):
    """The clock says that a due row's time has come; nothing follows when the promise has moved meanwhile."""

    kind: DueKind
    due_at: datetime

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        if due_times(incident).get(self.kind) != self.due_at or now < self.due_at:
            return []
        return [NudgeGiven(kind=self.kind)]


@dataclass(frozen=True, kw_only=True)
class NudgeGiven(Event):
    """The room was reminded of something, quietly and once."""

    kind: DueKind

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, nudged=(*incident.nudged, self.kind.value))

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (PostInRoom(text=NUDGES[self.kind]),)


def _commander_missing(incident: Incident) -> datetime | None:
    rule = incident.policy.nudges
    worst = incident.grade is not None and incident.grade.rank == 1
    return (
        None
        if incident.holders(COMMANDER)
        else _after(incident, rule.commander_missing_worst if worst else rule.commander_missing)
    )


def _severity_unset(incident: Incident) -> datetime | None:
    return None if incident.severity else _after(incident, incident.policy.nudges.severity_unset)


def _after(incident: Incident, wait: timedelta | None) -> datetime | None:
    declared = incident.at(Stamp.DECLARED)
    return declared + wait if declared and wait else None


_MOMENTS: Mapping[DueKind, Callable[[Incident], datetime | None]] = {
    DueKind.COMMANDER_MISSING: _commander_missing,
    DueKind.SEVERITY_UNSET: _severity_unset,
}
