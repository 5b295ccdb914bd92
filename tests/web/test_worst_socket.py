"""A Slack that turns connections away, says nonsense, or hands out no address: asked again, and not too often."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.wire import session
from bot.web.socket import Socket
from tests.web.test_wire import answer_of

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
        """auth.test and apps.connections.open."""
        if request.path.endswith("apps.connections.open"):
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


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[Scripted]:
    """A Slack that does as it is told."""
    scripted, app = Scripted(), web.Application()
    app.add_routes([web.post("/api/{method}", scripted.api), web.get("/socket", scripted.socket)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    scripted.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield scripted
    await runner.cleanup()


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


@pytest_asyncio.fixture
async def line(slack: Scripted) -> AsyncIterator[Line]:
    """A socket that looks often; it is not connected yet."""
    gaps: list[float] = []
    heard: list[str] = []

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-x", bot_id="B1", bot_user_id="U2")

    async with session(5) as calls:
        client = AsyncWebClient(token="xoxb-x", base_url=f"{slack.url}api/", session=calls, retry_handlers=[])
        app = AsyncApp(client=client, authorize=authorize, signing_secret="x", process_before_response=True)

        async def incident(ack: AsyncAck, body: dict[str, str]) -> None:
            heard.append(body["command"])
            await ack("yes")

        app.command("/incident")(incident)
        wall = Wall()
        socket = Socket(app, "xapp-x", client, wall, watch_every=0.02, deaf_after=0.5, on_hello=gaps.append)
        yield Line(socket, wall, gaps, heard)
        await socket.close(0)


@pytest.mark.parametrize("greeting", [True, False])
@pytest.mark.parametrize("reason", ["too_many_websockets", "link_disabled"])
async def test_turned_away_it_comes_again_later_and_not_at_once(
    slack: Scripted, line: Line, reason: str, *, greeting: bool
) -> None:
    slack.speeches += [leaves(reason, greeting=greeting)] * 6
    await line.socket.connect()
    await asyncio.sleep(0.5)
    assert slack.asked <= 2
    assert reason in line.socket.trouble
    for _ in range(6):
        line.wall.ahead += 120
        await asyncio.sleep(0.1)
    await line.connects()
    assert slack.asked == 7
    line.wall.ahead += 400  # it lasts
    await line.until(lambda: not line.socket.trouble)


@pytest.mark.parametrize("seconds", [30, 600])
async def test_no_address_is_asked_for_before_slack_said_so(slack: Scripted, line: Line, seconds: int) -> None:
    refused = answer_of(b'{"ok": false, "error": "ratelimited"}', 429, {"Retry-After": str(seconds)})
    slack.answers.append(refused)
    await line.socket.connect()
    line.wall.ahead += seconds - 1
    await asyncio.sleep(0.2)
    assert slack.asked == 1
    line.wall.ahead += 1
    await line.connects()


@pytest.mark.parametrize(
    ("refused", "advice"),
    [
        (answer_of(b'{"ok": false, "error": "invalid_auth"}'), "SLACK_APP_TOKEN"),
        (answer_of(b'{"ok": false, "error": "missing_scope"}'), "connections:write"),
        (answer_of(b'{"ok": false, "error": "not_allowed_token_type"}'), "xapp-"),
        (answer_of(b'{"ok": false, "error": "internal_error"}', 500), ""),
        (answer_of(b"<html>", 502, {"Content-Type": "text/html"}), ""),
        (answer_of(b"upstream", 200, {"Content-Type": "text/plain"}), ""),
        (answer_of(b"slow down", 429, {"Content-Type": "text/plain"}), ""),
        (answer_of(b"[]"), ""), (answer_of(b'{"ok": true}'), ""), (answer_of(b'{"ok": true, "url": "nonsense"}'), ""),
        (answer_of(b'{"ok": true, "url": "ws://127.0.0.1:9/"}'), ""),
    ],
)  # fmt: skip
async def test_whatever_keeps_it_from_an_address_it_connects_in_the_end(
    slack: Scripted, line: Line, refused: Callable[[], web.Response], advice: str
) -> None:
    slack.answers += [refused, refused]
    await line.socket.connect()
    assert not await line.socket.is_connected()
    assert advice in line.socket.trouble
    line.wall.ahead += 100
    await line.until(lambda: slack.asked >= 2)
    await asyncio.sleep(0.6)
    line.wall.ahead += 100
    await line.connects()
    assert not line.socket.trouble
    assert len(line.gaps) == 1


async def test_two_greetings_are_one_connection(slack: Scripted, line: Line) -> None:
    async def twice(connection: web.WebSocketResponse) -> None:
        await greets(connection)
        await greets(connection)

    slack.speeches.append(twice)
    await line.socket.connect()
    await asyncio.sleep(0.1)
    assert (slack.opened, len(line.gaps)) == (1, 1)


async def test_nonsense_between_them_keeps_no_command_from_its_answer(slack: Scripted, line: Line) -> None:
    nonsense = ["", "null", "17", "[1]", '"x"', "{not json", "{}", '{"type": 5}', '{"type": "hello "}',
                json.dumps({"type": "events_api", "envelope_id": "no payload"}),
                json.dumps({"type": "events_api", "envelope_id": "a list", "payload": [1]}),
                json.dumps({"type": "events_api", "envelope_id": "nothing", "payload": {}}),
                json.dumps({"type": "of_tomorrow", "envelope_id": "tomorrow", "payload": {"a": 1}})]  # fmt: skip

    async def speech(connection: web.WebSocketResponse) -> None:
        await greets(connection)
        for text in nonsense:
            await connection.send_str(text)
        await connection.send_bytes(b"\xff\x00 not text")
        await connection.send_str(command("after it"))

    slack.speeches.append(speech)
    await line.socket.connect()
    await line.until(lambda: "after it" in slack.acknowledged)
    assert "tomorrow" in slack.acknowledged  # what we do not know is taken all the same, or it would come again
    assert (slack.opened, line.heard) == (1, ["/incident"])


async def test_a_frame_too_large_to_take_costs_the_connection_and_no_more(slack: Scripted, line: Line) -> None:
    async def speech(connection: web.WebSocketResponse) -> None:
        await greets(connection)
        await connection.send_str("x" * 5_000_000)

    async def asks(connection: web.WebSocketResponse) -> None:
        await greets(connection)
        await connection.send_str(command("on the next"))

    slack.speeches += [speech, asks]
    await line.socket.connect()
    await line.until(lambda: "on the next" in slack.acknowledged)


async def test_one_that_hears_nothing_for_long_is_replaced_by_one_that_is_there_before_it_goes(
    slack: Scripted, line: Line
) -> None:
    await line.socket.connect()
    line.wall.ahead += 290
    await asyncio.sleep(0.1)
    assert slack.opened == 1
    line.wall.ahead += 20
    await line.until(lambda: slack.opened == 2)
    assert await line.socket.is_connected()
    await line.until(lambda: len(line.gaps) == 2)


async def test_the_gap_that_nobody_listened_is_told(slack: Scripted, line: Line) -> None:
    await line.socket.connect()
    assert line.gaps == [float("inf")]
    slack.answers += [answer_of(b"", 503)] * 2
    assert line.socket._current is not None
    await line.socket._current.client.current_session.close()  # type: ignore[union-attr]
    await line.until(lambda: slack.asked >= 2)
    line.wall.ahead += 400
    await line.until(lambda: len(line.gaps) == 2)
    assert 400 <= line.gaps[1] < 410
