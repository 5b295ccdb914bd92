"""Five minutes of people who use Warroom: does its memory grow?"""

import asyncio
from statistics import median

from benchmarks.serving import served
from benchmarks.table import markdown
from tests.replicas.crowd import KINDS, Crowd
from tests.town import Process

MINUTES, SAMPLE_SECONDS, WARM_SECONDS = 5.0, 5.0, 60.0


async def run() -> str:
    """The table of the soak."""
    async with served() as (there, process, _):
        crowd, sampling = Crowd(there), asyncio.create_task(_samples(process))
        await crowd.act(60 * MINUTES)
        sampling.cancel()
        (samples,) = await asyncio.gather(sampling)
    warm = samples[int(WARM_SECONDS / SAMPLE_SECONDS) :]
    minute = int(60 / SAMPLE_SECONDS)
    things = sum(len(crowd.ledger.taken(kind)) for kind in ("declare", *KINDS))
    then, now = (f"{median(part):.0f}" for part in (warm[:minute], warm[-minute:]))
    rows = [(things, len(crowd.ledger.taken("declare")), then, now, f"{max(samples):.0f}")]
    head = ("things done", "of these declares", "MB in the second minute", "MB in the last", "MB at most")
    note = f"{MINUTES:g} minutes, five people, medians of a minute, one run, SQLite, Socket Mode."
    return markdown("Soak", head, rows, note)


async def _samples(process: Process) -> list[float]:
    found: list[float] = []
    try:
        while True:
            found.append(process.memory_mb())
            await asyncio.sleep(SAMPLE_SECONDS)
    except asyncio.CancelledError:
        return found
