"""The outbox as its keepers see it: many claimers at once, what is known of the backlog, and what is forgotten."""

import asyncio
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from bot.storage import incidents, outbox, tables
from bot.storage.database import Connection, Database
from bot.storage.outbox import Backlog, Parcel
from bot.workflows.commands import Effect
from bot.workflows.effects import OpenRoom, PinCard, PostInRoom, ShowCard, TellPrivately
from bot.workflows.incident import IncidentId, Part, UserId
from tests.values import NOW, SEVEN, an_incident

LEASE = timedelta(seconds=15)
MINUTE = timedelta(minutes=1)
CLAIMERS = 8
LANES, EACH = 6, 5


def add(database: Database, *effects: Effect) -> None:
    def work(connection: Connection) -> None:
        for effect in effects:
            outbox.add(connection, an_incident(), effect, None, NOW)

    database.write_now(work)


def claim(database: Database, holder: int = 1, limit: int = 10, at: datetime = NOW) -> list[Parcel]:
    return database.write_now(
        partial(outbox.claim, holder=holder, now=at, terms=outbox.Terms(lease=LEASE, limit=limit))
    ).parcels


@dataclass
class Ledger:
    """What many deliverers did: per person the texts in the order they were begun, and how many were under way."""

    database: Database
    begun: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    under_way: set[str] = field(default_factory=set)
    together: list[str] = field(default_factory=list)

    async def deliver(self, holder: int) -> None:
        """Claim and close parcels one by one until none is left."""
        while (await self.database.read(outbox.backlog)).pending:
            claim_one = partial(outbox.claim, holder=holder, now=NOW, terms=outbox.Terms(lease=LEASE, limit=1))
            for parcel in (await self.database.write(claim_one)).parcels:
                await self._close(parcel)

    async def _close(self, parcel: Parcel) -> None:
        person = parcel.payload["user"]
        self.together += [person] if person in self.under_way else []
        self.under_way.add(person)
        self.begun[person].append(parcel.payload["text"])
        await asyncio.sleep(0.002)
        self.under_way.discard(person)
        await self.database.write(lambda connection: outbox.settle(connection, parcel.id, NOW))


async def test_many_claimers_keep_every_lane_in_order_and_send_nothing_twice(with_incident: Database) -> None:
    people = [UserId(f"U{number}") for number in range(LANES)]
    add(with_incident, *(TellPrivately(user=user, text=str(text)) for text in range(EACH) for user in people))
    ledger = Ledger(with_incident)
    await asyncio.gather(*(ledger.deliver(holder) for holder in range(1, CLAIMERS + 1)))
    assert ledger.begun == {user: [str(text) for text in range(EACH)] for user in people}
    assert ledger.together == []


def test_no_more_are_claimed_than_can_be_carried(with_incident: Database) -> None:
    add(with_incident, *(TellPrivately(user=UserId(f"U{number}"), text="") for number in range(3)))
    assert [len(claim(with_incident, limit=2)) for _ in range(3)] == [2, 1, 0]


def test_a_parcel_waits_only_for_furnishing_that_is_not_there_yet(with_incident: Database) -> None:
    bare = an_incident(furnished=(Part.ROOM,), card=None)
    with with_incident.engine.begin() as connection:
        for effect in (OpenRoom(), ShowCard(), PinCard()):
            outbox.add(connection, bare, effect, None, NOW)
        needs = sa.select(tables.outbox.c.kind, tables.outbox.c.needs).order_by(tables.outbox.c.id)
        assert connection.execute(needs).all() == [("OpenRoom", None), ("ShowCard", "entrance"), ("PinCard", "card")]


def test_a_state_that_waits_for_its_needs_or_its_time_is_enough(with_incident: Database) -> None:
    bare = an_incident(furnished=(), card=None)
    with with_incident.engine.begin() as connection:
        for _ in range(3):
            outbox.add(connection, bare, ShowCard(), None, NOW)
        outbox.meet_needs(connection, SEVEN, (Part.ENTRANCE,))
    (parcel,) = claim(with_incident)
    with with_incident.engine.begin() as connection:
        outbox.put_back(connection, parcel, NOW + MINUTE, "ratelimited", certain=True)
        outbox.add(connection, an_incident(), ShowCard(), None, NOW)
        assert outbox.backlog(connection) == Backlog(pending=1, oldest=NOW, dead=0)


