"""Slack's requests over HTTP: repeated, forged, stale, slow, huge, and those that only look whether we are there."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
import pytest_asyncio
from slack_sdk.signature import SignatureVerifier

from bot.practice.workspace import TEAM_ID
from bot.settings import Transport
from tests.conversations.test_backfill import texts
from tests.conversations.test_redelivered import command
from tests.conversations.worst import served
from tests.town import ANA, SECRET, Town, Ways, town

FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass
class Outside:
    """Whoever posts to the request URL."""

    place: Town
    session: aiohttp.ClientSession

    @property
    def url(self) -> str:
        """Where Slack posts."""
        return f"http://127.0.0.1:{served(self.place).settings.port}/slack/events"

    async def posts(self, body: str, kind: str = JSON, **headers: str) -> tuple[int, str, Mapping[str, str]]:
        """Post it with these headers alone; returns status, body and headers of the answer."""
        async with self.session.post(self.url, data=body, headers={"Content-Type": kind, **headers}) as answer:
            return answer.status, await answer.text(), answer.headers

    async def signs(self, body: str, kind: str = JSON, **headers: str) -> tuple[int, str, Mapping[str, str]]:
        """The same, signed as Slack signs."""
        return await self.posts(body, kind, **signed(body), **headers)


def signed(body: str, secret: str = SECRET, age: float = 0.0) -> dict[str, str]:
    stamp = str(int(time.time() - age))
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature or ""}


@pytest_asyncio.fixture
async def outside(tmp_path: Path) -> AsyncIterator[Outside]:
    """A town over HTTP; the database plays no part in this."""
    ways = Ways(database_url=f"sqlite:///{tmp_path}/warroom.sqlite", transport=Transport.HTTP)
    async with town(ways) as place, aiohttp.ClientSession() as session:
        yield Outside(place, session)


def event(room: str, text: str, **more: Any) -> str:  # noqa: ANN401 - any field of the event
    told = {"type": "message", "channel": room, "user": "U0ANA", "text": text, "ts": f"{time.time():.6f}", **more}
    return json.dumps({"type": "event_callback", "team_id": TEAM_ID, "event_id": "Ev1", "event": told})


async def test_an_event_that_slack_repeats_counts_once(outside: Outside) -> None:
    room = await outside.place.declares(ANA, "checkout is failing sev3")
    body = event(room, "the cache is cold")
    assert (await outside.signs(body))[0] == 200
    for number in ("1", "2", "3"):
        repeated = {"X-Slack-Retry-Num": number, "X-Slack-Retry-Reason": "http_timeout"}
        assert (await outside.signs(body, **repeated))[0] == 200
    assert (await texts(served(outside.place))).count("the cache is cold") == 1


async def test_what_is_not_slacks_is_refused_for_good(outside: Outside) -> None:
    body = event("C1", "x")
    forged = [{}, signed(body, "another secret"), signed(body, age=301), signed(body, age=-301), signed(body + " ")]
    for headers in [*forged, {**signed(body), "X-Slack-Signature": "v0=é"}, {"X-Slack-Request-Timestamp": "soon"}]:
        status, _, answered = await outside.posts(body, **headers)
        assert (status, answered.get("x-slack-no-retry")) == (401, "1"), headers


async def test_slack_may_look_whether_we_are_there(outside: Outside) -> None:
    for looks in ("ssl_check=1&token=x", "token=x&ssl_check=1"):
        assert (await outside.posts(looks, FORM))[0] == 200
    assert (await outside.posts("text=ssl_check=1", FORM))[0] == 401
    challenge = json.dumps({"type": "url_verification", "challenge": "c123", "token": "x"})
    status, body, _ = await outside.signs(challenge)
    assert (status, "c123" in body) == (200, True)
    assert (await outside.posts(challenge))[0] == 401
    async with outside.session.get(outside.url) as answer:
        assert answer.status == 405


async def test_a_signed_body_that_makes_no_sense_hurts_nobody(outside: Outside) -> None:
    bodies = ["", "null", "[]", '"x"', "{", "{}", "payload=", "payload=%7B", "payload=[]", "payload=null", "\x00", "é"]
    for body in bodies:
        for kind in (FORM, JSON, "text/plain", "multipart/form-data", "nonsense"):
            status, answered, _ = await outside.signs(body, kind)
            assert status < 500, (body, kind, answered)
    assert (await outside.signs(urlencode(command(outside.place, "list")), FORM))[0] == 200


async def test_a_body_that_is_too_long_is_not_read(outside: Outside) -> None:
    status, _, headers = await outside.signs("x" * 1_500_000)
    assert (status, headers.get("x-slack-no-retry")) == (413, "1")


async def test_a_body_that_does_not_come_holds_up_nobody(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.server.BODY_SECONDS", 0.3)
    port = served(outside.place).settings.port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: 1000\r\n\r\ncomm"
    writer.write(head.encode())
    await writer.drain()
    assert (await outside.signs(urlencode(command(outside.place, "list")), FORM))[0] == 200
    assert b" 408 " in await asyncio.wait_for(reader.readline(), 2)
    writer.close()


async def test_while_we_go_slack_is_sent_to_another_and_comes_again(outside: Outside) -> None:
    server = served(outside.place)._server
    assert server is not None
    await server.take_no_more()
    status, _, headers = await outside.signs(event("C1", "x"))
    assert (status, headers.get("x-slack-no-retry"), headers.get("Connection")) == (425, None, "close")
    async with outside.session.get(outside.url.replace("/slack/events", "/readyz")) as ready:
        assert ready.status == 503  # so a balancer sends nobody here any more


async def test_what_has_begun_is_answered_though_no_more_is_taken(outside: Outside) -> None:
    server, body = served(outside.place)._server, urlencode(command(outside.place, "list"))
    assert server is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", served(outside.place).settings.port)
    headers = {"Host": "x", "Content-Type": FORM, "Content-Length": str(len(body)), **signed(body)}
    lines = [f"{name}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join(["POST /slack/events HTTP/1.1", *lines, "", body[:20]]).encode())
    await writer.drain()
    await asyncio.sleep(0.2)
    await server.take_no_more()
    writer.write(body[20:].encode())
    assert b" 200 " in await asyncio.wait_for(reader.readline(), 3)
    writer.close()
