"""The timeline: notes people write and messages they mark; the events of the other topics add their own lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.workflows.commands import Command, Effect, Entry, Event, Refused
from bot.workflows.effects import FetchMessage, PostInRoom, SendTimeline
from bot.workflows.incident import Incident, MessageTs, Posted, UserId
from bot.workflows.membership import check_inside
from bot.workflows.signs import labels
from bot.workflows.text import escape_prose, fingerprint, mention
from bot.workflows.times import when

NOTE_LIMIT = 3000
PUSHPINS = frozenset({"pushpin", "round_pushpin"})  # reactions that put a message on the timeline
PAGE = 10  # lines of the timeline that are read at once
LINKS = ("https://", "http://")
RIGHT = ": "  # stands between which line was corrected and how
NOTED = " noted: "  # stands between who noted something and what


class Excerpt(StrEnum):
    """Which lines of the timeline somebody wants to read."""

    ALL = "all"
    NOTES = "notes"  # what people wrote down or marked
    CHANGES = "changes"  # decisions: roles, phases, severity and the like
    UPDATES = "updates"  # what stakeholders were told


@dataclass(frozen=True, kw_only=True)
class Kinds:
    """The kinds of lines that are wanted: only these, or all without those."""

    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Part:
    """A page of an excerpt: which one, counted from 0 for the oldest, and of how many lines altogether."""

    excerpt: Excerpt
    number: int
    total: int

    @property
    def first(self) -> int:
        """How many lines stand before this page; the newest one is full too, and may show some of the one before."""
        return max(0, min(self.number * PAGE, self.total - PAGE))

    @property
    def last_number(self) -> int:
        """The number of the newest page."""
        return max(0, (self.total - 1) // PAGE)


def part_of(excerpt: Excerpt, number: int | None, total: int) -> Part:
    """The page that is wanted, the newest when none is named; one that is not there is the one next to it."""
    newest = Part(excerpt=excerpt, number=0, total=total).last_number
    return Part(excerpt=excerpt, number=newest if number is None else min(max(0, number), newest), total=total)


@dataclass(frozen=True, kw_only=True)
class ExportTimeline(Command):
    """Send somebody the whole timeline as a file."""

    by: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        check_inside(incident, self.by)
        return [ExportAsked(by=self.by)]


@dataclass(frozen=True, kw_only=True)
class ExportAsked(Event):
    """Somebody wants to keep the timeline; that changes nothing and is no news."""

    by: UserId

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (SendTimeline(user=self.by),)


@dataclass(frozen=True, kw_only=True)
class AddNote(Command):
    """Write a line into the timeline."""

    text: str
    by: UserId
    happened_at: datetime | None = None  # None: now

    @property
    def twin(self) -> str:
        """The same words by the same person, who was told that it had failed."""
        return f"note:{self.incident}:{self.by}:{fingerprint(self.text, self.happened_at)}"

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        text = self.text.strip()
        if not text:
            raise Refused("A note needs some words: `/incident note rolled back to 4.2`.", field="note")
        if len(text) > NOTE_LIMIT:
            raise Refused(
                f"A note holds at most {NOTE_LIMIT:,} characters, this one has {len(text):,}. "
                "Post it in the room instead and mark the message with :pushpin:.",
                field="note",
            )
        happened_at = min(self.happened_at, now) if self.happened_at else None
        return [NoteAdded(text=text, by=self.by, at=now, happened_at=happened_at)]


@dataclass(frozen=True, kw_only=True)
class CorrectLine(Command):
    """Put a line right, which stays as it is; whoever asks has seen that there is such a line."""

    line: int
    text: str
    by: UserId

    @property
    def twin(self) -> str:
        """The same correction by the same person."""
        return f"correct:{self.incident}:{self.by}:{fingerprint(self.line, self.text)}"

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        text = self.text.strip()
        if not text:
            raise Refused(f"Say what is right: `/incident note correct {self.line} it was 4.3`.")
        if len(text) > NOTE_LIMIT:
            raise Refused(f"A correction holds at most {NOTE_LIMIT:,} characters, this one has {len(text):,}.")
        return [LineCorrected(line=self.line, text=text, by=self.by, at=now)]


@dataclass(frozen=True, kw_only=True)
class MarkMessage(Command):
    """Put a message of the room on the timeline; `said_at` is when it was posted, in UTC."""

    message: Posted
    said_at: datetime
    by: UserId
    author: UserId | None = None
    thread_ts: MessageTs | None = None

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        if incident.room is None or incident.room.channel != self.message.channel:
            raise Refused("Only messages of an incident's room can go on its timeline.")
        if self.message.ts in incident.marked:
            return []
        return [MessageMarked(message=self.message, said_at=self.said_at, author=self.author, thread_ts=self.thread_ts)]


@dataclass(frozen=True, kw_only=True)
class NoteAdded(Event):
    """Somebody wrote a line for the timeline."""

    text: str
    by: UserId
    at: datetime
    happened_at: datetime | None = None  # where it belongs on the timeline, when that is not now

    def apply(self, incident: Incident) -> Incident:
        noted = {**incident.noted, **dict.fromkeys(labels(incident, self.text), self.at)}
        linked = self.at if any(begin in self.text for begin in LINKS) else incident.linked_at
        return replace(incident, noted=noted, linked_at=linked)

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=self._said(), at=self.happened_at or self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        under = f" _(under {when(self.happened_at)})_" if self.happened_at else ""
        return (PostInRoom(text=f":memo: {self._said()}{under}", evidence=True),)

    def _said(self) -> str:
        return f"{mention(self.by)}{NOTED}{escape_prose(self.text)}"


@dataclass(frozen=True, kw_only=True)
class LineCorrected(Event):
    """Somebody put a line right; both stand on the timeline."""

    line: int
    text: str
    by: UserId
    at: datetime

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=self._said(), at=self.at, by=self.by, corrects=self.line)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (PostInRoom(text=f":memo: {self._said()}", evidence=True),)

    def _said(self) -> str:
        return f"<@{self.by}> corrected line {self.line}{RIGHT}{escape_prose(self.text)}"


@dataclass(frozen=True, kw_only=True)
class MessageMarked(Event):
    """Somebody marked a message; its words stay with the message, so that edits are followed."""

    message: Posted
    said_at: datetime
    author: UserId | None = None
    thread_ts: MessageTs | None = None

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, marked=(*incident.marked, self.message.ts))

    def tells(self, incident: Incident) -> Entry:
        return Entry(text="", at=self.said_at, by=self.author, source=self.message)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (FetchMessage(channel=self.message.channel, ts=self.message.ts, thread_ts=self.thread_ts),)


_NOTES = (NoteAdded.__name__, LineCorrected.__name__, MessageMarked.__name__)
_UPDATES = ("UpdateSent",)
_FURNISHING = ("RoomOpened", "DeliveryFailed")
KINDS: Mapping[Excerpt, Kinds] = {
    Excerpt.ALL: Kinds(),
    Excerpt.NOTES: Kinds(only=_NOTES),
    Excerpt.CHANGES: Kinds(without=(*_NOTES, *_UPDATES, *_FURNISHING)),
    Excerpt.UPDATES: Kinds(only=_UPDATES),
}
