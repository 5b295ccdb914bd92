"""What a sender is given and what it gives back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.groups import Groups
from bot.delivery.installation import Installed
from bot.delivery.people import People
from bot.delivery.places import AnnouncementsChannel
from bot.queries import Queries
from bot.workflows.commands import Command
from bot.workflows.incident import ChannelId, Incident, Posted, Room


class NoRoom(Exception):
    """An effect of the room was claimed without a room: its needs were not kept."""


@dataclass(frozen=True, kw_only=True)
class World:
    """Everything a sender may use."""

    client: AsyncWebClient
    queries: Queries
    installed: Installed
    announcements: AnnouncementsChannel
    people: People
    groups: Groups
    now: Callable[[], datetime]
    fence: Callable[[], None]  # raises NotNow when this delivery has become too old to send


@dataclass(frozen=True, kw_only=True)
class Job:
    """One delivery: the outbox key, the newest incident, and since when an earlier attempt may have arrived."""

    key: str
    incident: Incident
    uncertain_since: datetime | None
    asked_at: datetime

    @property
    def room(self) -> Room:
        """The incident's room."""
        if self.incident.room is None:
            raise NoRoom(self.incident.name)
        return self.incident.room

    @property
    def channel(self) -> ChannelId:
        """The channel of the room."""
        return self.room.channel


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What came of it: where a message stands, and the command that tells the incident what was learnt."""

    posted: Posted | None = None
    command: Command | None = None


NOTHING_LEARNT = Sent()
