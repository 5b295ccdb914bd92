"""Backups: whole or refused, from either database into the other, and what was waiting is doubted."""

import gzip
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.engine import Engine
from bot.queries import Queries
from bot.storage import backup, incidents, migrate, outbox, tables, timeline
from bot.storage.backup import Damaged, NothingToBackUp
from bot.storage.codec import encode_incident
from bot.storage.database import AlreadyServing, Database
from bot.storage.outbox import Terms
from bot.storage.presence import Presence
from bot.storage.restore import CannotRestore, restore
from bot.workflows.commands import Entry
from bot.workflows.declare import Declaration, Declare
from bot.workflows.effects import PostInRoom, ShowCard
from bot.workflows.incident import ChannelId, IncidentId, Room
from bot.workflows.policy import DEFAULT_POLICY
from tests.databases import POSTGRESQL, SQLITE, WHY_NOT, Cluster, Databases
from tests.storage.test_codec import FULL
from tests.values import ANA, NOW, an_incident

LATER = NOW + timedelta(hours=1)
MANY = 1000
Lines = list[Any]


@pytest.fixture
def other_url(database_url: str, databases: Databases, postgresql: Cluster | None) -> Iterator[str]:
    """An empty database of the other kind."""
    databases.cluster = postgresql
    if postgresql is None:
        pytest.skip(WHY_NOT)
    with databases.fresh(POSTGRESQL if database_url.startswith(SQLITE) else SQLITE, empty=True) as url:
        yield url


@pytest.fixture
def other(other_url: str) -> Iterator[Database]:
    opened = Database(other_url)
    yield opened
    opened.close()


def fill(database: Database, count: int) -> None:
    """Incidents with lines, a waiting delivery and one that was delivered each."""

    def work(connection: sa.Connection) -> None:
        for step in range(count):
            number = incidents.next_number(connection)
            room = Room(channel=ChannelId(f"C{number:05}"), name=f"inc-{number}-é")
            incident = replace(FULL, id=number, room=room, private=step % 2 == 0)
            incidents.save(connection, incident, 0)
            for text in ("first <b>", "“second” 🔥\n"):
                timeline.append(connection, number, "NoteAdded", Entry(text=text, at=NOW, by=ANA), NOW)
            outbox.add(connection, incident, PostInRoom(text="waits"), 1, NOW)
            outbox.add(connection, incident, ShowCard(), None, NOW)

    database.write_now(work)


