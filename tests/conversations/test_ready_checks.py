"""Each check of /readyz fails when its matter fails, names it, and recovers with it."""

import asyncio
import time
from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa

from bot import app
from bot.settings import Transport
from bot.storage import migrate
from bot.web import readiness
from tests.conversations.conftest import TRANSPORTS
from tests.town import ANA, GENERAL, Town, Ways, free_port, settings, town, workspace

EVERY = {"database", "schema", "disk", "slack", "clock", "deliveries"}


async def checks(place: Town) -> tuple[int, dict[str, str]]:
    """The status of /readyz and what it says of each check."""
    assert place.warroom is not None
    url = f"http://127.0.0.1:{place.warroom.settings.port}/readyz"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        found: dict[str, str] = (await answer.json())["checks"]
        assert set(found) == EVERY
        return answer.status, found


async def fails(place: Town, name: str, told: str, patience: float = 15.0) -> None:
    """Wait until a check fails, and alone."""

    async def seen() -> bool:
        status, found = await checks(place)
        return status == 503 and told in found.pop(name) and set(found.values()) == {"ok"}

    await place.people.until(seen, patience)


async def recovers(place: Town, patience: float = 15.0) -> None:
    """Wait until all is well, and try it."""

    async def seen() -> bool:
        return (await checks(place))[0] == 200

    await place.people.until(seen, patience)
    await place.people.commands(ANA, GENERAL, "/incident list")


@pytest.fixture
def sqlite(tmp_path: Path) -> Ways:
    """One database is enough where it does not matter."""
    return Ways(database_url=f"sqlite:///{tmp_path}/warroom.sqlite")


async def test_a_database_that_takes_nothing_is_not_ready(place: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "WRITTEN_EVERY", timedelta(0))
    assert place.warroom is not None
    database = place.warroom.database
    how = "ON"

    def only_read(connection: Any, *more: object) -> None:  # noqa: ANN401 - of whichever driver
        connection.execute(f"PRAGMA query_only={how}")

    if database.is_sqlite:
        sa.event.listen(database.engine, "checkout", only_read)
    else:
        _read_only(database.engine, "on")  # what a hosted PostgreSQL does when its disk is full
    status, found = 200, dict[str, str]()

    async def seen() -> bool:
        nonlocal status, found
        status, found = await checks(place)
        others = (found["schema"], found["slack"], found["disk"])
        return status == 503 and found["database"].startswith("does not work (") and others == ("ok", "ok", "ok")

    await place.people.until(seen)
    assert found["database"] in ("does not work (OperationalError)", "does not work (ReadOnlySqlTransaction)")
    how = "OFF"
    if not database.is_sqlite:
        _read_only(database.engine, "off")
    await recovers(place)


