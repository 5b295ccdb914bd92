"""The course of an incident: where it may go from where it is, and what resolving and closing mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.workflows import plainly
from bot.workflows.archiving import RoomSucceeded
from bot.workflows.cadence import moved
from bot.workflows.checklist import blocking, left_behind
from bot.workflows.commands import AGAIN, Command, Effect, Entry, Event, Refused, stamped
from bot.workflows.effects import (
    CopyDraft,
    FileDraft,
    PostInRoom,
    PostUnderAnnouncement,
    ShowAnnouncement,
    ShowCard,
    ShowTopic,
)
from bot.workflows.incident import CustomersTold, Ending, Incident, Item, Stamp, Step, UserId
from bot.workflows.merging import undone
from bot.workflows.policy import Phase
from bot.workflows.text import cut, escape, escape_prose

REASON_LIMIT = 500
FIX_LIMIT = 1000


class ItemsOpen(Refused):
    """The phase has required items that are not done: a reason is asked for; `items` are they."""

    def __init__(self, incident: Incident, items: tuple[Item, ...]) -> None:
        listed = "\n".join(f"• {item.number}. {escape(item.text)}" for item in items)
        phase = escape(PHASES[incident.phase].name)
        super().__init__(
            f"{phase} still has required items open:\n{listed}\nDo them, or say why they are left out: "
            "with the button on the card, or with a reason after the phase.",
            field="reason",
        )
        self.items = items


CUSTOMERS: Mapping[CustomersTold | None, str] = {
    **plainly.CUSTOMERS,
    CustomersTold.NOT_YET: " Customers have *not* been told yet: who does it?",
}


@dataclass(frozen=True, kw_only=True)
class PhaseRule:
    """What people read about a phase."""

    name: str
    objective: str
    doing: str  # what it means to somebody who waits for the end of it


PHASES: Mapping[Phase, PhaseRule] = {
    Phase.PREPARATION: PhaseRule(name="Preparation", objective="Be ready before it happens.", doing="Preparing"),
    Phase.DETECTION: PhaseRule(
        name="Detection & Analysis", objective="Notice and understand quickly.", doing="Finding out what is wrong"
    ),
    Phase.CONTAINMENT: PhaseRule(
        name="Containment & Eradication",
        objective="Stop the damage, remove the cause.",
        doing="Stopping the damage and removing its cause",
    ),
    Phase.RECOVERY: PhaseRule(
        name="Recovery", objective="Restore, validate, tell people.", doing="Restoring the service"
    ),
    Phase.LEARNING: PhaseRule(
        name="Post-Incident Learning",
        objective="Learn, and fix what made it possible.",
        doing="Over. We are writing down what happened",
    ),
}


# The course, in its order; Preparation is the organisation's own and no part of an incident.
COURSE: tuple[Phase, ...] = (Phase.DETECTION, Phase.CONTAINMENT, Phase.RECOVERY, Phase.LEARNING)
_ORDER = tuple(Phase)
# What is known once a phase has begun, and no longer known when the incident goes back to before it.
BEGUN: Mapping[Phase, tuple[Stamp, ...]] = {
    Phase.CONTAINMENT: (Stamp.ANALYSED,),
    Phase.RECOVERY: (Stamp.ERADICATED,),
    Phase.LEARNING: (Stamp.RESOLVED, Stamp.CLOSED),
}


def following(phase: Phase) -> Phase:
    """The phase after this one; the last stays the last."""
    after = [later for later in COURSE if _ORDER.index(later) > _ORDER.index(phase)]
    return after[0] if after else COURSE[-1]


def just_arrived(incident: Incident, now: datetime) -> bool:
    """Whether the phase began so lately that a bare `next` may mean the step that was just taken."""
    return len(incident.course) > 1 and now - incident.course[-1].at < AGAIN


@dataclass(frozen=True, kw_only=True)
class MovePhase(Command):
    """Go on to a phase, or back to one with a reason; None is the next. On to the last is to resolve.

    Going on with required items open takes a reason too: they are left out for it.
    """

    by: UserId
    to: Phase | None = None
    reason: str = ""

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        if incident.ending is not None:
            raise Refused(f"{incident.name} is {incident.ending}. `/incident reopen` opens it again.")
        to = self.to or following(incident.phase)
        if to not in COURSE:
            raise Refused(f"{PHASES[to].name} comes before any incident. Choose {_names()}.", field="phase")
        if to is incident.phase:
            return []
        reason = cut(self.reason.strip(), REASON_LIMIT)
        if to is Phase.LEARNING:
            return Resolve(incident=incident.id, by=self.by, reason=reason).decide(incident, now)
        change = PhaseChanged(
            to=to, before=incident.phase, by=self.by, at=now, reason=reason, reopened=not incident.is_open
        )
        left = () if change.back or change.reopened else _left_out(incident, self.by, now, reason)
        return [*left, *_move(incident, change)]


@dataclass(frozen=True, kw_only=True)
class Reopen(Command):
    """It broke again: back to the first phase, also after it was closed or cancelled; a merge is undone."""

    by: UserId
    reason: str = ""

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        if incident.ending is Ending.MERGED:
            return undone(incident, self.by, now)
        if incident.is_open:
            return []
        why = cut(self.reason.strip(), REASON_LIMIT) or "it broke again"
        change = PhaseChanged(to=COURSE[0], before=incident.phase, by=self.by, at=now, reason=why, reopened=True)
        succeeded = [RoomSucceeded(by=self.by)] if incident.room and incident.room.archived else []
        return [*succeeded, *_move(incident, change)]


@dataclass(frozen=True, kw_only=True)
class Contain(Command):
    """Say that the impact has stopped, though the cause is still there."""

    by: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        if not incident.is_open:
            raise Refused(f"{incident.name} is over already.")
        return [] if incident.at(Stamp.CONTAINED) else [ImpactContained(by=self.by, at=now)]


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
        left = _left_out(incident, self.by, now, reason)
        return [*left, IncidentResolved(by=self.by, at=now, fix=fix, customers_told=self.customers_told)]


@dataclass(frozen=True, kw_only=True)
class Close(Command):
    """End a resolved incident: nothing is left to do."""

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
        return [IncidentClosed(by=self.by, at=now, reason=cut(self.reason.strip(), REASON_LIMIT))]


@dataclass(frozen=True, kw_only=True)
class PhaseChanged(Event):
    """The incident went on to a phase, or back to one."""

    to: Phase
    before: Phase
    by: UserId
    at: datetime
    reason: str = ""
    reopened: bool = False
    also: str = ""  # what follows from it for the next update

    @property
    def back(self) -> bool:
        """Whether this goes against the course."""
        return _ORDER.index(self.to) < _ORDER.index(self.before)

    def apply(self, incident: Incident) -> Incident:
        later = COURSE[COURSE.index(self.to) + 1 :]
        unknown = {stamp for phase in later for stamp in BEGUN[phase]}
        unknown |= {Stamp.CONTAINED} if self.back or self.reopened else set()  # whoever goes back sees it again
        kept = replace(
            incident, phase=self.to, ending=None, ended_at=None,
            course=(*incident.course, Step(phase=self.to, at=self.at, by=self.by, reason=self.reason)),
            nudged=tuple(kind for kind in incident.nudged if kind != "long_phase"),  # each phase has its own length
            stamps={stamp: value for stamp, value in incident.stamps.items() if stamp not in unknown},
        )  # fmt: skip
        if self.reopened:  # it is not over: what ended it and who was told is asked again
            room = kept.room and replace(kept.room, archiving=False)
            kept = replace(kept, fix="", customers_told=None, room=room, unannounced=False)
        begun = BEGUN.get(self.to, ())
        return replace(kept, stamps=stamped(kept, begun[0], self.at, self.by)) if begun else kept

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=f"<@{self.by}> {self._change()}", at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        also = f" {self.also}" if self.also else ""
        change = f"{self._change()}."
        news = PostInRoom(
            text=f"<@{self.by}> {change} {escape(PHASES[self.to].objective)}{also}", aloud=True, evidence=True
        )
        return (ShowTopic(), ShowCard(), news, *_told(incident, f"{self._plainly()}{also}"))

    def _plainly(self) -> str:
        """The same for people who do not know the phases; why required items were left out is none of their matters."""
        now = f"Now: {escape(PHASES[self.to].doing)}."
        if not self.back and not self.reopened:
            return now
        return plainly.back_again(self.reason, now, reopened=self.reopened)

    def _change(self) -> str:
        name = escape(PHASES[self.to].name)
        if not self.back and not self.reopened:
            return f"moved on to {name}" + (f": {escape_prose(self.reason)}" if self.reason else "")
        again = "reopened it, back to" if self.reopened else "went back to"
        return f"{again} {name}: {escape_prose(self.reason)}"


@dataclass(frozen=True, kw_only=True)
class ImpactContained(Event):
    """The impact has stopped."""

    by: UserId
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, stamps=stamped(incident, Stamp.CONTAINED, self.at, self.by))

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=f"<@{self.by}> said that the impact has stopped", at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        text = f"<@{self.by}> says that the impact has stopped. The cause is still there."
        told = _told(incident, "The impact has stopped. The cause is still being removed.")
        return (ShowCard(), PostInRoom(text=text, aloud=True, evidence=True), *told)


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
        return (ShowTopic(), ShowCard(), news, *_told(incident, f"Cancelled {why}"))


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
        return (ShowTopic(), ShowCard(), *news, *_told(incident, plainly.resolved(incident, self.at)))


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
        return (ShowTopic(), ShowCard(), news, *_told(incident, plainly.closed(incident)))

    def _why(self) -> str:
        return f": {escape_prose(self.reason)}" if self.reason else ""


def _move(incident: Incident, change: PhaseChanged) -> Sequence[Event]:
    """The change of phase, and of the promise when the pace is another one.

    Raises:
        Refused: back without a reason.
    """
    if change.back and not change.reason:
        raise Refused(f"Say why it goes back: `/incident phase {change.to} errors are rising again`.", field="reason")
    promise = moved(incident, change.apply(incident), change.at)
    return [replace(change, also=promise.news), promise] if promise else [change]


def _left_out(incident: Incident, by: UserId, now: datetime, reason: str) -> Sequence[Event]:
    """What leaving the phase leaves out.

    Raises:
        ItemsOpen: required items are open, and there is no reason.
    """
    items = blocking(incident)
    if items and not reason:
        raise ItemsOpen(incident, items)
    return left_behind(incident, by, now, reason)


def _names() -> str:
    return ", ".join(escape(PHASES[phase].name) for phase in COURSE)


def _told(incident: Incident, text: str) -> tuple[Effect, ...]:
    """What stakeholders hear of it; nothing of a private incident."""
    return () if incident.private else (ShowAnnouncement(), PostUnderAnnouncement(text=text))
