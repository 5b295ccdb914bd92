"""How long a person waits for the answer to a command, when 1, 16 or 64 people ask at once."""

import asyncio
import time

from benchmarks.serving import served
from benchmarks.table import markdown, percentile
from tests.town import ANA, Town

AT_ONCE = (1, 16, 64)
ROUNDS = {1: 60, 16: 12, 64: 6}
COMMANDS = {"status (reads)": "/incident status", "note (writes)": "/incident note looked at the dashboard"}


async def run() -> str:
    """The table of acknowledgements."""
    rows = []
    async with served() as (there, _, _):
        await there.people.commands(ANA, "C0GENERAL", "/incident declare checkout is failing sev2")
        room = await there.room()
        await asyncio.sleep(1)
        for name, line in COMMANDS.items():
            rows += [await _measure(there, room, name, line, count) for count in AT_ONCE]
    note = (
        "Milliseconds from typing to the acknowledgement, SQLite, Socket Mode; "
        f"{', '.join(f'{ROUNDS[count]} rounds of {count}' for count in AT_ONCE)}. Slack's limit is 3,000."
    )
    return markdown("Acknowledgement", ("command", "at once", "p50", "p99", "max"), rows, note)


async def _measure(there: Town, room: str, name: str, line: str, count: int) -> tuple[object, ...]:
    waits: list[float] = []

    async def ask(number: int) -> None:
        started = time.perf_counter()
        await there.people.commands(ANA, room, f"{line} {number}" if "note" in line else line)
        waits.append((time.perf_counter() - started) * 1000)

    for turn in range(ROUNDS[count]):
        await asyncio.gather(*(ask(turn * count + number) for number in range(count)))
        await asyncio.sleep(0.1)
    return (name, count, *(f"{percentile(waits, share):.0f}" for share in (0.5, 0.99)), f"{max(waits):.0f}")
