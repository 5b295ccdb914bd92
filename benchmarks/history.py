"""What much history costs: 10,000 things due among a million old rows, 1,000 incidents, a room of 50,000 messages."""

import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from uuid import uuid4

import structlog

from benchmarks.filled import ANA, a_long_past, fall_due, more_open_incidents, open_incidents, resolved_incidents
from benchmarks.table import markdown
from bot.delivery.pace import SLACKS_PACE, TIER_4
from bot.engine import Engine
from bot.queries import Queries, RoomMessage
from bot.scheduler import DUE_AT_ONCE, Scheduler
from bot.storage import due, migrate, outbox
from bot.storage.database import Database
from bot.storage.outbox import Terms
from bot.storage.presence import Presence
from bot.views.home import READ_BACK, Board, Boards, home
from bot.workflows.declare import Declaration, Declare
from bot.workflows.incident import ChannelId, IncidentId, MessageTs, UserId
from bot.workflows.timeline import AddNote
from tests.databases import cluster
from tests.town import HOUSE_RULES

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
RUNS = 9
OLD, DUE, OPEN, OVER, VIEWERS, MESSAGES = 1_000_000, 10_000, 1_000, 10_000, 1_000, 50_000
ROOM = ChannelId("C1")


async def run() -> str:
    """The tables, on both databases."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    tables = []
    with databases() as urls:
        tables.append(await _due(urls))
        tables.append(await _crowded(urls))
    return "\n".join(tables)


@contextmanager
def databases() -> Iterator[Callable[[], list[tuple[str, str]]]]:
    """A function that gives new databases: (name, url), SQLite and, where it is there, PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder, cluster(durable=True) as server:
        made = iter(range(100))

        def urls() -> list[tuple[str, str]]:
            found = [("SQLite", f"sqlite:///{Path(folder) / f'{next(made)}.sqlite'}")]
            return [*found, ("PostgreSQL", server.create())] if server else found

        yield urls


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """A migrated database."""
    database = Database(url)
    migrate.migrate(database)
    try:
        yield database
    finally:
        database.close()


async def timed(work: Callable[[], Awaitable[object]], runs: int = RUNS) -> float:
    """The median of some runs, in milliseconds."""
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        await work()
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


async def _due(urls: Callable[[], list[tuple[str, str]]]) -> str:
    rows = []
    for old in (0, OLD):
        for name, url in urls():
            async with opened(url) as database:
                rows.append((name, f"{old:,}", *await _sweep(database, old)))
    head = ("database", "old rows of each kind", "look for what is due, ms", "claim deliveries, ms", f"all {DUE:,}, s",
            "due rows a second")  # fmt: skip
    note = (
        f"{DUE:,} nudges that have fallen due at once, each its own transaction with line and message, one run; the "
        f"first two are medians of {RUNS}. Old: due rows of later, deliveries that are done, receipts."
    )
    return markdown("Due rows among old ones", head, rows, note)


async def _sweep(database: Database, old: int) -> tuple[str, str, str, str]:
    await open_incidents(database, DUE, NOW, severity=None)
    if old:
        await a_long_past(database, DUE, old, NOW)
    await fall_due(database, DUE, NOW - timedelta(minutes=1))
    engine = Engine(database, HOUSE_RULES, lambda: NOW)
    scheduler = Scheduler(database, engine, Presence(database), lambda: NOW, lambda: None)
    look = await timed(lambda: database.read(lambda connection: due.fallen(connection, NOW, DUE_AT_ONCE)))
    began = time.perf_counter()
    await scheduler.sweep()
    took = time.perf_counter() - began
    terms = Terms(lease=timedelta(seconds=15), limit=16, pacing=SLACKS_PACE)
    claim = await timed(lambda: database.write(lambda connection: outbox.claim(connection, 1, NOW, terms)))
    return f"{look:.1f}", f"{claim:.1f}", f"{took:.0f}", f"{DUE / took:.0f}"


async def _crowded(urls: Callable[[], list[tuple[str, str]]]) -> str:
    rows: list[tuple[str, ...]] = []
    for name, url in urls():
        async with opened(url) as database:
            rows += [
                (name, what, f"{few:.1f}", f"{many:.1f}", limit) for what, few, many, limit in await _both(database)
            ]
    head = ("database", "what", "alone, ms", "crowded, ms", "the limit beside it")
    note = (
        f"Medians of {RUNS}. Crowded: {OPEN:,} more open incidents, {OVER:,} that were resolved a day ago, and "
        f"{MESSAGES:,} messages in the room; {VIEWERS:,} Home tabs are rendered from one reading."
    )
    return markdown("A thousand open incidents, fifty thousand messages", head, rows, note)


async def _both(database: Database) -> list[tuple[str, float, float, str]]:
    await open_incidents(database, 1, NOW)
    alone = await _figures(database)
    await more_open_incidents(database, OPEN)
    await resolved_incidents(database, OVER, NOW)
    queries = Queries(database, HOUSE_RULES)
    await queries.keep_messages([_message(index) for index in range(MESSAGES)])
    crowded = await _figures(database)
    minutes = VIEWERS / TIER_4
    limits = {"note": "3,000 to acknowledge", "declare": "3,000 to acknowledge", "a Home tab": "3,000 to acknowledge",
              "the first Home tab after a start": "3,000 to acknowledge",
              f"{VIEWERS:,} Home tabs": f"Slack takes {TIER_4} a minute: {minutes:.0f} minutes"}  # fmt: skip
    return [(what, alone[what], crowded[what], limits.get(what, "–")) for what in alone]


async def _figures(database: Database) -> dict[str, float]:
    engine, queries = Engine(database, HOUSE_RULES, lambda: NOW), Queries(database, HOUSE_RULES)
    number = IncidentId(1)

    async def tabs(count: int, asked: Queries = queries) -> None:
        found = Boards.of(await asked.open_resolved_and_after(NOW - READ_BACK), (), NOW)
        for viewer in range(count):
            home(Board.of(UserId(f"U{viewer}"), found, NOW))

    return {
        "note": await timed(
            lambda: engine.execute(AddNote(incident=number, text=f"rolled back {uuid4().hex}", by=ANA))
        ),
        "declare": await timed(
            lambda: engine.execute(Declare(said=Declaration(title=f"search {uuid4().hex}"), by=ANA))
        ),
        "a message is heard": await timed(lambda: queries.keep_message(_message(0))),
        "list": await timed(queries.open_ones),
        "the first Home tab after a start": await timed(lambda: tabs(1, Queries(database, HOUSE_RULES)), runs=3),
        "a Home tab": await timed(lambda: tabs(1)),
        f"{VIEWERS:,} Home tabs": await timed(lambda: tabs(VIEWERS), runs=3),
        "what of the room is known": await timed(lambda: queries.known_messages(ROOM, "0")),
        "the timeline": await timed(lambda: queries.timeline(number)),
    }


def _message(index: int) -> RoomMessage:
    ts = MessageTs(f"{int(NOW.timestamp()) + index}.000100")
    return RoomMessage(channel=ROOM, ts=ts, text=f"message {index}: the queue grows", author=ANA)
