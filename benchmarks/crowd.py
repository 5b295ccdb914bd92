"""Two hundred people in one room who all press the same button, and then all write a note, at once."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from benchmarks.serving import served
from benchmarks.table import markdown, percentile
from bot.practice.client import find_element
from tests.town import ANA, Town, crowd

SIZE, AT_ONCE = 200, (20, 50, 200)


async def run() -> str:
    """The table of a crowd's waits."""
    rows: list[tuple[object, ...]] = []
    for count in AT_ONCE:
        async with served() as (there, _, _):
            await there.people.commands(ANA, "C0GENERAL", "/incident declare checkout is failing sev2")
            room = await there.room()
            await asyncio.sleep(1)
            people = crowd(there.practice, room, SIZE)
            rows.append(("press *Take command*", *await _measure(people, count, await _press(there, room))))
            rows.append(("write a note", *await _measure(people, count, _write(there, room))))
    note = (
        f"{SIZE} people in one room, so many at once, each once; milliseconds until each was answered, one run, "
        "SQLite, Socket Mode. Who presses when the button has gone meanwhile is not counted. Slack's limit is 3,000."
    )
    return markdown("A crowd in one room", ("what they do", "at once", "answered", "p50", "p99", "max"), rows, note)


async def _press(there: Town, room: str) -> Callable[[str], Awaitable[bool]]:
    (card,) = [message for message in await there.people.messages(ANA, room) if message.get("blocks")]
    button = find_element(card["blocks"], "Take command") or {}

    async def press(person: str) -> bool:
        answer = await there.people.tries(person, "click", channel=room, ts=card["ts"], **button)
        return bool(answer["ok"])

    return press


def _write(there: Town, room: str) -> Callable[[str], Awaitable[bool]]:
    async def write(person: str) -> bool:
        return bool((await there.people.commands(person, room, f"/incident note seen by {person}"))["ok"])

    return write


async def _measure(people: Sequence[str], count: int, does: Callable[[str], Awaitable[bool]]) -> tuple[object, ...]:
    turns, waits = asyncio.Semaphore(count), list[float]()

    async def one(person: str) -> None:
        async with turns:
            started = time.perf_counter()
            if await does(person):
                waits.append((time.perf_counter() - started) * 1000)

    await asyncio.gather(*map(one, people))
    return (count, len(waits), *(f"{percentile(waits, share):.0f}" for share in (0.5, 0.99, 1.0)))
