"""A full disk: people are told kindly, nothing is half done, and everything goes on when there is room again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.settings import Transport
from bot.storage.database import Database
from tests.town import ANA, GENERAL, Town, Ways

SORRY = "Warroom could not finish that"


@pytest.fixture
def ways(tmp_path: Path) -> Ways:
    """SQLite, whose file can be kept from growing; PostgreSQL's disk is its own matter."""
    return Ways(database_url=f"sqlite:///{tmp_path}/warroom.sqlite", transport=Transport.SOCKET)


@contextmanager
def full(database: Database) -> Iterator[None]:
    """SQLite's own SQLITE_FULL: the file may not grow by a single page."""
    with database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def limit(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def lift(connection: sa.Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")

    sa.event.listen(database.engine, "begin", limit)
    yield
    sa.event.remove(database.engine, "begin", limit)
    sa.event.listen(database.engine, "begin", lift)


async def test_on_a_full_disk_people_are_told_and_nothing_is_half_done(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    assert place.warroom is not None
    with full(place.warroom.database):
        noted = await _until_refused(place, room)
        await place.people.commands(ANA, GENERAL, "/incident declare search is slow sev3")
        assert SORRY in await place.people.reads(ANA, GENERAL)
        assert await _notes(place) == noted
        assert len(await place.warroom.queries.open_ones()) == 1
    await place.people.commands(ANA, room, "/incident note there is room again")
    await place.declares(ANA, "search is slow sev3", 2)
    assert await _notes(place) == [*noted, "there is room again"]
    thread = await place.thread(ANA, room)
    assert [thread.count(f"noted: {words}") for words in noted] == [1] * len(noted)
    assert (await place.warroom.queries.backlog()).dead == 0
    assert "could not" not in thread


async def test_what_slack_has_is_neither_lost_nor_said_again_when_it_cannot_be_written_down(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    assert place.warroom is not None
    database, tries = place.warroom.database, [0]

    def no_room(connection: sa.Connection, cursor: object, statement: str, *about: object) -> None:
        if statement.startswith("UPDATE outbox") and "settled_at" in statement and tries[0] < 2:
            tries[0] += 1
            raise sa.exc.OperationalError(statement, None, OSError("database or disk is full"))

    sa.event.listen(database.engine, "before_cursor_execute", no_room)
    await place.people.commands(ANA, room, "/incident note rolled back to 4.2")
    await place.quiet(patience=30)
    assert tries[0] == 2
    assert (await place.thread(ANA, room)).count("noted: rolled back to 4.2") == 1


async def _until_refused(place: Town, room: str) -> list[str]:
    """Write notes until one is refused; returns those that were taken."""
    taken = list[str]()
    for number in range(200):
        words = f"number {number} {'x' * 2000}"
        await place.people.commands(ANA, room, f"/incident note {words}")
        if SORRY in await place.people.reads(ANA, room):
            return taken
        taken.append(words)
    raise AssertionError("the disk was never full")


async def _notes(place: Town) -> list[str]:
    assert place.warroom is not None
    lines = await place.warroom.queries.timeline(1)  # type: ignore[arg-type]
    return [line.text.partition(" noted: ")[2] for line in lines if line.kind == "NoteAdded"]
