"""Bringing a database to the revision this code needs, one process at a time."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from bot.storage import tables
from bot.storage.database import Database

HEAD = "0004"  # the newest revision in migrations/versions; a test holds it in step
MIGRATIONS = Path(__file__).parent / "migrations"
LOCK_ID = 0x77617272  # PostgreSQL's advisory lock for migrations: "warr"
WAIT_SECONDS = 60
NOT_OURS = (
    "The database has tables that Warroom did not make ({names}): give it a database of its own with DATABASE_URL."
)


class CannotMigrate(Exception):
    """The database cannot be brought to this revision; the message says what to do."""


def revision(database: Database) -> str | None:
    """The revision the database is at, None when it is empty."""
    with database.engine.connect() as connection:
        return revision_on(connection)


def revision_on(connection: sa.Connection) -> str | None:
    """The revision, asked on a connection."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return found


def migrate(database: Database) -> bool:
    """Migrate to HEAD if the database is behind; returns whether anything was done.

    A database ahead of the code is left as it is: migrations add before they take away, so the older code runs on it.

    Raises:
        CannotMigrate: another process has been migrating for longer than a minute, or somebody else's tables are there.
    """
    if not _is_behind(database):
        return False
    with alone(database):
        if not _is_behind(database):
            return False
        with database.engine.begin() as connection:
            if names := strangers(connection):
                raise CannotMigrate(NOT_OURS.format(names=", ".join(names)))
            upgrade(connection)
    return True


def strangers(connection: sa.Connection) -> list[str]:
    """Tables with the names of ours in a database that was never migrated: somebody else made them."""
    if revision_on(connection) is not None:
        return []
    return sorted(tables.metadata.tables.keys() & set(sa.inspect(connection).get_table_names()))


def _is_behind(database: Database) -> bool:
    found = revision(database)
    return found is None or found < HEAD


def upgrade(connection: sa.Connection, to: str = "head") -> None:
    """Run the migrations up to a revision, within the connection's transaction; the caller sees to being alone."""
    from alembic import command  # half a second to import, and seldom needed
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


@contextmanager
def alone(database: Database) -> Iterator[None]:
    """Keep every other process from migrating meanwhile.

    Raises:
        CannotMigrate: another process has been migrating for longer than a minute.
    """
    if database.is_sqlite:
        with _file_lock(f"{database.url.database}.migrating"):
            yield
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _wait_for(lambda: bool(connection.execute(sa.select(sa.func.pg_try_advisory_lock(LOCK_ID))).scalar()))
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(LOCK_ID)))


@contextmanager
def _file_lock(path: str) -> Iterator[None]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _wait_for(lambda: _locked(handle))
        yield
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for(take: Callable[[], bool]) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while not take():
        if time.monotonic() > until:
            raise CannotMigrate(
                "Another process has been migrating this database for over a minute: "
                "look whether it hangs, then start again."
            )
        time.sleep(0.05)
