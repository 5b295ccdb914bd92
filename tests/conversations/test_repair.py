"""`/incident repair` makes what is missing, says truly what it made, and doubles nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest_asyncio

from bot.practice import channels
from bot.practice.faults import CallFault, Spoil
from bot.practice.workspace import Call
from bot.storage import tables
from tests.conversations.looking import (
    WRITING,
    answers,
    called,
    cards,
    direct,
    incident,
    incidents,
    more_than,
    repairs,
    said_of,
    settled,
    timeline,
)
from tests.town import ANA, BEN, CLEO, GENERAL, Town, Ways, town

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest_asyncio.fixture
async def unjoined(ways: Ways) -> AsyncIterator[Town]:
    """A workspace whose administrator did not let the app join channels by itself."""
    async with town(replace(ways, declined=frozenset({"channels:join"}))) as there:
        yield there


async def test_who_has_gone_without_an_event_is_found_by_a_repair(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.joins(BEN, room)
    await place.people.clicks(BEN, room, "Take command")
    await settled(place)
    await place.people.control(events=[{"type": "user_change", "kind": "lose"}])
    await place.people.deactivates(ANA, BEN)
    await settled(place)
    told = await repairs(place, ANA, room)
    assert "roles of people who are gone are free" in told
    assert (await incident(place)).roles["commander"] == ()


async def test_repair_brings_the_bot_back_into_a_public_room(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.removes(ANA, room, "warroom")
    await settled(place)
    await place.people.commands(ANA, room, "/incident sev 1")
    told = await repairs(place, ANA, room)
    assert "Warroom is in the room again" in told
    assert "Could not" not in told
    assert "SEV1" in (await place.people.channel(room, ANA))["topic"]
    assert (await incident(place)).amiss == ()


async def test_repair_believes_its_eyes_where_the_news_were_lost(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.removes(ANA, room, "warroom")
    await settled(place)
    await place.people.control(events=[{"type": "m*", "kind": "lose", "times": 9}])
    await place.people.invites(ANA, room, "warroom")
    await place.people.commands(ANA, room, "/incident sev 1")
    await settled(place)
    assert "Warroom is not in the room" in await said_of(place, room)
    await repairs(place, ANA, room)
    assert "SEV1" in (await place.people.channel(room, ANA))["topic"]
    assert "SEV1" in cards(place, room)[0]["text"]
    assert "Warroom is not in the room" not in await said_of(place, room)


async def test_where_it_may_not_join_repair_says_how_to_invite_it(unjoined: Town) -> None:
    room = await unjoined.declares(ANA, "checkout is failing")
    await unjoined.people.removes(ANA, room, "warroom")
    await settled(unjoined)
    told = await repairs(unjoined, ANA, room)
    assert f"Warroom in the room (not_in_channel). Type `/invite @Warroom` in <#{room}>." in told
    await unjoined.people.invites(ANA, room, "warroom")
    await settled(unjoined)
    assert "has everything" in await repairs(unjoined, ANA, room)


async def test_a_scope_taken_away_is_seen_at_once_and_named_by_repair(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.control(revoke=["pins:write", "groups:write"])
    told = await repairs(place, ANA, room)
    assert "An administrator has to install the app again with them: pins:write" in told
    await place.people.commands(ANA, GENERAL, "/incident payroll leaked")
    assert "Private rooms are not available here" in await place.people.reads_modal(ANA)
    await place.people.control(grant=["pins:write", "groups:write"])
    assert "has everything" in await repairs(place, ANA, room)


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


async def test_what_was_given_up_is_said_when_it_can_be_said_again(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    spoilt = CallFault(method="chat.postMessage", kind=Spoil.ERROR, error="restricted_action")
    place.practice.workspace.faults.calls.append(spoilt)
    await place.people.commands(ANA, room, "/incident note rolled back")
    await settled(place)
    assert "rolled back" not in await place.thread(ANA, room)
    told = await repairs(place, ANA, room)
    assert "what could not be said was said" in told
    assert (await place.thread(ANA, room)).count("rolled back") == 1
    assert "has everything" in await repairs(place, ANA, room)
    assert (await place.thread(ANA, room)).count("rolled back") == 1


async def test_two_at_once_double_nothing(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.joins(BEN, room)
    await place.people.control(events=[{"type": "*", "kind": "lose", "times": 4}], latency_ms={"*": 30})
    for channel in (room, incidents(place)):
        await place.people.tries(ANA, "join", channel=channel)
        for message in cards(place, channel):
            await place.people.deletes(ANA, channel, message["ts"])
    await place.people.archives(ANA, room)
    before = called(place, "conversations.create")
    told = await asyncio.gather(*(repairs(place, person, GENERAL, "inc-1") for person in (ANA, BEN, CLEO)))
    await settled(place)
    assert called(place, "conversations.create") - before <= 2  # one name is taken by the old room
    rooms = [c for c in place.practice.workspace.channels if c["name"].startswith("inc-1-")]
    assert len(rooms) == 2
    again = (await incident(place)).room.channel
    assert len(cards(place, again)) == len(cards(place, incidents(place))) == 1
    assert len((await place.people.channel(again, ANA))["pins"]) == 1
    assert all(f"the room: <#{again}>" in answer or "has everything" in answer for answer in told)
    assert any(f"the room: <#{again}>" in answer for answer in told)
    assert (await place.people.reads(ANA, again)).count("had this room opened") == 1
    assert len([line for line in await timeline(place) if "asked for a repair" in line]) == 1


async def test_a_room_that_could_never_be_opened_is_opened_by_a_repair(place: Town) -> None:
    faults = place.practice.workspace.faults.calls
    faults.append(CallFault(method="conversations.create", kind=Spoil.ERROR, error="restricted_action", times=2))
    await place.people.commands(ANA, GENERAL, "/incident declare checkout is failing")
    await place.quiet()
    assert "could not open the room" in await direct(place, ANA)
    told = await repairs(place, ANA, GENERAL, "inc-1")
    assert "the room (" not in told
    assert "Could not be made" in told
    await place.quiet()  # nothing waits for a room that was given up a second time, for the same reason
    told = await repairs(place, ANA, GENERAL, "inc-1")
    room = (await incident(place)).room.channel
    assert f"the room: <#{room}>" in told
    assert len(cards(place, room)) == 1


async def test_what_cannot_be_read_is_given_up_aloud_and_holds_up_nothing(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.control(events=[{"type": "*", "kind": "lose", "times": 1}])
    await place.people.commands(ANA, room, "/incident note rolled back")
    await settled(place)
    assert place.warroom is not None
    row = {
        "key": "spoilt", "incident": 1, "kind": "LetIn", "payload": {"people": "payroll"}, "lane": "inc-1:people",
        "rank": 1, "status": "pending", "attempts": 7, "next_at": LONG_AGO, "created_at": LONG_AGO,
    }  # fmt: skip
    await place.warroom.database.write(lambda c: c.execute(tables.outbox.insert().values(**row)))
    place.warroom.deliverer.wake()
    await place.quiet()
    read = await place.people.reads(ANA, room)
    assert "could not invite everyone into the room: another version of Warroom wrote down what was to be done" in read
    assert "payroll" not in read
    await place.people.commands(ANA, room, "/incident claim commander")
    await settled(place)


async def test_furnishing_that_is_cut_short_leaves_nothing_waiting(place: Town) -> None:
    async def archive(call: Call) -> None:
        if call.method == "conversations.invite":
            room = next(c for c in place.practice.workspace.channels if c["name"].startswith("inc-1"))
            if not room["is_archived"]:
                channels.archive(place.practice.workspace, room, "U0ANA")

    place.practice.workspace.before_call.append(archive)
    await place.people.commands(ANA, GENERAL, "/incident declare checkout is failing")
    await place.room()
    await place.people.commands(ANA, GENERAL, "/incident note INC-1 rolled back")
    await settled(place)
    place.practice.workspace.before_call.clear()
    await repairs(place, ANA, GENERAL, "inc-1")
    room = (await incident(place)).room.channel
    assert len(cards(place, room)) == 1


async def test_the_menu_of_the_card_repairs_too(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.commands(ANA, room, "/incident contained")
    await settled(place)
    await place.people.clicks(ANA, room, "Repair")
    await place.people.until(lambda: more_than(place, ANA, room, 0), 25)
    assert "has everything" in (await answers(place, ANA, room))[-1]


async def test_with_slack_down_repair_says_so(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.control(calls=[{"method": "conversations.info", "kind": "broken", "times": 50}])
    told = await repairs(place, ANA, room)
    assert "Could not be made" in told
    assert "Try again in a minute" in told
    await place.people.control(reset=True)
    assert "has everything" in await repairs(place, ANA, room)


async def test_one_who_cannot_be_invited_keeps_nobody_else_out(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.joins(BEN, room)
    await place.people.joins(CLEO, room)
    await place.people.clicks(BEN, room, "Take command")
    await settled(place)
    await place.people.control(events=[{"type": "*", "kind": "lose", "times": 3}])
    await place.people.deactivates(ANA, BEN)
    await place.people.archives(ANA, room)
    await place.people.commands(CLEO, GENERAL, "/incident claim scribe inc-1")
    await settled(place)
    await repairs(place, CLEO, GENERAL, "inc-1")
    again = (await incident(place)).room.channel
    assert {"U0ANA", "U0CLEO"} <= set((await place.people.channel(again, ANA))["members"])
    said = await place.people.reads(ANA, again) + await direct(place, ANA)
    assert said.count("could not invite everyone into the room: that person cannot be invited") == 1


async def test_who_was_taken_out_of_a_private_room_is_not_brought_back(place: Town) -> None:
    room = await place.declares(ANA, "payroll leaked --private")
    await place.people.commands(ANA, room, "/incident role comms @cleo")
    await settled(place)
    await place.people.removes(ANA, room, "cleo")
    await settled(place)
    told = await repairs(place, ANA, room)
    assert not (await place.people.channel(room, ANA))["members"].count("U0CLEO")
    assert "people who hold a role" not in told