def _read_only(engine: sa.Engine, how: str) -> None:
    """Let a whole database of PostgreSQL be read only, for everybody who connects from now on."""
    alone = sa.create_engine(engine.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with alone.connect() as connection:
        connection.execute(sa.text("SET default_transaction_read_only = off"))
        name = engine.url.database
        connection.execute(sa.text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {how}'))
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(sa.text(f"SELECT pg_terminate_backend(pid) {others}"))
    alone.dispose()


async def test_a_schema_that_is_behind_is_not_ready(place: Town) -> None:
    assert place.warroom is not None
    database = place.warroom.database

    def at(revision: str) -> Awaitable[object]:
        query = sa.text("UPDATE alembic_version SET version_num = :revision")
        return database.write(lambda connection: connection.execute(query, {"revision": revision}))

    await at("0001")
    await fails(place, "schema", f"revision 0001, {migrate.HEAD} is needed")
    await at(migrate.HEAD)
    await recovers(place)


async def test_a_disk_that_is_nearly_full_is_not_ready(sqlite: Ways) -> None:
    async with town(sqlite) as place:
        assert place.warroom is not None
        found = place.warroom.readiness
        free = found.free_bytes()
        assert free is not None
        usual, found.least_free = found.least_free, free * 2
        await fails(place, "disk", "MB are free")
        found.least_free = usual
        await recovers(place)


async def test_a_token_that_is_revoked_is_not_ready(place: Town) -> None:
    await place.declares(ANA, "checkout is failing")
    await place.people.control(token="revoked")
    await place.people.commands(ANA, GENERAL, "/incident severity 1 INC-1")
    await fails(place, "slack", "does not accept the token (token_revoked)")
    assert place.warroom is not None
    url = f"http://127.0.0.1:{place.warroom.settings.port}/readyz"
    async with aiohttp.ClientSession() as session, session.get(url, params={"exclude": "slack"}) as answer:
        assert (answer.status, (await answer.json())["ready"]) == (200, True)  # as a balancer asks
    await place.people.control(token="valid")
    await place.warroom.deliverer.world.client.auth_test()
    await recovers(place)


async def test_over_http_slack_has_to_have_answered_lately(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "ANSWER_LASTS", timedelta(seconds=1))
    monkeypatch.setattr(readiness, "ASKED_EVERY_SECONDS", 0.2)
    if TRANSPORTS[database_url.split("+")[0].split(":")[0]] is not Transport.HTTP:
        return
    async with town(Ways(database_url=database_url, transport=Transport.HTTP)) as place:
        await place.people.control(calls=[{"method": "*", "kind": "broken", "times": 1000}])
        await fails(place, "slack", "has not answered for a while")
        await place.people.control(reset=True)
        await recovers(place)


async def test_a_socket_whose_pings_stay_unanswered_is_not_ready(sqlite: Ways) -> None:
    async with town(sqlite) as place:
        assert place.warroom is not None
        assert place.warroom.socket is not None
        handler = place.warroom.socket._current
        assert handler is not None
        handler.client.last_ping_pong_time = time.time() - 17
        await fails(place, "slack", "nothing was heard on the socket for 17 s")
        handler.client.last_ping_pong_time = time.time()  # as the answer to the next ping does
        await recovers(place)


async def test_a_clock_that_stands_still_is_not_ready(sqlite: Ways, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "TICK_LASTS", timedelta(seconds=2.6))
    async with town(sqlite) as place:
        assert place.warroom is not None
        clock = place.warroom.scheduler._clock
        clock.pause()
        await fails(place, "clock", "the last tick was 3 s ago", 10)
        clock.resume()
        await recovers(place)


async def test_deliveries_that_do_not_go_on_are_not_ready(sqlite: Ways, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "CLAIM_LASTS", timedelta(seconds=2))
    async with town(sqlite) as place:
        assert place.warroom is not None
        deliverer = place.warroom.deliverer
        claim = deliverer._claim

        async def nothing() -> None:
            return

        deliverer._claim = nothing  # type: ignore[method-assign]
        await fails(place, "deliveries", "the last look was 2 s ago")
        deliverer._claim = claim  # type: ignore[method-assign]
        await recovers(place)


async def test_until_slack_was_met_nothing_is_ready_and_it_is_alive(
    sqlite: Ways, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "RETRY_SECONDS", 1.0)
    port = free_port()
    async with workspace(sqlite, port) as there:
        await there.people.control(calls=[{"method": "auth.test", "kind": "broken", "times": 1}])
        warroom = app.Warroom(settings=settings(sqlite, there.practice, port), policy=sqlite.policy, linger=0)
        there.warroom = warroom
        starting = asyncio.create_task(warroom.start())
        try:
            await there.people.until(lambda: _listens(port))
            status, found = await checks(there)
            assert (status, found["slack"], found["clock"]) == (503, "not reached yet", "no tick yet")
            assert found["database"] == found["schema"] == found["disk"] == "ok"
            async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/healthz") as answer:
                assert await answer.json() == {"alive": True}
            async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as answer:
                assert "warroom_ready 0.0" in await answer.text()
            await starting
        finally:
            await warroom.stop()


async def _listens(port: int) -> bool:
    try:
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/healthz") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False
