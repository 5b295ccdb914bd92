"""The end of a room: it is archived some time after its incident ended, and one that is reopened gets another."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.workflows.commands import Command, Effect, Entry, Event
from bot.workflows.effects import ArchiveRoom, LetIn, OpenRoom, PinCard, ShowCard, ShowTopic
from bot.workflows.incident import Amiss, ChannelId, Ending, Incident, Part, Room, UserId
from bot.workflows.inviting import inviting
from bot.workflows.membership import taking_in

ENDED = frozenset({Ending.CLOSED, Ending.CANCELLED})


def archived_at(incident: Incident) -> datetime | None:
    """When the room is to be archived; None while it is not, where there is none, or where that is switched off."""
    after = incident.policy.archive_after
    if after is None or incident.ending not in ENDED or incident.ended_at is None:
        return None
    room = incident.room
    return incident.ended_at + after if room and not (room.archived or room.archiving or room.kept) else None


@dataclass(frozen=True, kw_only=True)
class RecordArchived(Command):
    """Slack has archived a channel. An incident that was reopened in that very moment goes on in another room."""

    channel: ChannelId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        room = incident.room
        if any(former.channel == self.channel and not former.archived for former in incident.former_rooms):
            return [FormerRoomArchived(channel=self.channel)]
        if room is None or room.channel != self.channel or room.archived:
            return []
        archived = RoomArchived(room=room, at=now)
        if incident.ending is not None:
            return [archived]
        last = incident.course[-1].by if incident.course else None
        return [archived, RoomSucceeded(by=last or incident.declared_by)]


@dataclass(frozen=True, kw_only=True)
class RoomExpired(Event):
    """The room's time has come: Slack is asked to archive it, after what waits to be said there."""

    room: Room

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, room=replace(self.room, archiving=True))

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (ArchiveRoom(channel=self.room.channel),)


@dataclass(frozen=True, kw_only=True)
class RoomArchived(Event):
    """The room is archived. From here on nothing is said in it."""

    room: Room
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, room=replace(self.room, archived=True, archiving=False))

    def tells(self, incident: Incident) -> Entry:
        return Entry(text="The room was archived", at=self.at)


@dataclass(frozen=True, kw_only=True)
class FormerRoomArchived(Event):
    """A room that was left behind is archived, too."""

    channel: ChannelId

    def apply(self, incident: Incident) -> Incident:
        rooms = (
            replace(room, archived=room.archived or room.channel == self.channel) for room in incident.former_rooms
        )
        return replace(incident, former_rooms=tuple(rooms))


@dataclass(frozen=True, kw_only=True)
class RoomSucceeded(Event):
    """An incident goes on whose room is archived: another is opened and furnished; the announcement stays."""

    by: UserId

    def apply(self, incident: Incident) -> Incident:
        former = (*incident.former_rooms, incident.room) if incident.room else incident.former_rooms
        kept = tuple(part for part in incident.furnished if part is Part.ANNOUNCEMENT)
        amiss = tuple(what for what in incident.amiss if what not in (Amiss.OUTSIDE, Amiss.UNPINNED))
        return replace(
            taking_in(incident, self.by), room=None, card=None, furnished=kept, former_rooms=former, failed=(),
            canvas=None, amiss=amiss,
        )  # fmt: skip

    def effects(self, incident: Incident) -> Sequence[Effect]:
        others = tuple(user for user in incident.participants if user != self.by)
        guests = (LetIn(users=others),) if others else ()
        furnishing = (ShowTopic(), ShowCard(), PinCard())
        return (OpenRoom(), LetIn(users=(self.by,), entrance=True), *guests, *inviting(None, incident), *furnishing)
