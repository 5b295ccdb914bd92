"""The channel is not ours alone: what others do to it is noticed, said where somebody can read it, and repaired."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from bot.practice import channels
from bot.practice.faults import CallFault, Spoil
from bot.practice.workspace import Call
from bot.storage import tables
from bot.workflows.archiving import archived_at
from tests.conversations.test_private import all_of
from tests.town import ANA, BEN, CLEO, EVE, GENERAL, Town, Ways, town

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

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


def incidents(place: Town) -> str:
    """The id of #incidents."""
    return next(str(found["id"]) for found in place.practice.workspace.channels if found["name"] == "incidents")


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
    assert len(cards(place, incidents(place))) == 1


async def test_a_room_that_is_brought_back_goes_on(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.archives(ANA, room)
    await settled(place)
    await place.people.commands(ANA, GENERAL, "/incident sev 1 INC-1")
    await settled(place)
    await place.people.unarchives(ANA, room)
    await settled(place)
    assert "@ana brought this room back from the archive" in await place.people.reads(ANA, room)
    assert "SEV1" in (await place.people.channel(room, ANA))["topic"]
    assert "could not" not in await direct(place, ANA)


async def test_one_that_ended_is_not_archived_again_when_somebody_brings_it_back(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.commands(ANA, room, "/incident cancel a drill")
    await place.people.archives(ANA, room)
    await settled(place)
    assert "nothing can be written" not in await announced(place)
    await place.people.unarchives(ANA, room)
    await settled(place)
    assert (await incident(place)).room.kept
    assert archived_at(await incident(place)) is None


async def test_a_new_name_is_written_down_and_nothing_else(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    before = called(place, *WRITING)
    await place.people.renames(ANA, room, "checkout-war-room")
    await settled(place)
    assert (await timeline(place))[-1] == "The room was renamed to #checkout-war-room"
    assert called(place, *WRITING) == before
    await place.people.commands(ANA, GENERAL, "/incident status inc-1")
    assert "#checkout-war-room" in await place.people.reads(ANA, GENERAL)


async def test_a_role_holder_who_leaves_is_told_of_and_keeps_the_role(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    for person in (BEN, CLEO):
        await place.people.joins(person, room)
    await place.people.clicks(BEN, room, "Take command")
    await settled(place)
    await place.people.leaves(CLEO, room)
    await place.people.leaves(BEN, room)
    await settled(place)
    read = await place.people.reads(ANA, room)
    assert "@ben left the room, and is still incident commander" in read
    assert "@cleo left the room" not in read
    told = await repairs(place, ANA, room)
    assert "people who hold a role were invited" in told
    assert "U0BEN" in (await place.people.channel(room, ANA))["members"]


async def test_a_commander_whose_account_is_deactivated_frees_the_role(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.joins(BEN, room)
    await place.people.clicks(BEN, room, "Take command")
    await place.people.commands(ANA, room, "/incident action Add an alert @ben by 2027-01-05")
    await settled(place)
    assert (await incident(place)).roles["commander"] == ("U0BEN",)
    await place.people.deactivates(ANA, BEN)
    await settled(place)
    assert (await incident(place)).roles["commander"] == ()
    read = await place.people.reads(ANA, room)
    assert "can no longer be incident commander: the account was deactivated. Take command with the button" in read
    assert "1 of the action items need somebody else" in read
    assert "nobody yet" in (await place.people.channel(room, ANA))["topic"]
    await place.people.clicks(ANA, room, "Take command")
    await settled(place)
    await place.people.commands(ANA, room, "/incident role scribe @ben")
    assert "Their account was deactivated" in await place.people.reads(ANA, room)


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


async def test_a_bot_that_was_taken_out_says_how_to_invite_it(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.removes(ANA, room, "warroom")
    await settled(place)
    said = await announced(place)
    assert "@ana took Warroom out of #inc-1-checkout-is-failing" in said
    assert "/invite @Warroom" in said
    for words in ("sev 1 INC-1", "note INC-1 rolled back"):
        await place.people.commands(ANA, GENERAL, f"/incident {words}")
    await place.people.says(ANA, room, "the cache was cold")
    await settled(place)
    assert "could not" not in await direct(place, ANA)
    await place.people.invites(ANA, room, "warroom")
    await settled(place)
    assert "Warroom is here again" in await place.people.reads(ANA, room)
    assert "SEV1" in (await place.people.channel(room, ANA))["topic"]
    assert place.warroom is not None
    await place.people.until(lambda: place.warroom.queries.known_messages(room, "0"))  # type: ignore[union-attr, arg-type]


@pytest.mark.parametrize("event", ["channel_left", "channel_archive"])
async def test_without_the_event_the_next_failing_call_says_so(place: Town, event: str) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.control(events=[{"type": event, "kind": "lose"}, {"type": "message", "kind": "lose"}])
    if event == "channel_left":
        await place.people.removes(ANA, room, "warroom")
    else:
        await place.people.archives(ANA, room)
    await settled(place)
    assert "Somebody" not in await announced(place)
    for words in ("sev 1 INC-1", "note INC-1 rolled back", "claim commander INC-1"):
        await place.people.commands(ANA, GENERAL, f"/incident {words}")
    await settled(place)
    assert (await announced(place)).count("Somebody") == 1
    assert "could not" not in await direct(place, ANA)


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


async def said_of(place: Town, room: str) -> str:
    """What the status of an incident says."""
    await place.people.commands(ANA, room, "/incident status")
    return (await place.people.reads(ANA, room)).rsplit("(only visible to you): ", 1)[-1]


async def test_where_it_may_not_join_repair_says_how_to_invite_it(unjoined: Town) -> None:
    room = await unjoined.declares(ANA, "checkout is failing")
    await unjoined.people.removes(ANA, room, "warroom")
    await settled(unjoined)
    told = await repairs(unjoined, ANA, room)
    assert f"Warroom in the room (not_in_channel). Type `/invite @Warroom` in <#{room}>." in told
    await unjoined.people.invites(ANA, room, "warroom")
    await settled(unjoined)
    assert "has everything" in await repairs(unjoined, ANA, room)


async def test_an_announcements_channel_that_is_closed_to_us_is_said_in_the_room(place: Town) -> None:
    room, channel = await place.declares(ANA, "checkout is failing"), incidents(place)
    await place.people.joins(ANA, channel)
    await place.people.removes(ANA, channel, "warroom")
    await settled(place)
    read = await place.people.reads(ANA, room)
    assert "@ana took Warroom out of #incidents, where INC-1 is announced" in read
    assert "/invite @Warroom" in read
    told = await repairs(place, ANA, room)
    assert "the announcement, as it should be now" in told
    await place.people.commands(ANA, room, "/incident sev 1")
    await settled(place)
    assert "SEV1" in await place.people.reads(EVE, "incidents")
    assert len(cards(place, channel)) == 1


async def test_an_archived_announcements_channel_is_said_and_what_to_do(place: Town) -> None:
    room, channel = await place.declares(ANA, "checkout is failing"), incidents(place)
    await place.people.joins(ANA, channel)
    await place.people.archives(ANA, channel)
    await settled(place)
    assert "@ana archived #incidents, where INC-1 is announced" in await place.people.reads(ANA, room)
    told = await repairs(place, ANA, room)
    assert "is archived: bring it back, or have whoever runs Warroom set INCIDENTS_CHANNEL" in told
    await place.people.unarchives(ANA, channel)
    await settled(place)
    assert "Stakeholders can be told again" in await place.thread(ANA, room)
    assert "has everything" in await repairs(place, ANA, room)


async def test_a_deleted_announcement_is_made_again(place: Town) -> None:
    room, channel = await place.declares(ANA, "checkout is failing"), incidents(place)
    await place.people.joins(ANA, channel)
    (first,) = cards(place, channel)
    await place.people.deletes(ANA, channel, first["ts"])
    await settled(place)
    (second,) = cards(place, channel)
    assert second["ts"] != first["ts"]
    assert "The announcement was deleted, and made again" in await timeline(place)
    await place.people.commands(ANA, room, "/incident contained")
    await settled(place)
    assert "The impact has stopped" in await announced(place)


@pytest.mark.parametrize("how", ["revoked", "uninstalled"])
async def test_a_token_that_was_taken_away_is_said_in_every_answer_and_in_the_room_when_it_is_back(
    place: Town, how: str
) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.control(token=how)
    assert await place.practice.workspace.delivery.settled(10)
    assert "Slack no longer takes what Warroom says" in (await timeline(place))[-1]
    assert place.warroom is not None
    assert "does not accept the token" in (await place.warroom.readiness.look())["slack"]
    await place.people.commands(ANA, room, "/incident note rolled back")
    assert "Slack takes nothing from Warroom at the moment" in await place.people.reads(ANA, room)
    assert sum("no longer takes" in line for line in await timeline(place)) == 1
    await place.people.control(token="valid")
    await release(place)
    await settled(place)
    assert "its token had been taken away" in await place.people.reads(ANA, room)
    assert "noted: rolled back" in await place.thread(ANA, room)
    assert (await place.warroom.readiness.look())["slack"] == ""
    assert "Slack takes what Warroom says again" in await timeline(place)


async def release(place: Town) -> None:
    """Let go what waits a minute for its next attempt."""
    assert place.warroom is not None
    await place.warroom.database.write(
        lambda c: c.execute(tables.outbox.update().where(tables.outbox.c.status == "pending").values(next_at=LONG_AGO))
    )
    place.warroom.deliverer.wake()


async def test_a_scope_taken_away_is_seen_at_once_and_named_by_repair(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.control(revoke=["pins:write", "groups:write"])
    told = await repairs(place, ANA, room)
    assert "An administrator has to install the app again with them: pins:write" in told
    await place.people.commands(ANA, GENERAL, "/incident payroll leaked")
    assert "Private rooms are not available here" in await place.people.reads_modal(ANA)
    await place.people.control(grant=["pins:write", "groups:write"])
    assert "has everything" in await repairs(place, ANA, room)


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


async def test_events_that_come_twice_are_said_once(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.control(events=[{"type": "*", "kind": "duplicate", "times": 20}])
    (card,) = cards(place, room)
    await place.people.unpins(ANA, room, card["ts"])
    await place.people.deletes(ANA, room, card["ts"])
    await place.people.removes(ANA, room, "warroom")
    await settled(place)
    assert len([line for line in await timeline(place) if "took Warroom out" in line]) == 1
    assert (await announced(place)).count("took Warroom out") == 1
    assert len(cards(place, room)) <= 1


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


# Private incidents: not a byte outside


async def private(place: Town) -> str:
    room = await place.declares(ANA, "payroll leaked --private")
    await place.people.commands(ANA, room, "/incident role commander @ben")
    await settled(place)
    return room


async def leaks_nothing(place: Town, room: str) -> None:
    for person in (CLEO, EVE):
        read = await all_of(place, person)
        assert "payroll" not in read
        assert "INC-1" not in read
        assert room not in read
    posts = [call.args for call in place.calls if call.method in ("chat.postMessage", "chat.update")]
    assert {post["channel"] for post in posts} <= {room, "U0ANA", "U0BEN", (await incident(place)).room.channel}


async def test_a_private_room_that_is_archived_is_said_to_its_commander_alone(place: Town) -> None:
    room = await private(place)
    await place.people.archives(ANA, room)
    await settled(place)
    assert "archived" in await direct(place, BEN)
    assert "`/incident repair INC-1`" in await direct_raw(place, BEN)
    await leaks_nothing(place, room)
    told = await repairs(place, BEN, GENERAL, "inc-1")
    again = (await incident(place)).room.channel
    assert f"the room: <#{again}>" in told
    assert place.practice.workspace.channels[again]["is_private"]
    assert set(place.practice.workspace.channels[again]["members"]) == {"U0ANA", "U0BEN", "U0WARROOM"}
    await leaks_nothing(place, room)


async def direct_raw(place: Town, person: str) -> str:
    found = await place.people.messages(person, await place.people.direct_channel(person))
    return "\n".join(message["text"] for message in found)


async def test_a_bot_taken_out_of_a_private_room_says_so_to_its_commander_alone(place: Town) -> None:
    room = await private(place)
    await place.people.removes(ANA, room, "warroom")
    await settled(place)
    assert "took Warroom out" in await direct(place, BEN)
    told = await repairs(place, ANA, room)
    assert "Type `/invite @Warroom` in it; if it no longer exists, `/incident repair INC-1 new` opens another" in told
    await leaks_nothing(place, room)
    await place.people.invites(ANA, room, "warroom")
    await settled(place)
    assert "Warroom is here again" in await place.people.reads(ANA, room)
    assert "has everything" in await repairs(place, ANA, room)
    await leaks_nothing(place, room)


async def test_a_private_room_nobody_can_see_is_replaced_when_somebody_says_so(place: Town) -> None:
    room = await private(place)
    await place.people.removes(ANA, room, "warroom")
    await settled(place)
    told = await repairs(place, ANA, GENERAL, "inc-1 new")
    assert (await incident(place)).room.channel != room
    assert "Could not" not in told
    await leaks_nothing(place, room)


async def test_everything_else_done_to_a_private_incident_stays_inside(place: Town) -> None:
    room = await private(place)
    (card,) = cards(place, room)
    await place.people.unpins(BEN, room, card["ts"])
    await place.people.deletes(ANA, room, card["ts"])
    await place.people.renames(ANA, room, "renamed-room")
    await settled(place)
    await place.people.leaves(BEN, room)
    await settled(place)
    await place.people.deactivates(ANA, BEN)
    await settled(place)
    assert "can no longer be incident commander" in await place.people.reads(ANA, room)
    assert len(cards(place, room)) == 1
    await leaks_nothing(place, room)


async def test_strangers_cannot_repair_a_private_incident(place: Town) -> None:
    await private(place)
    await place.people.commands(EVE, GENERAL, "/incident repair inc-1")
    assert "There is no incident INC-1 you can see" in await place.people.reads(EVE, GENERAL)


async def test_the_menu_of_the_card_repairs_too(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.commands(ANA, room, "/incident contained")
    await settled(place)
    await place.people.clicks(ANA, room, "Repair")
    await place.people.until(lambda: _more_than(place, ANA, room, 0), 25)
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
