"""During an update some replicas are older than the database: they go on, and leave alone what they do not know."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest_asyncio
import sqlalchemy as sa

from bot.storage import migrate, tables
from bot.storage.database import Connection, Database
from tests.town import ANA, BEN, Town, Ways, town

LONG_AGO = datetime.now(UTC) - timedelta(days=1)
LATER_KIND = "drill_over"


def _migrate_further(connection: Connection) -> None:
    """What a later revision may do: migrations add before they take away."""
    for table in tables.metadata.sorted_tables:
        connection.execute(sa.text(f"ALTER TABLE {table.name} ADD COLUMN later VARCHAR(20) DEFAULT 'unknown' NOT NULL"))
        connection.execute(sa.text(f"ALTER TABLE {table.name} ADD COLUMN later_still INTEGER"))
    connection.execute(
        sa.text("CREATE TABLE drills (id INTEGER PRIMARY KEY, incident INTEGER REFERENCES incidents (id))")
    )
    connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))


@pytest_asyncio.fixture
async def place(ways: Ways) -> AsyncIterator[Town]:
    """A workspace whose database is a revision ahead of the code that serves it."""
    database = Database(ways.database_url)
    migrate.migrate(database)
    database.write_now(_migrate_further)
    database.close()
    async with town(ways) as there:
        yield there


async def test_an_older_replica_serves_a_whole_incident(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev1")
    for words in ("claim commander", "note rolled back to 4.2", "contained", "severity 2"):
        await place.people.commands(ANA, room, f"/incident {words}")
    await place.resolves(ANA, room, fix="rolled back", told="yes")
    assert "resolved" in (await place.people.reads(BEN, "incidents")).lower()


async def test_what_only_a_newer_version_knows_is_left_as_it_is(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev1")
    assert place.warroom is not None
    database = place.warroom.database
    await database.write(_as_a_newer_version_leaves_it)
    await place.people.commands(ANA, room, "/incident note rolled back to 4.2")
    await place.warroom.scheduler.sweep()
    await place.told(ANA, room, "checkout is failing")
    body, dues, kinds = await database.read(_left)
    assert body["drill"] == {"of": 3}
    assert LATER_KIND in dues
    assert kinds == [("PlayDrill", "pending", 0)]


def _as_a_newer_version_leaves_it(connection: Connection) -> None:
    incident = tables.incidents.c.id == 1
    body = connection.execute(sa.select(tables.incidents.c.body).where(incident)).scalar_one()
    connection.execute(sa.update(tables.incidents).where(incident).values(body={**body, "drill": {"of": 3}}))
    connection.execute(sa.insert(tables.due).values(incident=1, kind=LATER_KIND, at=LONG_AGO))
    connection.execute(
        sa.insert(tables.outbox).values(
            key="k", incident=1, kind="PlayDrill", payload={}, lane="inc-1:drill", status="pending", attempts=0,
            next_at=LONG_AGO, created_at=LONG_AGO,
        )
    )  # fmt: skip


def _left(connection: Connection) -> tuple[dict[str, object], list[str], list[tuple[str, str, int]]]:
    body = connection.execute(sa.select(tables.incidents.c.body).where(tables.incidents.c.id == 1)).scalar_one()
    dues = list(connection.execute(sa.select(tables.due.c.kind).where(tables.due.c.incident == 1)).scalars())
    columns = tables.outbox.c.kind, tables.outbox.c.status, tables.outbox.c.attempts
    waiting = connection.execute(sa.select(*columns).where(tables.outbox.c.kind == "PlayDrill"))
    return body, dues, [tuple(row) for row in waiting]
