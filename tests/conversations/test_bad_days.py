"""Slack's bad days: lost answers of every kind, archived channels, and hands that tidy up too much."""

import asyncio
import random
import re
from collections.abc import Callable

import pytest
from aiohttp import web

from bot.app import Warroom
from bot.doctor import examine
from bot.practice import channels, messages
from bot.practice.workspace import Call, Hook
from tests.town import ANA, BEN, EVE, GENERAL, Town, Ways, free_port, ready, settings, workspace

HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>"
Trouble = Callable[[], BaseException]


def throttled() -> Exception:
    """Too many calls: nothing happened."""
    return web.HTTPTooManyRequests(headers={"Retry-After": "1"}, text='{"ok": false, "error": "ratelimited"}')


def unavailable() -> Exception:
    """A 503 without a body worth reading."""
    return web.HTTPServiceUnavailable()


def dropped() -> BaseException:
    """The connection ends without an answer: aiohttp closes it when a handler is cancelled."""
    return asyncio.CancelledError()


def gateway() -> Exception:
    """A page instead of an answer."""
    return web.HTTPBadGateway(text=HTML, content_type="text/html")


def spoils(
    method: str, trouble: Trouble, times: int = 1, only: Callable[[Call], bool] = lambda call: True
) -> Hook:  # fmt: skip
    """A hook that spoils the first calls of a method that `only` is true of."""
    left = [times]

    async def hook(call: Call) -> None:
        if call.method == method and only(call) and left[0] > 0:
            left[0] -= 1
            raise trouble()

    return hook


def is_card(call: Call) -> bool:
    """Whether a call posts the card."""
    return "Take command" in str(call.args.get("blocks"))


def copies(place: Town, channel: str) -> int:
    """How many cards or announcements stand in a channel: our messages with blocks."""
    kept = place.practice.workspace.messages(channel).values()
    return sum("metadata" in message and "blocks" in message for message in kept)


def incidents(place: Town) -> str:
    """The id of #incidents."""
    return next(str(found["id"]) for found in place.practice.workspace.channels if found["name"] == "incidents")


def archives(place: Town, channel: str) -> None:
    """Ana archives a channel, a member or not."""
    channels.archive(place.practice.workspace, place.practice.workspace.channels[channel], "U0ANA")


async def test_being_throttled_is_certain_and_needs_no_look(place: Town) -> None:
    place.practice.workspace.before_call.append(spoils("chat.postMessage", throttled, only=is_card))
    room = await place.declares(ANA, "checkout is failing")
    assert copies(place, room) == 1
    assert not [call for call in place.calls if call.method == "conversations.history"]


@pytest.mark.parametrize("trouble", [unavailable, dropped, gateway])
@pytest.mark.parametrize("arrived", [True, False])
async def test_a_card_whose_answer_was_lost_stands_once(place: Town, trouble: Trouble, *, arrived: bool) -> None:
    hooks = place.practice.workspace.after_call if arrived else place.practice.workspace.before_call
    hooks.append(spoils("chat.postMessage", trouble, only=is_card))
    room = await place.declares(ANA, "checkout is failing")
    assert copies(place, room) == 1
    assert len((await place.people.channel(room, ANA))["pins"]) == 1


async def test_under_slacks_rate_limits_everything_is_said_once(place: Town) -> None:
    await place.people.control(limits=True)
    room = await place.declares(ANA, "checkout is failing sev1")
    for words in ("claim commander", "severity 2", "note rolled back to 4.2"):
        await place.people.commands(ANA, room, f"/incident {words}")
    await place.quiet(patience=30)
    assert copies(place, room) == copies(place, incidents(place)) == 1
    thread = await place.thread(ANA, room)
    assert [thread.count(text) for text in ("is incident commander", "to SEV2 major", "rolled back to 4.2")] == [
        1,
        1,
        1,
    ]
    assert any(call.error == "ratelimited" for call in place.calls)


async def test_a_room_whose_answer_was_lost_is_adopted(place: Town) -> None:
    place.practice.workspace.after_call.append(spoils("conversations.create", dropped))
    await place.declares(ANA, "checkout is failing")
    rooms = [found["name"] for found in place.practice.workspace.channels if found["name"].startswith("inc-")]
    assert rooms == ["inc-1-checkout-is-failing"]


