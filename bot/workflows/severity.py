"""Grading an incident."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.workflows.cadence import moved
from bot.workflows.commands import Command, Effect, Entry, Event, Refused
from bot.workflows.effects import PostInRoom, PostUnderAnnouncement, ShowAnnouncement, ShowCard, ShowTopic
from bot.workflows.incident import Graded, Incident, Stamp, UserId
from bot.workflows.inviting import inviting
from bot.workflows.over import check_goes_on
from bot.workflows.policy import SeverityKey
from bot.workflows.roles import two_hats_warning
from bot.workflows.text import escape


@dataclass(frozen=True, kw_only=True)
class SetSeverity(Command):
    """Grade the incident, or grade it again."""

    severity: SeverityKey
    by: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        if incident.policy.severity(self.severity) is None:
            known = ", ".join(rule.key for rule in incident.policy.severities)
            raise Refused(
                f"There is no severity “{escape(self.severity)}” here. Choose one of {known}.", field="severity"
            )
        check_goes_on(incident)
        if incident.severity == self.severity:
            return []
        changed = SeverityChanged(severity=self.severity, before=incident.severity, by=self.by, at=now)
        promise = moved(incident, changed.apply(incident), now)
        return [replace(changed, also=promise.news), promise] if promise else [changed]


@dataclass(frozen=True, kw_only=True)
class SeverityChanged(Event):
    """The incident was graded."""

    severity: SeverityKey
    before: SeverityKey | None
    by: UserId
    at: datetime
    also: str = ""  # what follows from it for the next update

    def apply(self, incident: Incident) -> Incident:
        graded = Graded(severity=self.severity, at=self.at)
        return replace(incident, severity=self.severity, grades=(*(incident.grades or self._first(incident)), graded))

    def _first(self, incident: Incident) -> tuple[Graded, ...]:
        """The grade from before grades were kept."""
        declared = incident.at(Stamp.DECLARED)
        return (Graded(severity=self.before, at=declared),) if self.before and declared else ()

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=f"<@{self.by}> {self._change(incident)}", at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        change = self._change(incident)
        also = f" {self.also}" if self.also else ""
        text = f"<@{self.by}> {change}.{also}{two_hats_warning(incident)}"
        news = PostInRoom(text=text, aloud=True, evidence=True)
        told = PostUnderAnnouncement(text=f"{self._plainly(incident)}.{also}")
        announced = (ShowAnnouncement(), told) if not incident.private else ()
        invited = inviting(replace(incident, severity=self.before), incident)
        return (ShowTopic(), ShowCard(), news, *announced, *invited)

    def _plainly(self, incident: Incident) -> str:
        """The same for people who need not know which number is the worse."""
        grade, before = incident.policy.severity(self.severity), incident.policy.severity(self.before)
        name = escape(grade.name if grade else self.severity)
        if before is None or grade is None:
            return f"How bad it is: {name}"
        return f"{'Less' if grade.rank > before.rank else 'More'} severe now: {name} (was {escape(before.name)})"

    def _change(self, incident: Incident) -> str:
        grade, before = incident.policy.severity(self.severity), incident.policy.severity(self.before)
        name = grade.name if grade else self.severity
        return f"changed the severity from {before.name} to {name}" if before else f"set the severity to {name}"
