"""A duplicate goes on as another incident: both rooms are told, its people are let in there, and it can be undone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.workflows.archiving import RoomSucceeded
from bot.workflows.cadence import promised
from bot.workflows.commands import Command, Effect, Entry, Event, Refused
from bot.workflows.course import told
from bot.workflows.effects import (
    LetIn,
    PostInRoom,
    ShowCard,
    ShowTopic,
    TellOther,
    Tie,
)
from bot.workflows.fate import tell_duplicates
from bot.workflows.incident import Activity, Ending, Incident, IncidentId, ItemState, Linked, UserId
from bot.workflows.linking import Target, among, named, without
from bot.workflows.membership import taking_in
from bot.workflows.policy import SeverityKey
from bot.workflows.text import escape, escape_prose

ITSELF = "{incident} cannot be merged into itself. Name the incident it goes on as: `/incident merge INC-7`."
MERGED_ALREADY = "{incident} goes on as {other} already. `/incident reopen {incident}` undoes that first."
OVER = "{incident} is {ending}, so nothing of it goes on. `/incident relate {other}` ties the two together."
TARGET_OVER = "{other} is {ending}. Reopen it first (`/incident reopen {other}`), or tie the two: `relate {other}`."
TARGET_MERGED = "{other} goes on as {further} itself. Merge {incident} into that one."
TARGET_HIDDEN = (
    "{other} goes on as an incident that not everybody may see: ask in its room whether {incident} belongs there."
)
OTHER_WAY = "{other} was merged into {incident}: it cannot go the other way. `/incident reopen {other}` undoes that."
WOULD_TELL = (
    "{incident} is private and {other} is not: everybody could read there what was said in private. It works the other "
    "way round: `/incident merge {other} into {incident}`."
)
IN_ROOM = "{who} merged {incident} into {other}. {people} Reminders end here; `/incident reopen` undoes it."
LET_IN = "It goes on there, and everybody of this incident is let in."
NOT_LET_IN = "Not everybody may see that one: ask {who}."
TO_STAKEHOLDERS = "This is the same as {other}, and goes on there. You hear of it in the thread of its announcement."
TO_STAKEHOLDERS_HIDDEN = "This goes on as another incident. Nothing more will be said of it here."
TAKEN = "{who} merged {other} into this one: it goes on here."
TAKEN_LATE = "{who} merged {other} into this one, which was over by then."
WORSE = " It was {theirs} there, and {ours} here: grade it anew if that no longer fits (`/incident severity {key}`)."
SHOWN_TASKS = 5
STILL_TO_DO = "Its tasks do not come along; still to do there was (`/incident task` gives it anew):"
UNDONE = "{who} undid the merge: {incident} goes on by itself again, apart from {other}."
CROSSED = "{incident} and {other} were merged into each other at once. {incident} is the older one, and goes on."
GONE = "{who} undid the merge: {other} goes on by itself again."


@dataclass(frozen=True, kw_only=True)
class Merge(Command):
    """This incident is the same as another one, and goes on there."""

    into: Target
    by: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        standing = incident.merged_into
        if standing and standing.incident == self.into.id:
            return []
        _check(incident, self.into)
        return [IncidentMerged(into=self.into.link, by=self.by, at=now)]


def _check(incident: Incident, into: Target) -> None:
    """Let a merge pass that leads somewhere and tells nobody what they may not know.

    Raises:
        Refused: it does not.
    """
    names = {"incident": incident.name, "other": into.name}
    if into.id == incident.id:
        raise Refused(ITSELF.format(**names))
    if incident.merged_into:
        raise Refused(MERGED_ALREADY.format(incident=incident.name, other=named(incident.merged_into)))
    if incident.ending is not None:
        raise Refused(OVER.format(**names, ending=incident.ending))
    circle = into.merged_into and into.merged_into.incident == incident.id
    if circle or among(incident.duplicates, into.id):
        raise Refused(OTHER_WAY.format(**names))
    if into.merged_into:
        template = TARGET_HIDDEN if into.merged_into.private else TARGET_MERGED
        raise Refused(template.format(**names, further=named(into.merged_into)))
    if into.ending is not None:
        raise Refused(TARGET_OVER.format(**names, ending=into.ending))
    if incident.private and not into.private:
        raise Refused(WOULD_TELL.format(**names))


def undone(incident: Incident, by: UserId, now: datetime, reason: str) -> list[Event]:
    """What follows when a merged incident goes on by itself again; in a new room where its own is archived."""
    succeeded = [RoomSucceeded(by=by)] if incident.room and incident.room.archived else []
    return [*succeeded, MergeUndone(other=incident.merged_into, by=by, at=now, reason=reason)]


@dataclass(frozen=True, kw_only=True)
class IncidentMerged(Event):
    """The incident goes on as another one."""

    into: Linked
    by: UserId
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        return replace(
            incident, ending=Ending.MERGED, ended_at=self.at, merged_into=self.into, fate=None, promise=None
        )  # fmt: skip

    def tells(self, incident: Incident) -> Entry:
        return Entry(
            text=f"<@{self.by}> merged {incident.name} into {named(self.into)}", at=self.at, by=self.by
        )  # fmt: skip

    def effects(self, incident: Incident) -> Sequence[Effect]:
        who = f"<@{self.by}>"
        people = NOT_LET_IN.format(who=who) if self.into.private else LET_IN
        text = IN_ROOM.format(who=who, incident=incident.name, other=named(self.into), people=people)
        plain = TO_STAKEHOLDERS_HIDDEN if self.into.private else TO_STAKEHOLDERS.format(other=named(self.into))
        other = TellOther(other=self.into.incident, tie=Tie.MERGED, by=self.by)
        news = PostInRoom(text=text, aloud=True, evidence=True)
        return (ShowTopic(), ShowCard(), news, *told(incident, plain), other, *tell_duplicates(incident, self.by))


@dataclass(frozen=True, kw_only=True)
class MergeUndone(Event):
    """The incident goes on by itself again, in the phase it was in; `crossed` when both were merged at once."""

    other: Linked | None
    by: UserId
    at: datetime
    crossed: bool = False
    reason: str = ""

    def apply(self, incident: Incident) -> Incident:
        patience = incident.policy.nudges.silence
        again = replace(
            incident, ending=None, ended_at=None, merged_into=None, fate=None,
            room=incident.room and replace(incident.room, archiving=False),
            activity=Activity(at=self.at, look_at=self.at + patience) if patience else incident.activity,
        )  # fmt: skip
        return replace(again, promise=promised(again, self.at))

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=self._said(incident).rstrip("."), at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        news = PostInRoom(text=self._said(incident), aloud=True, evidence=True)
        other: tuple[Effect, ...] = ()
        if self.other and not self.crossed:
            other = (TellOther(other=self.other.incident, tie=Tie.REOPENED, by=self.by),)
        duplicates = tell_duplicates(incident, self.by)
        return (ShowTopic(), ShowCard(), news, *told(incident, self._said(incident)), *other, *duplicates)

    def _said(self, incident: Incident) -> str:
        other = named(self.other) if self.other else "the other"
        said = (CROSSED if self.crossed else UNDONE).format(who=f"<@{self.by}>", incident=incident.name, other=other)
        return f"{said.rstrip('.')}: {escape_prose(self.reason)}" if self.reason else said


@dataclass(frozen=True, kw_only=True)
class DuplicateTaken(Event):
    """Another incident goes on as this one; its people are let in, unless this one is private.

    `severity` is the grade it had, if that is worse than the one of this incident; its tasks stay there.
    """

    other: Linked
    people: tuple[UserId, ...]
    by: UserId
    at: datetime
    severity: SeverityKey | None = None
    tasks: tuple[str, ...] = ()  # what was still to do there

    def apply(self, incident: Incident) -> Incident:
        taken = replace(incident, duplicates=(*incident.duplicates, self.other))
        for user in self.people:
            taken = taking_in(taken, user)
        return taken

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=self._said(incident).rstrip("."), at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        let_in = (LetIn(users=self.people),) if self.people else ()
        text = f"{self._said(incident)}{self._worse(incident)}{self._left()}"
        news = PostInRoom(text=text, aloud=True, evidence=True)
        over = () if incident.is_open else (TellOther(other=self.other.incident, tie=Tie.FATE, by=self.by),)
        return (*let_in, ShowCard(), news, *over)

    def _worse(self, incident: Incident) -> str:
        theirs, ours = incident.policy.severity(self.severity), incident.grade
        if theirs is None or not incident.is_open:
            return ""
        return WORSE.format(
            theirs=escape(theirs.name), ours=escape(ours.name) if ours else "not graded", key=theirs.key
        )  # fmt: skip

    def _left(self) -> str:
        shown = [f"\n• {escape_prose(task)}" for task in self.tasks[:SHOWN_TASKS]]
        more = [f"\n• and {len(self.tasks) - SHOWN_TASKS} more"] if len(self.tasks) > SHOWN_TASKS else []
        return f" {STILL_TO_DO}{''.join([*shown, *more])}" if self.tasks else ""

    def _said(self, incident: Incident) -> str:
        text = TAKEN if incident.is_open else TAKEN_LATE
        return text.format(who=f"<@{self.by}>", other=named(self.other))


@dataclass(frozen=True, kw_only=True)
class DuplicateGone(Event):
    """An incident that went on as this one goes on by itself again; whoever came with it stays."""

    other: Linked
    by: UserId
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, duplicates=without(incident.duplicates, self.other.incident))

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=self._said().rstrip("."), at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (ShowCard(), PostInRoom(text=self._said(), aloud=True, evidence=True))

    def _said(self) -> str:
        return GONE.format(who=f"<@{self.by}>", other=named(self.other))


def open_tasks(incident: Incident) -> tuple[str, ...]:
    """What people gave in an incident and is not done, in their words."""
    return tuple(item.text for item in incident.checklist if item.given_by and item.state is ItemState.OPEN)


def newcomers(incident: Incident, people: Sequence[UserId]) -> tuple[UserId, ...]:
    """Who comes in with a duplicate: nobody into a private incident, nor whoever has left this one before."""
    if incident.private:
        return ()
    return tuple(user for user in dict.fromkeys(people) if user not in {*incident.participants, *incident.left})


def worse(incident: Incident, severity: SeverityKey | None) -> SeverityKey | None:
    """The severity of another incident, if it is worse than this one's."""
    theirs, ours = incident.policy.severity(severity), incident.grade
    return severity if theirs and (ours is None or theirs.rank < ours.rank) else None


def goes_on_elsewhere(incident: Incident, number: IncidentId) -> bool:
    """Whether this incident goes on as that one."""
    return incident.merged_into is not None and incident.merged_into.incident == number
