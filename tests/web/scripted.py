"""A Slack that does as it is told, for sockets and for libraries alone, and a socket of ours to it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.wire import session
from bot.web.socket import Socket

Speech = Callable[[web.WebSocketResponse], Awaitable[None]]
HELLO = {"type": "hello", "num_connections": 1}


@dataclass
class Scripted:
    """A Slack that does as it is told: how each try for an address is answered, and what each connection says."""

    answers: list[Callable[[], web.Response]] = field(default_factory=list)
    speeches: list[Speech] = field(default_factory=list)
    url: str = ""
    asked: int = 0
    opened: int = 0
    acknowledged: list[str] = field(default_factory=list)

    async def api(self, request: web.Request) -> web.Response:
        """Any method but auth.test is answered by what is queued, then by an address."""
        if not request.path.endswith("auth.test"):
            self.asked += 1
            if self.answers:
                return self.answers.pop(0)()
        return web.json_response({"ok": True, "url": f"{self.url.replace('http', 'ws')}socket", "team_id": "T1"})

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        """One connection."""
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        self.opened += 1
        await (self.speeches.pop(0) if self.speeches else greets)(connection)
        async for message in connection:
            if message.type is web.WSMsgType.TEXT:
                self.acknowledged.append(json.loads(message.data)["envelope_id"])
        return connection


async def greets(connection: web.WebSocketResponse) -> None:
    """As always."""
    await connection.send_json(HELLO)


def leaves(reason: str, *, greeting: bool) -> Speech:
    """Asks for the connection back at once."""

    async def speech(connection: web.WebSocketResponse) -> None:
        if greeting:
            await greets(connection)
        await connection.send_json({"type": "disconnect", "reason": reason})
        await connection.close()

    return speech


def command(envelope: str) -> str:
    payload = {"command": "/incident", "team_id": "T1", "user_id": "U1", "text": ""}
    return json.dumps({"type": "slash_commands", "envelope_id": envelope, "payload": payload})


@dataclass
class Wall:
    """Seconds to put forward."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return asyncio.get_running_loop().time() + self.ahead


def answer_of(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Callable[[], web.Response]:
    """Any answer, JSON by its own word unless it says something else."""
    given = {"Content-Type": "application/json", **(headers or {})}
    return lambda: web.Response(body=body, status=status, headers=given)


@dataclass
class Line:
    """A socket to that Slack, what it told of its greetings, and the commands that reached us."""

    socket: Socket
    wall: Wall
    gaps: list[float]
    heard: list[str]

    async def until(self, look: Callable[[], bool]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(5):
            while not look():
                await asyncio.sleep(0.01)

    async def connects(self) -> None:
        """Wait for a connection."""
        async with asyncio.timeout(5):
            while not await self.socket.is_connected():
                await asyncio.sleep(0.01)


@asynccontextmanager
async def scripted() -> AsyncIterator[Scripted]:
    """A Slack that does as it is told, for as long as this lasts."""
    slack, app = Scripted(), web.Application()
    app.add_routes([web.post("/api/{method}", slack.api), web.post("/{where}", slack.api)])
    app.add_routes([web.get("/socket", slack.socket)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        yield slack
    finally:
        await runner.cleanup()


@asynccontextmanager
async def line_to(slack: Scripted) -> AsyncIterator[Line]:
    """A socket of ours to that Slack, which looks often; it is not connected yet."""
    gaps: list[float] = []
    heard: list[str] = []

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-x", bot_id="B1", bot_user_id="U2")

    async def incident(ack: AsyncAck, body: dict[str, str]) -> None:
        heard.append(body["command"])
        await ack("yes")

    async with session(5) as calls:
        client = AsyncWebClient(token="xoxb-x", base_url=f"{slack.url}api/", session=calls, retry_handlers=[])
        app = AsyncApp(client=client, authorize=authorize, signing_secret="x", process_before_response=True)
        app.command("/incident")(incident)
        wall = Wall()
        socket = Socket(app, "xapp-x", client, wall, watch_every=0.02, deaf_after=0.5, on_hello=gaps.append)
        yield Line(socket, wall, gaps, heard)
        await socket.close(0)
