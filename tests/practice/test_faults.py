"""Faults on demand: calls and events that go wrong, sockets that go, scopes and the token taken back."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.client import PracticeClient, PracticeRefused
from bot.practice.server import RunningPractice
from tests.practice.conftest import Answer, Connect, Json, bolt_app

pytestmark = pytest.mark.asyncio
GENERAL = "C0GENERAL"


@pytest.fixture
async def joined(slack: AsyncWebClient) -> AsyncWebClient:
    """The SDK, with the bot in #general and no retries of its own."""
    await slack.conversations_join(channel=GENERAL)
    slack.retry_handlers.clear()
    return slack


def posted(practice: RunningPractice) -> list[str]:
    """What the bot has said in #general."""
    kept = practice.workspace.messages(GENERAL).values()
    return [message["text"] for message in kept if message.get("bot_id") and not message.get("subtype")]


@pytest.mark.parametrize(
    ("fault", "ends"),
    [
        ({"kind": "throttled", "retry_after": 7}, (429, False)),
        ({"kind": "broken", "status": 503}, (503, False)),
        ({"kind": "html", "status": 502}, (502, False)),
        ({"kind": "error", "error": "internal_error"}, (200, False)),
        ({"kind": "dropped"}, (None, False)),
        ({"kind": "lost"}, (None, True)),
        ({"kind": "late_5xx"}, (503, True)),
    ],
)
async def test_a_spoiled_call(
    practice: RunningPractice,
    people: PracticeClient,
    joined: AsyncWebClient,
    fault: Json,
    ends: tuple[int | None, bool],
) -> None:
    status, happened = ends
    await people.control(calls=[{"method": "chat.*", **fault}])
    with pytest.raises((SlackApiError, aiohttp.ClientError)) as failed:
        await joined.chat_postMessage(channel=GENERAL, text="once")
    if status is not None:
        assert isinstance(failed.value, SlackApiError)
        assert failed.value.response.status_code == status
    else:
        assert isinstance(failed.value, aiohttp.ServerDisconnectedError)
    assert posted(practice) == (["once"] if happened else [])
    await joined.chat_postMessage(channel=GENERAL, text="again")  # only the next call was spoiled
    assert posted(practice)[-1] == "again"


async def test_being_throttled_says_for_how_long(people: PracticeClient, joined: AsyncWebClient) -> None:
    await people.control(calls=[{"method": "pins.add", "kind": "throttled", "retry_after": 7, "times": 2}])
    for _ in range(2):
        with pytest.raises(SlackApiError) as failed:
            await joined.pins_add(channel=GENERAL, timestamp="1.1")
        assert failed.value.response.headers["Retry-After"] == "7"
    with pytest.raises(SlackApiError, match="message_not_found"):
        await joined.pins_add(channel=GENERAL, timestamp="1.1")


@pytest.mark.parametrize(
    "upset",
    [
        ("duplicate", ["one", "one", "two", "three"]),
        ("reorder", ["two", "one", "three"]),
        ("delay", ["two", "three", "one"]),
        ("lose", ["two", "three"]),
    ],
)
async def test_an_upset_event(
    practice: RunningPractice, people: PracticeClient, joined: AsyncWebClient, connect: Connect,
    upset: tuple[str, list[str]],
) -> None:  # fmt: skip
    kind, heard = upset
    app, events = listening(practice)
    await connect(app)
    await people.control(events={"type": "message", "kind": kind, "seconds": 1.0})
    for text in ("one", "two", "three"):
        await people.says("ana", GENERAL, text)
        await asyncio.sleep(0.4 if text == "two" else 0.05)
    assert await practice.workspace.delivery.settled()
    assert [event["text"] for event in events] == heard


def listening(practice: RunningPractice) -> tuple[AsyncApp, list[Json]]:
    """An app that keeps the messages it hears, and greets on /echo."""
    app, events = bolt_app(practice), []

    @app.event("message")
    async def hear(event: Json) -> None:
        events.append(event)

    @app.command("/echo")
    async def echo(ack: Answer) -> None:
        await ack("here")

    return app, events


