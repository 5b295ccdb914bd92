"""The owner of a playbook that is overdue for review is reminded: once, also by two replicas and after a restart."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
import pytest_asyncio
import sqlalchemy as sa

from bot.delivery.reviews import Reviews, _finish, _turn
from bot.storage import receipts
from bot.storage.database import Connection, Database
from bot.workflows.policy import Playbook
from tests.conversations.test_updates import direct
from tests.databases import POSTGRESQL, WHY_NOT, Cluster, Databases
from tests.town import BEN, CLEO, Clock, Town, Ways, town
from tests.values import NOW

STALE = Playbook(
    key="stale", name="Stale", version="1", owner="U0BEN", reviewed=date(2020, 1, 1), review_every=timedelta(days=30)
)
TEAMS = replace(STALE, key="teams", name="Of a team", owner="Payments")


@pytest_asyncio.fixture
async def place(ways: Ways, clock: Clock) -> AsyncIterator[Town]:
    """A workspace with a playbook that nobody has reviewed for years."""
    async with town(replace(ways, now=clock, policy=replace(ways.policy, playbooks=(STALE, TEAMS)))) as there:
        yield there


def another(place: Town) -> Reviews:
    """The same as a process that begins now looks."""
    assert place.warroom is not None
    running = place.warroom
    assert running.deliverer is not None
    return Reviews(running.deliverer.world.client, running.database, running.policy, running.now)


async def test_what_a_killed_process_began_is_sent_within_the_hour_once_and_says_that_it_may_be_twice(
    place: Town, clock: Clock
) -> None:
    await place.told(BEN, await place.people.direct_channel(BEN), "The playbook “Stale” is yours.")
    assert place.warroom is not None
    database, key = place.warroom.database, "stale:2020-01-01"

    def as_if_killed(connection: Connection) -> None:
        receipts.take_back(connection, f"review:{key}")
        receipts.write_first(connection, f"review-begun:{key}", clock())

    await place.people.until(lambda: _is_done(database, f"review:{key}"))
    await database.write(as_if_killed)
    await another(place).look()  # somebody may be at it
    assert (await direct(place, BEN)).count("“Stale” is yours.") == 1
    clock.ahead += timedelta(hours=1)
    await asyncio.gather(another(place).look(), another(place).look())
    await another(place).look()
    read = await direct(place, BEN)
    assert read.count("“Stale” is yours.") == 2
    assert read.count("this may have reached you already") == 1


def test_whoever_looks_while_another_one_finishes_does_not_remind_again(
    databases: Databases, postgresql: Cluster | None
) -> None:
    """On SQLite nobody writes between two statements of a transaction."""
    databases.cluster = postgresql
    if postgresql is None:
        pytest.skip(WHY_NOT)
    with databases.fresh(POSTGRESQL) as url:
        ours, theirs = Database(url), Database(url)
        theirs.write_now(lambda connection: receipts.write_first(connection, "begun", NOW))

        def finishes(*_: object) -> None:
            theirs.write_now(lambda connection: _finish(connection, "done", "begun", NOW))

        sa.event.listen(ours.engine, "after_cursor_execute", finishes, once=True)
        assert ours.write_now(lambda connection: _turn(connection, "done", "begun", NOW)) is None
        assert ours.write_now(lambda connection: receipts.find(connection, "begun")) == (False, None)
        ours.close()
        theirs.close()


async def _is_done(database: Database, key: str) -> bool:
    return await database.write(lambda connection: receipts.find(connection, key)[0])


async def test_its_owner_is_reminded_once_for_each_interval(place: Town, clock: Clock) -> None:
    await place.told(BEN, await place.people.direct_channel(BEN), "The playbook “Stale” is yours.")
    await asyncio.gather(another(place).look(), another(place).look())
    read = await direct(place, BEN)
    assert read.count("The playbook “Stale” is yours.") == 1
    assert "overdue for review* since Fri 31 Jan 2020" in read
    assert "Of a team" not in read
    assert "playbook" not in await direct(place, CLEO)
    clock.ahead += timedelta(days=38)
    assert place.warroom is not None
    before = clock() - timedelta(days=7)
    await place.warroom.database.write(lambda connection: receipts.forget_before(connection, before))
    await another(place).look()
    assert (await direct(place, BEN)).count("The playbook “Stale” is yours.") == 2
