"""What the engine stores with a change: all of it or nothing, and everything in step with the rules."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.engine import Delivered, Engine, Outcome
from bot.queries import Queries
from bot.scheduler import Scheduler
from bot.storage import due, incidents, migrate, outbox, tables
from bot.storage.database import Database
from bot.storage.due import DueRow
from bot.storage.outbox import Parcel
from bot.storage.presence import Presence
from bot.workflows.commands import Command, Effect, Event, Refused
from bot.workflows.declare import Declaration, Declare
from bot.workflows.due import DueKind
from bot.workflows.effects import PostInRoom, ShowCard
from bot.workflows.endings import Close
from bot.workflows.furnishing import PartFurnished
from bot.workflows.incident import Incident, Part, Posted
from bot.workflows.policy import COMMANDER, DEFAULT_POLICY, SEV2, NudgeRule
from bot.workflows.postmortem import PrepareDraft
from bot.workflows.roles import ClaimRole
from bot.workflows.severity import SetSeverity
from bot.workflows.timeline import AddNote
from tests.values import ANA, BEN, CARD, DECLARED, NOW, SEVEN, an_incident

LEASE = timedelta(seconds=15)
NEWS = Posted(channel=CARD.channel, ts=CARD.ts)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database that holds INC-7, declared ungraded twelve minutes ago."""
    opened = Database(database_url)
    migrate.migrate(opened)
    opened.write_now(lambda connection: incidents.save(connection, an_incident(severity=None), 0))
    yield opened
    opened.close()


def an_engine(database: Database, now: datetime = NOW, nudges: NudgeRule | None = None) -> Engine:
    return Engine(database, replace(DEFAULT_POLICY, nudges=nudges or NudgeRule()), lambda: now)


def claim(database: Database) -> list[Parcel]:
    return database.write_now(
        lambda connection: outbox.claim(connection, 1, NOW, outbox.Terms(lease=LEASE, limit=10)).parcels
    )


def due_rows(database: Database) -> list[DueRow]:
    return database.write_now(lambda connection: due.fallen(connection, NOW + timedelta(days=1), 200))


async def test_a_command_that_is_refused_leaves_the_parcel_open_and_everything_as_it_was(database: Database) -> None:
    engine = an_engine(database)
    await engine.execute(AddNote(incident=SEVEN, text="rolled back", by=ANA))
    (parcel,) = claim(database)
    before = await database.read(stored)
    with pytest.raises(Refused, match="INC-7 is still open"):
        await engine.execute(
            Close(incident=SEVEN, by=ANA), receipt="R1", delivered=Delivered(parcel=parcel.id, posted=NEWS)
        )
    assert await database.read(stored) == before


def stored(connection: sa.Connection) -> list[Sequence[sa.Row[tuple[object, ...]]]]:
    """Every row of every table."""
    return [connection.execute(sa.select(table)).all() for table in tables.metadata.sorted_tables]


async def test_a_note_is_tied_to_the_message_that_told_of_it(database: Database) -> None:
    engine = an_engine(database)
    await engine.execute(AddNote(incident=SEVEN, text="rolled back", by=ANA))
    (parcel,) = claim(database)
    await engine.settle(Delivered(parcel=parcel.id, posted=NEWS))
    (line,) = await Queries(database, DEFAULT_POLICY).timeline(SEVEN)
    assert (line.text, line.evidence) == ("<@U0ANA> noted: rolled back", NEWS)


async def test_a_parcel_that_was_given_up_ties_nothing(database: Database) -> None:
    engine = an_engine(database)
    await engine.execute(AddNote(incident=SEVEN, text="rolled back", by=ANA))
    (parcel,) = claim(database)
    await engine.settle(Delivered(parcel=parcel.id, error="is_archived"))
    await engine.settle(Delivered(parcel=parcel.id, posted=NEWS))
    (line,) = await Queries(database, DEFAULT_POLICY).timeline(SEVEN)
    assert line.evidence is None


async def test_whoever_listens_hears_of_commits_and_of_nothing_else(database: Database) -> None:
    engine, heard = an_engine(database), list[Outcome]()
    engine.on_commit.append(heard.append)
    claimed = await engine.execute(ClaimRole(incident=SEVEN, role=COMMANDER, by=ANA), receipt="R1")
    with pytest.raises(Refused):
        await engine.execute(ClaimRole(incident=SEVEN, role=COMMANDER, by=BEN))
    assert heard == [claimed]
    again = await engine.execute(ClaimRole(incident=SEVEN, role=COMMANDER, by=ANA), receipt="R1")
    assert again == Outcome(incident=claimed.incident, repeated=True)


