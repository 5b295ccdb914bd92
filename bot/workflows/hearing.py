"""What an incident hears of another one that was merged into it, or related to it; the same twice is nothing new."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.workflows.commands import Command, Event
from bot.workflows.effects import Tie
from bot.workflows.incident import Incident, Linked, UserId
from bot.workflows.linking import LinkHidden, among, named_by
from bot.workflows.merging import DuplicateGone, DuplicateTaken, MergeUndone, goes_on_elsewhere, newcomers
from bot.workflows.relating import IncidentRelated, IncidentUnrelated


@dataclass(frozen=True, kw_only=True)
class HearOf(Command):
    """Another incident lets this one know what ties them; `people` are its participants. It is never refused."""

    other: Linked
    tie: Tie
    by: UserId
    people: tuple[UserId, ...] = ()

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        taken, related = among(incident.duplicates, self.other.incident), among(incident.related, self.other.incident)
        if self.tie is Tie.MERGED:
            return [] if taken else self._merged(incident, now)
        if self.tie is Tie.REOPENED:
            return [DuplicateGone(other=self.other, by=self.by, at=now)] if taken else []
        if self.tie is Tie.HIDDEN:
            return [LinkHidden(other=self.other)] if named_by(incident, self.other) else []
        if self.tie is Tie.RELATED:
            return [] if related else [IncidentRelated(to=self.other, by=self.by, at=now, heard=True)]
        return [IncidentUnrelated(to=self.other, by=self.by, at=now, heard=True)] if related else []

    def _merged(self, incident: Incident, now: datetime) -> list[Event]:
        """Of two that were merged into each other at once the older one goes on; the other one stays merged."""
        people = newcomers(incident, (*self.people, self.by))
        taken = DuplicateTaken(other=self.other, people=people, by=self.by, at=now)
        if not goes_on_elsewhere(incident, self.other.incident):
            return [taken]
        if self.other.incident < incident.id:
            return []
        return [MergeUndone(other=self.other, by=self.by, at=now, crossed=True), taken]
