"""Delivery: tickets, envelopes, redelivery and queueing over sockets, signed posts and retries over HTTP."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.client import PracticeClient, PracticeRefused
from bot.practice.delivery import Delivery, Parcel, Timing
from bot.practice.errors import NotDelivered
from bot.practice.server import Listening, RunningPractice, start
from bot.practice.store import Shelf
from bot.practice.workspace import APP_TOKEN
from tests.practice.conftest import SECRET, Answer, Connect, Json, bolt_app, serve_http, settings

pytestmark = pytest.mark.asyncio


async def open_socket(slack: AsyncWebClient, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    """A raw Socket Mode connection, past its hello."""
    url = (await slack.apps_connections_open(app_token=APP_TOKEN))["url"]
    socket = await session.ws_connect(url)
    hello = await socket.receive_json()
    assert (hello["type"], "approximate_connection_time" in hello["debug_info"]) == ("hello", True)
    return socket


async def test_a_ticket_opens_one_socket(slack: AsyncWebClient) -> None:
    url = (await slack.apps_connections_open(app_token=APP_TOKEN))["url"]
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as socket:
            assert (await socket.receive_json())["num_connections"] == 1
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_an_event_nobody_acknowledges_comes_again(slack: AsyncWebClient, people: PracticeClient) -> None:
    await slack.conversations_join(channel="C0GENERAL")
    async with aiohttp.ClientSession() as session:
        socket = await open_socket(slack, session)
        await _drain(socket)
        await people.says("ana", "general", "hello")
        frames = [await socket.receive_json(timeout=2) for _ in range(4)]
        assert [frame["retry_attempt"] for frame in frames] == [0, 1, 2, 3]
        assert [frame["retry_reason"] for frame in frames] == ["", "timeout", "timeout", "timeout"]
        assert len({frame["payload"]["event_id"] for frame in frames}) == 1
        assert not frames[0]["accepts_response_payload"]
        with pytest.raises(asyncio.TimeoutError):
            await socket.receive_json(timeout=0.8)


async def _drain(socket: aiohttp.ClientWebSocketResponse) -> None:
    """Acknowledge what is waiting."""
    while True:
        try:
            frame = await socket.receive_json(timeout=0.2)
        except TimeoutError:
            return
        await socket.send_json({"envelope_id": frame["envelope_id"]})


async def test_each_payload_goes_to_one_socket(slack: AsyncWebClient, people: PracticeClient) -> None:
    async with aiohttp.ClientSession() as session:
        sockets = [await open_socket(slack, session) for _ in range(2)]
        command = asyncio.create_task(people.says("ana", "general", "/echo hi"))
        received: list[Json] = []

        async def listen(socket: aiohttp.ClientWebSocketResponse) -> None:
            async for message in socket:
                frame = message.json()
                received.append(frame)
                answer = {"text": "socket"}
                # An acknowledgement is taken on any of the app's sockets.
                await sockets[0].send_json({"envelope_id": frame["envelope_id"], "payload": answer})

        listeners = [asyncio.create_task(listen(socket)) for socket in sockets]
        await command
        assert [frame["type"] for frame in received] == ["slash_commands"]
        for listener in listeners:
            listener.cancel()
    assert "socket" in await people.reads("ana", "general")


async def test_events_wait_for_an_app_to_connect(
    practice: RunningPractice, slack: AsyncWebClient, people: PracticeClient, connect: Connect
) -> None:
    await slack.conversations_join(channel="C0GENERAL")
    await people.says("ana", "general", "said while you were away")
    app, heard = bolt_app(practice), []

    @app.event("message")
    async def hear(event: Json) -> None:
        heard.append(event["text"])

    await connect(app)
    assert await practice.workspace.delivery.settled()
    assert heard == ["said while you were away"]


async def test_after_a_refresh_the_app_is_back(
    practice: RunningPractice, people: PracticeClient, connect: Connect
) -> None:
    app = bolt_app(practice)

    @app.command("/echo")
    async def echo(ack: Answer) -> None:
        await ack("still here")

    await connect(app)
    await practice.workspace.sockets.disconnect()
    async with asyncio.timeout(20):
        while not practice.workspace.sockets.connection_count:
            await asyncio.sleep(0.05)

    async def echoes() -> bool:  # the one that goes may still be counted
        answer = await people.tries("ana", "command", channel="general", command="/echo", text="")
        return bool(answer["ok"])

    await people.until(echoes)
    assert "still here" in await people.reads("ana", "general")


class Request:
    """What an HTTP app heard, and how it should answer."""

    def __init__(self) -> None:
        self.headers: list[dict[str, str]] = []
        self.events: list[Json] = []
        self.failures = 0


@pytest_asyncio.fixture
async def over_http(unused_tcp_port: int) -> AsyncIterator[tuple[RunningPractice, Request]]:
    """A workspace that calls a Bolt app over signed HTTP."""
    listening = Listening(port=0, request_url=f"http://127.0.0.1:{unused_tcp_port}/slack/events", signing_secret=SECRET)
    running = await start(settings(), listening)
    heard = Request()
    runner = await serve_http(_http_app(running, heard), unused_tcp_port)
    yield running, heard
    await runner.cleanup()
    await running.close()


def _http_app(practice: RunningPractice, heard: Request) -> AsyncApp:
    app = bolt_app(practice)

    @app.middleware
    async def listen(request: AsyncBoltRequest, next_: Answer) -> BoltResponse | None:
        heard.headers.append({name: values[0] for name, values in request.headers.items()})
        if heard.failures:
            heard.failures -= 1
            return BoltResponse(status=500)
        await next_()
        return None

    @app.event("message")
    async def message(event: Json) -> None:
        heard.events.append(event)

    @app.command("/echo")
    async def echo(ack: Answer, command: Json) -> None:
        await ack(f"Over HTTP: {command['text']}")

    @app.action("go")
    async def go(ack: Answer, respond: Answer) -> None:
        await ack()
        await respond("clicked")

    return app


async def test_commands_and_clicks_over_signed_http(over_http: tuple[RunningPractice, Request]) -> None:
    running, heard = over_http
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    async with PracticeClient(running.url) as people:
        await people.says("ana", "general", "/echo hi @ben")
        assert "Over HTTP: hi @ben" in await people.reads("ana", "general")
        slack = AsyncWebClient(token="xoxb-practice", base_url=running.api_url)
        await slack.chat_postMessage(channel="C0GENERAL", text="x", blocks=[{"type": "actions", "elements": [button]}])
        await people.clicks("ana", "general", "Go")
        await people.waits_for("ana", "general", "clicked")
    assert heard.headers[0]["x-slack-signature"].startswith("v0=")


async def test_events_over_http_are_retried(over_http: tuple[RunningPractice, Request]) -> None:
    running, heard = over_http
    slack = AsyncWebClient(token="xoxb-practice", base_url=running.api_url)
    await slack.conversations_join(channel="C0GENERAL")
    assert await running.workspace.delivery.settled()
    heard.headers.clear()
    heard.failures = 2
    async with PracticeClient(running.url) as people:
        await people.says("ana", "general", "hello")
    assert await running.workspace.delivery.settled()
    tries = [(h.get("x-slack-retry-num"), h.get("x-slack-retry-reason")) for h in heard.headers]
    assert tries == [(None, None), ("1", "http_error"), ("2", "http_error")]
    assert [event["text"] for event in heard.events] == ["hello"]


async def test_an_app_that_is_down_fails_commands_at_once(unused_tcp_port: int) -> None:
    listening = Listening(port=0, request_url=f"http://127.0.0.1:{unused_tcp_port}/", signing_secret=SECRET)
    running = await start(settings(), listening)
    async with PracticeClient(running.url) as people:
        with pytest.raises(PracticeRefused, match="dispatch_failed"):
            await people.says("ana", "general", "/echo hi")
    await running.close()


class Stubborn:
    """A transport that goes on once when it is told to end."""

    async def send(self, parcel: Parcel, patience: float) -> Json:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(patience)
        raise NotDelivered("connection_failed")

    async def reachable(self, patience: float) -> bool:
        await asyncio.sleep(0)
        return True

    async def close(self) -> None:
        """There is nothing to let go of."""


async def test_it_closes_though_a_delivery_goes_on_after_it_was_cancelled() -> None:
    delivery = Delivery(Stubborn(), Timing(retries=(60.0,)), Shelf("pending", None))
    delivery.queue({"event_id": "Ev1", "event": {"type": "message"}})
    await asyncio.sleep(0.01)
    async with asyncio.timeout(2):
        await delivery.close()
