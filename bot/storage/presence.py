"""Who is alive: every serving process has a number, and a lease is worth something only while its holder lives.

On PostgreSQL the number is an advisory lock on a connection of its own, which the database drops with the process.
On SQLite there is one serving process at a time, so at its start every lease is void.
"""

import secrets
import time
from collections.abc import Callable

import sqlalchemy as sa

from bot.storage import outbox
from bot.storage.database import Database

LAPSE_SECONDS = 60.0  # a living holder finishes long before; this is for one that was stopped in its tracks
NUMBER_BITS = 62  # well inside a signed 64-bit integer, and never the migration's own lock


class Presence:
    """This process, as the others see it."""

    def __init__(self, database: Database, wall: Callable[[], float] = time.monotonic) -> None:
        self.number = secrets.randbits(NUMBER_BITS) | (1 << (NUMBER_BITS - 1))
        self._database = database
        self._connection: sa.Connection | None = None  # the one that holds our lock
        self._is_seen = False
        self._wall = wall  # tells the seconds of a clock that never jumps
        self._seen: dict[outbox.Lease, float] = {}  # since when we know of each lease

    def appear(self) -> None:
        """Be seen as alive; on SQLite, void the leases of whoever served before. Blocking, call it at start."""
        if self._database.is_sqlite:
            self._database.write_now(lambda connection: outbox.free(connection, None))
        else:
            self._is_seen = True
            self._hold()

    def hold_on(self) -> None:
        """Be seen again after the database was away. Blocking, called on every tick in a database thread.

        Raises:
            sqlalchemy.exc.DBAPIError: the database is still away.
        """
        if self._is_seen and not self._still_holds():
            self._hold()

    def vanish(self) -> None:
        """Be gone: leases still held are void from now on."""
        self._is_seen = False
        self._let_go()

    def free_leases(self, connection: sa.Connection) -> int:
        """Void the leases whose holder is dead, and those that have been seen here for too long; returns how many.

        How long is told by a clock that nobody can move: a lease is not over because the time of day jumped.
        """
        dead = set() if self._database.is_sqlite else self._dead(connection)
        now = self._wall()
        self._seen = {lease: self._seen.get(lease, now) for lease in outbox.leases(connection)}
        lapsed = [lease for lease, since in self._seen.items() if now - since > LAPSE_SECONDS]
        return outbox.free(connection, dead, lapsed)

    def alive(self, connection: sa.Connection) -> int:
        """How many processes serve this database now."""
        if self._database.is_sqlite:
            return 1
        here = sa.text("SELECT oid FROM pg_database WHERE datname = current_database()").columns(oid=sa.BigInteger)
        locks = sa.table("pg_locks", *map(sa.column, ("locktype", "database", "classid", "objsubid", "granted")))
        ours = sa.cast(locks.c.classid, sa.BigInteger) >= 1 << (NUMBER_BITS - 1 - 32)  # the upper half of a number
        held = (locks.c.locktype == "advisory") & (locks.c.objsubid == 1) & locks.c.granted & ours
        query = sa.select(sa.func.count()).select_from(locks).where(held & (locks.c.database == here.scalar_subquery()))
        return int(connection.execute(query).scalar_one())

    def _dead(self, connection: sa.Connection) -> set[int]:
        others = outbox.holders(connection) - {self.number}
        free = (holder for holder in others if connection.execute(_take(holder)).scalar())
        return set(free)

    def _hold(self) -> None:
        connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if connection.execute(sa.select(sa.func.pg_try_advisory_lock(self.number))).scalar():
            self._connection = connection
        else:
            connection.close()  # the database has not missed our former connection yet: by that one we are still seen

    def _still_holds(self) -> bool:
        try:
            return self._connection is not None and self._connection.execute(sa.select(1)).scalar() == 1
        except sa.exc.DBAPIError:
            self._let_go()
            return False

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()  # really closed, not kept in the pool: the lock has to go with it
            self._connection.close()
            self._connection = None


def is_anyone(connection: sa.Connection) -> bool:
    """Whether a process serves this PostgreSQL database now: it holds an advisory lock with a number like ours."""
    smallest = 1 << (NUMBER_BITS - 1 - 32)  # the upper half of the number, as pg_locks shows it
    query = sa.text(
        "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND classid::bigint >= :smallest)"
    )
    return bool(connection.execute(query, {"smallest": smallest}).scalar())


def _take(holder: int) -> sa.Select[tuple[bool]]:
    """Take a holder's lock for the rest of the transaction, which succeeds only when the holder is dead."""
    return sa.select(sa.func.pg_try_advisory_xact_lock(holder))
