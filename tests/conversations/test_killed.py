"""kill -9 at every outbound call of a declare, then a restart: one room, card and announcement, all furnished."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from bot.practice.workspace import Call
from tests.town import ANA, GENERAL, Process, Town, Ways, environment, free_port, ready, workspace

CALLS_OF_A_DECLARE = 6  # create, invite, topic, card, announcement, pin
STARTING = frozenset({"auth.test", "apps.connections.open", "users.list", "users.info"})


@pytest.mark.parametrize("nth", range(1, CALLS_OF_A_DECLARE + 1))
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.timeout(90)
async def test_a_declare_survives_kill_9(ways: Ways, tmp_path: Path, nth: int, when: str) -> None:
    port = free_port()
    async with workspace(ways, port) as there:
        variables = environment(ways, there.practice, port)
        process = Process(variables, tmp_path / "serve.log")
        await ready(there, port)
        killed = _kill_at(there, process, nth, when)
        await there.people.tries(
            ANA, "command", channel=GENERAL, command="/incident", text="declare checkout is failing sev1"
        )
        await asyncio.wait_for(killed.wait(), 10)
        survivor = Process(variables, tmp_path / "serve.log")
        try:
            await ready(there, port)
            room = await there.room(patience=10)
            await there.people.until(lambda: _furnished(there, room), patience=10)
            await asyncio.sleep(0.3)
            assert _copies(there, room) == {"rooms": 1, "cards": 1, "announcements": 1, "pins": 1, "topics": 1}
        finally:
            survivor.terminate()


def _kill_at(there: Town, process: Process, nth: int, when: str) -> asyncio.Event:
    """Arrange that the process dies at its nth call from now on, before or after that call has its effect."""
    seen, killed = Counter[str](), asyncio.Event()

    async def watch(call: Call) -> None:
        if call.method in STARTING or killed.is_set():
            return
        seen["calls"] += 1
        if seen["calls"] == nth:
            process.kill()
            killed.set()

    hooks = there.practice.workspace.before_call if when == "before" else there.practice.workspace.after_call
    hooks.append(watch)
    return killed


async def _furnished(there: Town, room: str) -> bool:
    found = _copies(there, room)
    return all(found.values())


def _copies(there: Town, room: str) -> dict[str, int]:
    """How many there are of each thing a declare makes."""
    workspace = there.practice.workspace
    incidents = next(channel["id"] for channel in workspace.channels if channel["name"] == "incidents")
    in_room, announced = workspace.messages(room).values(), workspace.messages(incidents).values()
    return {
        "rooms": sum(str(channel["name"]).startswith("inc-") for channel in workspace.channels),
        "cards": sum("metadata" in message for message in in_room),
        "announcements": sum("metadata" in message for message in announced),
        "pins": len(workspace.channels[room]["pins"]),
        "topics": sum(message.get("subtype") == "channel_topic" for message in in_room),
    }
