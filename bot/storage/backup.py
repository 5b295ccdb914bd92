"""A backup: all rows of one moment in a portable file, the same for SQLite and PostgreSQL; docs/backup.md describes it.

The file is a gzip of JSON, one value on each line: a head (`Head`), the rows as `[table, [value, …]]`, each table after
those it refers to, and a last line with the SHA-256 of every byte before it.
"""

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any, Self

import sqlalchemy as sa

from bot.storage import migrate, tables
from bot.storage.database import Database

FORMAT = 1
MOMENTARY = frozenset({"pace"})  # what is worth nothing a minute later
AT_ONCE = 500  # rows that are held in memory
LONGEST_LINE = 64 * 1024 * 1024  # bytes; what is longer is no row of ours
BROKEN_OFF = "it breaks off before its end: it was not written, or not copied, to the end."
UNREADABLE = "it cannot be read: it is not a backup of Warroom's, or was changed since."

Values = list[Any]  # of one row, as JSON has them: moments in ISO 8601, in UTC


class NothingToBackUp(Exception):
    """The database holds nothing this version can back up; the message says why."""


class Damaged(Exception):
    """A file is no backup, or not all of one; the message says what is wrong with it."""


@dataclass(frozen=True, kw_only=True)
class Contents:
    """One table of a backup."""

    columns: tuple[str, ...]
    rows: int

    @classmethod
    def of(cls, value: Any) -> Self:  # noqa: ANN401 - whatever the file says of it
        """As it was read; what does not fit fails as any wrong value does."""
        return cls(columns=tuple(map(str, value["columns"])), rows=int(value["rows"]))


@dataclass(frozen=True, kw_only=True)
class Head:
    """The first line of a backup."""

    made_at: datetime
    revision: str
    tables: Mapping[str, Contents]

    def line(self) -> bytes:
        """As it is written."""
        listed = {name: {"columns": table.columns, "rows": table.rows} for name, table in self.tables.items()}
        about = {"warroom_backup": FORMAT, "made_at": self.made_at.isoformat(), "revision": self.revision}
        return _line({**about, "tables": listed})

    @classmethod
    def of(cls, value: Any) -> Self:  # noqa: ANN401 - whatever the file begins with
        """As it was read.

        Raises:
            Damaged: it is no head of a backup that this version knows.
        """
        if not isinstance(value, dict) or "warroom_backup" not in value:
            raise Damaged("it is not a backup of Warroom's.")
        if value["warroom_backup"] != FORMAT:
            raise Damaged(f"it is written in form {value['warroom_backup']}, and this version reads form {FORMAT}.")
        try:
            return cls(
                made_at=datetime.fromisoformat(value["made_at"]), revision=str(value["revision"]),
                tables={name: Contents.of(table) for name, table in value["tables"].items()},
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            raise Damaged("its first line does not say what it holds.") from None


def write(database: Database, out: IO[bytes], now: datetime) -> Head:
    """Write everything as it stands at this moment, while others go on writing.

    Raises:
        NothingToBackUp: the database is empty, or newer than this version.
    """
    with database.snapshot() as connection, gzip.GzipFile(fileobj=out, mode="wb", mtime=now.timestamp()) as packed:
        found = _ours(connection)
        head = Head(
            made_at=now, revision=_revision(connection),
            tables={table.name: _contents(connection, table) for table in found},
        )  # fmt: skip
        digest = hashlib.sha256()
        for line in _lines(connection, head, found):
            digest.update(line)
            packed.write(line)
        packed.write(_line({"sha256": digest.hexdigest()}))
    return head


def _lines(connection: sa.Connection, head: Head, found: list[sa.Table]) -> Iterator[bytes]:
    yield head.line()
    for table in found:
        ordered = sa.select(table).order_by(*table.primary_key.columns)
        for row in connection.execution_options(yield_per=AT_ONCE).execute(ordered):
            yield _line([table.name, [_portable(value) for value in row]])


class Reader:
    """Reads a backup from its beginning to its end, once. `head` is known at once, the checksum at the end."""

    def __init__(self, file: IO[bytes]) -> None:
        self._packed = gzip.GzipFile(fileobj=file, mode="rb")
        self._digest = hashlib.sha256()
        self._last: dict[str, Any] | None = None
        self.head = Head.of(self._next())

    def rows(self) -> Iterator[tuple[str, Values]]:
        """Every row with the name of its table; when they have come to an end, they were all there and as written.

        Raises:
            Damaged: something is missing, or is not what was written.
        """
        counted = dict.fromkeys(self.head.tables, 0)
        while self._last is None:
            before = self._digest.hexdigest()
            value = self._next()
            if isinstance(value, dict):
                self._check_end(value, before, counted)
                return
            name, values = _row(value, self.head)
            counted[name] += 1
            yield name, values

    def _check_end(self, last: dict[str, Any], digest: str, counted: dict[str, int]) -> None:
        if self._line(1):
            raise Damaged("it goes on after its end.")
        if last.get("sha256") != digest:
            raise Damaged("its checksum does not fit what it holds: it was changed after it was written.")
        if counted != {name: table.rows for name, table in self.head.tables.items()}:
            raise Damaged("it does not hold as many rows as it says.")
        self._last = last

    def _next(self) -> Any:  # noqa: ANN401 - any JSON value
        line = self._line(LONGEST_LINE)
        if not line.endswith(b"\n"):
            raise Damaged(BROKEN_OFF)
        self._digest.update(line)
        try:
            return json.loads(line)
        except (ValueError, RecursionError):
            raise Damaged(UNREADABLE) from None

    def _line(self, longest: int) -> bytes:
        """Up to the end of a line, `longest` bytes or the end of the file, which is where its pack is checked."""
        try:
            return self._packed.readline(longest)
        except EOFError:
            raise Damaged(BROKEN_OFF) from None
        except (gzip.BadGzipFile, zlib.error):
            raise Damaged(UNREADABLE) from None


def _row(value: Any, head: Head) -> tuple[str, Values]:  # noqa: ANN401 - any JSON value
    if isinstance(value, list) and len(value) == 2:
        name, values = value
        known = head.tables.get(name) if isinstance(name, str) else None
        if known and isinstance(values, list) and len(values) == len(known.columns):
            return name, values
    raise Damaged("one of its lines is not a row of what it says it holds.")


def ours(connection: sa.Connection) -> list[sa.Table]:
    """Our tables as they are in a database, whatever its revision; each after those it refers to."""
    found = sa.MetaData()
    known = tables.metadata.tables.keys() - MOMENTARY
    found.reflect(connection, only=lambda name, _: name in known)
    return found.sorted_tables


def _ours(connection: sa.Connection) -> list[sa.Table]:
    found = ours(connection)
    if not found:
        raise NothingToBackUp("The database is empty: there is nothing to back up yet.")
    return found


def _revision(connection: sa.Connection) -> str:
    revision = migrate.revision_on(connection) or ""
    if revision > migrate.HEAD:
        raise NothingToBackUp(
            f"The database is at revision {revision} and this version knows {migrate.HEAD}: "
            "back it up with the newer version, which knows what is in it."
        )
    return revision


def _contents(connection: sa.Connection, table: sa.Table) -> Contents:
    rows = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
    return Contents(columns=tuple(column.name for column in table.columns), rows=rows)


def _portable(value: object) -> object:
    if not isinstance(value, datetime):
        return value
    moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return moment.isoformat()


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
