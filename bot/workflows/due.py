"""What falls due and when: the promises and nudges of an incident, as pure functions of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.workflows.archiving import RoomArchived, archived_at
from bot.workflows.commands import Command, Effect, Event
from bot.workflows.effects import PostInRoom, RemindPerson, RemindRoom, Rung, ShowAnnouncement, ShowCard
from bot.workflows.incident import Incident, Stamp, UserId
from bot.workflows.policy import COMMANDER, COMMUNICATIONS_LEAD

REMIND_BEFORE = timedelta(minutes=5)  # half of the time instead where that is less
ROOM_AFTER = timedelta(minutes=5)  # a broken promise climbs from the commander to the room
LATE_AFTER = timedelta(minutes=1)  # a reminder that comes later than this says so


class DueKind(StrEnum):
    """What can fall due; each is one row per incident."""

    COMMANDER_MISSING = "commander_missing"  # nobody has taken command
    SEVERITY_UNSET = "severity_unset"  # nobody has graded it
    UPDATE_SOON = "update_soon"  # the promised minute is near
    UPDATE_MISSED = "update_missed"  # it has come, and no update
    UPDATE_OVERDUE = "update_overdue"  # nor five minutes later
    ROOM_ARCHIVED = "room_archived"  # the incident ended some days ago


# The rungs of a promise's ladder, from the first to the last.
LADDER: Mapping[DueKind, Rung] = {
    DueKind.UPDATE_SOON: Rung.SOON,
    DueKind.UPDATE_MISSED: Rung.MISSED,
    DueKind.UPDATE_OVERDUE: Rung.OVERDUE,
}

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
        return _afterwards(incident)
    times = {kind: moment(incident) for kind, moment in _MOMENTS.items() if kind.value not in incident.nudged}
    return {kind: at for kind, at in (times | _ladder(incident)).items() if at is not None}


@dataclass(frozen=True, kw_only=True)
class FallDue(Command):
    """The clock says that a due row's time has come; nothing follows when the promise has moved meanwhile."""

    kind: DueKind
    due_at: datetime

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        times = due_times(incident)
        if times.get(self.kind) != self.due_at or now < self.due_at:
            return []
        if self.kind is DueKind.ROOM_ARCHIVED and incident.room:
            return [RoomArchived(room=incident.room, at=now)]
        if self.kind not in LADDER:
            return [NudgeGiven(kind=self.kind)]
        # After a time without a bot several rungs may have been passed: only the last one is still worth saying.
        reached = [kind for kind in LADDER if kind in times and times[kind] <= now][-1]
        late = now - times[reached]
        return [ReminderGiven(kind=reached, late=late if late > LATE_AFTER else None)]


@dataclass(frozen=True, kw_only=True)
class NudgeGiven(Event):
    """The room was reminded of something, quietly and once."""

    kind: DueKind

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, nudged=(*incident.nudged, self.kind.value))

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (PostInRoom(text=NUDGES[self.kind]),)


@dataclass(frozen=True, kw_only=True)
class ReminderGiven(Event):
    """Somebody was reminded of the update that is promised; the rungs below are passed with it."""

    kind: DueKind
    late: timedelta | None = None

    def apply(self, incident: Incident) -> Incident:
        kinds = list(LADDER)
        told = tuple(kind.value for kind in kinds[: kinds.index(self.kind) + 1])
        return replace(incident, promise=incident.promise and replace(incident.promise, told=told))

    def effects(self, incident: Incident) -> Sequence[Effect]:
        if incident.promise is None:
            return ()
        rung, promised = LADDER[self.kind], incident.promise.at
        people = _asked(incident, rung)
        asked: list[Effect] = [RemindPerson(user=user, rung=rung, promised=promised, late=self.late) for user in people]
        if not people:
            asked = [RemindRoom(rung=rung, promised=promised, late=self.late)]
        # Card and announcement name the minute: once it has passed they say so.
        shown = () if rung is Rung.SOON else (ShowCard(),) if incident.private else (ShowCard(), ShowAnnouncement())
        return (*asked, *shown)


def _asked(incident: Incident, rung: Rung) -> Sequence[UserId]:
    """Who is reminded on a rung; nobody means the room."""
    if rung is Rung.OVERDUE:
        return ()
    commander = incident.holders(COMMANDER)
    return commander if rung is Rung.MISSED else incident.holders(COMMUNICATIONS_LEAD) or commander


def _afterwards(incident: Incident) -> dict[DueKind, datetime]:
    """What falls due of an incident that is over."""
    at = archived_at(incident)
    return {DueKind.ROOM_ARCHIVED: at} if at else {}


def _ladder(incident: Incident) -> dict[DueKind, datetime | None]:
    promise = incident.promise
    if promise is None:
        return {}
    before = min(REMIND_BEFORE, (promise.at - promise.made_at) / 2)
    times = {
        DueKind.UPDATE_SOON: promise.snoozed_until or promise.at - before,
        DueKind.UPDATE_MISSED: promise.at,
        DueKind.UPDATE_OVERDUE: promise.at + ROOM_AFTER,
    }
    return {kind: at for kind, at in times.items() if kind.value not in promise.told}


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
