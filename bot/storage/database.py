"""The doorway to the database: one awaitable call that runs a function in a database thread, in one transaction."""

import asyncio
import contextvars
import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
import sqlalchemy.exc

Connection = sa.Connection  # what work is done with; whoever is above storage takes it from here
DatabaseAway = sqlalchemy.exc.DBAPIError  # the database cannot be reached, or does not take what it was told
AlreadyThere = sqlalchemy.exc.IntegrityError  # somebody else was quicker to store the same

AWAY = "The database cannot be used now ({why}). Look at DATABASE_URL, and whether the server runs."

T = TypeVar("T")
Work = Callable[[sa.Connection], T]

POSTGRESQL_THREADS = 8  # measured: more threads wait for each other's locks
SQLITE_READERS = 3
OWNER_ONLY = 0o600  # a new SQLite file holds private incidents; SQLite gives its other files the same mode


def away(failure: DatabaseAway) -> str:
    """What keeps a database from being used, in a sentence: the first line of what it said, and where to look."""
    return AWAY.format(why=str(failure.orig).strip().partition("\n")[0])


class AlreadyServing(Exception):
    """Another process serves this SQLite file; the message says what to do."""


class Database:
    """One database and the threads that speak to it. `url` is an SQLAlchemy URL (SQLite or psycopg 3).

    SQLite has a single writer thread, so writers queue first come first served instead of fighting for the file's
    lock (measured: the 99th percentile falls from over a second to tens of milliseconds), and a few readers.
    """

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.observe: Callable[[str, float], None] = lambda kind, seconds: None  # told of each transaction's time
        self._lock_file: int | None = None
        if self.is_sqlite:
            if self.url.database:
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
                if not self.url.database.startswith("file:") and not Path(self.url.database).exists():
                    os.close(os.open(self.url.database, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, OWNER_ONLY))
            self.engine = _sqlite(self.url, "BEGIN IMMEDIATE")
            self._reading = _sqlite(self.url, "BEGIN")
            self._writers, self._readers = _threads("db-write", 1), _threads("db-read", SQLITE_READERS)
        else:
            self.engine = self._reading = sa.create_engine(
                self.url, pool_size=POSTGRESQL_THREADS + 2, max_overflow=4, pool_pre_ping=True, hide_parameters=True
            )
            self._writers = self._readers = _threads("db", POSTGRESQL_THREADS)

    @staticmethod
    def missing(url: str) -> str | None:
        """The path of the SQLite file an address names, if it is not there; opening it would make it."""
        found = sa.make_url(url)
        is_file = found.get_backend_name() == "sqlite" and found.database and not found.database.startswith("file:")
        return found.database if is_file and not Path(str(found.database)).exists() else None

    async def write(self, work: Work[T]) -> T:
        """Run `work` in a transaction that commits when it returns and rolls back when it raises.

        Cancelling the awaiter does not stop the transaction.
        """
        return await self._timed("write", self._writers, partial(_transact, self.engine, work))

    async def read(self, work: Work[T]) -> T:
        """Run `work`, which only reads, beside the writers."""
        return await self._timed("read", self._readers, partial(_transact, self._reading, work))

    def write_now(self, work: Work[T]) -> T:
        """The same as `write` for the command line, where no loop runs."""
        return _transact(self.engine, work)

    @contextmanager
    def snapshot(self) -> Iterator[sa.Connection]:
        """A connection that sees everything as it was at one moment, while others go on writing."""
        engine = self._reading
        if not self.is_sqlite:  # in SQLite every transaction that reads is one
            engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with engine.begin() as connection:
            yield connection

    def claim_file(self) -> None:
        """Be the only one that serves this SQLite file.

        Raises:
            AlreadyServing: another process does.
        """
        if not self.is_sqlite or not self.url.database or self._lock_file is not None:
            return
        handle = os.open(f"{self.url.database}.serving", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise AlreadyServing(
                f"Another Warroom already serves {self.url.database}: stop it first, "
                "or use PostgreSQL (DATABASE_URL) to run several."
            ) from None
        self._lock_file = handle

    def close(self) -> None:
        """Wait for running work, then let go of every connection."""
        self._writers.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self.engine.dispose()
        self._reading.dispose()
        if self._lock_file is not None:
            os.close(self._lock_file)
            self._lock_file = None

    async def _timed(self, kind: str, threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        started = time.perf_counter()
        try:
            return await self._in_thread(threads, work)
        finally:
            self.observe(kind, time.perf_counter() - started)

    async def _in_thread(self, threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(threads, partial(context.run, work))


def _transact(engine: sa.Engine, work: Work[T]) -> T:
    with engine.begin() as connection:
        return work(connection)


def _threads(name: str, count: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=count, thread_name_prefix=name)


def _sqlite(url: sa.URL, begin: str) -> sa.Engine:
    engine = sa.create_engine(
        url, pool_size=SQLITE_READERS + 1, connect_args={"isolation_level": None, "timeout": 10},
        hide_parameters=True,  # what people wrote is none of the log's business
    )  # fmt: skip

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: object) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begin_explicitly(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
