"""The channel is not ours alone: what others do to it is noticed, and said where somebody can read it."""

import pytest

from bot.workflows.archiving import archived_at
from tests.conversations.looking import (
    WRITING,
    announced,
    called,
    cards,
    direct,
    incident,
    incidents,
    repairs,
    settled,
    timeline,
)
from tests.town import ANA, BEN, CLEO, EVE, GENERAL, Town


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
    assert "1 of the action items needs somebody else" in read
    assert "nobody yet" in (await place.people.channel(room, ANA))["topic"]
    await place.people.clicks(ANA, room, "Take command")
    await settled(place)
    await place.people.commands(ANA, room, "/incident role scribe @ben")
    assert "Their account was deactivated" in await place.people.reads(ANA, room)


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
    await place.told(ANA, room, "its token had been taken away")
    await settled(place)
    assert "noted: rolled back" in await place.thread(ANA, room)
    assert (await place.warroom.readiness.look())["slack"] == ""
    assert "Slack takes what Warroom says again" in await timeline(place)


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
