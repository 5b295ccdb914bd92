"""What deliveries report back: the room is there, the card stands, and what could not be done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.workflows.commands import Command, Effect, Entry, Event
from bot.workflows.effects import (
    ArchiveRoom,
    PinCard,
    PostInRoom,
    ShowCard,
    TellPrivately,
    WithdrawAnnouncement,
    reachable,
)
from bot.workflows.incident import Amiss, ChannelId, Incident, Part, Posted, Room, Stamp, UserId
from bot.workflows.text import escape, mention

SETTING_UP_AFTER = timedelta(seconds=3)  # furnishing that takes no longer is not worth a line on the card
ANEW = {
    Part.CARD: "The card was deleted, and posted again",
    Part.ANNOUNCEMENT: "The announcement was deleted, and made again",
}
ANEW_NEWS = {
    Part.CARD: "Somebody deleted the card, so it is here again; what was said below the old one stays there.",
    Part.ANNOUNCEMENT: "Somebody deleted the announcement, so it was made again; updates go into its new thread.",
}
WAITS_LONG_AFTER = timedelta(seconds=60)  # likewise for whatever else Slack has not taken yet


@dataclass(frozen=True, kw_only=True)
class RecordRoom(Command):
    """The channel exists."""

    room: Room

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        return [] if incident.room else [RoomOpened(room=self.room, at=now)]


@dataclass(frozen=True, kw_only=True)
class RecordPart(Command):
    """A piece of the furnishing is done; `posted` says where, for the card and the announcement.

    `room` is the one it was done in: the incident may go on in another by the time this is heard.
    """

    part: Part
    posted: Posted | None = None
    room: ChannelId | None = None

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        if self._elsewhere(incident):
            return []
        if incident.private and self.part is Part.ANNOUNCEMENT and self.posted:
            return [AnnouncedTooLate(posted=self.posted)]
        unpinned = self.part is Part.PIN and Amiss.UNPINNED in incident.amiss
        if incident.knows(self.part) and self.posted is None and not unpinned:
            return []
        stood = {Part.CARD: incident.card, Part.ANNOUNCEMENT: incident.announcement}.get(self.part)
        moved = stood is not None and self.posted != stood
        done = PartFurnished(part=self.part, posted=self.posted, moved=moved, at=now if moved else None)
        return [done, *_finished(incident, done.apply(incident), now)]

    def _elsewhere(self, incident: Incident) -> bool:
        room = self.posted.channel if self.posted and self.part is Part.CARD else self.room
        return room is not None and bool(incident.former_rooms) and not _is_in(incident, room)


@dataclass(frozen=True, kw_only=True)
class RecordFailure(Command):
    """A delivery was given up: `what` could not be done, `why`, and what to do by hand in `remedy`.

    The same failure is said once, however often it is tried again; but words that did not arrive, each time.
    """

    what: str
    why: str
    remedy: str
    releases: tuple[Part, ...] = ()  # furnishing that others wait for and that will not come
    privately: bool = False  # to the declarer, since the room cannot be told
    person: UserId | None = None  # whom it was for; a direct message
    words: str = ""  # that did not arrive; mrkdwn

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        if _told(self) in incident.failed and not self.words:
            return released(incident, self.releases)
        gone = DeliveryFailed(
            what=self.what, why=self.why, remedy=self.remedy, releases=self.releases, privately=self.privately, at=now,
            person=self.person, words=self.words,
        )  # fmt: skip
        return [gone, *_finished(incident, gone.apply(incident), now)]


@dataclass(frozen=True, kw_only=True)
class Forgo(Command):
    """Pieces of the furnishing will not come, for a reason that is known: nothing waits for them any longer."""

    parts: tuple[Part, ...]

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        return released(incident, self.parts)


@dataclass(frozen=True, kw_only=True)
class ShowAnew(Command):
    """Something that is no event of the incident changes what its card says."""

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        return [CardOutdated()] if incident.card else []


@dataclass(frozen=True, kw_only=True)
class CardOutdated(Event):
    """The card says what is no longer so."""

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (ShowCard(),)


@dataclass(frozen=True, kw_only=True)
class RoomOpened(Event):
    """The channel exists; its name may carry a suffix when the wanted one was taken."""

    room: Room
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, room=self.room, furnished=_with(incident, Part.ROOM))

    def tells(self, incident: Incident) -> Entry:
        return Entry(text="The room was opened", at=self.at)


@dataclass(frozen=True, kw_only=True)
class PartFurnished(Event):
    """A piece of the furnishing is done."""

    part: Part
    posted: Posted | None = None
    moved: bool = False  # what stood there was deleted, and posted anew
    at: datetime | None = None

    def apply(self, incident: Incident) -> Incident:
        furnished = replace(incident, furnished=_with(incident, self.part))
        if self.part is Part.PIN:
            return replace(furnished, amiss=tuple(what for what in incident.amiss if what is not Amiss.UNPINNED))
        if self.part is Part.CARD and self.posted:
            return replace(furnished, card=self.posted)
        if self.part is Part.ANNOUNCEMENT and self.posted:
            return replace(furnished, announcement=self.posted)
        return furnished

    def tells(self, incident: Incident) -> Entry | None:
        return Entry(text=ANEW[self.part], at=self.at) if self.moved and self.at else None

    def effects(self, incident: Incident) -> Sequence[Effect]:
        if not self.moved:
            return _archiving(incident) if self.part is Part.CARD else ()
        news = PostInRoom(text=ANEW_NEWS[self.part])
        return (PinCard(), news) if self.part is Part.CARD else (news,)


@dataclass(frozen=True, kw_only=True)
class AnnouncedTooLate(Event):
    """The announcement was on its way when the incident went private."""

    posted: Posted

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, furnished=_with(incident, Part.ANNOUNCEMENT))

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (WithdrawAnnouncement(message=self.posted),)


@dataclass(frozen=True, kw_only=True)
class PartsReleased(Event):
    """Nothing waits for these pieces of the furnishing any longer."""

    parts: tuple[Part, ...]

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, furnished=(*incident.furnished, *self.parts))


@dataclass(frozen=True, kw_only=True)
class RoomFurnished(Event):
    """Nothing is left to furnish, and it took so long that the card said what was missing: now it says so no more."""

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (ShowCard(),) if incident.card else ()


@dataclass(frozen=True, kw_only=True)
class DeliveryFailed(Event):
    """Something could not be told or done in Slack; it is said where somebody can read it."""

    what: str
    why: str
    remedy: str
    releases: tuple[Part, ...]
    at: datetime
    privately: bool = False
    person: UserId | None = None
    words: str = ""

    def apply(self, incident: Incident) -> Incident:
        furnished = incident.furnished + tuple(part for part in self.releases if part not in incident.furnished)
        new = () if _told(self) in incident.failed else (_told(self),)
        return replace(incident, furnished=furnished, failed=(*incident.failed, *new))

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=f"Warroom could not {self._said()}", at=self.at)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        text = f":warning: {incident.name}: Warroom could not {self._said()}. {self.remedy}"
        text += f"\n{self.words}" if self.words else ""
        # Where the declarer's own invitation failed nobody is in the room yet to read it there.
        somebody_is_there = incident.card or Part.ENTRANCE not in self.releases
        if incident.hears and somebody_is_there and not self.privately:
            return (PostInRoom(text=text, aloud=True),)
        if self.words and self.person == reachable(incident):
            return ()  # there is nobody left whom it could be told
        return (TellPrivately(user=reachable(incident), text=text),)

    def _said(self) -> str:
        whom = f" ({mention(self.person)})" if self.person else ""
        return f"{self.what}{whom}: {escape(self.why)}"


def _archiving(incident: Incident) -> Sequence[Effect]:
    """There is a place to go on: the room that was left for it is archived, behind what is still to be said there.

    While the new one could not be opened it stayed, since people had no other.
    """
    left = (room for room in incident.former_rooms if room.left and not room.archived)
    return tuple(ArchiveRoom(channel=room.channel) for room in left)


def released(incident: Incident, parts: Sequence[Part]) -> list[Event]:
    """Let go what waits for pieces of the furnishing that will not come; nothing when they are there."""
    waited_for = tuple(part for part in parts if not incident.knows(part))
    return [PartsReleased(parts=waited_for)] if waited_for else []


def _finished(before: Incident, after: Incident, now: datetime) -> list[Event]:
    declared = before.at(Stamp.DECLARED)
    just_now = all(map(after.knows, after.parts)) and not all(map(before.knows, before.parts))
    return [RoomFurnished()] if just_now and declared and now - declared > SETTING_UP_AFTER else []


def _is_in(incident: Incident, channel: ChannelId) -> bool:
    return incident.room is not None and incident.room.channel == channel


def _told(failure: RecordFailure | DeliveryFailed) -> str:
    whom = f" ({failure.person})" if failure.person else ""
    return f"{failure.what}{whom}: {failure.why}"


def _with(incident: Incident, part: Part) -> tuple[Part, ...]:
    return incident.furnished if part in incident.furnished else (*incident.furnished, part)
