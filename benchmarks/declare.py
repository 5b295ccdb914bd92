"""How long from the submit of the declare form until one is in the room, and until the room is furnished."""

import asyncio
import time
from dataclasses import dataclass
from statistics import median

from slack_sdk.web.async_client import AsyncWebClient

from benchmarks.serving import served
from benchmarks.table import markdown
from bot.practice.workspace import BOT_TOKEN, Call
from tests.town import ANA, GENERAL, Town

RUNS = 9
LATENCIES_MS = (0, 100, 300)
FURNISHING = ("conversations.setTopic", "pins.add")
STEPS = ("acknowledged", "in_room", "furnished")
PATIENCE_SECONDS = 30.0
BETWEEN_SECONDS = 1.2  # Slack takes one post a second in a channel, and all are announced in one


@dataclass(frozen=True)
class Timed:
    """One declare, in milliseconds from the submit; `calls` in the order in which Slack was asked."""

    acknowledged: float
    in_room: float
    furnished: float
    calls: tuple[str, ...]


async def run() -> str:
    """The table of declares, beside the same calls made one after the other."""
    rows: list[tuple[object, ...]] = []
    order: tuple[str, ...] = ()
    for latency in LATENCIES_MS:
        timed, serial = await _measure(latency)
        order = timed[-1].calls
        rows.append(
            (
                latency,
                *(f"{median(getattr(one, step) for one in timed):.0f}" for step in STEPS),
                f"{median(serial):.0f}",
                f"{median(serial) / median([t.furnished for t in timed]):.1f}×",
            )
        )  # fmt: skip
    head = ("ms a call", "acknowledged", "in the room", "furnished", "the same calls in a row", "ratio")
    note = f"Medians of {RUNS} runs, ms from the submit, SQLite, Socket Mode. Calls: {' → '.join(order)}."
    return markdown("Declare", head, rows, note)


async def _measure(latency: int) -> tuple[list[Timed], list[float]]:
    async with served() as (there, _, _):
        await asyncio.sleep(0.5)
        await _declare(there, "warm up")
        await there.people.control(latency_ms={"*": latency})
        timed = [await _declare(there, f"checkout is failing {run}") for run in range(RUNS)]
        serial = [await _in_a_row(there, run) for run in range(RUNS)]
    return timed, serial


async def _declare(there: Town, title: str) -> Timed:
    calls: list[tuple[float, Call]] = []
    done = asyncio.Event()

    async def record(call: Call) -> None:
        calls.append((time.perf_counter(), call))
        if {made.method for _, made in calls} >= set(FURNISHING) and _posts(calls) >= 2:
            done.set()

    await there.people.commands(ANA, GENERAL, f"/incident {title}")
    form = await there.people.fills(ANA, {})
    there.practice.workspace.after_call.append(record)
    started = time.perf_counter()
    await there.people.act(ANA, "view_submit", **form)
    acknowledged = time.perf_counter()
    await asyncio.wait_for(done.wait(), PATIENCE_SECONDS)
    there.practice.workspace.after_call.remove(record)
    in_room = next(at for at, call in calls if call.method == "conversations.invite")
    await asyncio.sleep(BETWEEN_SECONDS)
    await there.people.closes(ANA)
    return Timed(
        acknowledged=(acknowledged - started) * 1000,
        in_room=(in_room - started) * 1000,
        furnished=(max(at for at, _ in calls) - started) * 1000,
        calls=tuple(call.method for _, call in calls),
    )


def _posts(calls: list[tuple[float, Call]]) -> int:
    return sum(call.method == "chat.postMessage" for _, call in calls)


async def _in_a_row(there: Town, run: int) -> float:
    """The calls of a declare made one after the other with slack-sdk, with nothing stored: the peers' way."""
    client = AsyncWebClient(token=BOT_TOKEN, base_url=there.practice.api_url)
    started = time.perf_counter()
    made = await client.conversations_create(name=f"row-{run}-{time.time_ns()}")
    channel = made["channel"]["id"]
    await client.conversations_invite(channel=channel, users="U0ANA")
    await client.conversations_setTopic(channel=channel, topic="SEV1")
    card = await client.chat_postMessage(channel=channel, text="card")
    await client.pins_add(channel=channel, timestamp=card["ts"])
    await client.chat_postMessage(channel=channel, text="announcement")
    return (time.perf_counter() - started) * 1000
