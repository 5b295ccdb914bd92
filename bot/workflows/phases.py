"""The course of an incident: where it may go from where it is, and what resolving and closing mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.workflows.commands import Command, Effect, Entry, Event, Refused, stamped
from bot.workflows.effects import (
    FileDraft,
    PostInRoom,
    PostUnderAnnouncement,
    ShowAnnouncement,
    ShowCard,
    ShowTopic,
)
from bot.workflows.incident import Ending, Incident, Stamp, UserId
from bot.workflows.policy import Phase
from bot.workflows.text import cut, escape_prose

REASON_LIMIT = 500


@dataclass(frozen=True, kw_only=True)
class PhaseRule:
    """What people read about a phase."""

    name: str
    objective: str


PHASES: Mapping[Phase, PhaseRule] = {
    Phase.PREPARATION: PhaseRule(name="Preparation", objective="Be ready before it happens."),
    Phase.DETECTION: PhaseRule(name="Detection & Analysis", objective="Notice and understand quickly."),
    Phase.CONTAINMENT: PhaseRule(name="Containment & Eradication", objective="Stop the damage, remove the cause."),
    Phase.RECOVERY: PhaseRule(name="Recovery", objective="Restore, validate, tell people."),
    Phase.LEARNING: PhaseRule(name="Post-Incident Learning", objective="Learn, and fix what made it possible."),
}


@dataclass(frozen=True, kw_only=True)
class Resolve(Command):
    """Say that the impact is over: updates stop and the room turns to learning."""

    by: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        if not incident.is_open:
            return []
        return [IncidentResolved(by=self.by, at=now)]


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
class IncidentResolved(Event):
    """The impact is over."""

    by: UserId
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        return replace(
            incident, phase=Phase.LEARNING, promise=None, stamps=stamped(incident, Stamp.RESOLVED, self.at, self.by)
        )

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=f"<@{self.by}> resolved {incident.name}", at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        text = (
            f"<@{self.by}> resolved {incident.name}: the impact is over. "
            "The draft of the post-mortem follows as a file; what is still open in it is asked as a question."
        )
        news = (PostInRoom(text=text, aloud=True, evidence=True), FileDraft())
        return (ShowTopic(), ShowCard(), *news, *_told(incident, "Resolved: the impact is over."))


@dataclass(frozen=True, kw_only=True)
class IncidentClosed(Event):
    """Nothing is left to do."""

    by: UserId
    at: datetime
    reason: str = ""

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, ending=Ending.CLOSED, stamps=stamped(incident, Stamp.CLOSED, self.at, self.by))

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=f"<@{self.by}> closed {incident.name}{self._why()}", at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        news = PostInRoom(text=f"<@{self.by}> closed {incident.name}{self._why()}.", aloud=True, evidence=True)
        return (ShowTopic(), ShowCard(), news, *_told(incident, "Closed: nothing is left to do."))

    def _why(self) -> str:
        return f": {escape_prose(self.reason)}" if self.reason else ""


def _told(incident: Incident, text: str) -> tuple[Effect, ...]:
    """What stakeholders hear of it; nothing of a private incident."""
    return () if incident.private else (ShowAnnouncement(), PostUnderAnnouncement(text=text))
