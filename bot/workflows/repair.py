"""Repair: what an incident should have in Slack, compared with what was found there, and what is missing asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.workflows.archiving import RoomSucceeded
from bot.workflows.commands import Command, Effect, Entry, Event
from bot.workflows.departures import vacated
from bot.workflows.effects import (
    ComeBack,
    LetIn,
    PinCard,
    PostInRoom,
    ShowAnnouncement,
    ShowCard,
    ShowTopic,
    missed_draft,
)
from bot.workflows.incident import Amiss, ChannelId, Incident, Part, UserId
from bot.workflows.noticing import Change, NoticeChannel, NoticeRenamed, without
from bot.workflows.text import listed, mention


class Piece(StrEnum):
    """What should be there, in the order it is told."""

    ROOM = "room"  # it exists, and is not archived
    PRESENCE = "presence"  # Warroom is in it
    CARD = "card"  # it is there, and says how things stand
    PIN = "pin"
    TOPIC = "topic"
    ANNOUNCEMENT = "announcement"  # it is there, and says how things stand
    ROLES = "roles"  # whoever holds one is still in the workspace
    PEOPLE = "people"  # and in the room
    LETTERS = "letters"  # nothing that was to be said was given up
    SCOPES = "scopes"  # the app has the permissions it needs


STALE = "stale"  # what stands against a piece that is there, and does not say how things stand now


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What a look into Slack found of one incident; what is neither missing nor there was not looked for."""

    at: datetime  # when the look began
    room: ChannelId | None = None  # the one that was looked at
    name: str | None = None  # what it is called now
    archived: bool = False  # it is, or it is gone
    there: tuple[Piece, ...] = ()
    missing: Mapping[Piece, str] = field(default_factory=dict)  # with Slack's name for what stands against it, or ""
    closed: tuple[ChannelId, ...] = ()  # public channels that Warroom can come back into
    absent: tuple[UserId, ...] = ()  # who holds a role and is not in the room
    deactivated: tuple[UserId, ...] = ()
    letters: tuple[int, ...] = ()  # deliveries that were given up, by the numbers they are stored under

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


# What was found missing, as the timeline tells it.
NAMES: Mapping[Piece, str] = {
    Piece.ROOM: "the room",
    Piece.PRESENCE: "Warroom in the room",
    Piece.CARD: "the card",
    Piece.PIN: "its pin",
    Piece.TOPIC: "the topic",
    Piece.ANNOUNCEMENT: "the announcement",
    Piece.ROLES: "a role's holder",
    Piece.PEOPLE: "people who hold roles",
    Piece.LETTERS: "what could not be said",
    Piece.SCOPES: "a permission",
}


NOW, JUST_NOW = timedelta(0), timedelta(minutes=1)
OUT_OF_REACH = frozenset({Piece.ROOM, Piece.SCOPES})  # there is nothing to be asked of Slack
NEW_ROOM = (
    "{who} had this room opened, since the one before could no longer be used. What happened: `/incident timeline`."
)


@dataclass(frozen=True, kw_only=True)
class Repair(Command):
    """Ask for what a look into Slack found missing, and believe what it found there.

    Nothing is asked for when somebody did so just now, after that look began.

    `anew` opens another room where nobody can tell whether the old one still exists.
    """

    found: Findings
    by: UserId
    anew: bool = False

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        before = incident.repaired_at
        if before is not None and NOW <= before - self.found.at < JUST_NOW:
            return []
        gone = vacated(incident, self.found.deactivated, now)
        if self._needs_room(incident):
            return [*gone, RoomSucceeded(by=self.by), self._repaired(incident, (Piece.ROOM,), now)]
        pieces = tuple(piece for piece in self.found.missing if piece not in OUT_OF_REACH)
        return [*self._noticed(incident, now), *gone, *([self._repaired(incident, pieces, now)] if pieces else [])]

    def _needs_room(self, incident: Incident) -> bool:
        """Another room is opened when the one that was looked at is gone, unless that is how it ended."""
        if incident.ending is not None:
            return False
        if incident.room is None:
            return incident.knows(Part.ROOM)  # given up; else it is being opened
        gone = self.found.archived or (self.anew and Piece.ROOM in self.found.missing)
        return gone and incident.room.channel == self.found.room

    def _noticed(self, incident: Incident, now: datetime) -> Sequence[Event]:
        """What had not been heard of yet: a channel can be written in again, or has another name."""
        notices: list[Command] = []
        room, place, there = incident.room, incident.announcement, self.found.there
        if room and room.channel == self.found.room and Piece.PRESENCE in there:
            back = Change.BROUGHT_BACK if room.archived else Change.LET_IN
            notices.append(NoticeChannel(incident=incident.id, channel=room.channel, change=back))
            name = self.found.name or room.name
            notices.append(NoticeRenamed(incident=incident.id, channel=room.channel, name=name))
        elsewhere = place and not (room and room.channel == place.channel)
        if place and elsewhere and Piece.ANNOUNCEMENT in there:
            notices.append(NoticeChannel(incident=incident.id, channel=place.channel, change=Change.LET_IN))
        return [event for notice in notices for event in notice.decide(incident, now)]

    def _repaired(self, incident: Incident, pieces: Sequence[Piece], now: datetime) -> Event:
        return Repaired(pieces=tuple(pieces), found=self.found, by=self.by, at=now, private=incident.private)


@dataclass(frozen=True, kw_only=True)
class Repaired(Event):
    """Somebody had what is missing asked for; what fails again is told to them, and to the room only once."""

    pieces: tuple[Piece, ...]
    found: Findings
    by: UserId
    at: datetime
    private: bool = False

    def apply(self, incident: Incident) -> Incident:
        amiss = without(incident, Amiss.UNPINNED) if Piece.PIN in self.found.there else incident.amiss
        return replace(incident, repaired_at=self.at, amiss=amiss)

    def tells(self, incident: Incident) -> Entry:
        names = listed(tuple(NAMES[piece] for piece in self.pieces))
        return Entry(text=f"{mention(self.by)} asked for a repair; missing: {names}", at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        if Piece.ROOM in self.pieces:
            return self._new_room(incident)
        asked: list[Effect] = [] if self.private else [ComeBack(channel=channel) for channel in self.found.closed]
        if Piece.TOPIC in self.pieces:
            asked.append(ShowTopic())
        if Piece.CARD in self.pieces:
            asked.append(ShowCard())
        if Piece.PIN in self.pieces and self.found.missing.get(Piece.CARD, STALE) == STALE:
            asked.append(PinCard())  # one that is posted anew is pinned with it
        if Piece.ANNOUNCEMENT in self.pieces and not self.private:
            asked.append(ShowAnnouncement())
        if Piece.PEOPLE in self.pieces and self.found.absent:
            asked.append(LetIn(users=self.found.absent))
        return asked

    def _new_room(self, incident: Incident) -> Sequence[Effect]:
        news = PostInRoom(text=NEW_ROOM.format(who=mention(self.by)), aloud=True)
        announcement = () if self.private else (ShowAnnouncement(),)
        return (ShowTopic(), ShowCard(), *announcement, news, *missed_draft(incident))
