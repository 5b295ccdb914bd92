"""The timeline: notes people write and messages they mark; the events of the other topics add their own lines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.workflows.commands import Command, Effect, Entry, Event, Refused
from bot.workflows.effects import FetchMessage, PostInRoom
from bot.workflows.incident import Incident, MessageTs, Posted, UserId
from bot.workflows.text import escape_prose
from bot.workflows.times import when

NOTE_LIMIT = 3000
RIGHT = ": "  # stands between which line was corrected and how
NOTED = " noted: "  # stands between who noted something and what


@dataclass(frozen=True, kw_only=True)
class AddNote(Command):
    """Write a line into the timeline."""

    text: str
    by: UserId
    happened_at: datetime | None = None  # None: now

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

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=self._said(), at=self.happened_at or self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        under = f" _(under {when(self.happened_at)})_" if self.happened_at else ""
        return (PostInRoom(text=f":memo: {self._said()}{under}", evidence=True),)

    def _said(self) -> str:
        return f"<@{self.by}>{NOTED}{escape_prose(self.text)}"


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
