"""Shortcuts: declaring from anywhere, declaring from a message, and a message's menu onto the timeline."""

import asyncio

from tests.town import ANA, BEN, EVE, FIN, GENERAL, Town


async def test_the_global_shortcut_opens_the_form(place: Town) -> None:
    await place.people.uses_shortcut(ANA, "declare_incident")
    await place.people.fills(ANA, {"title": "checkout is failing"})
    await place.people.submits(ANA, {"title": "checkout is failing"})
    room = await place.room()
    await place.quiet()
    assert "INC-1 checkout is failing" in await place.people.reads(ANA, room)


async def test_a_message_is_carried_over_and_its_thread_is_told(place: Town) -> None:
    await place.people.commands(ANA, GENERAL, "/incident list")  # the bot hears of nothing here
    channel = await place.people.channel("incidents", ANA)
    await place.people.joins(BEN, channel["id"])
    ts = await place.people.says(BEN, channel["id"], "Card payments are failing\nsince the 14:00 deploy <!here>")
    await place.people.joins(ANA, channel["id"])
    await place.people.uses_message_shortcut(ANA, channel["id"], ts, "declare_from_message")
    await place.people.submits(ANA)
    room = await place.room()
    await place.quiet()
    card = await place.people.reads(ANA, room)
    assert "INC-1 Card payments are failing" in card
    assert place.warroom is not None
    incident = (await place.warroom.queries.open_ones())[0]
    assert "since the 14:00 deploy" in incident.summary
    assert f"archives/{channel['id']}/p{ts.replace('.', '')}" in incident.summary
    thread = await place.people.reads(EVE, channel["id"], thread=ts)
    assert "INC-1 Card payments are failing was declared from this message: #inc-1" in thread


async def test_a_thread_where_the_bot_is_not_is_said_to_the_declarer_alone(place: Town) -> None:
    ts = await place.people.says(BEN, "engineering", "The queue is growing")
    channel = await place.people.channel("engineering", BEN)
    await place.people.uses_message_shortcut(BEN, channel["id"], ts, "declare_from_message")
    await place.people.submits(BEN)
    room = await place.room()
    await place.quiet()
    direct = await place.people.reads(BEN, await place.people.direct_channel(BEN))
    assert "could not tell the thread it was declared from: Warroom is not in the channel" in direct
    assert "could not" not in await place.people.reads(BEN, room)


async def test_a_private_incident_leaves_no_word_in_the_thread(place: Town) -> None:
    channel = await place.people.channel("incidents", ANA)
    await place.people.joins(ANA, channel["id"])
    ts = await place.people.says(ANA, channel["id"], "Somebody reads our mail")
    await place.people.uses_message_shortcut(ANA, channel["id"], ts, "declare_from_message")
    await place.people.submits(ANA, {"Who may see it?": ["private"]})
    await place.room()
    await place.quiet()
    assert "INC-1" not in await place.people.reads(EVE, channel["id"], thread=ts)


async def test_a_message_goes_on_the_timeline_once_and_the_person_is_told(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    root = await place.people.says(ANA, room, "Rolling back")
    ts = await place.people.says(ANA, room, "Rolled back to 4.2", thread_ts=root)
    await asyncio.gather(*(place.people.uses_message_shortcut(ANA, room, ts, "add_to_timeline") for _ in range(2)))
    await place.quiet()
    assert "That message is on the timeline of INC-1" in await place.people.reads(ANA, room, thread=root)
    assert place.warroom is not None
    incident = (await place.warroom.queries.open_ones())[0]
    assert incident.marked == (ts,)


async def test_outside_a_room_the_shortcut_says_what_to_do(place: Town) -> None:
    ts = await place.people.says(ANA, GENERAL, "Something is odd")
    await place.people.uses_message_shortcut(ANA, GENERAL, ts, "add_to_timeline")
    assert "This is not an incident's room" in await place.people.reads(ANA, GENERAL)


async def test_a_guest_is_told_that_guests_do_not_declare(place: Town) -> None:
    await place.people.uses_shortcut(FIN, "declare_incident")
    await place.people.tries(FIN, "view_submit", **await place.people.fills(FIN, {"title": "it broke"}))
    assert "Guests cannot declare" in await place.people.reads_modal(FIN)
