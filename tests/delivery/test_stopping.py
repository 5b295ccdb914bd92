"""A deliverer that is stopped: nothing stays under a lease of a process that goes."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.delivery.deliverer import Deliverer
from bot.delivery.parcel import World
from bot.engine import Engine
from bot.storage import incidents, migrate, outbox
from bot.storage.database import Connection, Database
from bot.workflows.effects import ShowCard
from bot.workflows.policy import DEFAULT_POLICY
from tests.values import NOW, an_incident

PATIENCE = 5.0


class Slow(Database):
    """A database whose writers let themselves be waited for, once they are told to."""

    waits: asyncio.Event | None = None

    async def write(self, work: Any) -> Any:  # noqa: ANN401 - whatever the work gives
        done = await super().write(work)
        if self.waits:
            await self.waits.wait()
        return done


@pytest.fixture
def database(database_url: str) -> Iterator[Slow]:
    """A database with an incident and its card to be shown."""
    opened = Slow(database_url)
    migrate.migrate(opened)

    def fill(connection: Connection) -> None:
        incidents.save(connection, an_incident(), 0)
        outbox.add(connection, an_incident(), ShowCard(), None, NOW)

    opened.write_now(fill)
    yield opened
    opened.close()


async def test_what_is_being_claimed_while_it_is_stopped_is_given_back(database: Slow) -> None:
    engine = Engine(database, DEFAULT_POLICY, lambda: NOW)
    world = cast("World", SimpleNamespace(client=None))  # nothing is sent
    deliverer = Deliverer(database, engine, world, 1, lambda: NOW)
    database.waits = asyncio.Event()
    running = asyncio.create_task(deliverer.run())
    while not await database.read(outbox.holders):
        await asyncio.sleep(0.01)
    stopping = asyncio.create_task(deliverer.stop(PATIENCE))
    await asyncio.sleep(0.05)
    database.waits.set()
    await asyncio.gather(stopping, running)
    assert await database.read(outbox.holders) == set()
    claim = partial(outbox.claim, holder=2, now=NOW, terms=outbox.Terms(lease=timedelta(seconds=15), limit=10))
    (parcel,) = (await database.write(claim)).parcels
    assert parcel.uncertain_since is None, "nothing of it can have reached Slack"
