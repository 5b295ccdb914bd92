"""The pace in the database: bursts, the steady rate, who goes first, and what Slack itself has closed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.storage import outbox, pace, tables
from bot.storage.database import Connection, Database
from bot.storage.outbox import Claim, Terms
from bot.storage.pace import Budget, Errand, Pacing, Rate
from bot.workflows.commands import Effect
from bot.workflows.effects import LetIn, PostInRoom, ShowCard, ShowTopic, TellPrivately
from bot.workflows.incident import UserId
from tests.values import NOW, SEVEN, an_incident

SECOND = timedelta(seconds=1)
BURST = 3
RATES = {"calls": Rate(size=BURST, interval=SECOND), "one": Rate(size=1, interval=SECOND)}


def taken(database: Database, name: str, at: datetime, count: int = 1) -> list[timedelta]:
    """Ask for some calls one after the other; what each had to wait."""

    def work(connection: Connection) -> list[timedelta]:
        waits = []
        budget = Budget.of(connection, (name,), RATES.get, at)
        for _ in range(count):
            waits.append(budget.wait((name,)))
            if not waits[-1]:
                budget.take((name,))
        budget.save()
        return waits

    return database.write_now(work)


def test_a_burst_goes_at_once_and_the_rest_at_the_steady_rate(database: Database) -> None:
    none = timedelta(0)
    assert taken(database, "calls", NOW, BURST + 1) == [none] * BURST + [SECOND]
    assert taken(database, "calls", NOW + SECOND, 2) == [none, SECOND]
    assert taken(database, "calls", NOW + 60 * SECOND, BURST + 1) == [none] * BURST + [SECOND]
    assert taken(database, "uncounted", NOW, 100) == [none] * 100


def test_a_clock_that_is_put_back_holds_nobody_up_for_long(database: Database) -> None:
    taken(database, "one", NOW + timedelta(hours=3))
    assert taken(database, "one", NOW) == [pace.LONGEST_REFILL]


def test_what_slack_has_closed_stays_closed_until_the_second_it_named(database: Database) -> None:
    until = NOW + timedelta(minutes=10)
    database.write_now(lambda connection: pace.close(connection, "calls", until, NOW))
    assert taken(database, "calls", NOW) == [timedelta(minutes=10)]
    assert taken(database, "calls", until) == [timedelta(0)]


def test_of_two_answers_the_one_that_asks_for_more_patience_holds(database: Database) -> None:
    for minutes in (10, 1):
        until = NOW + timedelta(minutes=minutes)
        database.write_now(lambda connection, until=until: pace.close(connection, "calls", until, NOW))  # type: ignore[misc]
    assert taken(database, "calls", NOW) == [timedelta(minutes=10)]


def test_limits_nobody_came_near_are_forgotten(database: Database) -> None:
    taken(database, "calls", NOW)
    database.write_now(lambda connection: pace.close(connection, "one", NOW + timedelta(hours=2), NOW))
    later = NOW + timedelta(hours=1)
    assert database.write_now(lambda connection: pace.forget_before(connection, later)) == 1
    names = database.write_now(lambda connection: connection.execute(sa.select(tables.pace.c.name)).scalars().all())
    assert names == ["one"]


@dataclass
class Desk:
    """An outbox whose rows all count against one limit of three calls and one a second."""

    database: Database

    def add(self, *effects: Effect) -> None:
        """Put effects of INC-7 into the outbox."""
        add = outbox.add
        self.database.write_now(lambda connection: [add(connection, an_incident(), one, None, NOW) for one in effects])

    def claim(self, at: datetime = NOW, limit: int = 10, kept: int = 0) -> Claim:
        """Claim what may go."""
        pacing = Pacing(rate=RATES.get, price=lambda errand: ("calls",))
        terms = Terms(lease=15 * SECOND, limit=limit, kept=kept, pacing=pacing)
        return self.database.write_now(lambda connection: outbox.claim(connection, 1, at, terms))


def kinds(claimed: Claim) -> list[str]:
    return [parcel.kind for parcel in claimed.parcels]


def test_whoever_lets_people_in_goes_first_and_upkeep_last(with_incident: Database) -> None:
    desk = Desk(with_incident)
    desk.add(ShowTopic(), ShowCard(), LetIn(users=(UserId("U1"),)))
    assert kinds(desk.claim(limit=1)) == ["LetIn"]
    assert kinds(desk.claim(limit=1)) == ["ShowCard"]
    assert kinds(desk.claim(limit=1)) == ["ShowTopic"]


def test_what_is_put_off_comes_one_by_one_and_still_in_the_order_of_ranks(with_incident: Database) -> None:
    desk = Desk(with_incident)
    desk.add(*(TellPrivately(user=UserId(f"U{number}"), text="") for number in range(BURST + 2)))
    first = desk.claim()
    assert (len(first.parcels), first.turns) == (BURST, [SECOND, 2 * SECOND])
    assert kinds(desk.claim(NOW + SECOND / 2)) == []  # nobody's turn
    desk.add(LetIn(users=(UserId("U1"),)))
    second = desk.claim(NOW + SECOND)
    assert (kinds(second), second.turns) == (["LetIn"], [SECOND])
    assert kinds(desk.claim(NOW + 2 * SECOND)) == ["TellPrivately"]
    assert kinds(desk.claim(NOW + 3 * SECOND)) == ["TellPrivately"]


def test_some_places_are_kept_for_letting_people_in(with_incident: Database) -> None:
    desk = Desk(with_incident)
    desk.add(PostInRoom(text="news"), ShowCard(), LetIn(users=(UserId("U1"),)))
    assert kinds(desk.claim(limit=2, kept=2)) == ["LetIn"]
    assert kinds(desk.claim(limit=2, kept=1)) == ["PostInRoom"]


def test_the_price_is_asked_with_what_the_incident_has_in_slack(with_incident: Database) -> None:
    asked: list[Errand] = []

    def price(errand: Errand) -> tuple[str, ...]:
        asked.append(errand)
        return ()

    desk = Desk(with_incident)
    desk.add(ShowCard())
    terms = Terms(lease=SECOND, limit=1, pacing=Pacing(rate=RATES.get, price=price))
    with_incident.write_now(lambda connection: outbox.claim(connection, 1, NOW, terms))
    assert asked == [Errand(kind="ShowCard", payload={}, incident=SEVEN, has_card=True, has_announcement=True)]