def backed_up(database: Database, path: Path) -> Path:
    with path.open("wb") as out:
        backup.write(database, out, LATER)
    return path


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All rows, as this version reads them."""

    def read(connection: sa.Connection) -> dict[str, list[tuple[Any, ...]]]:
        return {
            name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns))]
            for name, table in tables.metadata.tables.items()
        }

    return database.write_now(read)


def lines_of(path: Path) -> Lines:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def written(path: Path, lines: Lines) -> Path:
    """A file with these lines and a checksum that fits them."""
    body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    end = json.dumps({"sha256": hashlib.sha256(body).hexdigest()}).encode() + b"\n"
    path.write_bytes(gzip.compress(body + end))
    return path


def claim(database: Database, now: datetime = LATER) -> list[outbox.Parcel]:
    terms = Terms(lease=timedelta(seconds=15), limit=10)
    return database.write_now(lambda connection: outbox.claim(connection, 1, now, terms)).parcels


async def test_a_thousand_incidents_move_to_the_other_database(
    database: Database, other: Database, tmp_path: Path
) -> None:
    fill(database, MANY)
    done = restore(other, backed_up(database, tmp_path / "b.gz"), replace=False)
    assert (done.made_at, done.incidents, done.waiting) == (LATER, MANY, 2 * MANY)
    before, after = everything(database), everything(other)
    doubted = [column.name for column in tables.outbox.columns].index("uncertain_since")
    assert {row[doubted] for row in after["outbox"]} == {LATER}
    after["outbox"] = [(*row[:doubted], None, *row[doubted + 1 :]) for row in after["outbox"]]
    assert after == before
    queries = Queries(other, DEFAULT_POLICY)
    assert await queries.timeline(IncidentId(MANY)) == await Queries(database, DEFAULT_POLICY).timeline(
        IncidentId(MANY)
    )
    assert await other.read(lambda connection: timeline.is_whole(connection, IncidentId(1)))


async def test_a_declare_works_next(database: Database, other: Database, tmp_path: Path) -> None:
    fill(database, 3)
    restore(other, backed_up(database, tmp_path / "b.gz"), replace=False)
    engine = Engine(other, DEFAULT_POLICY, lambda: LATER)
    outcome = await engine.execute(Declare(said=Declaration(title="search is slow"), by=ANA))
    assert outcome.incident.id == 4
    rows = everything(other)["outbox"]
    assert [row[0] for row in rows][:6] == [1, 2, 3, 4, 5, 6]
    assert len(rows) > 6
    assert any(parcel.incident == 4 for parcel in claim(other))


def test_what_was_waiting_is_doubted_and_its_lease_is_void(database: Database, tmp_path: Path) -> None:
    fill(database, 1)
    (claimed,) = claim(database, NOW)
    path = backed_up(database, tmp_path / "b.gz")
    database.write_now(lambda connection: outbox.settle(connection, claimed.id, LATER))
    restore(database, path, replace=True)
    (again,) = claim(database, LATER)
    assert (again.key, again.uncertain_since) == (claimed.key, NOW)
    column = sa.select(tables.outbox.c.uncertain_since).order_by(tables.outbox.c.id)
    assert database.write_now(lambda connection: connection.execute(column).scalars().all()) == [NOW, LATER]


def test_a_backup_is_of_one_moment_while_others_write(database: Database) -> None:
    fill(database, 2)
    count = sa.select(sa.func.count()).select_from(tables.incidents)
    with database.snapshot() as connection:
        assert connection.execute(count).scalar_one() == 2
        fill(database, 1)
        assert connection.execute(count).scalar_one() == 2
    head = backup.write(database, io.BytesIO(), NOW)
    assert head.tables["incidents"].rows == 3


def test_incidents_are_not_replaced_unless_that_is_meant(database: Database, tmp_path: Path) -> None:
    fill(database, 2)
    path = backed_up(database, tmp_path / "b.gz")
    fill(database, 1)
    before = everything(database)
    with pytest.raises(CannotRestore, match=r"not empty \(incidents: 3\)"):
        restore(database, path, replace=False)
    assert everything(database) == before
    assert restore(database, path, replace=True).incidents == 2
    assert len(everything(database)["incidents"]) == 2
    assert everything(database)["counters"] == [("incident", 2)]


def test_a_database_that_is_served_is_left_alone(database: Database, database_url: str, tmp_path: Path) -> None:
    fill(database, 1)
    path = backed_up(database, tmp_path / "b.gz")
    before = everything(database)
    serving, presence = Database(database_url), Presence(database)
    serving.claim_file()
    presence.appear()
    ours = Database(database_url)
    with pytest.raises((AlreadyServing, CannotRestore), match=r"Warroom (already )?serves"):
        restore(ours, path, replace=True)
    assert len(everything(database)["incidents"]) == len(before["incidents"])
    presence.vanish()
    serving.close()
    ours.close()
    again = Database(database_url)
    assert restore(again, path, replace=True).incidents == 1
    again.close()


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def without_end(path: Path) -> None:
    path.write_bytes(gzip.compress(b"\n".join(gzip.decompress(path.read_bytes()).splitlines()[:-1]) + b"\n"))


def changed(path: Path) -> None:
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b"checkout", b"checkin!")))


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(bytes(content))


def one_row_less(path: Path) -> None:
    written(path, lines_of(path)[:-2])


def more_after_the_end(path: Path) -> None:
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()) + b"[1]\n"))


def text(path: Path) -> None:
    path.write_text("I am no backup.")


def other_json(path: Path) -> None:
    written(path, [{"format": "warroom-export"}])


def of_another_form(path: Path) -> None:
    written(path, [{**lines_of(path)[0], "warroom_backup": 2}, *lines_of(path)[1:-1]])


def without_tables(path: Path) -> None:
    written(path, [{**lines_of(path)[0], "tables": [1]}])


def with_an_unknown_table(path: Path) -> None:
    head, *rows = lines_of(path)[:-1]
    written(path, [{**head, "tables": {**head["tables"], "moods": {"columns": ["id"], "rows": 0}}}, *rows])


def with_a_wrong_row(path: Path) -> None:
    lines = lines_of(path)
    written(path, [*lines[:-2], ["timeline", [1, 2]]])


def with_a_wrong_moment(path: Path) -> None:
    written(path, json.loads(json.dumps(lines_of(path)[:-1]).replace(NOW.isoformat(), "yesterday")))


def with_a_head_of_nonsense(path: Path) -> None:
    head, *rows = lines_of(path)[:-1]
    nonsense = {"columns": [[]], "rows": float("inf")}
    written(path, [{**head, "tables": {**head["tables"], "incidents": nonsense}}, *rows])


def with_a_number_no_column_holds(path: Path) -> None:
    lines = json.dumps(lines_of(path)[:-1])
    written(path, json.loads(lines.replace('["timeline", [1, 1, ', f'["timeline", [{10**30}, 1, ')))


def with_half_a_letter(path: Path) -> None:
    lines = json.dumps(lines_of(path)[:-1])
    written(path, json.loads(lines.replace("NoteAdded", "\\ud800")))


def with_a_stray_line(path: Path) -> None:
    lines = json.dumps(lines_of(path)[:-1])
    written(path, json.loads(lines.replace('["timeline", [1, 1, ', '["timeline", [77, 1, ')))


HARMS: tuple[Callable[[Path], None], ...] = (
    cut_off, without_end, changed, flipped, one_row_less, more_after_the_end, text, other_json, of_another_form,
    without_tables, with_an_unknown_table, with_a_wrong_row, with_a_wrong_moment, with_a_stray_line,
    with_a_head_of_nonsense, with_a_number_no_column_holds, with_half_a_letter,
)  # fmt: skip


def test_a_file_that_is_not_whole_is_refused_with_nothing_changed(database: Database, tmp_path: Path) -> None:
    fill(database, 3)
    content = backed_up(database, tmp_path / "b.gz").read_bytes()
    before = everything(database)
    for harm in HARMS:
        path = tmp_path / f"{harm.__name__}.gz"
        path.write_bytes(content)
        harm(path)
        with pytest.raises(Damaged):
            restore(database, path, replace=True)
        assert everything(database) == before, harm.__name__
    assert migrate.revision(database) == migrate.HEAD
    path.write_bytes(content)
    assert restore(database, path, replace=True).incidents == 3


def read(content: bytes) -> list[tuple[str, list[Any]]]:
    return list(backup.Reader(io.BytesIO(content)).rows())


def test_whatever_byte_is_wrong_or_where_ever_it_breaks_off_the_file_reads_as_it_was_or_as_damaged(
    tmp_path: Path, databases: Databases
) -> None:
    with databases.fresh(SQLITE) as url:
        opened = Database(url)
        fill(opened, 1)
        content = backed_up(opened, tmp_path / "b.gz").read_bytes()
        opened.close()
    rows = read(content)
    wrong = [content[:at] for at in range(len(content))]
    wrong += [content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :] for at in range(len(content))]
    as_it_was = 0
    for harmed in wrong:
        try:
            assert read(harmed) == rows
            as_it_was += 1
        except Damaged:
            pass
    assert as_it_was < 10  # the bytes of the pack that say when, and on what, it was made


def test_a_backup_of_an_older_revision_is_migrated(database_url: str, other: Database, tmp_path: Path) -> None:
    old = Database(database_url)
    old.write_now(lambda connection: migrate.upgrade(connection, "0001"))
    row = {"id": 7, "version": 1, "title": "x", "is_open": True, "private": False, "declared_at": NOW,
           "body": encode_incident(an_incident())}  # fmt: skip
    old.write_now(lambda connection: connection.execute(sa.insert(tables.incidents).values(**row)))
    path = backed_up(old, tmp_path / "old.gz")
    old.close()
    assert lines_of(path)[0]["revision"] == "0001"
    restore(other, path, replace=False)
    assert migrate.revision(other) == migrate.HEAD
    assert migrate.migrate(other) is False
    found = other.write_now(lambda connection: incidents.load(connection, IncidentId(7), DEFAULT_POLICY))
    assert found == (an_incident(), 1)


def test_what_a_newer_version_wrote_is_left_to_it(database: Database, tmp_path: Path) -> None:
    fill(database, 1)
    path = backed_up(database, tmp_path / "b.gz")
    head, *rows = lines_of(path)[:-1]
    newer = written(tmp_path / "newer.gz", [{**head, "revision": "9999"}, *rows])
    with pytest.raises(CannotRestore, match="The backup is of revision 9999"):
        restore(database, newer, replace=True)
    database.write_now(lambda c: c.execute(sa.text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(NothingToBackUp, match="back it up with the newer version"):
        backed_up(database, tmp_path / "not.gz")
    with pytest.raises(CannotRestore, match="The database is of revision 9999"):
        restore(database, path, replace=True)


def test_an_empty_database_has_nothing_to_back_up(database_url: str) -> None:
    database = Database(database_url)
    with pytest.raises(NothingToBackUp, match="nothing to back up yet"):
        backup.write(database, io.BytesIO(), NOW)
    database.close()


def test_tables_of_others_in_the_same_database_stay(database: Database, tmp_path: Path) -> None:
    fill(database, 1)
    path = backed_up(database, tmp_path / "b.gz")
    database.write_now(lambda connection: connection.execute(sa.text("CREATE TABLE theirs (id INTEGER)")))
    restore(database, path, replace=True)
    with database.engine.connect() as connection:
        assert sa.inspect(connection).has_table("theirs")
    assert "theirs" not in lines_of(path)[0]["tables"]
