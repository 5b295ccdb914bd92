"""What others do to a private incident, and its repair: not a byte outside."""

from tests.conversations.looking import (
    cards,
    direct,
    incident,
    repairs,
    settled,
)
from tests.conversations.test_private import all_of
from tests.town import ANA, BEN, CLEO, EVE, GENERAL, Town


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
    said = "@ben left this room, and is no longer incident commander: only who is here knows of it. Take command"
    assert said in await place.people.reads(ANA, room)
    assert len(cards(place, room)) == 1
    await leaks_nothing(place, room)


async def test_strangers_cannot_repair_a_private_incident(place: Town) -> None:
    await private(place)
    await place.people.commands(EVE, GENERAL, "/incident repair inc-1")
    assert "There is no incident INC-1 you can see" in await place.people.reads(EVE, GENERAL)
