"""A PostgreSQL that goes and comes back under a serving bot: said, borne kindly, and taken up again by itself."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import aiohttp
import pytest
import pytest_asyncio
import sqlalchemy as sa

from bot.settings import Transport
from tests.databases import WHY_NOT, Cluster, own_cluster
from tests.town import ANA, Clock, Town, Ways, town

REMINDED = timedelta(minutes=25, seconds=5)  # five minutes before the update that is promised


@pytest.fixture
def server() -> Iterator[Cluster]:
    """A server that nobody else uses."""
    with own_cluster() as found:
        if found is None:
            pytest.skip(WHY_NOT)
        yield found


@pytest_asyncio.fixture
async def place(server: Cluster, clock: Clock) -> AsyncIterator[Town]:
    """A workspace whose bot lives on that server."""
    async with town(Ways(database_url=server.create(), transport=Transport.HTTP, now=clock)) as there:
        yield there


async def test_a_database_that_goes_and_comes_back_loses_and_doubles_nothing(
    place: Town, server: Cluster, clock: Clock
) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident claim commander")
    await place.quiet()
    await place.people.control(latency_ms={"chat.postMessage": 500})
    await place.people.commands(ANA, room, "/incident note rolled back to 4.2")
    await asyncio.sleep(0.2)
    await asyncio.to_thread(server.stop)  # while Slack is being asked
    await place.people.control(latency_ms={"*": 0})
    assert (await _readiness(place)).startswith("does not work")
    await place.people.commands(ANA, room, "/incident severity 1")
    assert "Warroom could not finish that" in await place.people.reads(ANA, room)
    clock.ahead = REMINDED
    await asyncio.sleep(2.5)  # a tick without a database
    await asyncio.to_thread(server.start)
    await place.people.until(lambda: _is_ready(place), patience=20)
    direct = await place.people.direct_channel(ANA)
    await place.people.waits_for(ANA, direct, "is promised by", patience=20)
    await place.people.commands(ANA, room, "/incident severity 1")
    await place.quiet(patience=20)
    await asyncio.sleep(2.5)
    assert (await place.people.reads(ANA, direct)).count("is promised by") == 1
    thread = await place.thread(ANA, room)
    assert thread.count("noted: rolled back to 4.2") == 1
    assert "could not" not in thread
    assert await _is_seen(place, server)


async def _readiness(place: Town) -> str:
    """What /readyz says of the database."""
    assert place.warroom is not None
    url = f"http://127.0.0.1:{place.warroom.settings.port}/readyz"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        body = await answer.json()
        assert (answer.status == 200) == body["ready"]
        return str(body["checks"]["database"])


async def _is_ready(place: Town) -> bool:
    return await _readiness(place) == "ok"


async def _is_seen(place: Town, server: Cluster) -> bool:
    """Whether the bot's presence is held again."""
    assert place.warroom is not None
    engine = sa.create_engine(place.warroom.settings.database_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        taken = connection.execute(sa.select(sa.func.pg_try_advisory_lock(place.warroom.presence.number))).scalar()
    engine.dispose()
    return not taken
