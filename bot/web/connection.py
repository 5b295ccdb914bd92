"""One connection of Socket Mode: greeted or turned away, how long it has heard nothing, and what it works on.

The SDK's client mends itself: it closes the old session before it opens the next, uses a one-time address twice, and
turned away for too many connections it comes again at once, without end. So it is told to leave that alone here; a
connection is used up once, and bot/web/socket.py opens the next.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from time import time
from typing import Any

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_base_handler import AsyncBaseSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.web.requests import UNREADABLE, Answered

log = structlog.get_logger()

PING_SECONDS = 5.0
CLOSE_SECONDS = 3.0
LOST = "lost"  # the reason when Slack gave none
LONGEST_FAREWELL = 2000  # characters of a `disconnect` message
FOR_BOLT = frozenset({"events_api", "slash_commands", "interactive"})  # kinds of envelopes
Resend = Callable[[str], Awaitable[None]]


class TurnedAway(aiohttp.ClientError):
    """Slack opened a connection only to say that it has to go; the message is the reason."""


class OnceClient(SocketModeClient):
    """The SDK's client for one session: where it would connect anew it says so instead."""

    def __init__(self, app: AsyncApp, app_token: str, client: AsyncWebClient, leave: Callable[[str], None]) -> None:
        super().__init__(app_token, app.logger, client, ping_interval=PING_SECONDS)
        self.leave = leave
        self.elsewhere: Resend | None = None  # the way of an acknowledgement whose session is gone

    async def enqueue_message(self, message: str) -> None:
        """Everything Slack sends, in order. A `disconnect` has no listeners in the SDK, and a close at its heels."""
        reason = _reason_to_go(message)
        if reason:
            self.leave(reason)
        else:
            await super().enqueue_message(message)

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Called by the SDK when the session is closed, or its pings stay unanswered."""
        self.leave(LOST)

    async def send_message(self, message: str) -> None:
        """Acknowledge, on another session when this one has gone meanwhile."""
        try:
            await self.current_session.send_str(message)  # type: ignore[union-attr]
        except (ConnectionError, AttributeError):
            if self.elsewhere is None:
                raise
            await self.elsewhere(message)


class Connection(AsyncBaseSocketModeHandler):
    """Bolt's handler for one session. `clock` tells seconds that never go back."""

    def __init__(
        self, app: AsyncApp, app_token: str, client: AsyncWebClient, clock: Callable[[], float], answered: Answered
    ) -> None:
        self.app = self.bolt = app
        self.answered = answered
        self.client: OnceClient = OnceClient(app, app_token, client, self._leave)
        self.client.socket_mode_request_listeners.append(self.handle)  # type: ignore[arg-type]
        self.client.message_listeners.append(self._listen)  # type: ignore[arg-type]
        self.working: set[asyncio.Future[None]] = set()
        self.leaving = ""  # why it has to go
        self.greeting: dict[str, Any] | None = None
        self.changed = asyncio.Event()  # greeted, or told to go
        self.opened_at = self.heard_at = clock()
        self._clock = clock

    async def open(self, url: object, patience: float) -> None:
        """Connect, and wait to be greeted.

        Raises:
            TurnedAway: Slack says that it has to go, or not where to.
            TimeoutError: it connects, and is not greeted.
        """
        if not isinstance(url, str):
            raise TurnedAway("no address")
        self.client.wss_uri = url
        async with asyncio.timeout(patience):
            await self.client.connect()  # type: ignore[no-untyped-call]
            await self.changed.wait()
        if self.greeting is None:
            raise TurnedAway(self.leaving)

    async def is_healthy(self) -> bool:
        """Whether it was greeted and its pings are answered; it may have been told to go in a moment."""
        return self.greeting is not None and await self.client.is_connected()

    def silence(self) -> float:
        """For how many seconds no ping was answered."""
        heard = self.client.last_ping_pong_time
        return time() - heard if heard else 0.0

    async def handle(self, client: OnceClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Answer one envelope."""
        answering = asyncio.ensure_future(self._answer(client, req))
        self.working.add(answering)
        answering.add_done_callback(self.working.discard)
        await answering

    async def rest(self, patience: float) -> None:
        """Let what is under way end."""
        if self.working:
            await asyncio.wait(set(self.working), timeout=patience)

    async def end(self) -> None:
        """Close; one that cannot be closed is dropped all the same.

        Raises:
            TimeoutError, OSError, aiohttp.ClientError: it did not close.
        """
        self.client.closed = True
        async with asyncio.timeout(CLOSE_SECONDS):
            await self.client.close()  # type: ignore[no-untyped-call]

    async def _answer(self, client: OnceClient, req: SocketModeRequest) -> None:
        if req.type not in FOR_BOLT:  # of a newer Slack: taken, or it would come again
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))
            return
        begun = time()
        try:
            AsyncBoltRequest(mode="socket_mode", body=req.payload)
        except UNREADABLE as failure:  # taken, so that it does not come again
            log.info("refused", reason=f"cannot be read: {type(failure).__name__}")
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))
            return
        response = await run_async_bolt_app(self.bolt, req)
        await send_async_response(client, req, response, begun)
        self.answered(req.payload, response.status, time() - begun)

    async def _listen(self, client: OnceClient, message: dict[str, Any], raw: str | None = None) -> None:
        self.heard_at = self._clock()
        if message.get("type") == "hello":
            self.greeting = message
            self.changed.set()

    def _leave(self, reason: str) -> None:
        self.leaving = self.leaving or reason
        self.changed.set()


def _reason_to_go(message: str) -> str:
    """Why Slack wants the connection back; empty for any other message."""
    if len(message) > LONGEST_FAREWELL or '"disconnect"' not in message:
        return ""
    try:
        frame = json.loads(message)
    except ValueError:
        return ""
    is_farewell = isinstance(frame, dict) and frame.get("type") == "disconnect"
    return str(frame.get("reason") or LOST) if is_farewell else ""
