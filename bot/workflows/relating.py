"""Incidents that have to do with each other: both sides know it, and say nothing of a private one to others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.workflows.commands import Command, Effect, Entry, Event, Refused
from bot.workflows.effects import PostInRoom, ShowCard, TellOther, Tie
from bot.workflows.incident import Incident, Linked, UserId
from bot.workflows.linking import Target, among, named, without

MOST = 20  # related incidents of one; more say nothing any more
ITSELF = "That is {incident} itself. Name another one: `/incident {verb} INC-7`."
TOO_MANY = "{incident} has {most} related incidents already. `/incident unrelate INC-7` makes room."
ONE = "{incident} and {other} go on as one already: the merge ties them together."
SAID, TAKEN_BACK = "{who} related this to {other}.", "{who} took back that this is related to {other}."


@dataclass(frozen=True, kw_only=True)
class Relate(Command):
    """This incident has to do with another one."""

    to: Target
    by: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        if self.to.id == incident.id:
            raise Refused(ITSELF.format(incident=incident.name, verb="relate"))
        if among(incident.related, self.to.id):
            return []
        if among((*incident.duplicates, *((incident.merged_into,) if incident.merged_into else ())), self.to.id):
            raise Refused(ONE.format(incident=incident.name, other=self.to.name))
        if len(incident.related) >= MOST:
            raise Refused(TOO_MANY.format(incident=incident.name, most=MOST))
        return [IncidentRelated(to=self.to.link, by=self.by, at=now)]


@dataclass(frozen=True, kw_only=True)
class Unrelate(Command):
    """It has nothing to do with it after all."""

    to: Target
    by: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        if self.to.id == incident.id:
            raise Refused(ITSELF.format(incident=incident.name, verb="unrelate"))
        if not among(incident.related, self.to.id):
            return []
        return [IncidentUnrelated(to=self.to.link, by=self.by, at=now)]


@dataclass(frozen=True, kw_only=True)
class IncidentRelated(Event):
    """It is known to have to do with another one; `heard` when it is the other one that said so."""

    to: Linked
    by: UserId
    at: datetime
    heard: bool = False

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, related=(*incident.related, self.to))

    def tells(self, incident: Incident) -> Entry | None:
        return _entry(SAID, self)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return _told(SAID, self, Tie.RELATED)


@dataclass(frozen=True, kw_only=True)
class IncidentUnrelated(Event):
    """It has nothing to do with another one after all."""

    to: Linked
    by: UserId
    at: datetime
    heard: bool = False

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, related=without(incident.related, self.to.incident))

    def tells(self, incident: Incident) -> Entry | None:
        return _entry(TAKEN_BACK, self)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return _told(TAKEN_BACK, self, Tie.UNRELATED)


def _entry(text: str, event: IncidentRelated | IncidentUnrelated) -> Entry | None:
    """A line of the timeline; none about a private incident, which not all of its readers may see."""
    said = text.format(who=f"<@{event.by}>", other=named(event.to)).rstrip(".")
    return None if event.to.private else Entry(text=said, at=event.at, by=event.by)


def _told(text: str, event: IncidentRelated | IncidentUnrelated, tie: Tie) -> tuple[Effect, ...]:
    said = text.format(who=f"<@{event.by}>", other=named(event.to))
    here: tuple[Effect, ...] = () if event.to.private else (ShowCard(), PostInRoom(text=said, evidence=True))
    return here if event.heard else (*here, TellOther(other=event.to.incident, tie=tie, by=event.by))
