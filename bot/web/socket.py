"""Socket Mode: the connection, a watchdog for one that went deaf, and a close that ends.

The SDK's client is known to stay deaf after network trouble (bolt-python #417, #1529; python-slack-sdk #1110, #1701)
and to hang while closing a dead socket; so it is watched, replaced whole, and closed within bounds.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.web.requests import UNREADABLE

log = structlog.get_logger()

WATCH_SECONDS = 5.0
PING_SECONDS = 5.0
DEAF_SECONDS = 20.0  # not connected, or no hello on a new session, for this long: start over
KEEP_ALIVE_SECONDS = 60.0  # a Web API call now and then revives a socket that went quiet (bolt-python #1529)
CLOSE_SECONDS = 3.0
TROUBLE = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)


class DrainedHandler(AsyncSocketModeHandler):
    """Bolt's handler, which also knows what it is still working on."""

    def __init__(self, app: AsyncApp, app_token: str, client: AsyncWebClient) -> None:
        super().__init__(app, app_token, web_client=client, ping_interval=PING_SECONDS)
        self.working: set[asyncio.Future[None]] = set()

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Answer one envelope; one that cannot be read is taken, so that it does not come again."""
        try:
            AsyncBoltRequest(mode="socket_mode", body=req.payload)
        except UNREADABLE as failure:
            log.info("refused", reason=f"cannot be read: {type(failure).__name__}")
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))
            return
        answering = asyncio.ensure_future(super().handle(client, req))
        self.working.add(answering)
        answering.add_done_callback(self.working.discard)
        await answering


@dataclass
class Socket:
    """One connection that is kept up until `close`. `wall` tells the seconds of a clock that never goes back."""

    app: AsyncApp
    app_token: str
    client: AsyncWebClient
    wall: Callable[[], float] = time.monotonic
    watch_every: float = WATCH_SECONDS
    deaf_after: float = DEAF_SECONDS
    on_hello: Callable[[], None] = lambda: None  # called at each connect: what came before it may have been missed
    _handler: DrainedHandler | None = None
    _heard_hello: asyncio.Event = field(default_factory=asyncio.Event)
    _healthy_at: float = 0.0
    _kept_alive_at: float = 0.0
    _watcher: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Connect, and go on trying in the background if Slack does not answer."""
        await self._start_over()
        self._watcher = asyncio.create_task(self._watch())

    async def is_connected(self) -> bool:
        """Whether Slack greeted us and the connection has been heard from since."""
        return self._handler is not None and self._heard_hello.is_set() and await self._handler.client.is_connected()

    async def close(self, patience: float) -> None:
        """Take nothing new, let what is under way end for up to `patience` seconds, then disconnect."""
        if self._watcher:
            self._watcher.cancel()
        handler = self._handler
        if handler is None:
            return
        if handler.working:
            await asyncio.wait(set(handler.working), timeout=patience)
        await _closed(handler)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self.watch_every)
            try:
                await self._look()
            except TROUBLE as failure:  # a watchdog that dies of what it watches for is none
                log.warning("the socket could not be mended", error=f"{type(failure).__name__}: {failure}")

    async def _look(self) -> None:
        if await self.is_connected():
            self._healthy_at = self.wall()
        elif self.wall() - self._healthy_at > self.deaf_after:
            log.warning("the socket is deaf, starting over", seconds=round(self.wall() - self._healthy_at))
            await self._start_over()
        if self.wall() - self._kept_alive_at > KEEP_ALIVE_SECONDS:
            self._kept_alive_at = self.wall()
            await self.client.auth_test()

    async def _start_over(self) -> None:
        old, self._handler = self._handler, None
        self._healthy_at = self._kept_alive_at = self.wall()
        if old:
            await _closed(old)
        self._heard_hello.clear()
        handler = DrainedHandler(self.app, self.app_token, self.client)
        handler.client.message_listeners.append(self._listen)  # type: ignore[arg-type]
        self._handler = handler
        try:
            await asyncio.wait_for(handler.connect_async(), self.deaf_after)
        except TROUBLE as failure:  # whatever kept us from connecting, the watchdog tries again
            log.warning("Slack could not be reached over Socket Mode", error=f"{type(failure).__name__}: {failure}")

    async def _listen(self, client: SocketModeClient, message: dict[str, Any], raw: str | None = None) -> None:
        if message.get("type") == "hello":
            self._heard_hello.set()
            self._healthy_at = self.wall()
            self.on_hello()
            log.info("connected", transport="socket", connections=message.get("num_connections"))


async def _closed(handler: DrainedHandler) -> None:
    try:
        await asyncio.wait_for(handler.close_async(), CLOSE_SECONDS)
    except TROUBLE as failure:  # a dead socket may refuse to close; it is dropped all the same
        log.info("a socket did not close", error=type(failure).__name__)
