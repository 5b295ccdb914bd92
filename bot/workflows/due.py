"""What falls due and when: the promises and nudges of an incident, as pure functions of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from bot.workflows.actions import ActionsRemembered, next_reminder
from bot.workflows.archiving import RoomExpired, archived_at
from bot.workflows.checklist import ItemsOverdue, due_at, phase_plan, still_open
from bot.workflows.commands import Command, Effect, Event
from bot.workflows.course import PHASES, following
from bot.workflows.effects import PostInRoom, RemindPerson, RemindRoom, Rung, ShowAnnouncement, ShowCard, leading
from bot.workflows.incident import Activity, Incident, Stamp, UserId
from bot.workflows.policy import COMMANDER, COMMUNICATIONS_LEAD, Phase, RoleKey
from bot.workflows.roles import wanted_but_free
from bot.workflows.text import escape, listed
from bot.workflows.times import lasting
from bot.workflows.unanswered import HandoversUnanswered, LongInRole, asked_next, long_in_role

REMIND_BEFORE = timedelta(minutes=5)  # half of the time instead where that is less
ROOM_AFTER = timedelta(minutes=5)  # a broken promise climbs from the commander to the room
SLOWER = 3  # what goes unheard is said again three times as long after it began: 5, 15, 45 minutes
SLOWEST = timedelta(days=1)  # but not later than so
What = TypeVar("What")
LATE_AFTER = timedelta(minutes=1)  # a reminder that comes later than this says so


class DueKind(StrEnum):
    """What can fall due; each is one row per incident."""

    COMMANDER_MISSING = "commander_missing"  # nobody has taken command
    ROLES_EMPTY = "roles_empty"  # somebody leads, and a role that is wanted is free
    SEVERITY_UNSET = "severity_unset"  # nobody has graded it
    SILENCE = "silence"  # nobody has written or done anything for a while
    LONG_PHASE = "long_phase"  # the phase takes longer than its playbook says
    ACTIONS_DUE = "actions_due"  # owners of action items are to be reminded
    ITEMS_OVERDUE = "items_overdue"  # an item of the checklist was not done in its time
    UPDATE_SOON = "update_soon"  # the promised minute is near
    UPDATE_MISSED = "update_missed"  # it has come, and no update
    UPDATE_OVERDUE = "update_overdue"  # nor five minutes later
    HANDOVER_UNANSWERED = "handover_unanswered"  # somebody has not answered the offer of a role
    LONG_IN_ROLE = "long_in_role"  # somebody has held a role for long
    ROOM_ARCHIVED = "room_archived"  # the incident ended some days ago


# The rungs of a promise's ladder, from the first to the last.
LADDER: Mapping[DueKind, Rung] = {
    DueKind.UPDATE_SOON: Rung.SOON,
    DueKind.UPDATE_MISSED: Rung.MISSED,
    DueKind.UPDATE_OVERDUE: Rung.OVERDUE,
}


def due_times(incident: Incident) -> dict[DueKind, datetime]:
    """When each thing falls due, in UTC; empty when nothing does. Rewritten to the database after every command."""
    times: dict[DueKind, datetime | None] = {}
    if incident.is_open:
        times |= {kind: nudge.at(incident) for kind, nudge in NUDGES.items() if kind.value not in incident.nudged}
        if DueKind.COMMANDER_MISSING.value in incident.nudged:
            times[DueKind.COMMANDER_MISSING] = _command_again(incident)
        times |= _ladder(incident) | {DueKind.SILENCE: _silence(incident)}
        times[DueKind.LONG_IN_ROLE] = min(long_in_role(incident).values(), default=None)
    else:
        times |= _afterwards(incident)
    if incident.ending is None:
        times[DueKind.ITEMS_OVERDUE] = min(_overdue(incident).values(), default=None)
    times[DueKind.HANDOVER_UNANSWERED] = min(asked_next(incident).values(), default=None)
    times[DueKind.ACTIONS_DUE] = min(_actions(incident).values(), default=None)
    return {kind: at for kind, at in times.items() if at is not None}


@dataclass(frozen=True, kw_only=True)
class FallDue(Command):
    """The clock says that a due row's time has come; nothing follows when the promise has moved meanwhile.

    `heard` is the last that people wrote or did in the room, where that is asked for.
    """

    kind: DueKind
    due_at: datetime
    heard: datetime | None = None

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        times = due_times(incident)
        if times.get(self.kind) != self.due_at or now < self.due_at:
            return []
        if self.kind is DueKind.ROOM_ARCHIVED and incident.room:
            return [RoomExpired(room=incident.room)]
        if self.kind in NUDGES:
            return [NudgeGiven(kind=self.kind, at=now)]
        if self.kind is DueKind.SILENCE:
            return [_listened(incident, self.heard, now)]
        if self.kind in SEVERAL:
            return [SEVERAL[self.kind](incident, now)]
        # After a time without a bot several rungs may have been passed: only the last one is still worth saying.
        reached = [kind for kind in LADDER if kind in times and times[kind] <= now][-1]
        late = now - times[reached]
        return [ReminderGiven(kind=reached, at=now, late=late if late > LATE_AFTER else None)]


@dataclass(frozen=True, kw_only=True)
class NudgeGiven(Event):
    """The room was reminded of something, quietly and once; again of the worst, that nobody leads."""

    kind: DueKind
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        # Whoever is told that nobody leads is told of the other roles too.
        kinds = (self.kind, DueKind.ROLES_EMPTY) if self.kind is DueKind.COMMANDER_MISSING else (self.kind,)
        new = tuple(kind.value for kind in kinds if kind.value not in incident.nudged)
        asked = self.at if self.kind is DueKind.COMMANDER_MISSING else incident.command_asked_at
        return replace(incident, nudged=(*incident.nudged, *new), command_asked_at=asked)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        asked = self.at if self.kind is DueKind.COMMANDER_MISSING else None
        return (PostInRoom(text=NUDGES[self.kind].text(incident), nudge=self.kind.value, asked=asked),)


@dataclass(frozen=True, kw_only=True)
class Listened(Event):
    """The room was listened to; after a silence it is asked, quietly, how things stand."""

    activity: Activity
    ask: bool = False

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, activity=self.activity)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (PostInRoom(text=_silent(incident)),) if self.ask else ()


@dataclass(frozen=True, kw_only=True)
class ReminderGiven(Event):
    """Somebody was reminded of the update that is promised; the rungs below are passed with it.

    While it stays away the last rung comes again, slower each time.
    """

    kind: DueKind
    at: datetime
    late: timedelta | None = None

    def apply(self, incident: Incident) -> Incident:
        kinds = list(LADDER)
        told = tuple(kind.value for kind in kinds[: kinds.index(self.kind) + 1])
        asked = self.at if self.kind is DueKind.UPDATE_OVERDUE else None
        return replace(incident, promise=incident.promise and replace(incident.promise, told=told, asked_at=asked))

    def effects(self, incident: Incident) -> Sequence[Effect]:
        if incident.promise is None:
            return ()
        rung, promised, times = LADDER[self.kind], incident.promise.at, incident.promise.asked_at
        people = _asked(incident, rung)
        asked: list[Effect] = [
            RemindPerson(user=user, rung=rung, promised=promised, late=self.late, asked=times) for user in people
        ]
        if not people:
            asked = [RemindRoom(rung=rung, promised=promised, late=self.late, asked=times)]
        # Card and announcement name the minute: once it has passed they say so.
        shown = () if rung is Rung.SOON else (ShowCard(),) if incident.private else (ShowCard(), ShowAnnouncement())
        return (*asked, *shown)


def _asked(incident: Incident, rung: Rung) -> Sequence[UserId]:
    """Who is reminded on a rung; nobody means the room, while something can be said there."""
    if rung is Rung.OVERDUE:
        return () if incident.hears or incident.room is None else leading(incident)
    commander, lead = _told_of(incident, COMMANDER), _told_of(incident, COMMUNICATIONS_LEAD)
    asked = commander if rung is Rung.MISSED else lead or commander
    # Where nobody holds a role and the room can be told nothing, whoever declared it hears of it.
    return asked if asked or incident.hears or incident.room is None else leading(incident)


def _told_of(incident: Incident, role: RoleKey) -> Sequence[UserId]:
    """The holders of a role that may know of the incident: one may have left its private room."""
    return [user for user in incident.holders(role) if incident.is_seen_by(user)]


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
    if DueKind.UPDATE_OVERDUE.value in promise.told:
        return {DueKind.UPDATE_OVERDUE: _again(promise.at, promise.asked_at)}
    return {kind: at for kind, at in times.items() if kind.value not in promise.told}


def _again(since: datetime, asked: datetime | None) -> datetime | None:
    """When what was asked for without an answer is asked for again; None where it was not."""
    return min(since + SLOWER * (asked - since), asked + SLOWEST) if asked and asked > since else None


def _listened(incident: Incident, heard: datetime | None, now: datetime) -> Listened:
    """Once for each silence; while it lasts the room is listened to again and again, without a word."""
    patience, known = incident.policy.nudges.silence, _activity(incident)
    if patience is None or known is None:
        raise ValueError("nobody listens here")
    last = max(heard, known.at) if heard else known.at
    told = known.nudged and last == known.at
    if now < last + patience:
        return Listened(activity=Activity(at=last, look_at=last + patience))
    return Listened(activity=Activity(at=last, look_at=now + patience, nudged=True), ask=not told)


def _activity(incident: Incident) -> Activity | None:
    """What is known of the last activity; the declaration is the first."""
    declared, patience = incident.at(Stamp.DECLARED), incident.policy.nudges.silence
    if incident.activity or declared is None or patience is None:
        return incident.activity
    return Activity(at=declared, look_at=declared + patience)


def _silence(incident: Incident) -> datetime | None:
    activity = _activity(incident)
    return activity.look_at if activity and incident.policy.nudges.silence else None


def _overdue(incident: Incident) -> dict[int, datetime]:
    """When each open item of the phase is overdue, of those nobody was told of yet."""
    if not incident.policy.nudges.overdue_items:
        return {}
    times = {item.number: due_at(incident, item) for item in still_open(incident) if not item.nudged}
    return {number: at for number, at in times.items() if at is not None}


def _actions(incident: Incident) -> dict[int, datetime]:
    """When the owner of each open action item is reminded next; also of an incident that is over."""
    times = {item.number: next_reminder(incident, item) for item in incident.actions}
    return {number: at for number, at in times.items() if at is not None}


def _fallen(times: Mapping[What, datetime], now: datetime) -> tuple[What, ...]:
    return tuple(what for what, at in times.items() if at <= now)


# What may fall due several times over at one moment, and the event that sees to all of it.
SEVERAL: Mapping[DueKind, Callable[[Incident, datetime], Event]] = {
    DueKind.ACTIONS_DUE: lambda incident, now: ActionsRemembered(numbers=_fallen(_actions(incident), now), at=now),
    DueKind.ITEMS_OVERDUE: lambda incident, now: ItemsOverdue(numbers=_fallen(_overdue(incident), now)),
    DueKind.HANDOVER_UNANSWERED: lambda incident, now: HandoversUnanswered(
        numbers=_fallen(asked_next(incident), now), at=now
    ),
    DueKind.LONG_IN_ROLE: lambda incident, now: LongInRole(tenures=_fallen(long_in_role(incident), now), at=now),
}


def _commander_missing(incident: Incident) -> datetime | None:
    rule = incident.policy.nudges
    worst = incident.grade is not None and incident.grade.rank == 1
    return (
        None
        if incident.holders(COMMANDER)
        else _after_vacancy(incident, rule.commander_missing_worst if worst else rule.commander_missing)
    )


def _command_again(incident: Incident) -> datetime | None:
    """When the room of an incident of the worst grade is asked again who takes command."""
    since, worst = incident.vacated_at or incident.at(Stamp.DECLARED), incident.grade and incident.grade.rank == 1
    missing = _commander_missing(incident) is not None  # nor is it switched off
    return _again(since, incident.command_asked_at) if since and worst and missing else None


def _roles_empty(incident: Incident) -> datetime | None:
    if not incident.holders(COMMANDER) or not wanted_but_free(incident):
        return None
    return _after_vacancy(incident, incident.policy.nudges.roles_empty)


def _severity_unset(incident: Incident) -> datetime | None:
    return None if incident.severity else _after(incident, incident.policy.nudges.severity_unset)


def _long_phase(incident: Incident) -> datetime | None:
    plan, since = phase_plan(incident), incident.phase_since
    if plan is None or plan.typically is None or since is None or not incident.policy.nudges.long_phase:
        return None
    return since + plan.typically


def nudge_now(incident: Incident, kind: str) -> str | None:
    """What a nudge that could not be given at once says by now; None when there is no reason for it any more."""
    nudge = NUDGES[DueKind(kind)]
    return nudge.text(incident) if incident.is_open and nudge.at(incident) else None


def _after(incident: Incident, wait: timedelta | None) -> datetime | None:
    declared = incident.at(Stamp.DECLARED)
    return declared + wait if declared and wait else None


def _after_vacancy(incident: Incident, wait: timedelta | None) -> datetime | None:
    """As long after somebody had to give up a role as after the declaration."""
    since = incident.vacated_at
    return since + wait if since and wait else _after(incident, wait)


def _free(incident: Incident) -> str:
    names = listed(tuple(escape(rule.name) for rule in wanted_but_free(incident)), last="or")
    return f"Nobody is {names} yet. "


def _first_free(incident: Incident) -> str:
    return next((escape(rule.name) for rule in wanted_but_free(incident)), "scribe")


def _too_long(incident: Incident) -> str:
    plan, phase = phase_plan(incident), PHASES[incident.phase].name
    typically = f" ({lasting(plan.typically)})" if plan and plan.typically else ""
    to = following(incident.phase)
    onward = "`/incident resolve`" if to is Phase.LEARNING else f"`/incident next` (to {escape(PHASES[to].name)})"
    exits = "\n".join(f"• {escape(line)}" for line in plan.exits) if plan else ""
    when = f" It is time for {onward} when:\n{exits}" if exits else f" If it is over: {onward}."
    return f"{escape(phase)} takes longer than it usually does{typically}.{when}"


def _silent(incident: Incident) -> str:
    patience = incident.policy.nudges.silence
    asked = f" for {lasting(patience)}" if patience else ""
    return (
        f"Nobody has written here{asked}. How does it stand? A line is enough: `/incident note …`. "
        "If it is over, `/incident resolve`."
    )


@dataclass(frozen=True, kw_only=True)
class Nudge:
    """A reminder of what is missing, given once: when, as far as the incident is now, and in which words."""

    at: Callable[[Incident], datetime | None]
    text: Callable[[Incident], str]


NUDGES: Mapping[DueKind, Nudge] = {
    DueKind.COMMANDER_MISSING: Nudge(
        at=_commander_missing,
        text=lambda incident: (
            f"{_free(incident)}Take command with the button on the card, or `/incident claim commander`."
        ),
    ),
    DueKind.ROLES_EMPTY: Nudge(
        at=_roles_empty,
        text=lambda incident: (
            f"{_free(incident)}Take one with *Roles* in the card's menu, or `/incident claim {_first_free(incident)}`."
        ),
    ),
    DueKind.SEVERITY_UNSET: Nudge(
        at=_severity_unset,
        text=lambda incident: (
            "The severity is not set; until it is, this counts as the second grade. "
            "Set it with *Severity* in the card's menu, or `/incident severity 2`."
        ),
    ),
    DueKind.LONG_PHASE: Nudge(at=_long_phase, text=_too_long),
}
