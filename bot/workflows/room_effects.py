"""What is done to a room as a whole, or to what is left of an incident elsewhere: archiving, leaving, coming back."""

from dataclasses import dataclass
from typing import ClassVar

from bot.workflows.commands import Effect, Rank
from bot.workflows.incident import ChannelId, Incident, Part, Posted


@dataclass(frozen=True, kw_only=True)
class ArchiveRoom(Effect):
    """Archive a room, after everything said in it; not when it is, or was reopened before its turn came."""

    channel: ChannelId

    def wanted(self, incident: Incident) -> bool:
        room = incident.room
        reopened = room is not None and room.channel == self.channel and not (room.archiving or room.archived)
        return not reopened and all(was.channel != self.channel or not was.archived for was in incident.former_rooms)

    @property
    def rank(self) -> Rank:
        return Rank.UPKEEP

    def lane(self, incident: Incident) -> str:
        return f"inc-{incident.id}:posts"


@dataclass(frozen=True, kw_only=True)
class LeaveRoom(Effect):
    """Tell a room that its incident went private, without saying where to, take its card back, and archive it.

    It is left when the new one is furnished, or when that was given up.
    """

    channel: ChannelId
    card: Posted | None = None
    needs: ClassVar[Part | None] = Part.CARD

    def lane(self, incident: Incident) -> str:
        return f"inc-{incident.id}:posts"


@dataclass(frozen=True, kw_only=True)
class WithdrawAnnouncement(Effect):
    """Make a line without title or details of the announcement of an incident that went private."""

    message: Posted

    def lane(self, incident: Incident) -> str:
        return "announcements"


@dataclass(frozen=True, kw_only=True)
class ComeBack(Effect):
    """Join a public channel that Warroom was taken out of: the room, or where the announcement stands."""

    channel: ChannelId

    @property
    def rank(self) -> Rank:
        return Rank.ENTRANCE

    def lane(self, incident: Incident) -> str:
        return f"inc-{incident.id}:room"

    def wanted(self, incident: Incident) -> bool:
        return not incident.private
