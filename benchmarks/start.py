"""How long from start to connected, and how much memory a serving process holds."""

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.table import markdown
from tests.town import ANA, GENERAL, Process, Town, Ways, environment, free_port, ready, workspace

RUNS = 5
INCIDENTS = 100


async def run() -> str:
    """The table of starts and memory."""
    with tempfile.TemporaryDirectory() as folder:
        ways, port = Ways(database_url=f"sqlite:///{folder}/bench.sqlite"), free_port()
        async with workspace(ways, port) as there:
            variables, log = environment(ways, there.practice, port), Path(folder) / "log"
            empty, process = await _start(there, variables, log)
            process.terminate()
            starts = []
            for _ in range(RUNS):
                seconds, process = await _start(there, variables, log)
                starts.append(seconds)
                process.terminate()
            _, process = await _start(there, variables, log)
            try:
                await ready(there, port)
                await asyncio.sleep(3)
                idle = process.memory_mb()
                await _declare(there)
                full = process.memory_mb()
            finally:
                process.terminate()
    rows = [
        ("start to connected, empty database (one run)", f"{empty:.2f} s"),
        (f"start to connected, median of {RUNS}", f"{median(starts):.2f} s"),
        ("resident memory, idle", f"{idle:.0f} MB"),
        (f"resident memory, after {INCIDENTS} incidents", f"{full:.0f} MB"),
    ]
    return markdown("Start and memory", ("what", "measured"), rows, "SQLite, Socket Mode.")


async def _start(there: Town, variables: dict[str, str], log: Path) -> tuple[float, Process]:
    sockets = there.practice.workspace.sockets
    while sockets.connection_count:
        await asyncio.sleep(0.01)
    started = time.perf_counter()
    process = Process(variables, log)
    while not sockets.connection_count:
        await asyncio.sleep(0.005)
    return time.perf_counter() - started, process


async def _declare(there: Town) -> None:
    for number in range(1, INCIDENTS + 1):
        await there.people.commands(ANA, GENERAL, f"/incident declare service {number} is failing")
        await there.room(number, patience=20)
    await asyncio.sleep(3)
