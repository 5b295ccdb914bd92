"""The alarm clock: what falls due fires once, late if it must, and not at all when the promise has moved."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.engine import Engine
from bot.queries import Queries
from bot.scheduler import DUE_AT_ONCE, Scheduler
from bot.storage import backup, migrate, tables
from bot.storage.codec import decode_effect
from bot.storage.database import Database
from bot.storage.presence import Presence
from bot.storage.restore import restore
from bot.workflows.commands import Command
from bot.workflows.declare import Declaration, Declare
from bot.workflows.effects import RemindPerson, RemindRoom
from bot.workflows.endings import Resolve
from bot.workflows.incident import Incident, IncidentId, UserId
from bot.workflows.policy import COMMANDER, DEFAULT_POLICY, SEV1, SEV2, SEV3
from bot.workflows.roles import ClaimRole
from bot.workflows.severity import SetSeverity
from bot.workflows.times import lasting
from bot.workflows.updates import Said, SendUpdate

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

    async def reminders(self) -> list[str]:
        """The reminders that were asked for, in order, with how late they are."""
        outbox = tables.outbox
        query = sa.select(outbox.c.kind, outbox.c.payload).where(outbox.c.kind.like("Remind%")).order_by(outbox.c.id)
        rows = await self.database.read(lambda connection: connection.execute(query).all())
        found = [decode_effect(row.kind, row.payload) for row in rows]
        return [
            f"{type(entry).__name__} {entry.rung}" + (f" late by {lasting(entry.late)}" if entry.late else "")
            for entry in found if isinstance(entry, RemindPerson | RemindRoom)
        ]  # fmt: skip


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """Two replicas on an empty database."""
    built = House(database_url)
    yield built
    built.database.close()


async def test_an_ungraded_incident_without_commander_is_nudged_once_about_each(house: House) -> None:
    await house.does(Declare(said=Declaration(title="checkout is failing"), by=ANA))
    assert await house.sweeps_after(minutes=9, seconds=59) == ()
    assert sorted(await house.sweeps_after(minutes=10)) == ["commander_missing", "roles_empty", "severity_unset"]
    pending = (await house.queries.backlog()).pending
    await house.sweeps_after(minutes=24)
    assert (await house.queries.backlog()).pending == pending


async def test_a_critical_incident_is_nudged_sooner(house: House) -> None:
    await house.does(Declare(said=Declaration(title="checkout is failing", severity=SEV1), by=ANA))
    assert await house.sweeps_after(minutes=5) == ("commander_missing", "roles_empty")


async def test_what_fell_due_while_nobody_looked_fires_once_late(house: House) -> None:
    await house.does(Declare(said=Declaration(title="checkout is failing", severity=SEV1), by=ANA))
    assert await house.sweeps_after(hours=3) == ("commander_missing", "roles_empty")


async def test_a_claimed_role_needs_no_nudge(house: House) -> None:
    incident = await house.does(Declare(said=Declaration(title="checkout is failing", severity=SEV1), by=ANA))
    for rule in DEFAULT_POLICY.roles:
        await house.does(ClaimRole(incident=incident.id, role=rule.key, by=ANA))
    assert await house.sweeps_after(hours=1) == ()


@pytest.mark.parametrize(("at_once", "rows"), [(DUE_AT_ONCE, 8), (4, 6)])
async def test_rows_that_fail_hold_up_no_others(
    house: House, at_once: int, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.scheduler.DUE_AT_ONCE", at_once)
    broken = await house.does(Declare(said=Declaration(title="checkout is failing", severity=SEV1), by=ANA))
    house.time += timedelta(seconds=1)
    await house.does(Declare(said=Declaration(title="search is slow", severity=SEV1), by=ANA))
    spoil = sa.update(tables.incidents).where(tables.incidents.c.id == broken.id).values(body={"title": 1})
    await house.database.write(lambda connection: connection.execute(spoil))
    house.time += timedelta(minutes=10)
    # A nudge and a promise's three rungs, of each; read a few at a time, the rungs below are gone with the last one.
    assert await house.schedulers[0].sweep() == rows
    whole = await house.queries.incident(IncidentId(broken.id + 1))
    assert whole is not None
    assert whole.nudged == ("commander_missing", "roles_empty")


async def test_a_promise_climbs_its_ladder_once_on_two_replicas(house: House) -> None:
    incident = await house.does(Declare(said=Declaration(title="checkout is failing", severity=SEV2), by=ANA))
    await house.does(ClaimRole(incident=incident.id, role=COMMANDER, by=ANA))
    for minutes in (24.9, 25, 29.9, 30, 34.9, 35, 44.9, 45, 60):
        await house.sweeps_after(minutes=minutes)
    # the reminder and the missed minute to the commander, then the room, and again; promised by 8:00
    assert await house.reminders() == ["RemindPerson soon", "RemindPerson missed", *(["RemindRoom overdue"] * 2)]


async def test_what_fell_due_while_the_bot_was_down_is_said_once_and_says_that_it_is_late(house: House) -> None:
    incident = await house.does(Declare(said=Declaration(title="checkout is failing", severity=SEV2), by=ANA))
    await house.does(ClaimRole(incident=incident.id, role=COMMANDER, by=ANA))
    await house.sweeps_after(minutes=55)
    await house.sweeps_after(minutes=56)
    assert await house.reminders() == ["RemindRoom overdue late by 20 min"]


async def test_after_a_restore_of_yesterdays_backup_one_reminder_is_given_and_not_a_day_of_them(
    house: House, tmp_path: Path
) -> None:
    incident = await house.does(Declare(said=Declaration(title="checkout is failing", severity=SEV1), by=ANA))
    await house.does(ClaimRole(incident=incident.id, role=COMMANDER, by=ANA))
    with (tmp_path / "b.gz").open("wb") as out:
        backup.write(house.database, out, house.time)
    restore(house.database, tmp_path / "b.gz", replace=True)
    for passed in (24.0, 24.1, 25.0):
        await house.sweeps_after(hours=passed)
    assert await house.reminders() == ["RemindRoom overdue late by 23 h 50 min"]
    posts = sa.select(sa.func.count()).where(
        tables.outbox.c.kind == "PostInRoom", tables.outbox.c.created_at > DECLARED
    )
    assert await house.database.read(lambda connection: connection.execute(posts).scalar_one()) <= 3


async def test_an_update_restarts_the_pace_and_silences_the_reminder(house: House) -> None:
    incident = await house.does(Declare(said=Declaration(title="checkout is failing", severity=SEV2), by=ANA))
    await house.does(ClaimRole(incident=incident.id, role=COMMANDER, by=ANA))
    house.time = DECLARED + timedelta(minutes=24)
    said = Said(happening="Payments fail", next_in=timedelta(minutes=30))
    await house.does(SendUpdate(incident=incident.id, said=said, by=ANA))
    await house.sweeps_after(minutes=48)
    assert await house.reminders() == []
    await house.sweeps_after(minutes=49)
    assert await house.reminders() == ["RemindPerson soon"]


async def test_a_promise_that_comes_back_to_an_old_minute_is_kept_again(house: House) -> None:
    incident = await house.does(Declare(said=Declaration(title="checkout is failing", severity=SEV2), by=ANA))
    await house.does(ClaimRole(incident=incident.id, role=COMMANDER, by=ANA))
    await house.sweeps_after(minutes=25)
    await house.does(SetSeverity(incident=incident.id, severity=SEV3, by=ANA))
    await house.does(SetSeverity(incident=incident.id, severity=SEV2, by=ANA))
    for minutes in (27, 27.5, 30, 35):  # halfway, since it was promised anew five minutes before
        await house.sweeps_after(minutes=minutes)
    assert await house.reminders() == [
        "RemindPerson soon", "RemindPerson soon", "RemindPerson missed", "RemindRoom overdue",
    ]  # fmt: skip


async def test_nothing_falls_due_once_it_is_resolved(house: House) -> None:
    incident = await house.does(Declare(said=Declaration(title="checkout is failing"), by=ANA))
    await house.does(Resolve(incident=incident.id, by=ANA))
    house.time += timedelta(hours=1)
    assert [await scheduler.sweep() for scheduler in house.schedulers] == [0, 0]


async def test_a_database_that_is_away_is_cleaned_another_time(house: House) -> None:
    house.database.engine.dispose()
    cleaning = sa.event.listens_for(house.database.engine, "begin")(_away)
    await house.schedulers[0]._clean()
    sa.event.remove(house.database.engine, "begin", cleaning)
    await house.schedulers[0]._clean()


def _away(connection: sa.Connection) -> None:
    raise sa.exc.OperationalError("BEGIN", None, ConnectionError("the database is away"))
