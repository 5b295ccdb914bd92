"""Slack at its worst: throttled, failing after the effect, unreadable; and events and commands delivered twice."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable
from itertools import count
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from bot.delivery.deliverer import elapsed
from bot.practice.workspace import Call
from bot.settings import Transport
from tests.town import ANA, BEN, GENERAL, SECRET, Town, Ways

FURNISHING = ("conversations.create", "conversations.invite", "conversations.setTopic", "chat.postMessage", "pins.add")


def copies(place: Town, room: str) -> dict[str, int]:
    """How many there are of what there must be one of."""
    workspace = place.practice.workspace
    incidents = next(channel["id"] for channel in workspace.channels if channel["name"] == "incidents")
    return {
        "rooms": sum(channel["name"].startswith("inc-") for channel in workspace.channels),
        "cards": sum("metadata" in message for message in workspace.messages(room).values()),
        "announcements": sum("metadata" in message for message in workspace.messages(incidents).values()),
        "pins": len(workspace.channels.get(room)["pins"]),  # type: ignore[index]
        "topics": sum(m.get("subtype") == "channel_topic" for m in workspace.messages(room).values()),
    }


ONE_OF_EACH = {"rooms": 1, "cards": 1, "announcements": 1, "pins": 1, "topics": 1}


@pytest.mark.parametrize(
    "trouble",
    [
        lambda: web.HTTPServiceUnavailable(text="<html>sorry</html>"),
        lambda: web.HTTPOk(text="<html>maintenance</html>", content_type="text/html"),
        lambda: web.HTTPInternalServerError(text=json.dumps({"ok": False, "error": "internal_error"})),
    ],
    ids=["503", "html", "internal_error"],
)
async def test_an_answer_lost_after_the_effect_doubles_nothing(
    place: Town, trouble: Callable[[], web.HTTPException]
) -> None:
    seen = Counter[str]()

    async def lose_the_first(call: Call) -> None:
        seen[call.method] += 1
        if call.method in FURNISHING and seen[call.method] == 1:
            raise trouble()

    place.practice.workspace.after_call.append(lose_the_first)
    await place.people.commands(ANA, GENERAL, "/incident declare checkout is failing")
    room = await place.room(patience=20)
    await place.quiet(30)
    assert copies(place, room) == ONE_OF_EACH


async def test_throttling_is_waited_out_as_long_as_slack_says(place: Town) -> None:
    refused: list[float] = []

    async def throttle(call: Call) -> None:
        if call.method == "chat.postMessage" and not refused:
            refused.append(time.monotonic())
            raise web.HTTPTooManyRequests(headers={"Retry-After": "2"}, text='{"ok":false,"error":"ratelimited"}')

    place.practice.workspace.before_call.append(throttle)
    await place.people.commands(ANA, GENERAL, "/incident declare checkout is failing")
    room = await place.room()
    await place.quiet(20)
    assert time.monotonic() - refused[0] >= 2
    assert copies(place, room) == ONE_OF_EACH


async def test_news_keep_their_order_whatever_each_call_takes(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    seen = Counter[str]()

    async def stumble(call: Call) -> None:
        seen[call.method] += 1
        if call.method == "chat.postMessage" and seen[call.method] in (1, 3):
            raise web.HTTPServiceUnavailable(text="no")

    place.practice.workspace.before_call.append(stumble)
    for number in range(5):
        await place.people.commands(ANA, room, f"/incident note step {number}")
    await place.quiet(30)
    thread = await place.thread(ANA, room)
    assert [thread.count(f"step {number}") for number in range(5)] == [1] * 5
    assert sorted(range(5), key=lambda number: thread.index(f"step {number}")) == list(range(5))


async def test_a_card_that_somebody_deleted_comes_back_and_is_pinned(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    workspace = place.practice.workspace
    (card,) = workspace.channels.get(room)["pins"]  # type: ignore[index]
    workspace.drop_message(room, card)
    workspace.channels.get(room)["pins"].clear()  # type: ignore[index]
    await place.people.commands(ANA, room, "/incident claim commander")
    await place.quiet(20)
    assert "Incident commander: @ana" in await place.people.reads(ANA, room)
    assert len(workspace.channels.get(room)["pins"]) == 1  # type: ignore[index]


async def test_events_that_come_twice_and_edits_count_once(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    ts = await place.people.says(ANA, room, "the cache is cold")
    await place.people.reacts(ANA, room, ts, "pushpin")
    await place.people.joins(BEN, room)
    await place.people.reacts(BEN, room, ts, "pushpin")
    await place.people.edits(ANA, room, ts, "the cache was cold")
    await place.practice.workspace.delivery.settled(5)
    await place.quiet()
    assert place.warroom is not None
    marked = [line.text for line in await place.warroom.queries.timeline(1) if line.marked]  # type: ignore[arg-type]
    assert marked == ["the cache was cold"]


async def test_the_same_command_posted_twice_is_one_incident(place: Town, ways: Ways) -> None:
    if ways.transport is not Transport.HTTP:
        return
    assert place.warroom is not None
    address = f"http://127.0.0.1:{place.warroom.settings.port}/slack/events"
    body = urlencode(
        {"command": "/incident", "text": "declare checkout is failing", "trigger_id": "1.2.3", "user_id": "U0ANA",
         "team_id": "T0PRACTICE", "channel_id": GENERAL, "response_url": f"{place.practice.url}response/none"}
    )  # fmt: skip
    stamp = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
    head = {"X-Slack-Request-Timestamp": stamp, "Content-Type": "application/x-www-form-urlencoded"}
    async with aiohttp.ClientSession() as session:
        for _ in range(2):
            async with session.post(
                address, data=body, headers=head | {"X-Slack-Signature": signature or ""}
            ) as answer:
                assert answer.status == 200
        async with session.post(address, data=body, headers=head | {"X-Slack-Signature": "v0=forged"}) as answer:
            assert answer.status == 401
    assert len(await place.warroom.queries.open_ones()) == 1


async def test_words_that_reach_nobody_in_private_are_said_in_the_room(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev3")
    await place.people.clicks(ANA, room, "Take command")  # which makes room for one more item on the card
    await place.quiet()
    await place.people.clicks(ANA, room, "1:8:assign")
    fault = {"method": "chat.postMessage", "kind": "error", "error": "messages_tab_disabled"}
    await place.people.control(calls=[fault])
    await place.people.submits(ANA, {"Who does it?": "U0BEN"})
    said = await place.told(ANA, room, "could not send somebody a direct message (@ben)")
    assert "@ana gave you an item of INC-1" in said


@pytest.mark.parametrize(
    ("method", "copies", "doubt"), [("files.getUploadURLExternal", 1, 0), ("files.completeUploadExternal", 2, 1)]
)
async def test_a_file_that_is_held_up_is_announced_once_or_says_that_it_may_be_twice(
    place: Town, method: str, copies: int, doubt: int
) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.commands(ANA, room, "/incident timeline")
    await place.people.control(calls=[{"method": method, "kind": "throttled"}])
    await place.people.clicks(ANA, room, "timeline_export")
    await place.quiet()
    read = await place.people.reads(ANA, await place.people.direct_channel(ANA))
    assert (read.count("follows as a file"), read.count("this may have reached you already")) == (copies, doubt)


async def test_what_was_claimed_before_the_machine_slept_is_not_sent_under_that_lease(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    assert place.warroom is not None
    naps = count(step=60.0)
    place.warroom.deliverer.seconds = lambda: next(naps)
    before = len(place.calls)
    await place.people.commands(ANA, room, "/incident severity 1")
    await asyncio.sleep(0.3)
    assert not [call.method for call in place.calls[before:] if call.method in ("chat.postMessage", "chat.update")]
    place.warroom.deliverer.seconds = elapsed
    await place.quiet(20)
    assert "chat.update" in [call.method for call in place.calls[before:]]


def test_leases_are_told_by_a_clock_that_does_not_sleep() -> None:
    assert abs(elapsed() - time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))) < 1
