"""Whoever comes into a room late is shown what they missed, once, and nobody else sees it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest_asyncio

from bot.settings import Transport
from bot.workflows.membership import LATE_AFTER
from tests.conversations.looking import settled
from tests.town import ANA, BEN, CLEO, GENERAL, Clock, Town, Ways, town

LATE = LATE_AFTER.total_seconds() + 60
SHOWN = "You came in while INC-1 was under way"


@pytest_asyncio.fixture
async def place(ways: Ways, clock: Clock) -> AsyncIterator[Town]:
    """A workspace whose clock, Slack's too, can be put forward; requests that it signs would be too old."""
    async with town(replace(ways, transport=Transport.SOCKET, now=clock, slacks_now=clock)) as there:
        yield there


def shown(place: Town) -> list[str]:
    """Who was shown it."""
    calls = [call for call in place.calls if call.method == "chat.postEphemeral"]
    return [str(call.args["user"]) for call in calls if SHOWN in str(call.args["text"])]


async def test_whoever_comes_late_is_shown_it_once_and_nobody_else(place: Town, clock: Clock) -> None:
    room = await place.declares(ANA, "checkout is failing sev1")
    await place.people.joins(BEN, room)
    await place.people.commands(ANA, room, "/incident note the deploy of 07:38 is the likely cause")
    clock.forward(LATE)
    await place.people.control(events=[{"type": "member_joined_channel", "kind": "duplicate"}])
    await place.people.joins(CLEO, room)
    read = await place.told(CLEO, room, SHOWN)
    assert "the deploy of 07:38 is the likely cause" in read
    await place.people.leaves(CLEO, room)
    clock.forward(60)
    await place.people.joins(CLEO, room)
    await place.people.commands(ANA, room, "/incident role scribe @ben")
    await place.quiet()
    assert shown(place) == ["U0CLEO"]
    assert SHOWN not in await place.people.reads(BEN, room)


async def test_the_button_on_the_announcement_lets_in_and_then_shows_it(place: Town, clock: Clock) -> None:
    await place.declares(ANA, "checkout is failing sev1")
    news = await place.people.channel("incidents", ANA)
    await place.people.joins(CLEO, news["id"])
    clock.forward(LATE)
    await place.people.clicks(CLEO, news["id"], "Join")
    await place.told(CLEO, await place.room(), SHOWN)
    await place.quiet()
    assert shown(place) == ["U0CLEO"]


async def test_pressed_twice_and_heard_of_twice_it_is_shown_once_and_not_before_it_is_late(
    place: Town, clock: Clock
) -> None:
    room = await place.declares(ANA, "checkout is failing sev1")
    news = await place.people.channel("incidents", ANA)
    for person in (BEN, CLEO):
        await place.people.joins(person, news["id"])
    await place.people.clicks(BEN, news["id"], "Join")
    await settled(place)
    clock.forward(LATE)
    await place.people.control(events=[{"type": "member_joined_channel", "kind": "duplicate"}])
    await asyncio.gather(*(place.people.clicks(CLEO, news["id"], "Join") for _ in range(2)))
    await place.people.clicks(BEN, news["id"], "Join")
    await settled(place)
    assert shown(place) == ["U0CLEO"]
    await place.people.leaves(CLEO, room)
    await settled(place)
    await place.people.clicks(CLEO, news["id"], "Join")
    await settled(place)
    assert shown(place) == ["U0CLEO"]


async def test_whoever_is_invited_into_a_private_room_late_is_shown_it_there(place: Town, clock: Clock) -> None:
    room = await place.declares(ANA, "payroll leaked --private")
    clock.forward(LATE)
    await place.people.invites(ANA, room, "U0CLEO")
    assert "payroll leaked" in await place.told(CLEO, room, SHOWN)
    assert "payroll" not in await place.people.reads(BEN, GENERAL)
