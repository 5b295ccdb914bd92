"""A Slack that turns connections away, says nonsense, or hands out no address: asked again, and not too often."""

import asyncio
import json
from collections.abc import Callable

import pytest
from aiohttp import web

from tests.web.scripted import Line, Scripted, answer_of, command, greets, leaves


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
    while slack.asked < 7:
        line.wall.ahead += 120
        await asyncio.sleep(0.05)
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
