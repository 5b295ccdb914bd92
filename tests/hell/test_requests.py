"""Whatever reaches the HTTP door: only what Slack signed a moment ago is read; the rest goes without a fuss."""

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hell.profile import cases
from tests.hell.road import TEAM_ID, Hell, Place
from tests.hell.texts import texts
from tests.town import SECRET

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
KINDS = (FORM, JSON, "text/plain", "application/json; charset=klingon", "multipart/form-data", "image/png", "")
DEEP = '{"a":' * 20_000 + "1" + "}" * 20_000
COMMAND = {"command": "/incident", "text": "list", "team_id": TEAM_ID, "user_id": "U0BEN", "channel_id": "C0GENERAL"}
bodies = st.one_of(
    st.binary(max_size=60),
    texts.map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from(
        (DEEP, "payload=" + "[" * 20_000, "{", "[]", "null", "3", "payload=", "payload=3", "payload=[]", "a=%ff%00")
    ).map(str.encode),
    st.just(urlencode(COMMAND).encode()),
    st.just(
        json.dumps({"type": "event_callback", "team_id": TEAM_ID, "event": {"type": "message", "user": 3}}).encode()
    ),
)
signatures = st.sampled_from(("right", "wrong", "none", "stale", "letters", "not ascii", "ahead"))


@pytest.fixture(autouse=True)
def _over_http(place: Place) -> None:
    if place.hell.workspace.sockets.connection_count:
        pytest.skip("a socket has no door")


@given(body=bodies, kind=st.sampled_from(KINDS), signed=signatures)
@cases(60, slow=True)
def test_whatever_is_posted_is_taken_or_turned_away(place: Place, body: bytes, kind: str, signed: str) -> None:
    status, _ = place.run(_posts(place.hell, body, kind, signed))
    assert status in ((200, 400, 401, 404) if signed == "right" else (401,)), status


def test_what_is_sent_twice_is_done_once(place: Place) -> None:
    place.run(_repeats(place.hell))


def test_a_body_that_is_far_too_large_is_not_read(place: Place) -> None:
    status, _ = place.run(_posts(place.hell, b"x" * 3_000_000, FORM, "right"))
    assert status == 413


@pytest.mark.parametrize(
    "theirs",
    [{"team_id": "T0ELSEWHERE"}, {"team_id": "T0ELSEWHERE", "enterprise_id": "E0ELSE"},
     {"team_id": None, "user_id": ""}, {"user_id": "x> <!channel"}],
)  # fmt: skip
def test_another_workspace_is_told_so(place: Place, theirs: dict[str, Any]) -> None:
    body = urlencode({**COMMAND, **theirs, "text": "declare theirs is down"}).encode()
    status, answer = place.run(_posts(place.hell, body, FORM, "right"))
    assert status == 200
    assert "Warroom works only" in answer or "Slack did not say who" in answer


async def _repeats(hell: Hell) -> None:
    body = urlencode({**COMMAND, "text": "note INC-1 only once", "trigger_id": "1.once"}).encode()
    for _ in range(3):
        status, answer = await _posts(hell, body, FORM, "right")
        assert (status, "Noted" in answer) == (200, True)
    assert hell.town.warroom is not None
    lines = await hell.town.warroom.queries.timeline(1)  # type: ignore[arg-type]
    assert [line.text for line in lines if "only once" in line.text] == ["<@U0BEN> noted: only once"]


async def _posts(hell: Hell, body: bytes, kind: str, signed: str) -> tuple[int, str]:
    url = f"http://127.0.0.1:{hell.port}/slack/events"
    headers = {**_signed(body, signed), "Content-Type": kind}
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as response:
        found = response.status, await response.text()
    await hell.holds({})
    return found


def _signed(body: bytes, how: str) -> dict[str, str]:
    stamp = str(int(time.time()) + {"stale": -301, "ahead": 3600}.get(how, 0))
    signature = "v0=" + hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    forged = {"wrong": (stamp, "v0=" + "0" * 64), "none": ("", ""), "letters": ("²٣abc", signature)}
    forged["not ascii"] = (stamp, "v0=ü²")
    stamp, signature = forged.get(how, (stamp, signature))
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}
