"""Acknowledgements at a steady rate of 10 to 500 commands a second over HTTP, beside Bolt alone in the same run."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from benchmarks.serving import served
from benchmarks.table import markdown, percentile
from benchmarks.volley import Volley
from bot.settings import Transport
from tests.town import ANA, ROOT, SECRET, free_port

RATES, SECONDS = (10, 50, 100, 200, 500), 6.0
SETTLING_SECONDS = 3.0
KINDS = {"`status` (reads)": "status inc-1", "`note` (writes)": "note inc-1 looked at the dashboard"}
LIMIT_MS = 3000


async def run() -> str:
    """The table of rates."""
    rows: list[tuple[object, ...]] = []
    async with _bare() as url:
        rows += [await _row("Bolt alone", url, "status", rate) for rate in RATES]
    async with _with_an_incident() as url:
        for name, text in KINDS.items():
            rows += [await _row(name, url, text, rate) for rate in RATES]
    head = ("what", "asked a second", "answered a second", "p50", "p99", "max", "not within 3 s")
    note = (
        f"Milliseconds from when it was to be sent, {SECONDS:g} s each, one run, HTTP, SQLite, the sender a process of "
        f"its own. Beside it: Slack's 3 s; one core; for writes the {_fsyncs(ROOT):,.0f} fsyncs a second of this disk."
    )
    return markdown("Interactions a second", head, rows, note)


async def _row(name: str, url: str, text: str, rate: int) -> tuple[object, ...]:
    sender = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.volley", url, SECRET, str(rate), str(SECONDS), text,
        cwd=ROOT, stdout=subprocess.PIPE,
    )  # fmt: skip
    said, _ = await sender.communicate()
    volley = Volley(**json.loads(said))
    late = volley.failed + sum(ms > LIMIT_MS for ms in volley.ms)
    await asyncio.sleep(SETTLING_SECONDS)
    times = (f"{percentile(volley.ms, share):.0f}" for share in (0.5, 0.99, 1.0))
    return (name, rate, f"{volley.answered / volley.seconds:.0f}", *times, late)


@asynccontextmanager
async def _bare() -> AsyncIterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}/slack/events"
    serving = subprocess.Popen([sys.executable, "-m", "benchmarks.bare", str(port), SECRET], cwd=ROOT)
    try:
        async with aiohttp.ClientSession() as session:
            while not await _listens(session, url):
                await asyncio.sleep(0.1)
        yield url
    finally:
        serving.kill()
        serving.wait()


async def _listens(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.post(url):
            return True
    except aiohttp.ClientError:
        return False


@asynccontextmanager
async def _with_an_incident() -> AsyncIterator[str]:
    async with served(Transport.HTTP) as (there, _, port):
        await there.people.commands(ANA, "C0GENERAL", "/incident declare checkout is failing sev2")
        await there.room()
        await asyncio.sleep(SETTLING_SECONDS)
        yield f"http://127.0.0.1:{port}/slack/events"


def _fsyncs(folder: Path, seconds: float = 1.0) -> float:
    """How many small writes this disk takes for certain in a second."""
    count, until = 0, time.perf_counter() + seconds
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        while time.perf_counter() < until:
            os.write(file.fileno(), b"x" * 4096)
            os.fsync(file.fileno())
            count += 1
    return count / seconds
