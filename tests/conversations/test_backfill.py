"""What people wrote and marked while the bot was down is on the timeline when it is back, once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.app import Warroom
from bot.storage.tables import messages
from bot.workflows.incident import Incident, UserId
from tests.town import ANA, BEN, Process, Town, Ways, environment, free_port, ready, settings, workspace

QUICK = 0.01  # seconds between two calls


@asynccontextmanager
async def unheard(there: Town) -> AsyncIterator[None]:
    """What happens meanwhile is never told to the bot: Slack gives up after a while."""
    faults = there.practice.workspace.faults
    await there.people.control(events=[{"type": "*", "kind": "lose", "times": 999}])
    yield
    faults.events.clear()


@asynccontextmanager
async def serving(there: Town, ways: Ways, port: int) -> AsyncIterator[Warroom]:
    """Warroom for as long as this lasts."""
    warroom = Warroom(
        settings=settings(ways, there.practice, port),
        policy=ways.policy,
        pacing=ways.pacing,
        backfill_pause=QUICK,
        linger=0,
    )
    await warroom.start()
    there.warroom = warroom
    try:
        await ready(there, port)
        yield warroom
    finally:
        await warroom.stop()


async def texts(warroom: Warroom) -> list[str]:
    """What is stored of the rooms' messages, oldest first."""
    query = messages.select().order_by(messages.c.ts)
    return [row.text for row in await warroom.database.read(lambda connection: connection.execute(query).all())]


async def incident(warroom: Warroom) -> Incident:
    (found,) = await warroom.queries.open_ones()
    return found


def filled(warroom: Warroom, wanted: int) -> Callable[[], object]:
    async def look() -> bool:
        return len(await texts(warroom)) >= wanted

    return look


async def test_what_was_missed_is_on_the_timeline_when_the_bot_is_back(ways: Ways) -> None:
    port = free_port()
    async with workspace(ways, port) as there:
        async with serving(there, ways, port) as warroom:
            room = await there.declares(ANA, "checkout is failing sev1")
            await there.people.joins(BEN, room)
            before = await there.people.says(ANA, room, "looking at the graphs")
            edited = await there.people.says(ANA, room, "it is the cach")
            await there.people.until(filled(warroom, 2))
        async with unheard(there):
            await there.people.says(BEN, room, "the queue is full")
            marked = await there.people.says(BEN, room, "rolling back to <4.2>")
            reply = await there.people.says(
                BEN, room, "rolled back, the key was AKIA" + "IOSFODNN7EXAMPLE", thread_ts=before
            )
            await there.people.edits(ANA, room, edited, "it is the cache")
            for ts in (before, marked, reply):
                await there.people.reacts(ANA, room, ts, "pushpin")
        async with serving(there, ways, port) as warroom:
            await there.people.until(lambda: _has_marked(warroom, 3))
            await there.quiet()
            assert set((await incident(warroom)).marked) == {before, marked, reply}
            expected = ["looking at the graphs", "it is the cache", "the queue is full", "rolling back to <4.2>"]
            assert await texts(warroom) == [*expected, "rolled back, the key was [masked]"]
            await asyncio.gather(warroom.backfill.look(), warroom.backfill.look())
            assert len(await texts(warroom)) == 5
            await there.resolves(ANA, room)
            await there.quiet()
            drafts = [file["name"] for m in await there.people.messages(ANA, room) for file in m.get("files", ())]
            draft = await there.people.downloads(ANA, room, drafts[-1])
            assert draft.count("rolling back to") == 1
            assert f"p{reply.replace('.', '')}?thread_ts={before}" in draft


async def test_what_was_deleted_meanwhile_is_deleted_here_too(ways: Ways) -> None:
    port = free_port()
    async with workspace(ways, port) as there:
        async with serving(there, ways, port) as warroom:
            room = await there.declares(ANA, "checkout is failing sev1")
            root = await there.people.says(ANA, room, "a secret in a root")
            lone = await there.people.says(ANA, room, "a secret alone")
            reply = await there.people.says(ANA, room, "a secret in a reply", thread_ts=root)
            await there.people.says(ANA, room, "a reply that stays", thread_ts=root)
            await there.people.until(filled(warroom, 4))
        async with unheard(there):
            for ts in (lone, reply, root):
                await there.people.deletes(ANA, room, ts)
        async with serving(there, ways, port) as warroom:
            await there.people.until(lambda: _holds(warroom, ["", "", "", "a reply that stays"]))
            await warroom.backfill.look()
            assert await texts(warroom) == ["", "", "", "a reply that stays"]


