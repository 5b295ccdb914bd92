"""Where an incident goes from where it is: on to a phase, back to one, open again; and that its impact has stopped."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.workflows import plainly
from bot.workflows.archiving import RoomSucceeded
from bot.workflows.cadence import moved
from bot.workflows.commands import Command, Effect, Entry, Event, Refused, stamped
from bot.workflows.course import BEGUN, COURSE, ORDER, PHASES, REASON_LIMIT, following, left_out, objective, told
from bot.workflows.effects import PostInRoom, ShowCard, ShowTopic
from bot.workflows.endings import Resolve
from bot.workflows.fate import tell_duplicates
from bot.workflows.incident import Ending, Incident, Stamp, Step, UserId
from bot.workflows.merging import undone
from bot.workflows.over import over
from bot.workflows.policy import Phase
from bot.workflows.text import cut, escape, escape_prose


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
            raise Refused(over(incident))
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
        if change.back and not change.reason:
            again = f"Say why it goes back: `/incident phase {change.to} errors are rising again`."
            raise Refused(again, field="reason")
        left = () if change.back or change.reopened else left_out(incident, self.by, now, reason)
        return [*left, *_move(incident, change)]


@dataclass(frozen=True, kw_only=True)
class Reopen(Command):
    """It is not over: what was resolved or closed broke again, and goes back to the first phase.

    What was cancelled was no false alarm, and goes on in the phase it was in; a merge is undone (merging.py).
    """

    by: UserId
    reason: str = ""

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        why, undone_end = cut(self.reason.strip(), REASON_LIMIT), incident.ending is Ending.CANCELLED
        if incident.ending is Ending.MERGED:
            return undone(incident, self.by, now, why)
        if incident.is_open:
            return []
        to = incident.phase if undone_end and incident.phase is not Phase.LEARNING else COURSE[0]
        change = PhaseChanged(to=to, before=incident.phase, by=self.by, at=now, reason=why, reopened=True)
        succeeded = [RoomSucceeded(by=self.by)] if incident.room and incident.room.archived else []
        return [*succeeded, *_move(incident, change)]


@dataclass(frozen=True, kw_only=True)
class Contain(Command):
    """Say that the impact has stopped, though the cause is still there."""

    by: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        if not incident.is_open:
            raise Refused(over(incident))
        return [] if incident.at(Stamp.CONTAINED) else [ImpactContained(by=self.by, at=now)]


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
        return ORDER.index(self.to) < ORDER.index(self.before)

    def apply(self, incident: Incident) -> Incident:
        later = COURSE[COURSE.index(self.to) + 1 :]
        unknown = {stamp for phase in later for stamp in BEGUN[phase]}
        unknown |= {Stamp.CONTAINED} if self.back else set()  # whoever goes back sees it again
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
        news = PostInRoom(text=f"<@{self.by}> {change} {objective(incident)}{also}", aloud=True, evidence=True)
        duplicates = tell_duplicates(incident, self.by) if self.reopened else ()
        return (ShowTopic(), ShowCard(), news, *told(incident, f"{self._plainly()}{also}"), *duplicates)

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
        return f"{again} {name}" + (f": {escape_prose(self.reason)}" if self.reason else "")


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
        plain = told(incident, "The impact has stopped. The cause is still being removed.")
        return (ShowCard(), PostInRoom(text=text, aloud=True, evidence=True), *plain)


def _move(incident: Incident, change: PhaseChanged) -> Sequence[Event]:
    """The change of phase, and of the promise when the pace is another one."""
    promise = moved(incident, change.apply(incident), change.at)
    return [replace(change, also=promise.news), promise] if promise else [change]


def _names() -> str:
    return ", ".join(escape(PHASES[phase].name) for phase in COURSE)
