"""An incident that is written down after the fact: with the moments of then, and without alarming anybody now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.workflows.checklist import items_of, plan_of
from bot.workflows.commands import Effect, Entry, Event, Opening, Refused
from bot.workflows.declare import NO_TITLE, Declaration, check_choices, tidied
from bot.workflows.effects import (
    CopyDraft,
    FileDraft,
    LetIn,
    OpenRoom,
    PinCard,
    PostInRoom,
    ShowAnnouncement,
    ShowCard,
    ShowTopic,
)
from bot.workflows.endings import FIX_LIMIT
from bot.workflows.incident import Graded, Incident, Part, Stamp, Stamped, Step, UserId
from bot.workflows.moments import LONGEST_AGO
from bot.workflows.playbooks import fitting
from bot.workflows.policy import Phase
from bot.workflows.service import check_service
from bot.workflows.text import cut, escape, escape_prose
from bot.workflows.times import in_utc

A_YEAR = timedelta(days=366)  # what is longer ago is more likely a slip

NOT_SAID = "Say when it was over: an incident that goes on is declared, not written down."
TOO_EARLY = "That is before {what} ({when}). Which of the two is right?"
TO_COME = "That is still to come. Say when it was."
ROOM_TEXT = (
    "This is written down after the fact. Put in what is known with `/incident note 2026-11-23 14:05 …`, and what is "
    "to be done with `/incident action …`. The draft of the post-mortem follows as a file."
)
EARLIER = {"began": "its beginning", "noticed": "it was noticed", "contained": "the impact stopped"}
FOLLOWS = (
    ("began", "noticed"), ("began", "contained"), ("contained", "resolved"), ("noticed", "resolved"),
    ("began", "resolved"),
)  # fmt: skip
TOLD = {Stamp.DECLARED: "It was noticed", Stamp.CONTAINED: "The impact stopped", Stamp.RESOLVED: "It was over"}


@dataclass(frozen=True, kw_only=True)
class Past:
    """What somebody knows of an incident that is over; the fields of its form are called so."""

    said: Declaration
    began: datetime | None = None  # when customers began to feel it
    noticed: datetime | None = None
    contained: datetime | None = None
    resolved: datetime | None = None
    fix: str = ""
    announced: bool = False  # stakeholders are told, and people reminded of what is left to do


def longest_ago(incident: Incident) -> timedelta:
    """How long ago something of an incident may have been."""
    return A_YEAR if incident.backfilled else LONGEST_AGO


@dataclass(frozen=True, kw_only=True)
class Backfill(Opening):
    """Write an incident down that is over."""

    past: Past
    by: UserId

    @property
    def twin(self) -> str:
        """The same person writing the same title down."""
        return f"backfill:{self.by}:{tidied(self.past.said).title.lower()}"

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        said = tidied(self.past.said)
        if not said.title:
            raise Refused(NO_TITLE, field="title")
        check_choices(said, incident.policy)
        check_service(incident, said.service)
        _check_order(self.past, now)
        written = IncidentBackfilled(past=replace(self.past, said=said), by=self.by, at=now)
        moments = {stamp: at for stamp, at in _moments(self.past).items() if stamp in TOLD}
        return [written, *(MomentWritten(stamp=stamp, at=at, by=self.by) for stamp, at in moments.items())]


def _check_order(past: Past, now: datetime) -> None:
    """Let moments pass that can have followed each other.

    Raises:
        Refused: one cannot have been then; it names the field.
    """
    if past.resolved is None:
        raise Refused(NOT_SAID, field="resolved")
    for name in ("began", "noticed", "contained", "resolved"):
        at = getattr(past, name)
        if at and at > now:
            raise Refused(TO_COME, field=name)
    for earlier, later in FOLLOWS:
        first, then = getattr(past, earlier), getattr(past, later)
        if first and then and then < first:
            raise Refused(TOO_EARLY.format(what=EARLIER[earlier], when=in_utc(first)), field=later)


def _moments(past: Past) -> dict[Stamp, datetime]:
    """What is known of then, in the order of the course; when it was noticed is when it would have been declared."""
    known = {
        Stamp.IMPACT_STARTED: past.began, Stamp.DECLARED: past.noticed, Stamp.CONTAINED: past.contained,
        Stamp.RESOLVED: past.resolved,
    }  # fmt: skip
    return {stamp: at for stamp, at in known.items() if at is not None}


@dataclass(frozen=True, kw_only=True)
class IncidentBackfilled(Event):
    """Somebody wrote an incident down that is over."""

    past: Past
    by: UserId
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        said, quiet = self.past.said, not (self.past.announced or self.past.said.private)
        given = {stamp: Stamped(at=at, by=self.by, set_at=self.at) for stamp, at in _moments(self.past).items()}
        written = replace(
            incident, title=said.title, summary=said.summary, impact=said.impact, kind=said.kind,
            service=said.service, severity=said.severity,
            grades=(Graded(severity=said.severity, at=self.at),) if said.severity else (),
            private=said.private, declared_by=self.by, participants=(self.by,), phase=Phase.LEARNING, stamps=given,
            course=(Step(phase=Phase.LEARNING, at=self.at, by=self.by),), fix=cut(self.past.fix.strip(), FIX_LIMIT),
            backfilled=self.at, unannounced=quiet, furnished=(Part.ANNOUNCEMENT,) if quiet else (),
        )  # fmt: skip
        playbook = fitting(written)
        if playbook is None:
            return written
        left = (item for item in items_of(playbook) if item.phase is Phase.LEARNING)  # the other phases are past
        numbered = (replace(item, number=number) for number, item in enumerate(left, start=1))
        items = tuple(replace(item, nudged=not self.past.announced) for item in numbered)
        return replace(written, plan=plan_of(playbook), checklist=items)

    def tells(self, incident: Incident) -> Entry:
        text = f"<@{self.by}> wrote {incident.name} down after the fact: {escape(incident.title)}"
        return Entry(text=text, at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        quiet = incident.private or incident.unannounced
        announce: tuple[Effect, ...] = () if quiet else (ShowAnnouncement(),)
        furnish = (ShowTopic(), ShowCard(), PinCard())
        news = PostInRoom(text=ROOM_TEXT, evidence=True)
        return (
            OpenRoom(), LetIn(users=(self.by,), entrance=True), *furnish, *announce, news, FileDraft(), CopyDraft()
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class MomentWritten(Event):
    """A moment of then that somebody knows; it stands where it belongs on the timeline."""

    stamp: Stamp
    at: datetime
    by: UserId

    def tells(self, incident: Incident) -> Entry:
        fix = f": {escape_prose(incident.fix)}" if self.stamp is Stamp.RESOLVED and incident.fix else ""
        return Entry(text=f"{TOLD[self.stamp]}{fix}, as <@{self.by}> wrote down later", at=self.at, by=self.by)
