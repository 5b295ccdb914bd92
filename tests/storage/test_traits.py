"""What incidents are found by: kept with them, filled in by the migration, and quick among ten thousand old ones."""

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from bot.queries import Queries
from bot.storage import migrate, tables, traits
from bot.storage.codec import encode_incident
from bot.storage.database import Connection, Database
from bot.storage.incidents import Shelf
from bot.storage.traits import CANDIDATES
from bot.workflows.incident import ChannelId, Factor, Incident, IncidentId, Room
from bot.workflows.past import like, sought_by, traits_of
from bot.workflows.policy import DEFAULT_POLICY, Phase
from tests.values import ANA, BEN, DECLARED, an_incident

OLD = 10_000
THINGS = ("checkout", "login", "search", "mail", "payments", "exports", "billing", "uploads", "reports", "webhooks")
FACTORS = ("connection pool exhausted", "no alert on the queue", "retries without a limit", "no dry run of the tool")
PLACES = ("europe", "asia", "america", "staging", "mobile", "api", "console")


FACTOR = Factor(number=1, text="", by=ANA, at=DECLARED)


def old(number: int) -> Incident:
    thing, place = THINGS[number % len(THINGS)], PLACES[number % len(PLACES)]
    return an_incident(
        id=IncidentId(number), title=f"{thing} fails in {place} shard{number % 97}", phase=Phase.LEARNING,
        service=thing, private=number % 9 == 0, room=Room(channel=ChannelId(f"C{number}"), name=f"inc-{number}"),
        named_factors=(Factor(number=1, text=FACTORS[number % 4], by=ANA, at=DECLARED),),
    )  # fmt: skip


def fill(connection: Connection, past: Sequence[Incident]) -> None:
    rows = [
        {
            "id": each.id, "version": 1, "title": each.title, "is_open": each.is_open, "private": each.private,
            "room": each.room.channel if each.room else None, "declared_at": DECLARED, "body": encode_incident(each),
        }
        for each in past
    ]  # fmt: skip
    connection.execute(sa.insert(tables.incidents), rows)


def keep(connection: Connection, past: Sequence[Incident]) -> None:
    found = [{"trait": trait, "incident": each.id} for each in past for trait in traits_of(each)]
    connection.execute(sa.insert(tables.traits), found)


def test_the_like_of_ten_thousand_are_found_at_once(database: Database) -> None:
    past = [old(number) for number in range(1, OLD + 1)]
    database.write_now(lambda connection: fill(connection, past))
    database.write_now(lambda connection: keep(connection, past))
    today = an_incident(id=IncidentId(OLD + 1), title="checkout is down in europe", service="checkout")
    shelf, took = Shelf(DEFAULT_POLICY), []
    for _ in range(3):
        begun = time.perf_counter()
        found = database.write_now(lambda c: traits.sharing(c, sought_by(today).titles, shelf, private=False))
        matches = like(today, found)
        took.append(time.perf_counter() - begun)
    print(f"among {OLD:,}: {', '.join(f'{seconds * 1000:.0f} ms' for seconds in took)}")
    assert [match.words for match in matches] == [("checkout", "europe")] * 3
    assert not any(match.incident.private for match in matches)
    assert min(took) < 0.5  # a few milliseconds on a machine of its own


async def test_factors_are_found_among_ten_thousand_too_and_of_private_ones_only_by_their_own(
    database: Database,
) -> None:
    past = [old(number) for number in range(1, OLD + 1)]
    hidden = replace(
        past[8], named_factors=(replace(FACTOR, text="payroll leaked by a shared key"),), participants=(ANA,)
    )
    past[8] = hidden
    database.write_now(lambda connection: fill(connection, past))
    database.write_now(lambda connection: keep(connection, past))
    today = an_incident(id=IncidentId(OLD + 1), title="exhausted pool of connections in mail", service="mail")
    own = replace(today, title="x", named_factors=(replace(FACTOR, text="the shared key leaked payroll"),))
    queries, took = Queries(database, DEFAULT_POLICY), []
    for _ in range(3):
        begun = time.perf_counter()
        found = await queries.past_like(today)
        took.append(time.perf_counter() - begun)
    print(f"among {OLD:,}: {', '.join(f'{seconds * 1000:.0f} ms' for seconds in took)}")
    assert len(found) <= 2 * CANDIDATES
    assert {match.told_by_title for match in like(today, found)} == {("connection pool exhausted",)}
    assert min(took) < 0.5
    assert like(own, await queries.past_like(own)) == like(own, await queries.past_like(own, BEN)) == ()
    (match,) = like(own, await queries.past_like(own, ANA))
    assert match.factors == ("payroll leaked by a shared key",)


def test_private_ones_are_asked_for_apart(database: Database) -> None:
    past = [old(9), old(18)]
    database.write_now(lambda connection: fill(connection, past))
    database.write_now(lambda connection: traits.rewrite(connection, past[0].id, traits_of(past[0])))
    today, shelf = an_incident(title=past[0].title), Shelf(DEFAULT_POLICY)
    for private, count in ((False, 0), (True, 1)):
        found = database.write_now(
            partial(traits.sharing, wanted=sought_by(today).titles, shelf=shelf, private=private)
        )
        assert len(found) == count


def test_those_that_were_there_before_are_filled_in(database: Database) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
        fill(connection, [old(3)])
        command.upgrade(config, "head")
        kept = set(connection.execute(sa.select(tables.traits.c.trait)).scalars())
    assert kept == {"word:mail", "word:stag", "word:shard3"}
