"""The owner of a playbook that is overdue for review is reminded: once, also by two replicas and after a restart."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import pytest_asyncio

from bot.delivery.reviews import Reviews
from bot.storage import receipts
from bot.workflows.policy import Playbook
from tests.conversations.test_updates import direct
from tests.town import BEN, CLEO, Clock, Town, Ways, town

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
