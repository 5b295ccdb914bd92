"""How long from start to connected, and how much memory a serving process holds."""

import asyncio
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.filled import open_incidents
from benchmarks.table import markdown
from bot.storage.database import Database
from tests.town import ANA, GENERAL, Process, Town, Ways, environment, free_port, ready, workspace

RUNS = 5
INCIDENTS = 1_000
PATIENCE_SECONDS = 30.0


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
            idle = await _memory(there, variables, log, port)
            database = Database(ways.database_url)
            await open_incidents(database, INCIDENTS, datetime.now(UTC))
            database.close()
            full = await _memory(there, variables, log, port)
    rows = [
        ("start to connected, empty database (one run)", f"{empty:.2f} s"),
        (f"start to connected, median of {RUNS}", f"{median(starts):.2f} s"),
        ("resident memory, idle", f"{idle:.0f} MB"),
        (f"resident memory, {INCIDENTS:,} open incidents, all of them listed and on a Home tab", f"{full:.0f} MB"),
    ]
    return markdown("Start and memory", ("what", "measured"), rows, "SQLite, Socket Mode.")


async def _start(there: Town, variables: dict[str, str], log: Path) -> tuple[float, Process]:
    sockets = there.practice.workspace.sockets
    async with asyncio.timeout(PATIENCE_SECONDS):
        await _until(lambda: sockets.connection_count == 0)
        started = time.perf_counter()
        process = Process(variables, log)
        await _until(lambda: sockets.connection_count > 0)
    return time.perf_counter() - started, process


async def _until(look: Callable[[], bool]) -> None:
    while not look():
        await asyncio.sleep(0.005)


async def _memory(there: Town, variables: dict[str, str], log: Path, port: int) -> float:
    """Megabytes when it has served for a while."""
    _, process = await _start(there, variables, log)
    try:
        await ready(there, port)
        await there.people.commands(ANA, GENERAL, "/incident list")
        await there.people.opens_home(ANA)
        await asyncio.sleep(3)
        return process.memory_mb()
    finally:
        process.terminate()
