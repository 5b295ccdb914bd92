"""A socket that connects and then hears nothing: the SDK's client stays with it, the watchdog does not."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.web.socket import Socket


class DeafSlack:
    """Hands out sockets of which only those after the first `deaf` ones say hello."""

    def __init__(self, deaf: int) -> None:
        self.deaf, self.opened, self.url = deaf, 0, ""

    async def api(self, request: web.Request) -> web.Response:
        """auth.test and apps.connections.open."""
        return web.json_response({"ok": True, "url": f"{self.url.replace('http', 'ws')}socket"})

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        """One connection."""
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        self.opened += 1
        if self.opened > self.deaf:
            await connection.send_json({"type": "hello", "num_connections": 1})
        async for _ in connection:
            pass
        return connection


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[DeafSlack]:
    """A Slack whose first two sockets are deaf."""
    deaf, app = DeafSlack(deaf=2), web.Application()
    app.add_routes([web.post("/api/{method}", deaf.api), web.get("/socket", deaf.socket)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    deaf.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield deaf
    await runner.cleanup()


async def test_a_deaf_socket_is_replaced_until_one_hears(slack: DeafSlack) -> None:
    client = AsyncWebClient(token="xoxb-x", base_url=f"{slack.url}api/")
    app = AsyncApp(client=client, signing_secret="x")
    greeted: list[int] = []
    socket = Socket(
        app, "xapp-x", client, watch_every=0.05, deaf_after=0.3, on_hello=lambda gap: greeted.append(slack.opened)
    )
    await socket.connect()
    try:
        assert not await socket.is_connected()
        async with asyncio.timeout(10):
            while not await socket.is_connected():
                await asyncio.sleep(0.02)
        assert slack.opened == 3
        assert greeted == [3]
    finally:
        await socket.close(1)


async def test_closing_ends_though_nothing_answers(slack: DeafSlack) -> None:
    client = AsyncWebClient(token="xoxb-x", base_url=f"{slack.url}api/")
    socket = Socket(AsyncApp(client=client, signing_secret="x"), "xapp-x", client, deaf_after=0.3)
    await socket.connect()
    async with asyncio.timeout(5):
        await socket.close(1)
    assert not await socket.is_connected()
