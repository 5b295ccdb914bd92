"""The engine on both databases: one winner, one incident per request, and nothing stored by halves."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine import Delivered, Engine, NoSuchIncident
from bot.queries import Queries
from bot.storage import migrate, outbox, timeline
from bot.storage.database import Database
from bot.workflows.commands import TWIN_WINDOW, Refused
from bot.workflows.declare import Declaration, Declare
from bot.workflows.furnishing import RecordRoom
from bot.workflows.incident import ChannelId, IncidentId, Room, UserId
from bot.workflows.policy import COMMANDER, DEFAULT_POLICY, TECHNICAL_LEAD
from bot.workflows.roles import ClaimRole
from bot.workflows.timeline import AddNote

ANA = UserId("U0ANA")
NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
CLAIMANTS = tuple(UserId(f"U{number}") for number in range(8))


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


class House:
    """An engine with everything around it."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        migrate.migrate(self.database)
        self.clock = Clock()
        self.engine = Engine(self.database, DEFAULT_POLICY, self.clock)
        self.queries = Queries(self.database, DEFAULT_POLICY)

    async def declared(self, title: str = "checkout is failing") -> IncidentId:
        """A fresh incident's number."""
        return (await self.engine.execute(Declare(said=Declaration(title=title), by=ANA))).incident.id


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """An engine on an empty database."""
    built = House(database_url)
    yield built
    built.database.close()


async def test_of_eight_claims_at_once_one_wins_and_seven_are_told_who(house: House) -> None:
    number = await house.declared()
    claims = [ClaimRole(incident=number, role=COMMANDER, by=person) for person in CLAIMANTS]
    results = await asyncio.gather(*(house.engine.execute(claim) for claim in claims), return_exceptions=True)
    incident = await house.queries.incident(number)
    assert incident is not None
    (winner,) = incident.holders(COMMANDER)
    refusals = [result.reason for result in results if isinstance(result, Refused)]
    assert len(refusals) == len(CLAIMANTS) - 1
    assert all(reason.startswith(f"<@{winner}> is already incident commander of INC-1.") for reason in refusals)
    taken = [line for line in await house.queries.timeline(number) if line.kind == "RoleTaken"]
    assert len(taken) == 1


async def test_a_role_for_many_is_taken_by_all(house: House) -> None:
    number = await house.declared()
    claims = [ClaimRole(incident=number, role=TECHNICAL_LEAD, by=person) for person in CLAIMANTS]
    await asyncio.gather(*(house.engine.execute(claim) for claim in claims))
    incident = await house.queries.incident(number)
    assert incident is not None
    assert sorted(incident.holders(TECHNICAL_LEAD)) == sorted(CLAIMANTS)


async def test_one_request_twenty_times_is_one_incident(house: House) -> None:
    declare = Declare(said=Declaration(title="checkout is failing"), by=ANA)
    outcomes = await asyncio.gather(*(house.engine.execute(declare, receipt="view:V1") for _ in range(20)))
    assert {outcome.incident.id for outcome in outcomes} == {1}
    assert sum(not outcome.repeated for outcome in outcomes) == 1


async def test_the_same_view_with_other_words_is_still_the_first_incident(house: House) -> None:
    await house.engine.execute(Declare(said=Declaration(title="checkout"), by=ANA), receipt="view:V1")
    again = await house.engine.execute(Declare(said=Declaration(title="search"), by=ANA), receipt="view:V1")
    assert again.repeated
    assert again.incident.title == "checkout"


async def test_the_same_words_are_one_incident_for_two_minutes(house: House) -> None:
    first = await house.declared()
    house.clock.time += TWIN_WINDOW
    assert await house.declared("Checkout  is failing") == first
    house.clock.time += timedelta(seconds=1)
    assert await house.declared() == first + 1


async def test_numbers_rise_without_gaps_and_a_refusal_takes_none(house: House) -> None:
    with pytest.raises(Refused, match="An incident needs a title"):
        await house.declared("   ")
    numbers = await asyncio.gather(*(house.declared(f"service {number} is failing") for number in range(20)))
    assert sorted(numbers) == list(range(1, 21))


async def test_a_refusal_leaves_no_receipt(house: House) -> None:
    number = await house.declared()
    with pytest.raises(Refused):
        await house.engine.execute(AddNote(incident=number, text=" ", by=ANA), receipt="command:1")
    outcome = await house.engine.execute(AddNote(incident=number, text="now with words", by=ANA), receipt="command:1")
    assert not outcome.repeated


async def test_a_delivery_is_closed_with_what_was_learnt_or_not_at_all(house: House) -> None:
    number = await house.declared()
    (parcel,) = (
        await house.database.write(
            lambda c: outbox.claim(c, 5, NOW, outbox.Terms(lease=timedelta(seconds=15), limit=1))
        )
    ).parcels
    room = Room(channel=ChannelId("C1"), name="inc-1")
    with pytest.raises(NoSuchIncident):
        await house.engine.execute(
            RecordRoom(incident=IncidentId(99), room=room), delivered=Delivered(parcel=parcel.id)
        )
    backlog = await house.queries.backlog()
    await house.engine.execute(RecordRoom(incident=number, room=room), delivered=Delivered(parcel=parcel.id))
    again = await house.engine.execute(RecordRoom(incident=number, room=room), delivered=Delivered(parcel=parcel.id))
    assert again.repeated
    assert (await house.queries.backlog()).pending == backlog.pending - 1


async def test_an_unknown_number_is_refused_with_what_to_do(house: House) -> None:
    with pytest.raises(NoSuchIncident, match=r"There is no incident INC-99. `/incident list` shows the open ones."):
        await house.engine.execute(AddNote(incident=IncidentId(99), text="x", by=ANA))


async def test_the_timeline_is_a_chain(house: House) -> None:
    number = await house.declared()
    for text in ("one", "two", "three"):
        await house.engine.execute(AddNote(incident=number, text=text, by=ANA))
    assert [line.seq for line in await house.queries.timeline(number)] == [1, 2, 3, 4]
    assert await house.database.read(lambda connection: timeline.is_whole(connection, number))
