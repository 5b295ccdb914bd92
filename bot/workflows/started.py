"""When customers began to feel it: asked for and never assumed, and corrected when more is known."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.workflows.commands import Command, Effect, Entry, Event, Refused
from bot.workflows.effects import PostInRoom, ShowAnnouncement, ShowCard
from bot.workflows.incident import Incident, Stamp, Stamped, UserId
from bot.workflows.times import when

AFTER_THE_END = "{incident} was resolved {resolved}: its impact began before that. Say an earlier time."
STILL_TO_COME = "That is still to come. Say when the impact began: `/incident started 13:40`."


@dataclass(frozen=True, kw_only=True)
class SayStarted(Command):
    """Say when the impact began, or that it was at another time than was said before."""

    began: datetime
    by: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        if self.began > now:
            raise Refused(STILL_TO_COME, field="started")
        resolved = incident.at(Stamp.RESOLVED)
        if resolved and self.began >= resolved:
            raise Refused(AFTER_THE_END.format(incident=incident.name, resolved=when(resolved)), field="started")
        before = incident.at(Stamp.IMPACT_STARTED)
        return [] if self.began == before else [ImpactBegan(began=self.began, before=before, by=self.by, at=now)]


@dataclass(frozen=True, kw_only=True)
class ImpactBegan(Event):
    """Somebody said when the impact began; `before` is what was said of it until then."""

    began: datetime
    by: UserId
    at: datetime
    before: datetime | None = None

    def apply(self, incident: Incident) -> Incident:
        given = Stamped(at=self.began, by=self.by, set_at=self.at)
        return replace(incident, stamps={**incident.stamps, Stamp.IMPACT_STARTED: given})

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=self._said(), at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        shown = (ShowCard(),) if incident.private else (ShowCard(), ShowAnnouncement())
        return (*shown, PostInRoom(text=self._said(), evidence=True))

    def _said(self) -> str:
        if self.before is None:
            return f"<@{self.by}> said when the impact began: {when(self.began)}"
        return f"<@{self.by}> corrected when the impact began: from {when(self.before)} to {when(self.began)}"