@pytest.mark.parametrize(
    "method",
    ["conversations.invite", "conversations.setTopic", "pins.add", "chat.update", "files.completeUploadExternal"],
)
async def test_every_other_call_may_lose_its_answer(place: Town, method: str) -> None:
    place.practice.workspace.after_call.append(spoils(method, unavailable))
    room = await place.declares(ANA, "checkout is failing sev3")
    await place.people.commands(ANA, room, "/incident claim commander")
    await place.resolves(ANA, room)
    kept = place.practice.workspace.messages(room).values()
    topics = [message["text"] for message in kept if message.get("subtype") == "channel_topic"]
    assert len(topics) == len(set(topics))
    assert sum(bool(message.get("files")) for message in kept) == 1
    assert copies(place, room) == 1
    assert "could not" not in await place.people.reads(ANA, room)


async def test_news_in_a_thread_is_never_overtaken(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    dice = random.Random(7)  # noqa: S311 - the same jitter every time

    async def jitter(call: Call) -> None:
        await asyncio.sleep(dice.uniform(0, 0.05))

    place.practice.workspace.before_call.append(jitter)
    for number in range(10):
        await place.people.commands(ANA, room, f"/incident note step {number}")
    await place.quiet()
    assert re.findall(r"step (\d)", await place.thread(ANA, room)) == [str(number) for number in range(10)]


async def test_an_archived_announcements_channel_is_said_once_and_named_by_the_doctor(
    place: Town, ways: Ways, capsys: pytest.CaptureFixture[str]
) -> None:
    archives(place, incidents(place))
    room = await place.declares(ANA, "checkout is failing")
    second = await place.declares(BEN, "search is slow", 2)
    for words in ("sev 1", "claim commander"):
        await place.people.commands(ANA, room, f"/incident {words}")
        await place.quiet()
    for there in (room, second):
        said = await place.people.reads(ANA, there)
        assert said.count("could not announce the incident: the channel is archived (is_archived)") == 1
        assert said.count("could not announce") == 1
    await examine(settings(ways, place.practice, 1), online=False)
    assert "dead letter: INC-1 ShowAnnouncement: the channel is archived (is_archived)" in capsys.readouterr().out


async def test_another_channel_that_took_the_name_is_announced_in_at_once(place: Town) -> None:
    old = incidents(place)
    await place.people.joins(ANA, old)
    await place.people.act(ANA, "rename", channel=old, name="incidents-of-old")
    archives(place, old)
    new = (await place.people.act(BEN, "create_channel", name="incidents", is_private=False))["channel"]
    room = await place.declares(ANA, "checkout is failing")
    assert copies(place, new) == 1
    assert "could not" not in await place.people.reads(ANA, room)


async def test_a_name_that_an_archived_channel_holds_is_said(ways: Ways) -> None:
    port = free_port()
    async with workspace(ways, port) as there:
        taken = await there.people.act(BEN, "create_channel", name="incidents", is_private=False)
        archives(there, taken["channel"])
        there.warroom = Warroom(
            settings=settings(ways, there.practice, port), policy=ways.policy, pacing=ways.pacing, linger=0
        )
        await there.warroom.start()
        try:
            await ready(there, port)
            room = await there.declares(ANA, "checkout is failing")
        finally:
            await there.warroom.stop()
        said = await there.people.reads(ANA, room)
    assert "could not announce the incident: the announcements channel is archived or missing" in said
    assert "INC-1 checkout is failing" in said


async def test_a_room_that_is_archived_is_said_to_stakeholders_once_and_stops_nothing_else(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    archives(place, room)
    for words in ("sev 1 INC-1", "claim commander INC-1", "note INC-1 rolled back", "resolve INC-1"):
        await place.people.commands(ANA, GENERAL, f"/incident {words}")
    await place.people.submits(ANA, {"Why are they left out?": "nobody can see them"})
    await place.quiet()
    assert place.warroom is not None
    assert not await place.warroom.queries.open_ones()
    assert "Over. We are writing down what happened" in await place.people.reads(EVE, "incidents")
    announcement = next(m for m in await place.people.messages(EVE, "incidents") if m.get("reply_count"))
    said = await place.people.reads(EVE, "incidents", thread=announcement["ts"])
    assert said.count("the room of INC-1: nothing can be written there") == 1
    await place.declares(BEN, "search is slow", 2)


async def test_news_are_not_lost_with_a_card_that_somebody_deleted(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    practice = place.practice.workspace
    card = next(message for message in practice.messages(room).values() if "blocks" in message)
    messages.remove(practice, practice.channels[room], card)
    await place.people.commands(ANA, room, "/incident note rolled back")
    await place.quiet()
    # In the room, or below the card that Warroom has posted anew by then.
    assert sum("noted: rolled back" in message["text"] for message in practice.messages(room).values()) == 1
    await place.people.commands(ANA, room, "/incident sev 1")
    await place.quiet()
    await place.people.commands(ANA, room, "/incident note and again")
    await place.quiet()
    assert copies(place, room) == 1
    assert "noted: and again" in await place.thread(BEN, room)
