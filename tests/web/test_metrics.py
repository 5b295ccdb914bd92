"""What Prometheus reads: everything that happens is counted, and no label tells of a single incident or person."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families

from bot import VERSION
from bot.engine import Engine
from bot.queries import Queries
from bot.storage import migrate, standing, tables
from bot.storage.database import Database
from bot.web.vitals import Vitals
from bot.workflows.declare import Declaration, Declare
from bot.workflows.due import DueKind, FallDue
from bot.workflows.incident import IncidentId, UserId
from bot.workflows.policy import DEFAULT_POLICY, SEV1
from bot.workflows.updates import Said, SendUpdate
from tests.town import ANA, BEN, GENERAL, ROOT, Town, Ways, town

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
Scrape = dict[tuple[str, frozenset[tuple[str, str]]], float]


async def scraped(place: Town) -> str:
    """What /metrics says."""
    assert place.warroom is not None
    url = f"http://127.0.0.1:{place.warroom.settings.port}/metrics"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.status == 200
        return await answer.text()


def samples(text: str) -> Scrape:
    """Every value by its name and labels."""
    families = text_string_to_metric_families(text)
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def value(found: Scrape, name: str, **labels: str) -> float:
    """One value; 0 when there is none."""
    return found.get((name, frozenset(labels.items())), 0.0)


@pytest.mark.parametrize("private", [False, True])
async def test_what_happens_is_counted_and_names_nobody(ways: Ways, private: bool) -> None:
    async with town(ways) as place:
        room = await place.declares(ANA, f"checkout-canary is failing sev1{' --private' * private}")
        await place.people.clicks(ANA, room, "Take command")
        await place.quiet()
        text = await scraped(place)
        found = samples(text)
        assert value(found, "warroom_acknowledgement_seconds_count", kind="command") == 1
        assert value(found, "warroom_acknowledgement_seconds_count", kind="click") == 1
        assert value(found, "warroom_deliveries_total", effect="OpenRoom", outcome="delivered") == 1
        assert value(found, "warroom_slack_calls_total", method="conversations.setTopic", outcome="ok") >= 1
        assert value(found, "warroom_open_incidents", severity="sev1") == 1
        assert value(found, "warroom_build_info", version=VERSION) == 1
        assert value(found, "warroom_ready") == value(found, "warroom_check_ok", check="slack") == 1
        assert value(found, "warroom_database_seconds_count", kind="write") > 5
        labels = {label for _, pairs in found for label in pairs}
        assert not [label for label in labels if re.search(r"canary|inc-?1\b|U0|C0|:", "=".join(label), re.I)]


async def test_what_waits_is_told_by_kind_of_lane_and_429s_by_method(ways: Ways) -> None:
    async with town(ways) as place:
        await place.declares(ANA, "checkout is failing")
        fault = {"method": "conversations.setTopic", "kind": "throttled", "retry_after": 30, "times": 5}
        await place.people.control(calls=[fault])
        await place.people.commands(ANA, GENERAL, "/incident severity 1 INC-1")

        async def waits() -> bool:
            found = samples(await scraped(place))
            put_back = value(found, "warroom_deliveries_total", effect="ShowTopic", outcome="later")
            return put_back == value(found, "warroom_outbox_waiting", lane="topic") == 1

        await place.people.until(waits)
        found = samples(await scraped(place))
        assert value(found, "warroom_slack_calls_total", method="conversations.setTopic", outcome="throttled") == 1
        assert value(found, "warroom_slack_throttled_total", method="conversations.setTopic") == 1
        assert value(found, "warroom_outbox_oldest_seconds", lane="topic") > 0


@pytest.fixture
def ways(tmp_path: Path) -> Ways:
    """SQLite over Socket Mode."""
    return Ways(database_url=f"sqlite:///{tmp_path}/warroom.sqlite")


async def test_calls_through_the_clients_that_bolt_copies_are_seen_too(ways: Ways) -> None:
    async with town(ways) as place:
        await place.people.commands(BEN, GENERAL, "/incident checkout is failing")
        assert await place.people.modal(BEN)
        found = samples(await scraped(place))
        assert value(found, "warroom_slack_calls_total", method="views.open", outcome="ok") == 1


async def test_promises_are_kept_late_or_missed(database_url: str) -> None:
    time, database = [START], Database(database_url)
    migrate.migrate(database)
    engine, vitals = Engine(database, DEFAULT_POLICY, lambda: time[0]), Vitals(lambda: time[0])
    engine.on_commit.append(vitals.committed)
    ana, one, said = UserId("U0ANA"), IncidentId(1), Said(happening="it is slow", next_in=timedelta(minutes=30))
    await engine.execute(Declare(by=ana, said=Declaration(title="it", severity=SEV1)))
    await engine.execute(SendUpdate(incident=one, by=ana, said=said))
    time[0] = START + timedelta(minutes=30)
    await engine.execute(SendUpdate(incident=one, by=ana, said=said))
    for minutes, kind in ((60, DueKind.UPDATE_MISSED), (65, DueKind.UPDATE_OVERDUE)):
        time[0] = START + timedelta(minutes=minutes)
        await engine.execute(FallDue(incident=one, kind=kind, due_at=time[0]))
    time[0] += timedelta(minutes=1)
    await engine.execute(SendUpdate(incident=one, by=ana, said=said))
    await asyncio.sleep(0)  # what is told of a commit is told just after it
    found = samples(vitals.metrics.text().decode())
    kept, late, missed = (value(found, "warroom_promises_total", outcome=how) for how in ("kept", "late", "missed"))
    assert (late, missed) == (1, 1)
    assert kept >= 1
    since, queries = START - timedelta(days=7), Queries(database, DEFAULT_POLICY)
    assert await database.read(lambda connection: standing.promises(connection, since, time[0])) == (kept, kept + 1)
    time[0] += timedelta(minutes=31)
    assert await database.read(lambda connection: standing.promises(connection, since, time[0])) == (kept, kept + 2)
    assert len(await queries.open_ones()) == 1
    database.close()


async def test_what_fell_due_and_was_given_up_is_counted(database_url: str) -> None:
    database = Database(database_url)
    migrate.migrate(database)
    engine = Engine(database, DEFAULT_POLICY, lambda: START)
    await engine.execute(Declare(by=UserId("U0ANA"), said=Declaration(title="it", severity=SEV1)))
    values = {"status": "dead", "error": "is_archived", "settled_at": START}
    database.write_now(lambda connection: connection.execute(sa.update(tables.outbox).values(**values)))
    later = START + timedelta(hours=2)
    found = await database.read(lambda connection: standing.look(connection, later))
    assert found.given_up[("OpenRoom", "is_archived")] == 1
    assert found.dead == sum(found.given_up.values())
    assert found.overdue > 1
    assert found.overdue_since is not None
    assert found.overdue_since < later
    next_week = await database.read(lambda connection: standing.look(connection, later + timedelta(days=7)))
    assert (next_week.dead, next_week.given_up) == (found.dead, {})
    database.close()


def test_a_lane_is_known_by_what_it_is_for() -> None:
    lanes = ("inc-7:posts", "person:U1", "announcements", "inc-12:card")
    assert [standing.lane_kind(lane) for lane in lanes] == ["posts", "person", "announcements", "card"]


def test_the_version_is_the_projects() -> None:
    assert f'version = "{VERSION}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
