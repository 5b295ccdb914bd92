"""Declaring an incident: a title is enough, and nobody does it twice with one intent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.workflows.cadence import promised
from bot.workflows.checklist import items_of, plan_of
from bot.workflows.commands import TWIN_WINDOW, Effect, Entry, Event, Opening, Refused, stamped
from bot.workflows.effects import (
    LetIn,
    OpenRoom,
    PinCard,
    RecallPast,
    ShowAnnouncement,
    ShowCard,
    ShowTopic,
    TellSource,
)
from bot.workflows.incident import Graded, Incident, Posted, Stamp, Step, UserId
from bot.workflows.inviting import inviting
from bot.workflows.playbooks import fitting
from bot.workflows.policy import Policy, SeverityKey
from bot.workflows.service import check_service
from bot.workflows.started import SayStarted
from bot.workflows.text import cut, escape

NO_TITLE = "An incident needs a title: a few words on what is wrong, such as “checkout is failing”."
TITLE_LIMIT = 150
TEXT_LIMIT = 3000


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What the declarer said. Only the title is needed; one that is too long goes on in the summary."""

    title: str
    summary: str = ""
    impact: str = ""
    kind: str | None = None
    service: str | None = None
    began: datetime | None = None  # when customers began to feel it
    severity: SeverityKey | None = None
    private: bool = False
    source: Posted | None = None  # the thread it was declared from: its first message


@dataclass(frozen=True, kw_only=True)
class Declare(Opening):
    """Open an incident."""

    said: Declaration
    by: UserId

    @property
    def twin(self) -> str:
        """The same person saying the same words."""
        return f"declare:{self.by}:{tidied(self.said).title.lower()}"

    def repeats(self, incident: Incident, now: datetime) -> bool:
        """Whether this opened the incident a moment ago, so that doing it again opens none."""
        declared = incident.at(Stamp.DECLARED)
        same = (incident.declared_by, incident.title.lower()) == (self.by, tidied(self.said).title.lower())
        return same and declared is not None and now - declared <= TWIN_WINDOW

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        said = tidied(self.said)
        if not said.title:
            raise Refused(NO_TITLE, field="title")
        check_choices(said, incident.policy)
        check_service(incident, said.service)
        declared = IncidentDeclared(said=said, by=self.by, at=now)
        if said.began is None:
            return [declared]
        began = SayStarted(incident=incident.id, began=said.began, by=self.by)
        return [declared, *began.decide(declared.apply(incident), now)]


def check_choices(said: Declaration, policy: Policy) -> None:
    """Let severities and kinds pass that there are here.

    Raises:
        Refused: there is no such one.
    """
    if said.severity and policy.severity(said.severity) is None:
        known = ", ".join(rule.key for rule in policy.severities)
        raise Refused(f"There is no severity “{escape(said.severity)}” here. Choose one of {known}.", field="severity")
    if said.kind is not None:
        check_kind(said.kind, policy)


def check_kind(kind: str, policy: Policy) -> None:
    """Raise Refused when there is no such kind of incident."""
    if all(kind != rule.key for rule in policy.kinds):
        raise Refused("There is no such kind of incident here any more. Choose another.", field="kind")


def tidied(said: Declaration) -> Declaration:
    """One line of title within its limit, what is over in the summary, and no empty ends."""
    words = " ".join(said.title.split())
    title = cut(words, TITLE_LIMIT)
    rest = words if title != words else ""
    summary = "\n".join(part for part in (rest, said.summary.strip()) if part)
    return replace(said, title=title, summary=cut(summary, TEXT_LIMIT), impact=cut(said.impact.strip(), TEXT_LIMIT))


@dataclass(frozen=True, kw_only=True)
class IncidentDeclared(Event):
    """Somebody said that something is wrong, and the room is being opened."""

    said: Declaration
    by: UserId
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        said = self.said
        declared = replace(
            incident,
            title=said.title, summary=said.summary, impact=said.impact, kind=said.kind,
            service=said.service,
            severity=said.severity, grades=(Graded(severity=said.severity, at=self.at),) if said.severity else (),
            private=said.private, declared_by=self.by, participants=(self.by,),
            stamps=stamped(incident, Stamp.DECLARED, self.at, self.by),
            course=(Step(phase=incident.phase, at=self.at, by=self.by),),
        )  # fmt: skip
        playbook = fitting(declared)
        plan, items = (plan_of(playbook), items_of(playbook)) if playbook else (None, ())
        return replace(declared, plan=plan, checklist=items, promise=promised(declared, self.at))

    def tells(self, incident: Incident) -> Entry:
        grade = f" as {incident.grade.name}" if incident.grade else ""
        return Entry(
            text=f"<@{self.by}> declared {incident.name}{grade}: {escape(incident.title)}", at=self.at, by=self.by
        )

    def effects(self, incident: Incident) -> Sequence[Effect]:
        furnish: tuple[Effect, ...] = (ShowTopic(), ShowCard(), PinCard())
        announce: tuple[Effect, ...] = () if incident.private else (ShowAnnouncement(),)
        entrance = (OpenRoom(), LetIn(users=(self.by,), entrance=True), *inviting(None, incident))
        return (*entrance, *furnish, *announce, *self._answer(), RecallPast())

    def _answer(self) -> Sequence[Effect]:
        """What the people around the message read; nothing when the incident is to be private."""
        source = None if self.said.private else self.said.source
        return (TellSource(channel=source.channel, ts=source.ts),) if source else ()
