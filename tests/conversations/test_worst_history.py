"""What was missed is read on from a bookmark: without a hole, and without reading everything at every connect."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.app import Warroom
from bot.practice.faults import CallFault, Spoil
from bot.settings import Transport
from tests.conversations.test_backfill import QUICK, texts, unheard
from tests.conversations.worst import incident, served, settles
from tests.town import ANA, BEN, GENERAL, Clock, Town, Ways, free_port, ready, settings, workspace

HOUR = 3600.0


@pytest.fixture
def ways(database_url: str, clock: Clock) -> Ways:
    """Over Socket Mode on either database: what is read does not depend on it."""
    return Ways(database_url=database_url, transport=Transport.SOCKET, now=clock, slacks_now=clock)


@asynccontextmanager
async def serving(there: Town, ways: Ways) -> AsyncIterator[Warroom]:
    """Warroom for as long as this lasts."""
    port = free_port()
    warroom = Warroom(
        settings=settings(ways, there.practice, port), policy=ways.policy, pacing=ways.pacing, now=ways.now,
        backfill_pause=QUICK, linger=0,
    )  # fmt: skip
    await warroom.start()
    there.warroom = warroom
    warroom.backfill.again_after = 0.2
    try:
        await ready(there, port)
        yield warroom
    finally:
        await warroom.stop()


def history(there: Town) -> int:
    """How often a room's history was asked for, whole or in threads."""
    return sum(call.method in ("conversations.history", "conversations.replies") for call in there.calls)


async def looks(there: Town, gap: float) -> int:
    """Look once, after so many seconds without a listener; returns how many calls it took."""
    before = history(there)
    await served(there).backfill.look(gap)
    return history(there) - before


async def stored(there: Town, *wanted: str) -> None:
    """Wait until these texts are stored, each once."""

    async def all_there() -> bool:
        kept = await texts(served(there))
        return all(kept.count(text) == 1 for text in wanted)

    await there.people.until(all_there)


