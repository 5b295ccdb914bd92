"""Who is alive: a lease is void at once when its holder is killed, and stays while its holder lives."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.storage import outbox, tables
from bot.storage.database import Database, DatabaseAway
from bot.storage.presence import LAPSE_SECONDS, Presence
from bot.workflows.effects import ShowCard
from tests.values import NOW, an_incident

LEASE = timedelta(seconds=15)
SOON = NOW + outbox.ON_ITS_WAY  # when what a dead process sent has arrived
AT_ONCE_SECONDS = 2.0  # far less than a lease
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
ANOTHER = """
import sys, time
from datetime import datetime, timedelta
from bot.storage import outbox
from bot.storage.database import Database
from bot.storage.presence import Presence

database = Database(sys.argv[1])
presence = Presence(database)
presence.appear()
lease = timedelta(seconds=15)
now = datetime.fromisoformat(sys.argv[2])
terms = outbox.Terms(lease=lease, limit=10)
claimed = database.write_now(lambda connection: outbox.claim(connection, presence.number, now, terms))
print(len(claimed.parcels), flush=True)
time.sleep(60)
"""


@pytest.fixture
def waiting(with_incident: Database) -> Database:
    """A database with one parcel waiting."""
    with_incident.write_now(lambda connection: outbox.add(connection, an_incident(), ShowCard(), None, NOW))
    return with_incident


@contextmanager
def another_process(database: Database) -> Iterator[subprocess.Popen[str]]:
    """A process that has claimed the parcel and does not finish; killed at the end at the latest."""
    url = database.url.render_as_string(hide_password=False)
    process = subprocess.Popen([sys.executable, "-c", ANOTHER, url, NOW.isoformat()], stdout=subprocess.PIPE, text=True)
    with process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "1\n"
            yield process
        finally:
            process.kill()


def freed(database: Database, presence: Presence) -> int:
    """How many leases a tick of ours voids at the moment they were given."""
    return database.write_now(lambda connection: presence.free_leases(connection))


def claim(database: Database, presence: Presence, at: datetime = NOW) -> int:
    return len(
        database.write_now(
            lambda connection: (
                outbox.claim(connection, presence.number, at, outbox.Terms(lease=LEASE, limit=10)).parcels
            )
        )
    )


@on_postgresql
def test_a_killed_holders_lease_is_free_at_once_and_a_living_ones_is_not(waiting: Database) -> None:
    ours = Presence(waiting)
    ours.appear()
    with another_process(waiting) as process:
        time.sleep(0.2)
        assert freed(waiting, ours) == 0
        process.kill()
        process.wait()
        until = time.monotonic() + AT_ONCE_SECONDS
        while not freed(waiting, ours) and time.monotonic() < until:
            time.sleep(0.02)
        assert claim(waiting, ours, SOON) == 1
    ours.vanish()


@on_postgresql
def test_a_lease_of_our_own_is_not_voided(waiting: Database) -> None:
    ours = Presence(waiting)
    ours.appear()
    assert claim(waiting, ours) == 1
    assert freed(waiting, ours) == 0
    ours.vanish()


@on_postgresql
def test_who_vanishes_leaves_no_lease_behind(waiting: Database) -> None:
    gone, ours = Presence(waiting), Presence(waiting)
    gone.appear()
    ours.appear()
    assert claim(waiting, gone) == 1
    assert freed(waiting, ours) == 0
    gone.vanish()
    until = time.monotonic() + AT_ONCE_SECONDS
    while not freed(waiting, ours) and time.monotonic() < until:
        time.sleep(0.02)
    assert claim(waiting, ours, SOON) == 1
    ours.vanish()


@on_postgresql
def test_a_process_is_seen_again_after_the_database_was_away(waiting: Database) -> None:
    holder, other = Presence(waiting), Presence(waiting)
    holder.appear()
    assert claim(waiting, holder) == 1
    with away(waiting):
        for _ in range(2):
            with pytest.raises(DatabaseAway):
                holder.hold_on()
    holder.hold_on()
    assert freed(waiting, other) == 0
    holder.hold_on()
    assert freed(waiting, other) == 0
    holder.vanish()


@on_postgresql
def test_a_tick_does_not_wait_for_a_connection_the_database_has_not_missed_yet(waiting: Database) -> None:
    ours, other = Presence(waiting), Presence(waiting)
    former = waiting.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    former.execute(sa.select(sa.func.pg_advisory_lock(ours.number)))
    ours.appear()
    assert claim(waiting, ours) == 1
    former.execute(sa.select(sa.func.pg_advisory_unlock(ours.number)))
    former.close()
    ours.hold_on()
    assert freed(waiting, other) == 0
    ours.vanish()


@contextmanager
def away(database: Database) -> Iterator[None]:
    """Nobody is connected to the database, and nobody can be."""
    name, server = database.url.database, database.url.set(database="template1")
    allow = sa.text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    forbid = sa.text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    end = sa.text("SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE datname = :name")
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(forbid)
        connection.execute(end, {"name": name})
        yield
        connection.execute(allow)


@on_sqlite
def test_whoever_serves_a_file_next_voids_every_lease(waiting: Database) -> None:
    before, after = Presence(waiting), Presence(waiting)
    before.appear()
    assert claim(waiting, before) == 1
    assert claim(waiting, after) == 0
    assert freed(waiting, after) == 0
    after.appear()
    assert claim(waiting, after, SOON) == 1
    after.hold_on()
    after.vanish()


def test_a_lease_of_a_living_holder_lapses_long_after_its_time(waiting: Database) -> None:
    wall = [0.0]
    holder, other = Presence(waiting), Presence(waiting, lambda: wall[0])
    holder.appear()
    other.appear()
    assert claim(waiting, holder) == 1
    with waiting.engine.begin() as connection:
        assert other.free_leases(connection) == 0
        wall[0] += LAPSE_SECONDS
        assert other.free_leases(connection) == 0
        wall[0] += 1
        assert other.free_leases(connection) == 1
        assert connection.execute(sa.select(tables.outbox.c.holder)).scalar_one() is None
    holder.vanish()
    other.vanish()


def test_numbers_fit_the_column_and_differ(database: Database) -> None:
    numbers = {Presence(database).number for _ in range(100)}
    assert len(numbers) == 100
    assert all(2**61 <= number < 2**62 for number in numbers)