async def until_sockets(practice: RunningPractice, count: int) -> None:
    """Wait until so many sockets are open."""
    async with asyncio.timeout(30):
        while practice.workspace.sockets.connection_count != count:
            await asyncio.sleep(0.02)


async def test_a_cut_socket_is_found_again(practice: RunningPractice, people: PracticeClient, connect: Connect) -> None:
    app, _ = listening(practice)
    await connect(app)
    await people.control(sockets="drop")
    await until_sockets(practice, 0)
    await until_sockets(practice, 1)
    await people.says("ana", GENERAL, "/echo")


async def test_a_deaf_socket_stands_and_nothing_goes_through(
    practice: RunningPractice, people: PracticeClient, connect: Connect
) -> None:
    app, _ = listening(practice)
    await connect(app)
    await people.control(sockets="deaf")
    with pytest.raises(PracticeRefused, match="operation_timeout"):
        await people.says("ana", GENERAL, "/echo")
    assert practice.workspace.sockets.connection_count == 1
    await people.control(sockets="hearing")
    await people.says("ana", GENERAL, "/echo")


async def test_the_eleventh_socket_is_sent_away(practice: RunningPractice, slack: AsyncWebClient) -> None:
    async with aiohttp.ClientSession() as session:
        sockets: list[aiohttp.ClientWebSocketResponse] = []
        hellos: list[Any] = []
        for _ in range(11):
            url = (await slack.apps_connections_open(app_token="xapp-practice"))["url"]
            sockets.append(await session.ws_connect(url))
            hellos.append(await sockets[-1].receive_json())
    assert [hello["type"] for hello in hellos] == ["hello"] * 10 + ["disconnect"]
    assert hellos[-1]["reason"] == "too_many_websockets"
    assert [hello["num_connections"] for hello in hellos[:10]] == list(range(1, 11))


async def test_a_scope_taken_back_is_missing_until_it_is_given_back(
    people: PracticeClient, joined: AsyncWebClient
) -> None:
    await people.control(revoke=["users:read"])
    with pytest.raises(SlackApiError) as failed:
        await joined.users_info(user="U0ANA")
    assert (failed.value.response["error"], failed.value.response["needed"]) == ("missing_scope", "users:read")
    await people.control(grant="users:read")
    await joined.users_info(user="U0ANA")


async def test_a_revoked_token_opens_nothing(people: PracticeClient, joined: AsyncWebClient) -> None:
    await people.control(token="revoked")
    with pytest.raises(SlackApiError, match="token_revoked"):
        await joined.auth_test()
    await people.control(token="valid")
    await joined.auth_test()


