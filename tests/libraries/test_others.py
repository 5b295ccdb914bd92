"""aiohttp, APScheduler, SQLAlchemy, psycopg, Alembic and sqlite3: what one would not expect of them."""

import asyncio
import sqlite3
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp import web
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.storage import tables
from bot.storage.database import Database
from bot.workflows.text import plain


async def test_aiohttp_reads_no_more_than_a_megabyte_and_says_so_with_an_exception() -> None:
    async def read(request: web.Request) -> web.Response:
        with pytest.raises(web.HTTPRequestEntityTooLarge):
            await request.text()
        return web.Response(text="refused")  # bot/web/server.py answers 413, and that it is not to come again

    app = web.Application()
    app.add_routes([web.post("/", read)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as calls:
        port = runner.addresses[0][1]
        async with calls.post(f"http://127.0.0.1:{port}/", data="x" * 1_100_000) as answer:
            assert await answer.text() == "refused"
    await runner.cleanup()


@pytest.mark.parametrize(("options", "runs"), [({}, 0), ({"misfire_grace_time": None}, 1)])
async def test_apscheduler_drops_a_run_that_comes_a_second_late(options: Mapping[str, Any], runs: int) -> None:
    ran: list[int] = []
    clock = AsyncIOScheduler(timezone=UTC)
    late = datetime.now(UTC) - timedelta(seconds=5)
    clock.add_job(ran.append, "interval", args=(1,), seconds=3600, next_run_time=late, **options)
    clock.start()
    await asyncio.sleep(0.1)
    clock.shutdown(wait=False)
    assert len(ran) == runs


async def test_apscheduler_goes_by_its_own_clock() -> None:
    ran: list[int] = []
    clock = AsyncIOScheduler(timezone=UTC)
    ours = datetime.now(UTC) + timedelta(hours=3)  # a clock of ours that is ahead
    clock.add_job(ran.append, "interval", args=(1,), seconds=0.05, next_run_time=ours)
    clock.start()
    await asyncio.sleep(0.2)
    clock.shutdown(wait=False)
    assert ran == []  # so the first tick is asked for by the clock on the wall


def test_sqlalchemy_locks_no_row_on_sqlite_so_writers_begin_with_the_lock(tmp_path: Path) -> None:
    query = sa.select(tables.receipts).with_for_update()
    assert "FOR UPDATE" not in str(query.compile(dialect=sa.create_engine("sqlite://").dialect))
    database = Database(f"sqlite:///{tmp_path}/x.sqlite")
    begun: list[str] = []
    sa.event.listen(database.engine, "before_cursor_execute", lambda *given: begun.append(given[2]))
    database.write_now(lambda connection: None)
    assert begun == ["BEGIN IMMEDIATE"]
    database.close()


def test_sqlite_refuses_a_reader_that_wants_to_write_at_once_whatever_its_patience(tmp_path: Path) -> None:
    first, second = (
        sqlite3.connect(tmp_path / "x.sqlite", isolation_level=None, timeout=5) for _ in range(2)
    )  # fmt: skip
    first.execute("PRAGMA journal_mode=WAL")
    first.execute("CREATE TABLE t (x)")
    second.execute("BEGIN")
    second.execute("SELECT * FROM t").fetchall()
    first.execute("INSERT INTO t VALUES (1)")
    begun = datetime.now(UTC)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        second.execute("INSERT INTO t VALUES (2)")
    assert datetime.now(UTC) - begun < timedelta(seconds=1)


def test_sqlalchemy_no_longer_knows_postgres_by_its_short_name() -> None:
    with pytest.raises(sa.exc.NoSuchModuleError):
        sa.create_engine("postgres://x@127.0.0.1/x")  # rewritten in bot/settings.py


def test_postgresql_stores_no_null_byte(database_url: str) -> None:
    database = Database(database_url)
    text = sa.select(sa.literal("a\x00b", sa.Text))
    if not database.is_sqlite:
        with pytest.raises(sa.exc.DBAPIError):
            database.write_now(lambda connection: connection.execute(text).scalar())
    assert plain("a\x00b") == "ab"
    database.close()


def test_a_pool_hands_out_connections_the_server_has_dropped_unless_it_looks_first(database_url: str) -> None:
    database = Database(database_url)
    if database.is_sqlite:
        return
    kill = sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                   "AND datname = current_database()")  # fmt: skip
    careless = sa.create_engine(database.url)
    for engine in (careless, database.engine):
        with engine.connect() as connection:
            connection.execute(sa.select(1))
    other = sa.create_engine(database.url, poolclass=sa.NullPool)
    with other.connect() as connection:
        connection.execute(kill)
    with pytest.raises(sa.exc.OperationalError), careless.connect() as connection:
        connection.execute(sa.select(1))
    assert database.write_now(lambda connection: connection.execute(sa.select(1)).scalar()) == 1  # pool_pre_ping
    careless.dispose()
    database.close()


async def test_wait_for_may_swallow_a_cancellation_and_timeout_does_not() -> None:
    async def within(answer: asyncio.Future[int]) -> int:
        async with asyncio.timeout(10):
            return await answer

    ended: dict[str, bool] = {}
    for name, patient in (("wait_for", lambda answer: asyncio.wait_for(answer, 10)), ("timeout", within)):
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        task = asyncio.ensure_future(patient(answer))
        await asyncio.sleep(0)
        answer.set_result(1)
        task.cancel()
        await asyncio.wait({task})
        ended[name] = task.cancelled()
    assert ended == {"wait_for": sys.version_info >= (3, 12), "timeout": True}
