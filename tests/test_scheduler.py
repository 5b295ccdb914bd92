"""The alarm clock: what falls due fires once, late if it must, and not at all when the promise has moved."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.engine import Engine
from bot.queries import Queries
from bot.scheduler import Scheduler
from bot.storage import migrate, tables
from bot.storage.database import Database
from bot.storage.presence import Presence
from bot.workflows.commands import Command
from bot.workflows.declare import Declaration, Declare
from bot.workflows.incident import Incident, IncidentId, UserId
from bot.workflows.phases import Resolve
from bot.workflows.policy import COMMANDER, DEFAULT_POLICY, SEV1
from bot.workflows.roles import ClaimRole

ANA = UserId("U0ANA")
DECLARED = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


class House:
    """Two schedulers on one database, as two replicas would be, and one clock for both."""

    def __init__(self, url: str) -> None:
        self.time = DECLARED
        self.database = Database(url)
        migrate.migrate(self.database)
        self.engine = Engine(self.database, DEFAULT_POLICY, self._now)
        self.queries = Queries(self.database, DEFAULT_POLICY)
        presence = Presence(self.database)
        self.schedulers = [Scheduler(self.database, self.engine, presence, self._now, lambda: None) for _ in range(2)]

    def _now(self) -> datetime:
        return self.time

    async def does(self, command: Command) -> Incident:
        """The incident after a command."""
        return (await self.engine.execute(command)).incident

    async def sweeps_after(self, **passed: float) -> tuple[str, ...]:
        """Let time pass, let both sweep at once, and say what the incident was nudged about by then."""
        self.time = DECLARED + timedelta(**passed)
        await asyncio.gather(*(scheduler.sweep() for scheduler in self.schedulers))
        return (await self.queries.open_ones())[0].nudged


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """Two replicas on an empty database."""
    built = House(database_url)
    yield built
    built.database.close()


async def test_an_ungraded_incident_without_commander_is_nudged_once_about_each(house: House) -> None:
    await house.does(Declare(said=Declaration(title="checkout is failing"), by=ANA))
    assert await house.sweeps_after(minutes=9, seconds=59) == ()
    assert sorted(await house.sweeps_after(minutes=10)) == ["commander_missing", "severity_unset"]
    pending = (await house.queries.backlog()).pending
    await house.sweeps_after(minutes=30)
    assert (await house.queries.backlog()).pending == pending


async def test_a_critical_incident_is_nudged_sooner(house: House) -> None:
    await house.does(Declare(said=Declaration(title="checkout is failing", severity=SEV1), by=ANA))
    assert await house.sweeps_after(minutes=5) == ("commander_missing",)


async def test_what_fell_due_while_nobody_looked_fires_once_late(house: House) -> None:
    await house.does(Declare(said=Declaration(title="checkout is failing", severity=SEV1), by=ANA))
    assert await house.sweeps_after(hours=3) == ("commander_missing",)


async def test_a_claimed_role_needs_no_nudge(house: House) -> None:
    incident = await house.does(Declare(said=Declaration(title="checkout is failing", severity=SEV1), by=ANA))
    await house.does(ClaimRole(incident=incident.id, role=COMMANDER, by=ANA))
    assert await house.sweeps_after(hours=1) == ()


async def test_one_row_that_fails_holds_up_no_other(house: House) -> None:
    broken = await house.does(Declare(said=Declaration(title="checkout is failing", severity=SEV1), by=ANA))
    house.time += timedelta(seconds=1)
    await house.does(Declare(said=Declaration(title="search is slow", severity=SEV1), by=ANA))
    spoil = sa.update(tables.incidents).where(tables.incidents.c.id == broken.id).values(body={"title": 1})
    await house.database.write(lambda connection: connection.execute(spoil))
    house.time += timedelta(minutes=10)
    assert await house.schedulers[0].sweep() == 2
    whole = await house.queries.incident(IncidentId(broken.id + 1))
    assert whole is not None
    assert whole.nudged == ("commander_missing",)


async def test_nothing_falls_due_once_it_is_resolved(house: House) -> None:
    incident = await house.does(Declare(said=Declaration(title="checkout is failing"), by=ANA))
    await house.does(Resolve(incident=incident.id, by=ANA))
    house.time += timedelta(hours=1)
    assert [await scheduler.sweep() for scheduler in house.schedulers] == [0, 0]
