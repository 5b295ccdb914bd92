"""slack_sdk: answers it stumbles over, refusals it swallows, and a socket that mends itself too eagerly."""

import asyncio
import json
import time

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.delivery.retry import Unreadable
from bot.delivery.wire import session
from tests.web.scripted import Scripted, answer_of, greets, leaves

PLAIN = {"Content-Type": "text/plain"}


def client(slack: Scripted, calls: aiohttp.ClientSession | None = None) -> AsyncWebClient:
    return AsyncWebClient(token="xoxb-x", base_url=f"{slack.url}api/", session=calls, retry_handlers=[])


@pytest.mark.parametrize(
    ("body", "headers", "stumbles"),
    [
        (b"upstream connect error", PLAIN, AttributeError), (b'["ok"]', {}, AttributeError),
        (b'"ok"', {}, AttributeError), (b'{"ok": true, "x": "\xff"}', {}, UnicodeDecodeError),
    ],
)  # fmt: skip
async def test_it_takes_a_200_for_an_object(
    slack: Scripted, body: bytes, headers: dict[str, str], stumbles: type[Exception]
) -> None:
    slack.answers += [answer_of(body, 200, headers)] * 2
    with pytest.raises(stumbles):
        await client(slack).chat_postMessage(channel="C1", text="x")
    async with session(5) as calls:
        with pytest.raises(Unreadable, match="HTTP 200"):
            await client(slack, calls).chat_postMessage(channel="C1", text="x")


async def test_a_throttled_call_that_is_no_json_keeps_its_patience_only_with_us(slack: Scripted) -> None:
    slack.answers += [answer_of(b"\xff", 429, {"Retry-After": "30"})] * 2
    with pytest.raises(UnicodeDecodeError):
        await client(slack).chat_update(channel="C1", ts="1.2", text="x")
    async with session(5) as calls:
        with pytest.raises(Unreadable) as failure:
            await client(slack, calls).chat_update(channel="C1", ts="1.2", text="x")
    assert (failure.value.asked_for, failure.value.method) == (30, "chat.update")


async def test_a_failed_upload_is_not_told_from_a_wrong_argument(slack: Scripted) -> None:
    place = json.dumps({"ok": True, "upload_url": f"{slack.url}upload", "file_id": "F1"}).encode()
    slack.answers += [answer_of(place), answer_of(b"sorry", 503, PLAIN)] * 2
    with pytest.raises(SlackRequestError, match="Failed to upload"):
        await client(slack).files_upload_v2(channel="C1", filename="x.md", content="x")
    async with session(5) as calls:
        with pytest.raises(Unreadable, match="HTTP 503"):
            await client(slack, calls).files_upload_v2(channel="C1", filename="x.md", content="x")


async def test_a_response_url_that_refuses_raises_nothing(slack: Scripted) -> None:
    slack.answers.append(answer_of(b"no", 429, {"Retry-After": "30"}))
    answer = await AsyncWebhookClient(f"{slack.url}response").send(text="x")
    assert answer.status_code == 429  # bot/handlers/edges.py and bot/delivery/answers.py look at it


async def test_left_alone_it_says_a_thing_again_after_a_lost_connection(slack: Scripted) -> None:
    def ends() -> object:
        raise asyncio.CancelledError

    slack.answers += [ends, ends]  # type: ignore[list-item]
    kept = AsyncWebClient(token="xoxb-x", base_url=f"{slack.url}api/")
    assert [type(handler) for handler in kept.retry_handlers] == [AsyncConnectionErrorRetryHandler]
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await kept.chat_postMessage(channel="C1", text="x")
    assert slack.asked == 2
    slack.answers.append(ends)  # type: ignore[arg-type]
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client(slack).chat_postMessage(channel="C1", text="x")
    assert slack.asked == 3


async def test_the_check_of_blocks_travels_in_the_address_where_a_form_does_not_fit(slack: Scripted) -> None:
    slack.answers.append(answer_of(b'{"ok": false, "error": "x"}'))
    with pytest.raises(SlackApiError):
        await client(slack).api_call("blocks.validate", json={"blocks": ["x" * 20_000]})
    assert slack.asked == 1  # bot/doctor.py asks so, in the body


@pytest.mark.parametrize(("stamp", "signature"), [("soon", "v0=x"), ("", "v0=é")])
def test_it_stumbles_over_a_forged_signature(stamp: str, signature: str) -> None:
    with pytest.raises((ValueError, TypeError)):  # answered 401 by bot/web/server.py before it gets there
        SignatureVerifier("secret").is_valid("body", stamp or str(int(time.time())), signature)


async def test_turned_away_for_too_many_its_socket_comes_again_at_once(slack: Scripted) -> None:
    slack.speeches += [leaves("too_many_websockets", greeting=False)] * 1000
    theirs = SocketModeClient("xapp-x", web_client=client(slack), ping_interval=0.1)
    await theirs.connect()  # type: ignore[no-untyped-call]
    await asyncio.sleep(0.5)
    await theirs.close()  # type: ignore[no-untyped-call]
    assert slack.asked > 5  # tests/web/test_worst_socket.py: ours asks twice at most


async def test_its_socket_closes_before_it_opens_the_next(slack: Scripted) -> None:
    order: list[str] = []

    async def wants_it_back(connection: object) -> None:
        await greets(connection)  # type: ignore[arg-type]
        await connection.send_json({"type": "disconnect", "reason": "warning"})  # type: ignore[attr-defined]
        async for _ in connection:  # type: ignore[attr-defined]
            pass
        order.append("closed")

    async def next_one(connection: object) -> None:
        order.append("opened")
        await greets(connection)  # type: ignore[arg-type]

    slack.speeches += [wants_it_back, next_one]
    theirs = SocketModeClient("xapp-x", web_client=client(slack), ping_interval=0.1)
    await theirs.connect()  # type: ignore[no-untyped-call]
    async with asyncio.timeout(3):
        while len(order) < 2:
            await asyncio.sleep(0.01)
    await theirs.close()  # type: ignore[no-untyped-call]
    assert order == ["closed", "opened"]


async def test_its_socket_uses_a_one_time_address_twice(slack: Scripted) -> None:
    slack.answers.append(answer_of(b'{"ok": true, "url": "ws://127.0.0.1:9/"}'))
    theirs = SocketModeClient("xapp-x", web_client=client(slack), ping_interval=0.05)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(theirs.connect(), 0.5)  # type: ignore[no-untyped-call]
    await theirs.close()  # type: ignore[no-untyped-call]
    assert slack.asked == 1  # it never asks for another


async def test_its_socket_is_content_with_one_that_never_greets(slack: Scripted) -> None:
    async def silent(connection: object) -> None:
        return

    slack.speeches.append(silent)
    theirs = SocketModeClient("xapp-x", web_client=client(slack), ping_interval=0.1)
    await theirs.connect()  # type: ignore[no-untyped-call]
    await asyncio.sleep(0.5)
    assert await theirs.is_connected()
    await theirs.close()  # type: ignore[no-untyped-call]
    assert slack.opened == 1
