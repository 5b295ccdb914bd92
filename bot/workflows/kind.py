"""Which kind of incident it is: said when it is declared, or once somebody knows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.workflows.commands import Command, Effect, Entry, Event
from bot.workflows.declare import check_kind
from bot.workflows.effects import PostInRoom, ShowCard
from bot.workflows.incident import Incident, UserId
from bot.workflows.inviting import inviting
from bot.workflows.over import check_goes_on
from bot.workflows.playbooks import fitting
from bot.workflows.policy import Playbook
from bot.workflows.text import escape, mention

ITS_PLAYBOOK = " There is a playbook for that: `/incident playbook {key}` (“{name}”)."


@dataclass(frozen=True, kw_only=True)
class SetKind(Command):
    """Say which kind it is."""

    kind: str
    by: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        check_kind(self.kind, incident.policy)
        check_goes_on(incident)
        if incident.kind == self.kind:
            return []
        return [KindSet(kind=self.kind, before=incident.kind, by=self.by, at=now)]


@dataclass(frozen=True, kw_only=True)
class KindSet(Event):
    """It is known which kind it is; who is wanted for that is invited, and its playbook is named."""

    kind: str
    before: str | None
    by: UserId
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, kind=self.kind)

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=f"{mention(self.by)} said which kind of incident it is: {self._name(incident)}",
                     at=self.at, by=self.by)  # fmt: skip

    def effects(self, incident: Incident) -> Sequence[Effect]:
        book = better_playbook(incident)
        hint = ITS_PLAYBOOK.format(key=escape(book.key), name=escape(book.name)) if book else ""
        said = f"{mention(self.by)} says which kind of incident this is: {self._name(incident)}.{hint}"
        told = PostInRoom(text=said, evidence=True)
        return (ShowCard(), told, *inviting(replace(incident, kind=self.before), incident))

    def _name(self, incident: Incident) -> str:
        return escape(incident.policy.kind(self.kind).name)


def better_playbook(incident: Incident) -> Playbook | None:
    """The playbook that says most about it by now, if it is run by others; None for one that is for everything."""
    book = fitting(incident)
    running = [plan.key for plan in incident.running]
    return book if book and book.key not in running and not (book.default and running) else None
