"""Readiness follows what is true: not ready while Slack is away or a socket is deaf, ready again by itself."""

import time
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.practice.sockets import Connection
from bot.practice.workspace import Call
from bot.settings import Transport
from tests.town import ANA, GENERAL, Process, Town, Ways, environment, free_port, ready, workspace

QUICKLY = 0.2  # seconds between looks, and until a socket counts as deaf ten times that


@pytest.fixture
def ways(tmp_path: Path) -> Ways:
    """SQLite over Socket Mode: over HTTP there is no socket to lose."""
    return Ways(database_url=f"sqlite:///{tmp_path}/warroom.sqlite", transport=Transport.SOCKET)


async def readiness(place: Town) -> tuple[int, str]:
    """The status of /readyz, and what it says of Slack."""
    assert place.warroom is not None
    url = f"http://127.0.0.1:{place.warroom.settings.port}/readyz"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, (await answer.json())["checks"]["slack"]


async def becomes(place: Town, status: int, patience: float = 30.0) -> None:
    """Wait until /readyz answers with a status."""

    async def look() -> bool:
        return (await readiness(place))[0] == status

    await place.people.until(look, patience)


def watches_quickly(place: Town) -> None:
    """Have the watchdog look more often than every five seconds."""
    assert place.warroom is not None
    assert place.warroom.socket is not None
    place.warroom.socket.watch_every, place.warroom.socket.deaf_after = QUICKLY, 10 * QUICKLY


async def test_while_slack_is_away_nothing_is_ready(place: Town) -> None:
    watches_quickly(place)
    practice = place.practice.workspace

    async def away(call: Call) -> None:
        if call.method == "apps.connections.open":
            raise web.HTTPServiceUnavailable

    assert await readiness(place) == (200, "ok")
    practice.before_call.append(away)
    await practice.sockets.disconnect()
    await becomes(place, 503)
    assert await readiness(place) == (503, "the socket is not connected")
    practice.before_call.remove(away)
    await becomes(place, 200)
    await place.declares(ANA, "checkout is failing")


async def test_a_socket_that_says_nothing_is_replaced(place: Town) -> None:
    """Frames neither go out nor come in any more, and TCP holds: a proxy that lost its other side."""
    watches_quickly(place)
    sockets = place.practice.workspace.sockets
    deaf: list[Connection] = list(sockets._connections)  # nobody else has to reach into a socket
    pipes = [connection.socket._req.transport for connection in deaf]  # type: ignore[union-attr]
    for pipe in pipes:
        pipe.pause_reading()  # type: ignore[union-attr]
    started = time.monotonic()
    await place.people.until(lambda: _has_another(place, deaf), patience=45)
    assert time.monotonic() - started < 40
    sockets._connections[:] = [found for found in sockets._connections if found not in deaf]
    await place.declares(ANA, "checkout is failing")
    for pipe in pipes:
        pipe.abort()  # type: ignore[union-attr]


async def test_serve_brings_an_empty_database_up_to_date_and_ends_when_told(ways: Ways, tmp_path: Path) -> None:
    port = free_port()
    async with workspace(ways, port) as there:
        process = Process(environment(ways, there.practice, port), tmp_path / "log")
        try:
            await ready(there, port)
            async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                assert (await answer.json())["checks"]["database"] == "ok"
            await there.people.commands(ANA, GENERAL, "/incident list")
        finally:
            assert process.terminate() == 0


async def _has_another(place: Town, deaf: list[Connection]) -> bool:
    found = [entry for entry in place.practice.workspace.sockets._connections if entry not in deaf]
    return bool(found) and (await readiness(place))[0] == 200
