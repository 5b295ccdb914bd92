"""Reading: what handlers and deliveries ask the database, on reader threads, beside the writers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from bot.storage import incidents, messages, outbox, timeline, traits
from bot.storage.database import Database
from bot.storage.incidents import Shelf
from bot.storage.messages import RoomMessage
from bot.storage.outbox import Backlog, Delay, Letter
from bot.storage.timeline import Line
from bot.workflows.incident import ChannelId, Incident, IncidentId, MessageTs, UserId
from bot.workflows.past import sought_by
from bot.workflows.policy import Policy
from bot.workflows.timeline import Excerpt, Part

__all__ = ["Backlog", "Delay", "Letter", "Line", "Queries", "RoomMessage"]

AT_ONCE = 100  # messages that one transaction stores


@dataclass(frozen=True)
class Queries:
    """Questions about incidents. Every answer is a frozen value."""

    database: Database
    policy: Policy
    shelf: Shelf = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shelf", Shelf(self.policy))

    async def incident(self, number: IncidentId) -> Incident | None:
        """One incident by its number."""
        found = await self.database.read(lambda connection: incidents.load(connection, number, self.policy))
        return found[0] if found else None

    async def in_room(self, channel: ChannelId) -> Incident | None:
        """The incident whose room this channel is."""
        return await self.database.read(lambda connection: incidents.by_room(connection, channel, self.policy))

    async def announced_in(self, channel: ChannelId) -> list[Incident]:
        """The open incidents whose announcement stands in a channel."""
        return await self.database.read(lambda connection: incidents.announced_in(connection, channel, self.shelf))

    async def unfinished(self) -> list[Incident]:
        """Those that have not ended: the open ones, and those that are over and being learnt from."""
        return await self.database.read(lambda connection: incidents.unfinished(connection, self.shelf))

    async def open_ones(self) -> list[Incident]:
        """The open incidents, newest first."""
        return await self.database.read(lambda connection: incidents.open_ones(connection, self.shelf))

    async def open_resolved_and_after(self, since: datetime) -> tuple[list[Incident], list[Incident], list[Incident]]:
        """The open incidents, those resolved since a moment, and those with action items to be done, read at once."""
        return await self.database.read(
            lambda connection: (
                incidents.open_ones(connection, self.shelf),
                incidents.resolved_since(connection, since, self.shelf),
                incidents.with_actions(connection, self.shelf),
            )
        )

    async def past_like(self, incident: Incident, user: UserId | None = None) -> list[Incident]:
        """Those that are over and share something with an incident; private ones only where a person takes part."""
        sought = sought_by(incident)
        found = await self.database.read(
            lambda connection: [
                other
                for wanted in (sought.titles, sought.factors)
                for private in ((False, True) if user else (False,))
                for other in traits.sharing(connection, wanted, self.shelf, private=private)
            ]
        )
        known = {other.id: other for other in found}.values()
        return [other for other in known if not other.private or user in other.participants]

    async def of_person(self, user: UserId) -> list[Incident]:
        """The open incidents a person takes part in, newest first."""
        return await self.database.read(lambda connection: incidents.of_person(connection, user, self.shelf))

    async def timeline(self, number: IncidentId) -> list[Line]:
        """The timeline of an incident, in the order things happened."""
        return await self.database.read(lambda connection: timeline.lines(connection, number))

    async def page(self, number: IncidentId, excerpt: Excerpt, page: int | None) -> tuple[Part, list[Line]]:
        """One page of a timeline, the newest when none is named."""
        return await self.database.read(lambda connection: timeline.page(connection, number, excerpt, page))

    async def newest(self, number: IncidentId, count: int) -> list[Line]:
        """The last lines of a timeline."""
        return await self.database.read(lambda connection: timeline.newest(connection, number, count))

    async def line(self, number: IncidentId, seq: int) -> Line | None:
        """One line of a timeline by its number."""
        return await self.database.read(lambda connection: timeline.line(connection, number, seq))

    async def backlog(self) -> Backlog:
        """How the outbox stands."""
        return await self.database.read(outbox.backlog)

    async def given_up(self, number: IncidentId, kinds: Collection[str], since: datetime) -> list[Letter]:
        """What of an incident was given up since a moment, of some kinds."""
        return await self.database.read(lambda connection: outbox.given_up(connection, number, kinds, since))

    async def under_way(self, number: IncidentId) -> int:
        """How much of an incident waits to be delivered."""
        return await self.database.read(lambda connection: outbox.waiting(connection, number))

    async def held_up(self, number: IncidentId, before: datetime) -> list[Delay]:
        """What of an incident waits to be delivered since before a moment."""
        return await self.database.read(lambda connection: outbox.held_up(connection, before, number))

    async def keep_message(self, message: RoomMessage) -> None:
        """Store what was written, edited or deleted in a room: the one insert that is not an incident's own."""
        await self.database.write(lambda connection: messages.keep(connection, message))

    async def keep_messages(self, missed: Sequence[RoomMessage]) -> None:
        """Store what was missed in a room, some of it in each transaction so that nobody waits long for theirs."""
        for begin in range(0, len(missed), AT_ONCE):
            await self.database.write(partial(messages.keep_all, told=missed[begin : begin + AT_ONCE]))

    async def known_messages(self, channel: ChannelId, since: str) -> dict[MessageTs, tuple[str, MessageTs | None]]:
        """The messages of a room since a ts, as stored: when each was edited, and of which thread it is."""
        return await self.database.read(lambda connection: messages.known(connection, channel, since))

    async def busy_threads(self, channel: ChannelId, since: str, limit: int) -> list[MessageTs]:
        """The threads of a room in which somebody wrote since a ts, the one written in last first."""
        return await self.database.read(lambda connection: messages.busy_threads(connection, channel, since, limit))

    async def read_up_to(self, channel: ChannelId) -> MessageTs | None:
        """Up to which message Slack's history of a room has been read without a hole; None when it never was."""
        return await self.database.read(lambda connection: messages.read_up_to(connection, channel))

    async def was_read_up_to(self, channel: ChannelId, ts: MessageTs) -> None:
        """Remember that."""
        await self.database.write(lambda connection: messages.was_read_up_to(connection, channel, ts))

    async def knows_message(self, channel: ChannelId, ts: MessageTs) -> bool:
        """Whether a message of a room is stored."""
        return await self.database.read(lambda connection: messages.is_known(connection, channel, ts))