async def test_many_pages_are_read_also_when_slack_asks_for_patience(
    ways: Ways, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.backfill.PAGE", 3)
    port = free_port()
    async with workspace(ways, port) as there:
        async with serving(there, ways, port):
            room = await there.declares(ANA, "checkout is failing sev1")
        async with unheard(there):
            for number in range(10):
                await there.people.says(ANA, room, f"observation {number}")
        await there.people.control(calls=[{"method": "conversations.history", "kind": "throttled", "times": 2}])
        async with serving(there, ways, port) as warroom:
            await there.people.until(filled(warroom, 10))
            assert await texts(warroom) == [f"observation {number}" for number in range(10)]
        asked = [call for call in there.calls if call.method == "conversations.history"]
        assert len(asked) > 5


async def test_a_room_that_cannot_be_read_holds_up_no_other(ways: Ways) -> None:
    port = free_port()
    async with workspace(ways, port) as there:
        async with serving(there, ways, port):
            first = await there.declares(ANA, "checkout is failing sev1")
            second = await there.declares(BEN, "search is slow", 2)
        async with unheard(there):
            await there.people.says(ANA, first, "missed in the first")
            await there.people.says(BEN, second, "missed in the second")
            await there.people.removes(BEN, second, "warroom")
        async with serving(there, ways, port) as warroom:
            await there.people.until(filled(warroom, 1))
            assert await texts(warroom) == ["missed in the first"]


async def test_what_a_dropped_socket_missed_is_read_when_it_is_back(tmp_path: Path) -> None:
    port, ways = free_port(), Ways(database_url=f"sqlite:///{tmp_path}/warroom.sqlite")
    async with workspace(ways, port) as there, serving(there, ways, port) as warroom:
        room = await there.declares(ANA, "checkout is failing sev1")
        async with unheard(there):
            await there.people.says(ANA, room, "rolled back to 4.2")
        await there.practice.workspace.sockets.disconnect()
        await there.people.until(filled(warroom, 1), patience=40)
        assert await texts(warroom) == ["rolled back to 4.2"]


async def test_a_killed_bot_misses_nothing(ways: Ways, tmp_path: Path) -> None:
    port = free_port()
    async with workspace(ways, port) as there:
        variables = environment(ways, there.practice, port)
        process = Process(variables, tmp_path / "serve.log")
        try:
            await ready(there, port)
            await there.people.commands(ANA, "general", "/incident declare checkout is failing sev1")
            room = await there.room()
            await there.people.until(lambda: _has_a_card(there, room))
            process.kill()
            async with unheard(there):
                ts = await there.people.says(ANA, room, "rolled back to 4.2")
                await there.people.reacts(ANA, room, ts, "pushpin")
            process = Process(variables, tmp_path / "serve.log")
            await ready(there, port)
            await there.people.until(lambda: _tells(there, room, "rolled back to 4.2"), patience=20)
        finally:
            process.kill()


async def _has_marked(warroom: Warroom, count: int) -> bool:
    return len((await incident(warroom)).marked) == count


async def _holds(warroom: Warroom, wanted: list[str]) -> bool:
    return await texts(warroom) == wanted


async def _has_a_card(there: Town, room: str) -> bool:
    return any(message.get("blocks") for message in await there.people.messages(ANA, room))


async def _tells(there: Town, room: str, words: str) -> bool:
    await there.people.commands(ANA, room, "/incident timeline")
    return f"@ana: {words}" in await there.people.reads(ANA, room)


async def test_who_left_meanwhile_knows_no_more_of_it(ways: Ways) -> None:
    port = free_port()
    async with workspace(ways, port) as there:
        async with serving(there, ways, port):
            room = await there.declares(ANA, "payroll leaked --private")
            await there.people.commands(ANA, room, "/incident role scribe @ben")
            await there.quiet()
        async with unheard(there):
            await there.people.removes(ANA, room, BEN)
        async with serving(there, ways, port) as warroom:
            await there.people.until(lambda: _closed_to_ben(warroom))
            assert (await incident(warroom)).roles_of(UserId("U0BEN")) == ()
            await warroom.backfill.look()
        async with unheard(there):
            await there.people.invites(ANA, room, BEN)
        async with serving(there, ways, port) as warroom:
            await there.people.until(lambda: _open_to_ben(warroom))


async def _closed_to_ben(warroom: Warroom) -> bool:
    return (await incident(warroom)).is_closed_to(UserId("U0BEN"))


async def _open_to_ben(warroom: Warroom) -> bool:
    return (await incident(warroom)).is_seen_by(UserId("U0BEN"))
