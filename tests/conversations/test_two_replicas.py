"""Two processes on one PostgreSQL: whichever dies, every incident is furnished once, and nobody sits out a lease."""

import asyncio
import itertools
import re
import statistics
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bot.settings import Transport
from tests.databases import WHY_NOT, Cluster
from tests.town import ANA, BEN, CLEO, DAN, GENERAL, Process, Town, Ways, environment, free_port, ready, workspace

INCIDENTS = 10
RECOVERY_SECONDS = 6.0  # a lease is 15 s
PEOPLE = (ANA, BEN, CLEO, DAN)


@dataclass
class Pair:
    """A workspace with two replicas behind it."""

    there: Town
    first: Process
    second: Process


@pytest_asyncio.fixture
async def pair(postgresql: Cluster | None, tmp_path: Path) -> AsyncIterator[Pair]:
    """Two replicas, both connected over Socket Mode."""
    if postgresql is None:
        pytest.skip(WHY_NOT)
    url = postgresql.create()
    ports = (free_port(), free_port())
    ways = Ways(database_url=url, transport=Transport.SOCKET)
    async with workspace(ways, ports[0]) as there:
        running = [Process(environment(ways, there.practice, port), tmp_path / f"{port}.log") for port in ports]
        try:
            for port in ports:
                await ready(there, port, patience=20)
            assert there.practice.workspace.sockets.connection_count == len(ports)
            yield Pair(there, *running)
        finally:
            for process in running:
                process.kill()
            print(*(log.read_text() for log in tmp_path.glob("*.log")), sep="\n\n")
    postgresql.drop(url)


async def test_a_replica_may_die_in_the_middle(pair: Pair) -> None:
    there = pair.there
    await there.people.control(latency_ms={"*": 50})
    half = INCIDENTS // 2
    await asyncio.gather(*(_declares(there, number) for number in range(half)))
    late = [asyncio.create_task(_declares(there, number)) for number in range(half, INCIDENTS)]
    await asyncio.sleep(0.15)
    pair.first.kill()
    died = time.monotonic()
    await asyncio.gather(*late)
    await there.people.until(lambda: _all(there, _is_furnished))
    assert time.monotonic() - died < RECOVERY_SECONDS
    await there.people.until(lambda: _announced(there), patience=INCIDENTS * 1.5)  # Slack takes one a second
    await asyncio.sleep(0.5)
    assert [_copies(there, room) for room in _rooms(there).values()] == [(1, 1, 1)] * INCIDENTS
    assert len(there.practice.workspace.messages(_incidents(there))) == INCIDENTS + 1  # and the bot's joining


async def _announced(there: Town) -> bool:
    return len(there.practice.workspace.messages(_incidents(there))) > INCIDENTS


async def test_a_role_has_one_holder_and_news_keep_their_order_over_both(pair: Pair) -> None:
    there = pair.there
    room = await _room_of_one(there)
    for person in PEOPLE[1:]:
        await there.people.joins(person, room)
    words = {"channel": room, "command": "/incident", "text": "claim commander"}
    await asyncio.gather(*(there.people.tries(person, "command", **words) for person in PEOPLE for _ in range(2)))
    refused = [person for person in PEOPLE if "is already incident commander" in await there.people.reads(person, room)]
    assert len(refused) == len(PEOPLE) - 1
    for step in range(10):
        await there.people.commands(ANA, room, f"/incident note step {step}")
    card = next(found for found in there.practice.workspace.messages(room).values() if "blocks" in found)

    async def all_said() -> list[str] | None:
        said = await there.people.reads(BEN, room, thread=card["ts"])
        found = re.findall(r"step (\d)", said)
        return found if len(found) >= 10 else None

    assert await there.people.until(all_said, patience=20) == [str(step) for step in range(10)]


async def test_both_together_keep_the_pace_of_slack_and_use_nearly_all_of_it(pair: Pair) -> None:
    there, calls = pair.there, pair.there.practice.workspace.calls
    await there.people.control(latency_ms={"*": 50}, limits=True)
    await asyncio.gather(*(_declares(there, number) for number in range(INCIDENTS)))
    await there.people.until(lambda: _announced(there), patience=INCIDENTS * 3)
    incidents = _incidents(there)
    posts = [call.at for call in calls if call.method == "chat.postMessage" and call.args["channel"] == incidents]
    # The median: one call that a busy machine holds up makes one gap long, the next one short and perhaps a 429.
    gap = statistics.median(later - sooner for sooner, later in itertools.pairwise(posts))
    assert 1 <= gap < 1 / 0.85, "Slack takes one a second; `make bench` has the figure of a quiet machine"
    assert sum(call.error == "ratelimited" for call in calls) <= 2


async def _declares(there: Town, number: int) -> None:
    """Declare, and again as a person would when Slack says that it did not work: the words are the same."""
    person = PEOPLE[number % len(PEOPLE)]
    for _ in range(5):
        words = f"declare number {number} is failing"
        answer = await there.people.tries(person, "command", channel=GENERAL, command="/incident", text=words)
        if answer["ok"]:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(answer)


async def _room_of_one(there: Town) -> str:
    await there.people.commands(ANA, GENERAL, "/incident declare checkout is failing")
    room = await there.room()
    await there.people.until(lambda: _all(there, _is_furnished, 1))
    return room


async def _all(there: Town, is_so: Callable[[Town, str], bool], count: int = INCIDENTS) -> bool:
    rooms = _rooms(there)
    return len(rooms) >= count and all(is_so(there, room) for room in rooms.values())


def _is_furnished(there: Town, room: str) -> bool:
    return all(_copies(there, room))


def _rooms(there: Town) -> dict[str, str]:
    return {
        str(channel["name"]): str(channel["id"])
        for channel in there.practice.workspace.channels
        if str(channel["name"]).startswith("inc-")
    }


def _incidents(there: Town) -> str:
    return next(str(channel["id"]) for channel in there.practice.workspace.channels if channel["name"] == "incidents")


def _copies(there: Town, room: str) -> tuple[int, int, int]:
    """How many cards, pins and topics a room has."""
    kept = there.practice.workspace.messages(room).values()
    return (
        sum("metadata" in message for message in kept),
        len(there.practice.workspace.channels[room]["pins"]),
        sum(message.get("subtype") == "channel_topic" for message in kept),
    )