def test_the_same_state_of_two_incidents_is_two(with_incident: Database) -> None:
    eight = an_incident(id=IncidentId(8), room=None)
    with with_incident.engine.begin() as connection:
        incidents.save(connection, eight, 0)
        outbox.add(connection, an_incident(), ShowCard(), None, NOW)
        outbox.add(connection, eight, ShowCard(), None, NOW)
    assert [parcel.incident for parcel in claim(with_incident)] == [7, 8]


def test_a_state_that_is_being_claimed_at_this_moment_is_asked_for_again(with_incident: Database) -> None:
    add(with_incident, ShowCard())
    with ThreadPoolExecutor() as beside:
        with with_incident.engine.begin() as claiming:
            assert len(outbox.claim(claiming, 1, NOW, outbox.Terms(lease=LEASE, limit=10)).parcels) == 1
            adding = beside.submit(add, with_incident, ShowCard())
            with pytest.raises(TimeoutError):
                adding.result(timeout=0.3)
        adding.result(timeout=5)
    assert with_incident.write_now(outbox.backlog).pending == 2


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_state_is_not_claimed_while_somebody_counts_on_it(with_incident: Database) -> None:
    add(with_incident, ShowCard())
    with with_incident.engine.begin() as counting:
        outbox.add(counting, an_incident(), ShowCard(), None, NOW)
        with with_incident.engine.begin() as claiming:
            claiming.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
            assert outbox.claim(claiming, 1, NOW, outbox.Terms(lease=LEASE, limit=10)).parcels == []
    assert len(claim(with_incident)) == 1


def test_what_another_version_asks_for_waits_for_one_that_knows_it(with_incident: Database) -> None:
    add(with_incident, PostInRoom(text="news"))
    with_incident.write_now(lambda connection: connection.execute(sa.update(tables.outbox).values(kind="RingTheBell")))
    assert claim(with_incident) == []
    assert with_incident.write_now(outbox.backlog).pending == 1


def test_a_lease_that_went_to_somebody_else_is_not_given_back_for_them(with_incident: Database) -> None:
    add(with_incident, PostInRoom(text="news"))
    (slow,) = claim(with_incident, holder=1)
    with_incident.write_now(lambda connection: outbox.free(connection, {1}))
    (quick,) = claim(with_incident, holder=2, at=NOW + outbox.ON_ITS_WAY)
    with_incident.write_now(lambda connection: outbox.put_back(connection, slow, NOW, "timeout", certain=False))
    assert with_incident.write_now(outbox.holders) == {quick.holder}


def test_the_backlog_says_how_many_wait_since_when_and_how_many_were_given_up(with_incident: Database) -> None:
    assert with_incident.write_now(outbox.backlog) == Backlog(pending=0, oldest=None, dead=0)
    add(with_incident, ShowCard(), PostInRoom(text="a"), PostInRoom(text="b"), PostInRoom(text="c"))
    card, first = claim(with_incident)
    with with_incident.engine.begin() as connection:
        outbox.settle(connection, card.id, NOW)
        outbox.settle(connection, first.id, NOW, error="is_archived")
        assert outbox.backlog(connection) == Backlog(pending=2, oldest=NOW, dead=1)


def test_what_was_done_is_forgotten_in_time_and_what_was_given_up_is_not(with_incident: Database) -> None:
    add(with_incident, ShowCard(), PostInRoom(text="a"))
    card, post = claim(with_incident)
    with with_incident.engine.begin() as connection:
        outbox.settle(connection, card.id, NOW)
        outbox.settle(connection, post.id, NOW, error="is_archived")
        assert outbox.forget_before(connection, NOW) == 0
        assert outbox.forget_before(connection, NOW + MINUTE) == 1
        assert outbox.dead_letters(connection) == [(SEVEN, "PostInRoom", "is_archived")]