async def test_a_connect_without_a_gap_reads_on_and_not_everything(
    ways: Ways, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr("bot.delivery.backfill.PAGE", 20)
    async with workspace(ways, 0) as there, serving(there, ways):
        room = await there.declares(ANA, "checkout is failing sev3")
        for number in range(200):
            await there.people.says(ANA, room, f"observation {number}")
        everything = await looks(there, 0)
        assert everything >= 10  # there is no bookmark yet
        clock.forward(HOUR)
        await there.people.says(ANA, room, "an hour later")
        await looks(there, 0)
        assert await looks(there, 0) <= 3
        assert await looks(there, 60) <= 3
        assert await looks(there, HOUR) > 10  # nobody listened for long: the day before is read again
        clock.forward(25 * HOUR)
        assert await looks(there, HOUR) <= 6  # and never more than a day


async def test_what_is_heard_live_is_no_bookmark(ways: Ways) -> None:
    async with workspace(ways, 0) as there:
        async with serving(there, ways):
            room = await there.declares(ANA, "checkout is failing sev3")
            await looks(there, 0)
        async with unheard(there):
            await there.people.says(ANA, room, "while nobody listened")
        there.practice.workspace.faults.calls.append(
            CallFault(method="conversations.history", kind=Spoil.ERROR, error="internal_error", times=1000)
        )
        async with serving(there, ways):  # it is stopped before it could read anything
            await there.people.says(ANA, room, "heard at once")
            await stored(there, "heard at once")
        there.practice.workspace.faults.calls.clear()
        async with serving(there, ways):
            await stored(there, "while nobody listened", "heard at once")


async def test_old_messages_that_changed_while_nobody_listened_are_read_again(ways: Ways, clock: Clock) -> None:
    async with workspace(ways, 0) as there:
        async with serving(there, ways):
            room = await there.declares(ANA, "checkout is failing sev3")
            edited, marked, gone, root = [
                await there.people.says(ANA, room, text) for text in ("to edit", "to mark", "to delete", "a root")
            ]
            await stored(there, "to edit", "to mark", "to delete", "a root")
            clock.forward(3 * HOUR)
            await there.people.says(ANA, room, "three hours later")
            await stored(there, "three hours later")
            await looks(there, 0)
        async with unheard(there):
            await there.people.edits(ANA, room, edited, "was edited")
            await there.people.reacts(ANA, room, marked, "pushpin")
            await there.people.deletes(ANA, room, gone)
            await there.people.says(ANA, room, "a late reply", thread_ts=root)
        async with serving(there, ways):
            await stored(there, "was edited", "a late reply", "three hours later")
            await there.people.until(lambda: _is_marked(there, marked))
            assert "to delete" not in await texts(served(there))


async def test_a_thread_that_people_write_in_is_read_on_below_an_old_message(ways: Ways, clock: Clock) -> None:
    async with workspace(ways, 0) as there, serving(there, ways):
        room = await there.declares(ANA, "checkout is failing sev3")
        root = await there.people.says(ANA, room, "a root")
        clock.forward(HOUR)
        await there.people.says(ANA, room, "heard", thread_ts=root)
        await there.people.says(ANA, room, "an hour later")
        await stored(there, "heard", "an hour later")
        await looks(there, 0)
        async with unheard(there):
            await there.people.says(ANA, room, "not heard", thread_ts=root)
            card = (await incident(there)).card
            assert card is not None
            await there.people.says(ANA, room, "below the card", thread_ts=card.ts)
        assert await looks(there, 0) <= 3
        await stored(there, "not heard", "below the card")


async def test_told_to_wait_in_the_middle_it_goes_on_where_it_was(ways: Ways, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery.backfill.PAGE", 5)
    async with workspace(ways, 0) as there, serving(there, ways):
        room = await there.declares(ANA, "checkout is failing sev3")
        async with unheard(there):
            for number in range(20):
                await there.people.says(ANA, room, f"observation {number}")
        begun, left = len(there.calls), [7]

        async def throttled(call: object) -> None:
            if getattr(call, "args", {}).get("cursor") and left[0]:
                left[0] -= 1
                there.practice.workspace.faults.calls.append(
                    CallFault(method="conversations.history", kind=Spoil.THROTTLED, retry_after=0)
                )

        monkeypatch.setattr("bot.delivery.retry.LONGEST_PAUSE", 0.01)
        there.practice.workspace.before_call.append(throttled)
        assert not await served(there).backfill.look(0)
        asked = [call.args.get("cursor") for call in there.calls[begun:] if call.method == "conversations.history"]
        assert asked.count("") + asked.count(None) == 1
        assert await texts(served(there)) == [f"observation {number}" for number in range(20)]


async def test_a_room_that_cannot_be_read_for_the_moment_is_read_again(
    ways: Ways, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.retry.LONGEST_PAUSE", 0.01)
    async with workspace(ways, 0) as there:
        async with serving(there, ways):
            first = await there.declares(ANA, "checkout is failing sev3")
            second = await there.declares(BEN, "search is slow sev3", 2)
        async with unheard(there):
            await there.people.says(ANA, first, "in the first")
            await there.people.says(BEN, second, "in the second")
        there.practice.workspace.faults.calls.append(
            CallFault(method="conversations.history", kind=Spoil.ERROR, error="internal_error", times=5)
        )
        async with serving(there, ways):
            await stored(there, "in the first", "in the second")


async def test_what_was_said_before_the_room_was_known_is_read_when_it_is(ways: Ways, clock: Clock) -> None:
    async with workspace(ways, 0) as there, serving(there, ways):
        there.practice.workspace.faults.calls.append(CallFault(method="conversations.create", kind=Spoil.LOST))
        await there.people.commands(ANA, GENERAL, "/incident declare checkout is failing sev3")
        room = await there.room()
        await there.people.joins(BEN, room)
        await there.people.says(BEN, room, "I am here already")
        assert await there.practice.workspace.delivery.settled()
        clock.forward(20)
        await settles(there, clock)
        await stored(there, "I am here already")


async def _is_marked(there: Town, ts: str) -> bool:
    return ts in (await incident(there)).marked
