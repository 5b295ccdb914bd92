"""slack_bolt: no memory of events, silence after an exception, and requests read before they are verified."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.web.scripted import Line, Scripted, command, greets

EVENT = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": {"type": "message", "text": "x"}}


async def authorize() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-x", bot_id="B1", bot_user_id="U2")


def an_app(**more: Any) -> AsyncApp:  # noqa: ANN401 - any option of Bolt's
    return AsyncApp(client=AsyncWebClient(token="xoxb-x"), authorize=authorize, signing_secret="x", **more)


def over_a_socket(body: Mapping[str, Any]) -> AsyncBoltRequest:
    return AsyncBoltRequest(mode="socket_mode", body=dict(body))


async def test_the_same_event_runs_its_listener_twice() -> None:
    app, heard = an_app(process_before_response=True), []

    async def listener(ack: AsyncAck, body: dict[str, Any]) -> None:
        heard.append(body["event_id"])

    app.event("message")(listener)
    for _ in range(2):
        await app.async_dispatch(over_a_socket(EVENT))
    assert heard == ["Ev1", "Ev1"]  # what is stored, and receipts, make it once


async def test_an_event_nobody_listens_to_is_not_taken() -> None:
    answer = await an_app().async_dispatch(over_a_socket(EVENT))
    assert answer.status == 404  # over a socket that is no acknowledgement; bot/handlers/leftovers.py takes the rest


async def test_after_an_exception_nothing_is_said_unless_somebody_says_it() -> None:
    app = an_app(process_before_response=True)

    async def listener(ack: AsyncAck) -> None:
        raise ValueError("a bug")

    app.command("/incident")(listener)
    body = json.loads(command("e"))["payload"]
    assert (await app.async_dispatch(over_a_socket(body))).status == 500

    async def said(error: Exception) -> BoltResponse:
        return BoltResponse(status=200, body="sorry")

    app.error(said)
    answer = await app.async_dispatch(over_a_socket(body))
    assert (answer.status, answer.body) == (200, "sorry")  # bot/handlers/gate.py


@pytest.mark.parametrize("body", ["null", "[1]", '"x"'])
def test_a_body_that_is_no_object_breaks_it_before_any_signature_is_looked_at(body: str) -> None:
    with pytest.raises((AttributeError, TypeError)):  # answered 400 by bot/web/server.py
        AsyncBoltRequest(body=body, headers={"content-type": "application/json"})


async def test_without_the_answer_first_it_polls_for_the_acknowledgement() -> None:
    app = an_app()

    async def listener(ack: AsyncAck) -> None:
        await ack("yes")

    app.command("/incident")(listener)
    loop, body = asyncio.get_running_loop(), json.loads(command("e"))["payload"]
    await app.async_dispatch(over_a_socket(body))
    begun = loop.time()
    await app.async_dispatch(over_a_socket(body))
    assert loop.time() - begun >= 0.009  # process_before_response, in bot/app.py, spares these ten milliseconds


async def test_closing_waits_for_what_is_under_way_only_with_us(slack: Scripted, line: Line) -> None:
    async def speech(connection: Any) -> None:  # noqa: ANN401
        await greets(connection)
        await connection.send_str(command("slow"))

    under_way = asyncio.Event()

    async def slow(ack: AsyncAck) -> None:
        under_way.set()
        await asyncio.sleep(0.3)
        await ack("done")

    line.socket.app._async_listeners.clear()
    line.socket.app.command("/incident")(slow)
    slack.speeches.append(speech)
    await line.socket.connect()
    await under_way.wait()
    await line.socket.close(2)  # Bolt's own close_async returns at once
    await line.until(lambda: slack.acknowledged == ["slow"])
