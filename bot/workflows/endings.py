"""How an incident ends: what resolving, closing and cancelling mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.workflows import plainly
from bot.workflows.commands import Command, Effect, Entry, Event, Refused, stamped
from bot.workflows.course import REASON_LIMIT, left_out, told
from bot.workflows.effects import CopyDraft, FileDraft, PostInRoom, ShowCard, ShowTopic
from bot.workflows.fate import tell_duplicates
from bot.workflows.incident import CustomersTold, Ending, Incident, Stamp, Step, UserId
from bot.workflows.policy import Phase
from bot.workflows.text import cut, escape_prose

FIX_LIMIT = 1000
CUSTOMERS: Mapping[CustomersTold | None, str] = {
    **plainly.CUSTOMERS,
    CustomersTold.NOT_YET: " Customers have *not* been told yet: who does it?",
}


@dataclass(frozen=True, kw_only=True)
class Cancel(Command):
    """It was a false alarm."""

    by: UserId
    reason: str

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        if incident.ending is not None:
            return []
        reason = cut(self.reason.strip(), REASON_LIMIT)
        if not reason:
            raise Refused("Say why it was a false alarm: `/incident cancel the alert was misread`.", field="reason")
        return [IncidentCancelled(by=self.by, at=now, reason=reason)]


@dataclass(frozen=True, kw_only=True)
class Resolve(Command):
    """Say that the impact is over: updates stop and the room turns to learning.

    `fix` is what ended it, empty while nobody can say; `reason` is why required items are left out, if any are open.
    """

    by: UserId
    fix: str = ""
    customers_told: CustomersTold | None = None
    reason: str = ""

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        if not incident.is_open:
            return []
        fix, reason = cut(self.fix.strip(), FIX_LIMIT), cut(self.reason.strip(), REASON_LIMIT)
        left = left_out(incident, self.by, now, reason)
        return [*left, IncidentResolved(by=self.by, at=now, fix=fix, customers_told=self.customers_told)]


@dataclass(frozen=True, kw_only=True)
class Close(Command):
    """End a resolved incident: nothing is left to do; `reason` is why required items are left out, if any are open."""

    by: UserId
    reason: str = ""

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        if incident.ending is not None:
            return []
        if incident.is_open:
            raise Refused(
                f"{incident.name} is still open. Resolve it first, when the impact is over; then close it.",
                offer=Resolve(incident=incident.id, by=self.by),
            )
        reason = cut(self.reason.strip(), REASON_LIMIT)
        return [*left_out(incident, self.by, now, reason), IncidentClosed(by=self.by, at=now, reason=reason)]


@dataclass(frozen=True, kw_only=True)
class IncidentCancelled(Event):
    """It was a false alarm."""

    by: UserId
    at: datetime
    reason: str

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, ending=Ending.CANCELLED, ended_at=self.at, promise=None)

    def tells(self, incident: Incident) -> Entry:
        return Entry(
            text=f"<@{self.by}> cancelled {incident.name}: {escape_prose(self.reason)}", at=self.at, by=self.by
        )

    def effects(self, incident: Incident) -> Sequence[Effect]:
        why = f"{incident.name}, a false alarm: {escape_prose(self.reason)}"
        news = PostInRoom(text=f"<@{self.by}> cancelled {why}", aloud=True, evidence=True)
        announced = told(incident, f"Cancelled {why}")
        return (ShowTopic(), ShowCard(), news, *announced, *tell_duplicates(incident, self.by))


@dataclass(frozen=True, kw_only=True)
class IncidentResolved(Event):
    """The impact is over."""

    by: UserId
    at: datetime
    fix: str = ""
    customers_told: CustomersTold | None = None

    def apply(self, incident: Incident) -> Incident:
        return replace(
            incident, phase=Phase.LEARNING, promise=None, fix=self.fix,
            course=(*incident.course, Step(phase=Phase.LEARNING, at=self.at, by=self.by)),
            customers_told=self.customers_told, stamps=stamped(incident, Stamp.RESOLVED, self.at, self.by),
        )  # fmt: skip

    def tells(self, incident: Incident) -> Entry:
        what = f": {escape_prose(self.fix)}" if self.fix else ""
        return Entry(text=f"<@{self.by}> resolved {incident.name}{what}", at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        text = (
            f"<@{self.by}> resolved {incident.name}: the impact is over."
            f"{plainly.ended_by(self.fix)}{CUSTOMERS[self.customers_told]} "
            "The draft of the post-mortem follows as a file; what is still open in it is asked as a question."
        )
        news = (PostInRoom(text=text, aloud=True, evidence=True), FileDraft(), CopyDraft())
        announced = told(incident, plainly.resolved(incident, self.at))
        return (ShowTopic(), ShowCard(), *news, *announced, *tell_duplicates(incident, self.by))


@dataclass(frozen=True, kw_only=True)
class IncidentClosed(Event):
    """Nothing is left to do."""

    by: UserId
    at: datetime
    reason: str = ""

    def apply(self, incident: Incident) -> Incident:
        stamps = stamped(incident, Stamp.CLOSED, self.at, self.by)
        return replace(incident, ending=Ending.CLOSED, ended_at=self.at, stamps=stamps)

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=f"<@{self.by}> closed {incident.name}{self._why()}", at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        news = PostInRoom(text=f"<@{self.by}> closed {incident.name}{self._why()}.", aloud=True, evidence=True)
        return (ShowTopic(), ShowCard(), news, *told(incident, plainly.closed(incident)))

    def _why(self) -> str:
        return f": {escape_prose(self.reason)}" if self.reason else ""
