"""The draft of a big room: 10,000 messages, 1,000 entries on its timeline, half of them marked messages."""

import asyncio
import logging
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from benchmarks.table import markdown
from bot.engine import Engine
from bot.queries import Queries, RoomMessage
from bot.storage import migrate
from bot.storage.database import Database
from bot.views.postmortem import draft
from bot.workflows.declare import Declaration, Declare
from bot.workflows.furnishing import RecordRoom
from bot.workflows.incident import ChannelId, MessageTs, Posted, Room, UserId
from bot.workflows.timeline import AddNote, MarkMessage
from tests.town import HOUSE_RULES

MESSAGES, NOTES, MARKS, RUNS = 10_000, 500, 500, 9
BEGIN = datetime(2026, 11, 23, 8, tzinfo=UTC)
ANA, CHANNEL = UserId("U0ANA"), ChannelId("C0ROOM")
LIMIT_MS = 2000


async def run() -> str:
    """The table: reading the timeline and rendering the draft, in milliseconds."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'warroom.sqlite'}")
        try:
            migrate.migrate(database)
            times = await _times(database)
        finally:
            database.close()
    head = ("messages", "lines on the timeline", "median", "slowest", "of the 2 s it may take")
    row = (MESSAGES, NOTES + MARKS, f"{statistics.median(times):.0f}", f"{max(times):.0f}",
           f"{statistics.median(times) / LIMIT_MS:.0%}")  # fmt: skip
    note = f"Milliseconds to read the timeline and render the draft, {RUNS} runs, SQLite."
    return markdown("The draft of a big room", head, [row], note)


async def _times(database: Database) -> list[float]:
    engine, queries = Engine(database, HOUSE_RULES, lambda: BEGIN), Queries(database, HOUSE_RULES)
    number = (await engine.execute(Declare(said=Declaration(title="checkout is failing"), by=ANA))).incident.id
    await engine.execute(RecordRoom(incident=number, room=Room(channel=CHANNEL, name="inc-1")))
    for index in range(MESSAGES):
        text = f"message {index}: the queue of payments is {index} long, and <@U0BEN> looks at it"
        await queries.keep_message(RoomMessage(channel=CHANNEL, ts=_ts(index), text=text, author=ANA))
    for index in range(NOTES):
        await engine.execute(
            AddNote(incident=number, text=f"note {index}: rolled back <https://x.example/{index}>", by=ANA)
        )
    for index in range(0, MESSAGES, MESSAGES // MARKS):
        posted, said_at = Posted(channel=CHANNEL, ts=_ts(index)), BEGIN + timedelta(seconds=index)
        await engine.execute(MarkMessage(incident=number, message=posted, said_at=said_at, by=ANA, author=ANA))
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        incident = await queries.incident(number)
        assert incident is not None
        text = draft(incident, await queries.timeline(number), "https://x.example/", BEGIN)
        times.append((time.perf_counter() - begun) * 1000)
        assert text.count("\n- [") >= NOTES + MARKS
    return times


def _ts(index: int) -> MessageTs:
    return MessageTs(f"{int(BEGIN.timestamp()) + index}.000100")


if __name__ == "__main__":
    print(asyncio.run(run()))
