"""What must be true afterwards: nothing lost, nothing doubled, no lane stuck, no promise behind."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.delivery.posts import PERHAPS_TWICE
from bot.practice.store import Json
from bot.queries import Queries
from bot.storage import due, outbox
from bot.storage.database import Database
from bot.workflows.incident import Incident
from bot.workflows.policy import DEFAULT_POLICY
from tests.replicas.crowd import Done, Ledger
from tests.town import Town

BEHIND = timedelta(seconds=15)


@dataclass
class Audit:
    """Compares what people did with what the database and the workspace hold."""

    there: Town
    database: Database
    ledger: Ledger

    async def drained(self, patience: float) -> float:
        """Wait until everything is delivered; returns after how many seconds."""
        began = time.monotonic()
        while (backlog := await self.database.read(outbox.backlog)).pending:
            if time.monotonic() - began > patience:
                raise AssertionError(f"still waiting: {backlog}, {await self._waiting()}")
            await asyncio.sleep(0.2)
        return time.monotonic() - began

    async def faults(self) -> list[str]:
        """Everything that is not as it should be, in words; empty when all is well."""
        queries = Queries(self.database, DEFAULT_POLICY)
        incidents = {incident.title: incident for incident in await queries.open_ones()}
        found = [*self._doubled_messages(), *self._rooms(incidents)]
        for title, incident in incidents.items():
            lines = [line.text for line in await queries.timeline(incident.id)]
            found += self._written(title, incident, lines)
        backlog = await self.database.read(outbox.backlog)
        found += [f"{backlog.dead} deliveries were given up"] if backlog.dead else []
        late = await self.database.read(lambda connection: due.fallen(connection, datetime.now(UTC) - BEHIND, 10))
        return found + [f"{row.kind} of {row.incident} was due at {row.at}" for row in late]

    def _doubled_messages(self) -> Iterator[str]:
        """Each message of the bot carries the key of its delivery: once."""
        keys = Counter(_key(message) for message in self._messages() if _key(message) and not _is_marked(message))
        yield from (f"the message {key} stands there {count} times" for key, count in keys.items() if count > 1)

    def _rooms(self, incidents: dict[str, Incident]) -> Iterator[str]:
        """One room, card, pin, topic and announcement for each incident that was declared."""
        channels = self.there.practice.workspace.channels
        made = [channel for channel in channels if channel["name"].startswith("inc-")]
        declared = {done.incident for done in self.ledger.taken("declare")}
        if declared - incidents.keys():
            yield f"declared, and not there: {declared - incidents.keys()}"
        if len(made) != len(incidents):
            yield f"{len(made)} rooms for {len(incidents)} incidents"
        for channel in made:
            messages = self.there.practice.workspace.messages(channel["id"]).values()
            cards = sum(bool(message.get("blocks") and _key(message)) for message in messages)
            pins, topic = len(channel["pins"]), channel["topic"]["value"]
            if (cards, pins) != (1, 1) or not topic:
                yield f"{channel['name']}: {cards} cards, {pins} pins, topic {topic!r}"
        announced = Counter(incident.announcement for incident in incidents.values())
        if len(announced) != len(incidents) or None in announced:
            yield f"{len(announced)} announcements for {len(incidents)} incidents"

    def _written(self, title: str, incident: Incident, lines: list[str]) -> Iterator[str]:
        """Everything that was taken stands on the timeline, as often as it may; and what was told was told once."""
        told = [
            str(message.get("text", "")) for message in self._messages() if _key(message) and not message.get("blocks")
        ]
        for kind, done in self._of(title):
            most = done.tries if kind == "note" else 1
            words, times = done.words.removeprefix("note "), 1
            there = sum(words in line for line in lines)
            if kind == "update":  # it stands in the room and in the announcement's thread
                there, times = sum(words in text for text in told), 2
            if not times * done.taken <= there <= times * most or there % times:
                yield f"{incident.name}: {kind} {words!r} is there {there} times after {done.tries} tries"

    def _of(self, title: str) -> Iterator[tuple[str, Done]]:
        for kind in ("note", "mark", "update"):
            yield from ((kind, done) for done in self.ledger.done[kind] if done.incident == title)

    def _messages(self) -> Iterator[Json]:
        for channel in self.there.practice.workspace.channels:
            yield from self.there.practice.workspace.messages(channel["id"]).values()

    async def _waiting(self) -> list[str]:
        delays = await self.database.read(lambda connection: outbox.held_up(connection, datetime.now(UTC)))
        return [f"{delay.kind} of {delay.incident} since {delay.since}" for delay in delays[:10]]


def _is_marked(message: Json) -> bool:
    """A direct message that says that it may be a second copy: nobody can look there before sending it again."""
    return PERHAPS_TWICE.strip() in str(message.get("text"))


def _key(message: Json) -> str | None:
    return ((message.get("metadata") or {}).get("event_payload") or {}).get("key")
