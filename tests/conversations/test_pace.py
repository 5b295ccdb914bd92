"""What people see when Slack sets the pace: who comes first, and a card that says what waits."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest_asyncio

from bot.delivery.pace import SLACKS_PACE
from tests.town import ANA, Clock, Town, Ways, town

MINUTES_10 = 600  # seconds
WAIT = timedelta(seconds=61)


@pytest_asyncio.fixture
async def place(ways: Ways, clock: Clock) -> AsyncIterator[Town]:
    """A workspace that is asked no faster than Slack allows."""
    async with town(replace(ways, now=clock, pacing=SLACKS_PACE)) as there:
        yield there


async def test_the_card_says_what_waits_long_and_says_so_no_more_when_it_came(place: Town, clock: Clock) -> None:
    throttled = {"method": "pins.add", "kind": "throttled", "times": 1, "retry_after": MINUTES_10}
    await place.people.control(calls=[throttled])
    await place.people.commands(ANA, "C0GENERAL", "/incident declare checkout is failing sev1")
    room = await place.room()
    await place.told(ANA, room, "checkout is failing")
    clock.ahead += WAIT
    card = await place.told(ANA, room, "Slack is slow to take what Warroom has for it")
    assert "waits: pin the card." in card
    clock.ahead += 10 * WAIT

    async def is_well() -> bool:
        return "Slack is slow" not in await place.people.reads(ANA, room)

    assert await place.people.until(is_well)
    assert len(place.practice.workspace.channels[room]["pins"]) == 1


async def test_a_method_that_slack_closed_is_asked_by_nobody_before_its_time(place: Town, clock: Clock) -> None:
    throttled = {"method": "pins.add", "kind": "throttled", "times": 1, "retry_after": MINUTES_10}
    await place.people.control(calls=[throttled])
    for number in (1, 2, 3):
        await place.people.commands(ANA, "C0GENERAL", f"/incident declare number {number} is failing")
        await place.told(ANA, await place.room(number), f"number {number} is failing")
    assert sum(call.method == "pins.add" for call in place.calls) == 1
    clock.ahead += 11 * WAIT
    await place.quiet()
    assert sum(call.method == "pins.add" for call in place.calls) == 4
