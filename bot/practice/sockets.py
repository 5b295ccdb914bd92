"""Socket Mode: one-time tickets, open connections, envelopes and their acknowledgements."""

import asyncio
import contextlib
import itertools
import json
import secrets
import uuid
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from bot.practice.delivery import Parcel
from bot.practice.errors import NotDelivered
from bot.practice.store import Json

MAX_CONNECTIONS = 10


@dataclass(eq=False)
class Connection:
    """One open socket and the envelopes it has not acknowledged yet."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)
    deaf: bool = False  # open, but nothing goes through any more
    going: bool = False  # told to go: what it was sent may be acknowledged on another


class SocketTransport:
    """Sends each payload to one of the app's open sockets."""

    def __init__(self, app_id: str) -> None:
        self._app_id = app_id
        self._tickets: set[str] = set()
        self._connections: list[Connection] = []
        self._open = asyncio.Event()
        self._orphans: dict[str, asyncio.Future[Json]] = {}  # envelopes of connections that were told to go
        self._turn = itertools.count()

    @property
    def connection_count(self) -> int:
        """How many sockets are open."""
        return len(self._connections)

    def ticket(self) -> str:
        """A new ticket; it opens one socket, once."""
        ticket = secrets.token_urlsafe(24)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """The websocket route: hello first, then envelopes out and acknowledgements in."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPForbidden(text="this ticket was used or never issued")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=30.0)
        await socket.prepare(request)
        if len(self._connections) >= MAX_CONNECTIONS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": {}})
            await socket.close()
            return socket
        connection = Connection(socket, request.transport)
        self._connections.append(connection)
        try:
            await socket.send_json(self._hello())
            self._open.set()
            await self._listen(connection)
        finally:
            self._forget(connection)
        return socket

    async def send(self, parcel: Parcel, patience: float) -> Json:
        """Put an envelope on one open socket and wait for its acknowledgement."""
        if not self._connections:
            raise NotDelivered("connection_failed")
        connection = self._connections[next(self._turn) % len(self._connections)]
        envelope_id = str(uuid.uuid4())
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope_id] = answer
        try:
            if not connection.deaf:
                await connection.socket.send_json(_envelope(envelope_id, parcel))
            async with asyncio.timeout(patience):
                return await answer
        except TimeoutError:
            raise NotDelivered("timeout") from None
        except ConnectionError:
            raise NotDelivered("connection_failed") from None
        finally:
            connection.waiting.pop(envelope_id, None)
            self._orphans.pop(envelope_id, None)

    async def reachable(self, patience: float) -> bool:
        """Wait until a socket is open."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._open.wait()
        return self._open.is_set()

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask every socket to go, as Slack does every few hours, and close it."""
        for connection in list(self._connections):
            connection.going = True
            with contextlib.suppress(ConnectionError):
                await connection.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})
            await connection.socket.close()

    async def warn(self) -> None:
        """Say that the sockets will go in some ten seconds."""
        for connection in list(self._connections):
            connection.going = True
            with contextlib.suppress(ConnectionError):
                await connection.socket.send_json({"type": "disconnect", "reason": "warning", "debug_info": {}})

    def deafen(self, *, deaf: bool = True) -> None:
        """Let every open socket stand, but nothing through it in either direction."""
        for connection in self._connections:
            connection.deaf = deaf

    def cut(self) -> None:
        """End every connection at once, without a closing frame, as a cable that is pulled."""
        for connection in list(self._connections):
            if connection.transport:
                connection.transport.abort()

    async def close(self) -> None:
        """Close every socket without a word."""
        for connection in list(self._connections):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await connection.socket.close()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections),
            "debug_info": {"host": "practice", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._app_id},
        }

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type is not WSMsgType.TEXT or connection.deaf:
                continue
            try:
                frame = json.loads(message.data)
            except ValueError:
                continue
            # An acknowledgement may come over a newer socket than its envelope went out on.
            for waiting in (self._orphans, *(other.waiting for other in self._connections)):
                answer = waiting.get(frame.get("envelope_id", ""))
                if answer and not answer.done():
                    answer.set_result(frame.get("payload") or {})

    def _forget(self, connection: Connection) -> None:
        self._connections.remove(connection)
        if not self._connections:
            self._open.clear()
        if connection.going:
            self._orphans |= connection.waiting
            return
        for answer in connection.waiting.values():
            if not answer.done():
                answer.set_exception(NotDelivered("connection_failed"))


def _envelope(envelope_id: str, parcel: Parcel) -> Json:
    frame: Json = {
        "envelope_id": envelope_id,
        "type": parcel.kind,
        "payload": parcel.payload,
        "accepts_response_payload": parcel.kind != "events_api",
    }
    if parcel.kind == "events_api":
        frame |= {"retry_attempt": parcel.attempt, "retry_reason": parcel.reason}
    return frame