async def test_a_reset_takes_everything_away(people: PracticeClient, joined: AsyncWebClient) -> None:
    await people.control(
        calls=[{"method": "*", "kind": "broken", "times": 99}], events={"type": "*", "kind": "lose"}, limits=True,
        revoke=["users:read"], token="revoked", latency_ms={"*": 5000},
    )  # fmt: skip
    state = await people.control(reset=True)
    assert (state["calls"], state["events"], state["limits"], state["token"]) == ([], [], False, "valid")
    assert (state["latency_ms"], "users:read" in state["scopes"]) == ({}, True)
    await joined.users_info(user="U0ANA")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"latencies": 3}, "There is no control called latencies; there are reset, latency_ms"),
        ({"latency_ms": 3}, "latency_ms is 0 to 3,600,000 milliseconds by method"),
        ({"limits": "yes"}, "limits is true or false"),
        ({"calls": {"method": "*", "kind": "explode"}}, "kind of calls is one of throttled, broken"),
        ({"calls": {"kind": "broken"}}, "names its method"),
        ({"calls": {"method": "*", "kind": "broken", "times": 0}}, "times is a whole number from 1 to 10,000"),
        ({"calls": {"method": "*", "kind": "broken", "times": 1.5}}, "times is a whole number"),
        ({"calls": {"method": "*", "kind": "broken", "times": True}}, "times is a whole number"),
        ({"calls": {"method": "*", "kind": "broken", "status": 200}}, "status is a whole number from 400 to 599"),
        ({"calls": {"method": "*", "kind": "throttled", "retry_after": 0.5}}, "retry_after is a whole number"),
        ({"calls": {"method": "*", "kind": "error", "error": ""}}, "error is one of Slack's names"),
        ({"calls": {"method": "*", "kind": "error", "error": 7}}, "error is one of Slack's names"),
        ({"latency_ms": {"*": -1}}, "latency_ms is 0 to 3,600,000 milliseconds"),
        ({"reset": False}, "reset is true"),
        (
            {"calls": {"method": "*", "kind": "throttled", "retry_after": "soon"}},
            "retry_after is a whole number from 0 to 3,600",
        ),
        ({"events": [{"type": "message", "kind": "delay", "seconds": -1}]}, "seconds is a number from 0 to 3,600"),
        ({"events": ["message"]}, "Each of events is an object with some of type, kind"),
        ({"sockets": "explode"}, "sockets is one of drop, deaf"),
        ({"revoke": ["admin"]}, "revoke takes scopes the manifest asks for, not admin"),
        ({"token": "lost"}, "token is revoked, uninstalled or valid"),
    ],
)
async def test_what_is_not_known_is_refused_with_a_sentence(people: PracticeClient, wrong: Json, says: str) -> None:
    with pytest.raises(PracticeRefused, match=says):
        await people.control(**wrong)


async def test_a_request_with_a_fault_in_it_changes_nothing(people: PracticeClient) -> None:
    before = await people.control()
    with pytest.raises(PracticeRefused, match="token is revoked, uninstalled or valid"):
        await people.control(
            latency_ms={"*": 9}, limits=True, calls={"method": "*", "kind": "broken"}, revoke="users:read", token="gone"
        )
    assert await people.control() == before


async def test_what_is_in_force_can_be_read(people: PracticeClient, practice: RunningPractice) -> None:
    told = await people.control(latency_ms={"chat.*": 5}, limits=True)
    async with aiohttp.ClientSession() as session, session.get(f"{practice.url}practice/control") as answer:
        assert await answer.json() == told


@pytest.mark.parametrize("word", ["warning", "refresh"])
async def test_a_socket_that_is_asked_to_reconnect_is_followed_by_another(
    practice: RunningPractice, people: PracticeClient, connect: Connect, word: str
) -> None:
    heard: list[str] = []
    app = bolt_app(practice)

    @app.command("/echo")
    async def command(ack: Answer, body: Json) -> None:
        await ack()
        heard.append(body["text"])

    await connect(app)
    await people.control(sockets=word)

    async def another() -> bool:
        opened = [call for call in practice.workspace.calls if call.method == "apps.connections.open"]
        return len(opened) > 1 and practice.workspace.sockets.connection_count == 1

    async def echoes() -> bool:  # the one that goes may still be counted
        words = {"channel": "general", "command": "/echo", "text": "still here"}
        return bool((await people.tries("ana", "command", **words))["ok"])

    await people.until(another)
    await people.until(echoes)
    assert set(heard) == {"still here"}


async def test_a_revoked_token_is_told_to_the_app(
    practice: RunningPractice, people: PracticeClient, connect: Connect
) -> None:
    told: list[Json] = []
    app = bolt_app(practice)

    @app.event("tokens_revoked")
    async def revoked(event: Json) -> None:
        told.append(event)

    await connect(app)
    await people.control(token="revoked")
    await people.control(token="revoked")

    async def one() -> bool:
        return bool(told)

    await people.until(one)
    assert [event["tokens"]["bot"] for event in told] == [["U0WARROOM"]]
