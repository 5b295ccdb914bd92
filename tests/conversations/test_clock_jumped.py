"""The clock of the day put forward or back by three hours under a serving bot: no reminder twice, none lost."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from freezegun import freeze_time
from freezegun.api import TickingDateTimeFactory

from tests.town import ANA, BEN, Town, Ways, town

BEGIN = datetime(2026, 11, 23, 8, tzinfo=UTC)
JUMP = timedelta(hours=3)
A_TICK = 2.5  # seconds


@pytest.fixture
def clock() -> Iterator[TickingDateTimeFactory]:
    """A clock that goes on by itself, for the bot, APScheduler and Slack, and can be moved."""
    with freeze_time(BEGIN, real_asyncio=True, tick=True) as moved:
        yield moved  # type: ignore[misc]


@pytest_asyncio.fixture
async def place(clock: TickingDateTimeFactory, ways: Ways) -> AsyncIterator[Town]:
    """A workspace that lives by that clock, with an incident that Ana commands."""
    async with town(ways) as there:
        await there.declares(ANA, "checkout is failing sev2")
        await there.people.commands(ANA, await there.room(), "/incident claim commander")
        await there.quiet()
        yield there


async def _reminders(place: Town) -> int:
    """How many reminders of the update were given, to anyone."""
    room = await place.people.reads(ANA, await place.room())
    return (room + await place.people.reads(ANA, await place.people.direct_channel(ANA))).count("This would be")


async def test_a_jump_forwards_reminds_once_and_a_jump_back_not_again(
    place: Town, clock: TickingDateTimeFactory
) -> None:
    room = await place.room()
    clock.move_to(BEGIN + JUMP)
    await place.people.waits_for(BEN, room, "late: Warroom could not give it in time")
    await place.quiet()
    said = len(place.calls)
    assert await _reminders(place) == 1
    clock.move_to(BEGIN + timedelta(minutes=1))
    await asyncio.sleep(A_TICK)
    assert [call.method for call in place.calls[said:] if call.method == "chat.postMessage"] == []
    await place.people.commands(ANA, room, "/incident note the clock is right again")
    await place.quiet(patience=5)
    assert await _reminders(place) == 1


async def test_a_jump_back_stops_nothing_and_what_was_promised_is_reminded_of_on_its_minute(
    place: Town, clock: TickingDateTimeFactory
) -> None:
    room, warroom = await place.room(), place.warroom
    assert warroom is not None
    await place.people.control(latency_ms={"chat.postMessage": 400})
    await place.people.commands(ANA, room, "/incident note under way while the clock is moved")
    await place.people.commands(ANA, room, "/incident note waiting behind it")
    clock.move_to(BEGIN - JUMP)
    await place.people.control(latency_ms={"*": 0})
    await place.quiet(patience=8)
    thread = await place.thread(ANA, room)
    assert [thread.count(words) for words in ("while the clock is moved", "waiting behind it")] == [1, 1]
    assert await _reminders(place) == 0
    clock.move_to(BEGIN + timedelta(minutes=25, seconds=5))
    await place.people.waits_for(ANA, await place.people.direct_channel(ANA), "is promised by")
    assert await _reminders(place) == 1


async def test_a_jump_in_the_middle_of_a_call_says_nothing_twice(place: Town, clock: TickingDateTimeFactory) -> None:
    room = await place.room()
    await place.people.control(latency_ms={"chat.postMessage": 3000})
    await place.people.commands(ANA, room, "/incident note rolled back to 4.2")
    await asyncio.sleep(0.3)
    clock.move_to(BEGIN + timedelta(minutes=10))
    await asyncio.sleep(A_TICK + 1.5)
    await place.people.control(latency_ms={"*": 0})
    await place.quiet(patience=15)
    assert (await place.thread(ANA, room)).count("rolled back to 4.2") == 1
