"""Which service an incident is about: said when it is declared, or later."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.workflows.commands import Command, Effect, Entry, Event, Refused
from bot.workflows.effects import PostInRoom, ShowAnnouncement, ShowCard
from bot.workflows.incident import Incident, UserId
from bot.workflows.inviting import inviting
from bot.workflows.over import check_goes_on
from bot.workflows.text import escape, mention


def check_service(incident: Incident, service: str | None) -> None:
    """Raise Refused when there is no such service."""
    if service is None or any(rule.key == service for rule in incident.policy.services):
        return
    known = ", ".join(escape(rule.name) for rule in incident.policy.services) or "none: an administrator lists them"
    raise Refused(f"There is no such service here. There are {known}.", field="service")


@dataclass(frozen=True, kw_only=True)
class SetService(Command):
    """Say which service it is about."""

    service: str
    by: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        check_service(incident, self.service)
        check_goes_on(incident)
        if incident.service == self.service:
            return []
        return [ServiceSet(service=self.service, before=incident.service, by=self.by, at=now)]


@dataclass(frozen=True, kw_only=True)
class ServiceSet(Event):
    """It is known which service it is about."""

    service: str
    before: str | None
    by: UserId
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, service=self.service)

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=f"{mention(self.by)} said which service it is about: {self._name(incident)}",
                     at=self.at, by=self.by)  # fmt: skip

    def effects(self, incident: Incident) -> Sequence[Effect]:
        told = PostInRoom(text=f"{mention(self.by)} says that this is about {self._name(incident)}.", evidence=True)
        announced = () if incident.private else (ShowAnnouncement(),)
        return (ShowCard(), told, *announced, *inviting(replace(incident, service=self.before), incident))

    def _name(self, incident: Incident) -> str:
        return escape(incident.policy.service(self.service).name)
