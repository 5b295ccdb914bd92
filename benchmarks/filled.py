"""Databases that have seen much: many open incidents, a long past, things that have fallen due."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.engine import Engine
from bot.storage import tables
from bot.storage.database import Connection, Database
from bot.workflows.declare import Declaration, Declare
from bot.workflows.due import DueKind
from bot.workflows.endings import Resolve
from bot.workflows.furnishing import RecordPart, RecordRoom
from bot.workflows.incident import ChannelId, IncidentId, MessageTs, Part, Posted, Room, UserId
from bot.workflows.policy import SeverityKey
from tests.town import HOUSE_RULES

ANA = UserId("U0ANA")
CHUNK = 10_000
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OLD_KINDS = [kind.value for kind in DueKind if kind is not DueKind.SEVERITY_UNSET]


async def open_incidents(database: Database, count: int, now: datetime, severity: str | None = "sev2") -> None:
    """`count` open incidents with rooms, cards and checklists: one made by the rules, the others like it."""
    engine = Engine(database, HOUSE_RULES, lambda: now)
    said = Declaration(title="checkout 1 is failing", severity=SeverityKey(severity) if severity else None)
    number = (await engine.execute(Declare(said=said, by=ANA))).incident.id
    await engine.execute(RecordRoom(incident=number, room=Room(channel=ChannelId("C1"), name="inc-1")))
    for part in Part:
        stands = (
            Posted(channel=ChannelId("C1"), ts=MessageTs("1.000100"))
            if part in (Part.CARD, Part.ANNOUNCEMENT)
            else None
        )
        await engine.execute(RecordPart(incident=number, part=part, posted=stands))
    await database.write(lambda connection: _multiply(connection, number, count - 1))


async def more_open_incidents(database: Database, count: int) -> None:
    """`count` more like INC-1."""
    await database.write(lambda connection: _multiply(connection, IncidentId(1), count))


async def resolved_incidents(database: Database, count: int, now: datetime) -> None:
    """`count` incidents that were resolved yesterday: one by the rules, the others like it."""
    began = now - DAY
    declaring, resolving = (Engine(database, HOUSE_RULES, at) for at in (lambda: began, lambda: began + HOUR))
    number = (await declaring.execute(Declare(said=Declaration(title="search was slow"), by=ANA))).incident.id
    await resolving.execute(Resolve(incident=number, by=ANA, fix="rolled back", reason="it was over at once"))
    await database.write(lambda connection: _multiply(connection, number, count - 1))


def _multiply(connection: Connection, number: IncidentId, count: int) -> None:
    named = tables.counters.c.name == "incident"
    last = connection.execute(sa.select(tables.counters.c.value).where(named)).scalar_one()
    first = connection.execute(sa.select(tables.incidents).where(tables.incidents.c.id == number)).one()._mapping
    for rows in _chunks(_like(first, last + 1 + extra) for extra in range(count)):
        connection.execute(sa.insert(tables.incidents), rows)
    connection.execute(sa.update(tables.counters).where(named).values(value=last + count))
    connection.execute(sa.delete(tables.outbox))
    connection.execute(sa.delete(tables.due))


def _like(first: Mapping[Any, Any], number: int) -> dict[str, Any]:
    title, channel = f"checkout {number} is failing", f"C{number}"
    body = {**first["body"], "id": number, "title": title, "room": {"channel": channel, "name": f"inc-{number}"}}
    return {**first, "id": number, "title": title, "room": channel, "body": body}


async def fall_due(database: Database, count: int, at: datetime) -> None:
    """`count` incidents whose missing severity has fallen due."""
    rows = ({"incident": number, "kind": DueKind.SEVERITY_UNSET.value, "at": at} for number in range(1, count + 1))
    await database.write(lambda connection: _insert(connection, tables.due, rows))


async def a_long_past(database: Database, incidents: int, count: int, now: datetime) -> None:
    """A million of each: due rows that are not due yet, deliveries that are done, receipts."""
    later, before = now + timedelta(days=300), now - timedelta(days=3)
    per = count // incidents + 1
    due = (
        {"incident": 1 + n // per, "kind": f"{OLD_KINDS[n % len(OLD_KINDS)]}{n % per}", "at": later}
        for n in range(count)
    )
    done = ({"key": f"k{n}", "incident": 1 + n % incidents, "kind": "PostInRoom", "payload": {"text": "x"}, "lane": "l",
             "status": "done", "attempts": 1, "next_at": before, "created_at": before, "settled_at": before, "rank": 2}
            for n in range(count))  # fmt: skip
    receipts = ({"key": f"event:{n}", "incident": 1, "at": before} for n in range(count))
    for table, rows in ((tables.due, due), (tables.outbox, done), (tables.receipts, receipts)):
        await database.write(lambda connection, into=table, them=rows: _insert(connection, into, them))  # type: ignore[misc]
    if not database.is_sqlite:
        await database.write(lambda connection: connection.execute(sa.text("ANALYZE")))


def _insert(connection: Connection, table: sa.Table, rows: Iterator[dict[str, Any]]) -> None:
    for chunk in _chunks(rows):
        connection.execute(sa.insert(table), chunk)


def _chunks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
