"""What an incident hears of another one that was merged into it, or related to it; the same twice is nothing new."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.workflows.commands import Command, Event
from bot.workflows.effects import Tie
from bot.workflows.fate import FateHeard
from bot.workflows.incident import Fate, Incident, Linked, UserId
from bot.workflows.linking import LinkHidden, among, named_by
from bot.workflows.merging import DuplicateGone, DuplicateTaken, MergeUndone, goes_on_elsewhere, newcomers, worse
from bot.workflows.policy import SeverityKey
from bot.workflows.relating import IncidentRelated, IncidentUnrelated


@dataclass(frozen=True, kw_only=True)
class HearOf(Command):
    """Another incident lets this one know what ties them. It is never refused.

    `people` are its participants, `severity` is its grade and `fate` what became of it, all of them as of now.
    """

    other: Linked
    tie: Tie
    by: UserId
    people: tuple[UserId, ...] = ()
    severity: SeverityKey | None = None
    fate: Fate | None = None
    further: Linked | None = None  # what the other one goes on as
    tasks: tuple[str, ...] = ()  # what was still to do in the other one by people's own words

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        taken, related = among(incident.duplicates, self.other.incident), among(incident.related, self.other.incident)
        if self.tie is Tie.MERGED:
            return [] if taken else self._merged(incident, now)
        if self.tie is Tie.REOPENED:
            return [DuplicateGone(other=self.other, by=self.by, at=now)] if taken else []
        if self.tie is Tie.FATE:
            return self._fate(incident, now)
        if self.tie is Tie.HIDDEN:
            return [LinkHidden(other=self.other)] if named_by(incident, self.other) else []
        if self.tie is Tie.RELATED:
            return [] if related else [IncidentRelated(to=self.other, by=self.by, at=now, heard=True)]
        return [IncidentUnrelated(to=self.other, by=self.by, at=now, heard=True)] if related else []

    def _fate(self, incident: Incident, now: datetime) -> list[Event]:
        """Of a private incident it is not told how it goes, to people who may not see it."""
        if self.other.private or not goes_on_elsewhere(incident, self.other.incident):
            return []
        same = self.fate is incident.fate
        return [] if same else [FateHeard(other=self.other, fate=self.fate, at=now, further=self.further)]

    def _merged(self, incident: Incident, now: datetime) -> list[Event]:
        """Of two that were merged into each other at once the older one goes on; the other one stays merged."""
        people = newcomers(incident, (*self.people, self.by))
        severity = None if self.other.private else worse(incident, self.severity)
        tasks = () if self.other.private else self.tasks
        taken = DuplicateTaken(other=self.other, people=people, by=self.by, at=now, severity=severity, tasks=tasks)
        if not goes_on_elsewhere(incident, self.other.incident):
            return [taken]
        if self.other.incident < incident.id:
            return []
        return [MergeUndone(other=self.other, by=self.by, at=now, crossed=True), taken]
