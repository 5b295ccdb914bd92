"""Restoring a backup: everything or nothing, in one transaction, whichever database it came from and goes to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.storage import migrate, presence, tables
from bot.storage.backup import AT_ONCE, Damaged, Head, Reader, Values, ours
from bot.storage.database import Database

IN_THE_WAY = (
    "The database is not empty (incidents: {count}), and a restore would replace what it holds. Restore into an empty "
    "one, or add `--replace` if everything in it may go."
)
SERVED = "A running Warroom serves this database: stop every `serve` first, then restore."
NEWER = (
    "The {what} is of revision {revision} and this version knows {head}: restore with the version it comes from, or a "
    "newer one."
)


class CannotRestore(Exception):
    """A backup was not restored and nothing was changed; the message says why, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What came back: when it was backed up, how many incidents, and how many deliveries wait."""

    made_at: datetime
    incidents: int
    waiting: int


def restore(database: Database, path: Path, *, replace: bool) -> Restored:
    """Make a database what a backup holds, and bring that to this version's revision.

    Raises:
        CannotRestore: there is something that would be lost, somebody serves it, or the backup is newer.
        bot.storage.backup.Damaged: the file is no backup, or not all of one.
        bot.storage.database.AlreadyServing: another process serves this SQLite file.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        backup = Reader(file)
        _check_revision("backup", backup.head.revision)
        database.claim_file()
        with migrate.alone(database), database.engine.begin() as connection:
            _check_room(connection, database, replace=replace)
            _clear(connection)
            migrate.upgrade(connection, backup.head.revision)
            _fill(connection, backup)
            waiting = _doubt(connection, backup.head.made_at)
            migrate.upgrade(connection)
    return Restored(made_at=backup.head.made_at, incidents=_incidents(backup.head), waiting=waiting)


def _incidents(head: Head) -> int:
    found = head.tables.get("incidents")
    return found.rows if found else 0


def _check_revision(what: str, revision: str) -> None:
    if revision > migrate.HEAD:
        raise CannotRestore(NEWER.format(what=what, revision=revision, head=migrate.HEAD))
    known = {path.name[:4] for path in (migrate.MIGRATIONS / "versions").glob("[0-9]*.py")}
    if what == "backup" and revision not in known:
        raise Damaged(f"it says that it is of revision {revision!r}, which there never was.")


def _check_room(connection: sa.Connection, database: Database, *, replace: bool) -> None:
    if not database.is_sqlite and presence.is_anyone(connection):
        raise CannotRestore(SERVED)
    if not sa.inspect(connection).has_table("incidents"):
        return
    _check_revision("database", migrate.revision_on(connection) or "")
    count = connection.execute(sa.select(sa.func.count()).select_from(tables.incidents)).scalar_one()
    if count and not replace:
        raise CannotRestore(IN_THE_WAY.format(count=f"{count:,}"))


def _clear(connection: sa.Connection) -> None:
    """Take our tables away, and leave those of others who may live in the same database."""
    for table in reversed(tables.metadata.sorted_tables):
        table.drop(connection, checkfirst=True)
    connection.execute(sa.text("DROP TABLE IF EXISTS alembic_version"))


def _fill(connection: sa.Connection, backup: Reader) -> None:
    """Put the rows into the tables of the backup's own revision."""
    there = {table.name: table for table in ours(connection)}
    for name, contents in backup.head.tables.items():
        if name not in there or set(contents.columns) - set(there[name].columns.keys()):
            raise Damaged(f"it holds something that revision {backup.head.revision} has no place for: {name}.")
    for table in reversed(list(there.values())):
        connection.execute(sa.delete(table))  # a migration may have put a first row there
    for name, rows in _batches(backup):
        table = there[name]
        read = [_reader(table.c[column], connection.dialect) for column in backup.head.tables[name].columns]
        names = backup.head.tables[name].columns
        given = [{column: of(value) for column, of, value in zip(names, read, row, strict=True)} for row in rows]
        try:
            connection.execute(sa.insert(table), given)
        except sa.exc.OperationalError:  # the disk is full, or the database away
            raise
        except (sa.exc.StatementError, OverflowError, UnicodeError):  # SQLite's driver says the last two itself
            raise Damaged(f"some of its rows do not fit their table: {name}.") from None
    if connection.dialect.name == "postgresql":
        _count_on(connection, there["outbox"])


def _batches(backup: Reader) -> Iterator[tuple[str, list[Values]]]:
    """The rows, some at once, each lot of one table."""
    name, rows = "", list[Values]()
    for table, row in backup.rows():
        if rows and (table != name or len(rows) == AT_ONCE):
            yield name, rows
            rows = []
        name = table
        rows.append(row)
    if rows:
        yield name, rows


def _reader(column: sa.Column[Any], dialect: sa.Dialect) -> Callable[[Any], Any]:
    """What makes of a portable value what a column takes."""
    if isinstance(column.type, sa.JSON):
        column.type.none_as_null = True
    if not isinstance(column.type, sa.DateTime):
        return lambda value: value

    def moment(value: str | None) -> datetime | None:
        if value is None:
            return None
        try:
            at = datetime.fromisoformat(value).astimezone(UTC)
        except (TypeError, ValueError):
            raise Damaged("one of its moments is none.") from None
        return at.replace(tzinfo=None) if dialect.name == "sqlite" else at

    return moment


def _count_on(connection: sa.Connection, outbox: sa.Table) -> None:
    """PostgreSQL numbers the next row after the last one; SQLite does so by itself."""
    last = connection.execute(sa.select(sa.func.max(outbox.c.id))).scalar()
    if last is not None:
        sequence = sa.func.pg_get_serial_sequence("outbox", "id")
        connection.execute(sa.select(sa.func.setval(sequence, last)))


def _doubt(connection: sa.Connection, made_at: datetime) -> int:
    """Whatever waited when the backup was made may have been sent since: it is looked for in Slack before it is sent.

    Leases are void, for their holders are of another time. Returns how many rows wait.
    """
    outbox = {table.name: table for table in ours(connection)}["outbox"]
    at = made_at.astimezone(UTC)
    since = at.replace(tzinfo=None) if connection.dialect.name == "sqlite" else at
    waiting = outbox.c.status == tables.PENDING
    doubted = sa.update(outbox).where(waiting).values(
        uncertain_since=sa.func.coalesce(outbox.c.uncertain_since, sa.literal(since, outbox.c.next_at.type)),
        holder=None, leased_until=None,
    )  # fmt: skip
    return connection.execute(doubted).rowcount
