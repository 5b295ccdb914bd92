"""The channel is not ours alone: what others do to it is noticed, said where somebody can read it, and repaired."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest_asyncio

from tests.town import ANA, BEN, EVE, GENERAL, Town, Ways, town

ANSWERS = ("Made:", "Already there:", "Could not be made:", "has everything")


@pytest_asyncio.fixture
async def unjoined(ways: Ways) -> AsyncIterator[Town]:
    """A workspace whose administrator did not let the app join channels by itself."""
    async with town(replace(ways, declined=frozenset({"channels:join"}))) as there:
        yield there


async def settled(place: Town) -> None:
    """Wait until every event has arrived, and everything that follows from it has been delivered."""
    assert await place.practice.workspace.delivery.settled(10)
    await place.quiet(30)


async def repairs(place: Town, person: str, channel: str, words: str = "") -> str:
    """Have it repaired; returns the answer that follows."""
    before = len(await answers(place, person, channel))
    await place.people.commands(person, channel, f"/incident repair {words}".rstrip())
    await place.people.until(lambda: _more_than(place, person, channel, before), 25)
    await settled(place)
    return (await answers(place, person, channel))[-1]


async def answers(place: Town, person: str, channel: str) -> list[str]:
    """The answers of repairs that a person has read in a channel."""
    found = await place.people.messages(person, channel)
    return [m["text"] for m in found if m.get("is_ephemeral") and any(word in m["text"] for word in ANSWERS)]


async def _more_than(place: Town, person: str, channel: str, count: int) -> bool:
    return len(await answers(place, person, channel)) > count


async def timeline(place: Town, number: int = 1) -> list[str]:
    assert place.warroom is not None
    return [line.text for line in await place.warroom.queries.timeline(number)]  # type: ignore[arg-type]


async def incident(place: Town, number: int = 1) -> Any:  # noqa: ANN401 - the incident, or None
    assert place.warroom is not None
    return await place.warroom.queries.incident(number)  # type: ignore[arg-type]


async def direct(place: Town, person: str) -> str:
    """What a person reads in their messages with Warroom."""
    return await place.people.reads(person, await place.people.direct_channel(person))


async def announced(place: Town) -> str:
    """What stakeholders read in the thread of the newest announcement."""
    found = [m for m in await place.people.messages(EVE, "incidents") if m.get("blocks")]
    return await place.people.reads(EVE, "incidents", thread=found[-1]["ts"])


def cards(place: Town, channel: str) -> list[dict[str, Any]]:
    """The cards or announcements that stand in a channel."""
    kept = place.practice.workspace.messages(channel).values()
    return [m for m in kept if "metadata" in m and "blocks" in m]


def called(place: Town, *methods: str) -> int:
    return sum(call.method in methods for call in place.calls)


WRITING = ("chat.postMessage", "chat.update", "pins.add", "conversations.setTopic", "conversations.invite",
           "conversations.create", "conversations.join")  # fmt: skip


async def test_a_room_that_somebody_archives_is_said_to_stakeholders_and_repair_opens_another(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.joins(BEN, room)
    await place.people.clicks(BEN, room, "Take command")
    await settled(place)
    await place.people.archives(ANA, room)
    await settled(place)
    assert "@ana archived #inc-1-checkout-is-failing, the room of INC-1" in await announced(place)
    assert "<@U0ANA> archived the room" in (await timeline(place))[-1]
    told = await repairs(place, BEN, GENERAL, "inc-1")
    again = (await incident(place)).room.channel
    assert again != room
    assert f"the room: <#{again}>" in told
    assert "Could not" not in told
    assert {"U0ANA", "U0BEN"} <= set((await place.people.channel(again, ANA))["members"])
    assert "@ben had this room opened" in await place.people.reads(ANA, again)
    assert len((await place.people.channel(again, ANA))["pins"]) == 1
    assert len(cards(place, "C0INCIDENTS")) <= 1


async def test_a_deleted_card_is_posted_and_pinned_again_unasked(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    (card,) = cards(place, room)
    await place.people.deletes(ANA, room, card["ts"])
    await settled(place)
    (again,) = cards(place, room)
    assert again["ts"] != card["ts"]
    assert (await place.people.channel(room, ANA))["pins"] == [again["ts"]]
    assert "The card was deleted, and posted again" in await timeline(place)
    assert "Somebody deleted the card" in await place.thread(ANA, room)


async def test_an_unpinned_card_stays_so_until_a_repair(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    (card,) = cards(place, room)
    await place.people.unpins(ANA, room, card["ts"])
    await settled(place)
    await place.people.commands(ANA, room, "/incident sev 2")
    await settled(place)
    assert (await place.people.channel(room, ANA))["pins"] == []
    assert "@ana unpinned the card" in await place.thread(ANA, room)
    told = await repairs(place, ANA, room)
    assert "*Made:*\n• the card is pinned" in told
    assert (await place.people.channel(room, ANA))["pins"] == [card["ts"]]
    before = called(place, *WRITING)
    assert "has everything" in await repairs(place, ANA, room)
    assert called(place, *WRITING) == before
