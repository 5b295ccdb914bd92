"""A room is archived a week after its incident ended; reopened after that, the incident goes on in another."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from bot.practice.faults import CallFault, Spoil
from tests.conversations.test_course import news
from tests.town import ANA, BEN, CLEO, EVE, GENERAL, Town, Ways, town

WEEK, MINUTE = timedelta(days=7), timedelta(minutes=1)


@pytest.fixture
def hands() -> list[timedelta]:
    """How far the bot's clock is ahead: the sum of these."""
    return []


@pytest_asyncio.fixture
async def place(ways: Ways, hands: list[timedelta]) -> AsyncIterator[Town]:
    """A workspace whose bot's clock can be put forward."""
    async with town(replace(ways, now=lambda: datetime.now(UTC) + sum(hands, timedelta()))) as there:
        yield there


async def ends(place: Town, words: str = "cancel a drill") -> str:
    """Declare and end an incident; returns its room."""
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.joins(BEN, room)
    await place.people.clicks(BEN, room, "Take command")
    await place.people.commands(ANA, room, f"/incident {words}")
    await place.quiet()
    return room


async def passes(place: Town, hands: list[timedelta], time: timedelta) -> None:
    """Put the clock forward, look what is due, and wait until that is delivered."""
    hands.append(time)
    assert place.warroom is not None
    await place.warroom.scheduler.sweep()
    await place.quiet()


def asked(place: Town, method: str) -> int:
    """How often Slack was asked for this."""
    return sum(call.method == method for call in place.calls)


def is_archived(place: Town, room: str) -> bool:
    """Whether a channel is archived."""
    return bool(next(channel for channel in place.practice.workspace.channels if channel["id"] == room)["is_archived"])


async def test_a_room_is_archived_after_a_week_without_a_word(place: Town, hands: list[timedelta]) -> None:
    room = await ends(place)
    before = asked(place, "chat.postMessage")
    await passes(place, hands, WEEK - MINUTE)
    assert not is_archived(place, room)
    await passes(place, hands, 2 * MINUTE)
    await passes(place, hands, MINUTE)
    assert is_archived(place, room)
    assert (asked(place, "conversations.archive"), asked(place, "chat.postMessage")) == (1, before)
    assert place.warroom is not None
    lines = await place.warroom.queries.timeline(1)  # type: ignore[arg-type]
    assert [line.text for line in lines][-1] == "The room was archived"
    await place.people.commands(ANA, GENERAL, "/incident note INC-1 it was the router")
    await place.people.commands(ANA, GENERAL, "/incident postmortem INC-1")
    await place.quiet()
    assert "is archived, with its last draft in it" in await place.people.reads(ANA, GENERAL)
    assert "could not" not in await place.people.reads(ANA, await place.people.direct_channel(ANA))


async def test_reopened_it_goes_on_in_a_linked_room(place: Town, hands: list[timedelta]) -> None:
    room = await ends(place)
    await passes(place, hands, WEEK + MINUTE)
    await place.people.commands(CLEO, GENERAL, "/incident reopen INC-1 it is back")
    assert "a new one is being opened" in await place.people.reads(CLEO, GENERAL)
    await place.told(CLEO, GENERAL, "INC-1 checkout is failing is open: #inc-1-checkout-is-failing-2")
    await place.quiet()
    found = next(entry for entry in place.practice.workspace.channels if entry["name"].endswith("-failing-2"))
    again = await place.people.channel(found["id"], ANA)
    assert {"U0ANA", "U0BEN", "U0CLEO"} <= set(again["members"])
    assert len(again["pins"]) == 1
    assert "SEV2 major · Detection &amp; Analysis · Incident commander: Ben Okafor" in again["topic"]
    card = await place.people.reads(BEN, again["id"])
    assert "This goes on from #inc-1-checkout-is-failing, which" in card
    assert "reopened it, back to Detection & Analysis: it is back" in card
    assert "Setting up" not in card
    assert "It is back. So it goes on. Now: Finding out what is wrong." in await news(place, EVE)
    announced = [message for message in await place.people.messages(EVE, "incidents") if message.get("blocks")]
    assert len(announced) == 1
    assert is_archived(place, room)
    await place.people.commands(BEN, again["id"], "/incident status")
    await place.told(BEN, again["id"], "Room: #inc-1-checkout-is-failing-2")


async def test_reopened_before_that_it_keeps_its_room(place: Town, hands: list[timedelta]) -> None:
    room = await ends(place)
    await passes(place, hands, WEEK - MINUTE)
    await place.people.commands(ANA, room, "/incident reopen INC-1 it is back")
    await passes(place, hands, WEEK)
    assert not is_archived(place, room)
    await place.people.commands(ANA, room, "/incident cancel really a drill")
    await passes(place, hands, WEEK + MINUTE)
    assert is_archived(place, room)


async def test_a_room_that_somebody_archived_by_hand_is_no_trouble(place: Town, hands: list[timedelta]) -> None:
    room = await ends(place)
    await place.people.act(ANA, "archive", channel=room)
    assert await place.practice.workspace.delivery.settled()
    await passes(place, hands, WEEK + MINUTE)
    assert asked(place, "conversations.archive") == 0
    assert "could not" not in await place.people.reads(ANA, await place.people.direct_channel(ANA))
    await place.people.commands(ANA, GENERAL, "/incident reopen INC-1 it is back")
    await place.told(ANA, GENERAL, "is open: #inc-1-checkout-is-failing-2")


async def test_an_answer_that_was_lost_is_asked_for_once_more(place: Town, hands: list[timedelta]) -> None:
    room = await ends(place)
    place.practice.workspace.faults.calls.append(CallFault(method="conversations.archive", kind=Spoil.LOST))
    await passes(place, hands, WEEK + MINUTE)
    assert is_archived(place, room)
    assert asked(place, "conversations.archive") == 2
    assert "could not" not in await place.people.reads(ANA, await place.people.direct_channel(ANA))


async def test_a_slack_that_does_not_allow_it_is_said_to_the_declarer(place: Town, hands: list[timedelta]) -> None:
    room = await ends(place)
    spoilt = CallFault(method="conversations.archive", kind=Spoil.ERROR, error="restricted_action")
    place.practice.workspace.faults.calls.append(spoilt)
    await passes(place, hands, WEEK + MINUTE)
    assert not is_archived(place, room)
    told = await place.people.reads(ANA, await place.people.direct_channel(ANA))
    assert told.count("could not archive the room: the workspace's settings do not allow it") == 1


async def test_where_archiving_is_switched_off_rooms_stay(ways: Ways, hands: list[timedelta]) -> None:
    never = replace(ways.policy, archive_after=None)
    async with town(replace(ways, policy=never, now=lambda: datetime.now(UTC) + sum(hands, timedelta()))) as there:
        room = await ends(there)
        await passes(there, hands, 50 * WEEK)
        assert not is_archived(there, room)
