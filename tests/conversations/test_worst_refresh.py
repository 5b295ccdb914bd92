"""Slack wants the connection back in the middle of a click: answered once, on the old one or the new one."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.conversations.worst import served
from tests.town import ANA, Town, Ways, town

SLOW_MS = 400.0


@pytest_asyncio.fixture
async def there(tmp_path: Path) -> AsyncIterator[Town]:
    """A room, over Socket Mode; the database plays no part in this."""
    async with town(Ways(database_url=f"sqlite:///{tmp_path}/warroom.sqlite")) as place:
        socket = served(place).socket
        assert socket is not None
        socket.watch_every = 0.1
        yield place


async def asked_back(place: Town, word: str) -> None:
    await asyncio.sleep(SLOW_MS / 2000)
    await place.people.control(sockets=word)


@pytest.mark.parametrize("word", ["warning", "refresh"])
async def test_a_click_in_the_middle_of_a_refresh_is_answered_once(there: Town, word: str) -> None:
    room = await there.declares(ANA, "checkout is failing sev2")
    sockets = there.practice.workspace.sockets
    await there.people.control(latency_ms={"views.open": SLOW_MS})
    clicked = asyncio.create_task(there.people.clicks(ANA, room, "Update"))
    await asked_back(there, word)
    assert (await clicked)["ok"]
    assert len((await there.people.state(ANA))["views"]) == 1
    assert sum(call.method == "views.open" for call in there.calls) == 1
    await there.people.until(lambda: _is_one(there))
    await there.people.commands(ANA, room, "/incident note rolled back")
    assert sockets.connection_count == 1


async def test_a_refresh_leaves_no_gap_in_which_a_command_would_fail(there: Town) -> None:
    room = await there.declares(ANA, "checkout is failing sev2")
    for number in range(5):
        await there.people.control(sockets="warning")
        for word in range(4):
            await there.people.commands(ANA, room, f"/incident note step {number}-{word}")
    await there.quiet()
    thread = await there.thread(ANA, room)
    assert [thread.count(f"step {number}-{word}") for number in range(5) for word in range(4)] == [1] * 20


async def test_after_a_cut_in_the_middle_of_a_click_it_has_been_done_once(there: Town) -> None:
    room = await there.declares(ANA, "checkout is failing sev2")
    await there.people.control(latency_ms={"response_url": SLOW_MS})
    tapped = asyncio.create_task(there.people.tries(ANA, "command", channel=room, command="/incident", text="sev 3"))
    await asyncio.sleep(0)
    await there.people.control(sockets="drop")
    await tapped
    await there.people.until(lambda: _is_one(there))
    await there.people.commands(ANA, room, "/incident sev 3")
    await there.quiet()
    assert (await there.thread(ANA, room)).count("to SEV3 minor") == 1


async def _is_one(place: Town) -> bool:
    socket = served(place).socket
    assert socket is not None
    return place.practice.workspace.sockets.connection_count == 1 and await socket.is_connected()