async def test_whoever_listens_badly_makes_no_command_look_as_if_it_had_failed(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    engine, heard = an_engine(database), list[Outcome]()

    def stumble(outcome: Outcome) -> None:
        raise RuntimeError("a listener stumbled")

    engine.on_commit += [stumble, heard.append]
    claimed = await engine.execute(ClaimRole(incident=SEVEN, role=COMMANDER, by=ANA))
    await asyncio.sleep(0)
    assert heard == [claimed]
    assert "a listener stumbled" in caplog.text


async def test_the_same_words_at_once_are_one_incident_also_without_a_receipt(database: Database) -> None:
    engine, declare = an_engine(database), Declare(said=Declaration(title="search is slow"), by=ANA)
    outcomes = await asyncio.gather(*(engine.execute(declare) for _ in range(10)))
    assert len({outcome.incident.id for outcome in outcomes}) == 1
    assert sum(not outcome.repeated for outcome in outcomes) == 1


async def test_a_draft_asked_for_again_at_once_is_one_and_later_or_by_somebody_else_another(database: Database) -> None:
    asked = [(NOW, ANA), (NOW + timedelta(seconds=20), ANA), (NOW, BEN), (NOW + timedelta(seconds=40), ANA)]
    outcomes = [
        await an_engine(database, at).execute(PrepareDraft(incident=SEVEN, by=by), receipt=f"{at}{by}")
        for at, by in asked
    ]
    assert [outcome.repeated for outcome in outcomes] == [False, True, False, False]


async def test_claiming_what_one_holds_stores_nothing(database: Database) -> None:
    engine = an_engine(database)
    await engine.execute(ClaimRole(incident=SEVEN, role=COMMANDER, by=ANA))
    before = await database.read(stored)
    await engine.execute(ClaimRole(incident=SEVEN, role=COMMANDER, by=ANA))
    assert await database.read(stored) == before


@dataclass(frozen=True, kw_only=True)
class Hung(Event):
    """Something was asked for that waits for the card."""

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (ShowCard(), PostInRoom(text="news"))


@dataclass(frozen=True, kw_only=True)
class Hang(Command):
    """Ask for something that waits for the card, and have the card, in one go."""

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        return [Hung(), PartFurnished(part=Part.ENTRANCE), PartFurnished(part=Part.CARD)]


async def test_nothing_waits_for_furnishing_that_came_with_it(database: Database) -> None:
    database.write_now(lambda connection: incidents.save(connection, an_incident(furnished=(Part.ROOM,)), 1))
    await an_engine(database).execute(Hang(incident=SEVEN))
    assert [parcel.kind for parcel in claim(database)] == ["ShowCard", "PostInRoom"]


async def test_due_rows_follow_the_rules_after_every_command(database: Database) -> None:
    engine, at = an_engine(database), DECLARED + timedelta(minutes=10)
    await engine.execute(AddNote(incident=SEVEN, text="x", by=ANA))
    kinds = (DueKind.COMMANDER_MISSING, DueKind.SEVERITY_UNSET, DueKind.ROLES_EMPTY)
    commander, severity, roles = (DueRow(incident=SEVEN, kind=kind.value, at=at) for kind in kinds)
    silence = DueRow(incident=SEVEN, kind=DueKind.SILENCE.value, at=DECLARED + timedelta(minutes=30))
    assert sorted(due_rows(database), key=str) == sorted([commander, severity, silence], key=str)
    await engine.execute(SetSeverity(incident=SEVEN, severity=SEV2, by=ANA))
    assert due_rows(database) == [commander, silence]
    await engine.execute(ClaimRole(incident=SEVEN, role=COMMANDER, by=ANA))
    held = DueRow(incident=SEVEN, kind=DueKind.LONG_IN_ROLE.value, at=NOW + timedelta(hours=4))
    assert due_rows(database) == [roles, silence, held]


async def test_a_promise_that_the_configuration_moved_is_kept_at_its_new_time(database: Database) -> None:
    await an_engine(database, now=DECLARED).execute(SetSeverity(incident=SEVEN, severity=SEV2, by=ANA))
    later = NudgeRule(commander_missing=timedelta(minutes=30), silence=None)
    for minutes, nudged in ((10, ()), (29, ()), (30, ("commander_missing", "roles_empty"))):
        now = DECLARED + timedelta(minutes=minutes)
        await a_scheduler(database, an_engine(database, now, later), now).sweep()
        incident = await Queries(database, DEFAULT_POLICY).incident(SEVEN)
        assert incident is not None
        assert incident.nudged == nudged
    assert due_rows(database) == []


async def test_what_another_version_promised_does_not_hold_up_the_rest(database: Database) -> None:
    await an_engine(database, now=DECLARED).execute(AddNote(incident=SEVEN, text="x", by=ANA))
    strange = sa.insert(tables.due).values(incident=SEVEN, kind="cake_missing", at=DECLARED)
    database.write_now(lambda connection: connection.execute(strange))
    assert await a_scheduler(database, an_engine(database), NOW).sweep() == 2


def a_scheduler(database: Database, engine: Engine, now: datetime) -> Scheduler:
    return Scheduler(database, engine, Presence(database), lambda: now, lambda: None)
