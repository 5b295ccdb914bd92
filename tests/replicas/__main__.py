"""`make replicas`, or `python -m tests.replicas [MINUTES]`: mixed load with rolling kill -9, and what came of it."""

import asyncio
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path
from statistics import median, quantiles

from benchmarks.table import markdown
from bot.settings import Transport
from bot.storage.database import Database
from tests.databases import Cluster, cluster
from tests.replicas.audit import Audit
from tests.replicas.crowd import KINDS, Crowd, Ledger
from tests.replicas.rig import REPLICAS, Rig, rig

MINUTES = 10.0
KILL_SECONDS = 8.0  # between two kills
PATIENCE_SECONDS = 180.0  # for the outbox to be emptied in the end
HEAD = ("transport", "kills", "things done", "tries that failed", "answered p50 / p99 / max, ms", "429s",
        "emptied after, s", "lost, doubled, stuck")  # fmt: skip


@dataclass
class Result:
    """What came of one run."""

    kills: int
    ledger: Ledger
    throttled: int
    drained: float
    faults: list[str]


async def ordeal(url: str, transport: Transport, folder: Path, seconds: float, pause: float = KILL_SECONDS) -> Result:
    """Let people act for so long while replicas are killed one after the other, and look at what is there then."""
    async with rig(url, transport, folder) as three:
        crowd = Crowd(three.there)
        killing = asyncio.create_task(_kill_on(three, pause))
        await crowd.act(seconds)
        killing.cancel()
        (kills,) = await asyncio.gather(killing)
        database = Database(url)
        audit = Audit(three.there, database, crowd.ledger)
        try:
            drained = await audit.drained(PATIENCE_SECONDS)
            await asyncio.sleep(1.0)
            faults = await audit.faults()
        finally:
            database.close()
        throttled = sum(call.error == "ratelimited" for call in three.there.calls)
        return Result(kills=kills, ledger=crowd.ledger, throttled=throttled, drained=drained, faults=faults)


async def _kill_on(three: Rig, pause: float) -> int:
    """Kill one after the other, each when the one before is back; returns how many when it is cancelled."""
    kills = 0
    try:
        while True:
            await asyncio.sleep(pause)
            three.replace(kills % REPLICAS)
            kills += 1
            await three.ready((kills - 1) % REPLICAS)
    except asyncio.CancelledError:
        return kills


def row(name: str, result: Result) -> tuple[object, ...]:
    """One line of the table."""
    ledger = result.ledger
    ms = [1000 * seconds for seconds in ledger.took]
    things = sum(len(ledger.taken(kind)) for kind in ("declare", *KINDS))
    times = f"{median(ms):.0f} / {quantiles(ms, n=100)[98]:.0f} / {max(ms):.0f}"
    again = sum(ledger.unanswered.values())
    return name, result.kills, things, again, times, result.throttled, f"{result.drained:.0f}", len(result.faults)


async def _run(server: Cluster, minutes: float) -> int:
    rows, faults = [], []
    for name, transport in (("Socket Mode", Transport.SOCKET), ("HTTP behind HAProxy", Transport.HTTP)):
        url = server.create()
        with tempfile.TemporaryDirectory() as folder:
            result = await ordeal(url, transport, Path(folder), 60 * minutes)
        server.drop(url)
        rows.append(row(name, result))
        faults += [f"{name}: {fault}" for fault in result.faults]
    note = (
        f"{REPLICAS} replicas on one PostgreSQL, {minutes:g} minutes each, a kill -9 every {KILL_SECONDS:g} s, one run."
    )
    print(f"{datetime.now(UTC):%Y-%m-%d}, {cpu_count()} cores, which the practice workspace and the people share.\n")
    print(markdown("Replicas", HEAD, rows, note))
    print(*faults, sep="\n")
    return 1 if faults else 0


def main() -> int:
    """Run it over both transports; returns the exit status."""
    with cluster() as server:
        if server is None:
            print("PostgreSQL is needed (Debian: apt-get install postgresql).", file=sys.stderr)
            return 2
        return asyncio.run(_run(server, float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES))


if __name__ == "__main__":
    sys.exit(main())
