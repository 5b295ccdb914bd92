"""Tasks in dialogue: given in one line, by form or from a message; told, ticked, reminded of, and in the draft."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from bot.practice.client import PracticeRefused
from tests.conversations.looking import incident, timeline
from tests.conversations.test_checklist import card
from tests.conversations.test_updates import direct, later
from tests.town import ANA, BEN, CLEO, DAN, EVE, GENERAL, Clock, Town, Ways, town


@pytest_asyncio.fixture
async def place(ways: Ways, clock: Clock) -> AsyncIterator[Town]:
    """A workspace whose bot's clock can be put forward."""
    async with town(replace(ways, now=clock)) as there:
        yield there


async def test_one_line_puts_it_on_the_card_and_tells_its_owner(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident task Call the <vendor> @ben in 20m")
    answer = await place.told(ANA, room, "Call the <vendor>\n@ben, by ")
    number = answer.rpartition("Item ")[2].partition(":")[0]
    shown = await card(place, room)
    assert f"{number}. Call the <vendor>\n@ben · by " in shown
    assert f"gave you item {number}, by " in await direct(place, BEN)
    await place.people.commands(CLEO, room, "/incident catchup")
    await place.told(CLEO, room, f"{number}. Call the <vendor>")
    await place.people.commands(BEN, room, f"/incident check {number}")
    await place.told(BEN, room, "Ticked: Call the <vendor>")
    assert "Call the <vendor>" not in await card(place, room)
    await place.people.commands(ANA, room, "/incident checklist")
    assert f"{number}. Call the <vendor> _(done by @ben)_" in await place.people.reads_modal(ANA)


async def test_a_bare_task_opens_a_small_form_and_a_bad_time_is_said_there(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident task")
    with pytest.raises(PracticeRefused) as refused:
        await place.people.submits(ANA, {"text": "Call the vendor", "due": "soon"})
    assert "What works: in 20m, at 15:00" in str(refused.value.answer["errors"]["due"])
    await place.people.submits(ANA, {"text": "Call the vendor", "owner": "U0DAN", "due": "30 min"})
    assert "Call the vendor\n@dan · by " in await card(place, room)
    await place.people.commands(ANA, room, "/incident task 3")
    await place.told(ANA, room, "An item that is there is ticked with `check`")


@pytest.mark.parametrize("due", ["friday 10:00", "in 20", "by midnight"])
async def test_a_time_is_the_same_in_the_form_and_in_words(place: Town, due: str) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident task")
    await place.people.submits(ANA, {"text": "Call the vendor", "owner": "U0DAN", "due": due})
    words = due if due.startswith(("by", "in")) else f"by {due}"
    await place.people.commands(ANA, room, f"/incident task Call the bank @ben {words}")
    await place.quiet()
    shown = await card(place, room)
    assert shown.partition("Call the vendor\n@dan · ")[2].partition("\n")[0].startswith("by ")
    assert shown.partition("Call the bank\n@ben · ")[2].partition("\n")[0].startswith("by ")


async def test_a_message_becomes_a_task_with_a_way_back_to_it(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.joins(BEN, room)
    ts = await place.people.says(BEN, room, "<@U0DAN> should look at the queue <!here>")
    await place.people.uses_message_shortcut(BEN, room, ts, "add_task")
    await place.people.submits(BEN)
    shown = await card(place, room)
    assert "@Dan Weber should look at the queue @\u200bhere" in shown
    number = shown.partition(". @Dan")[0].rpartition("\n")[2].split()[-1]
    await place.people.clicks(BEN, room, f"1:{number}:help")
    await place.told(BEN, room, f"archives/{room}/p{ts.replace('.', '')}")


async def test_elsewhere_a_message_becomes_none_and_the_words_are_a_title(place: Town) -> None:
    await place.declares(ANA, "checkout is failing sev2")
    ts = await place.people.says(BEN, GENERAL, "look at the queue")
    await place.people.uses_message_shortcut(BEN, GENERAL, ts, "add_task")
    await place.told(BEN, GENERAL, "This is not an incident's room")
    await place.people.commands(BEN, GENERAL, "/incident task queue is stuck")
    assert "task queue is stuck" in str(await place.people.modal(BEN))


async def test_the_owner_is_reminded_once_and_the_task_goes_along(place: Town, clock: Clock) -> None:
    room = await place.declares(ANA, "checkout is failing sev4")
    await place.people.clicks(ANA, room, "Take command")
    await place.people.commands(ANA, room, "/incident task Call the vendor @dan in 20m")
    await place.people.commands(ANA, room, "/incident phase recovery the rest is known")
    await place.quiet()
    assert "Call the vendor" in await card(place, room)
    await later(place, clock, minutes=21)
    read = await direct(place, DAN)
    assert read.count("Still open on the checklist of INC-1 checkout is failing, and due by now:") == 1
    await later(place, clock, minutes=30)
    assert await direct(place, DAN) == read


async def test_twice_the_same_line_is_one_task_and_two_people_at_once_get_two_numbers(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.joins(BEN, room)
    for _ in range(2):
        await place.people.commands(ANA, room, "/incident task Call the vendor")
    await asyncio.gather(
        place.people.commands(ANA, room, "/incident task Look at the queue"),
        place.people.commands(BEN, room, "/incident task Look at the disks"),
    )
    await place.quiet()
    assert place.warroom is not None
    (incident,) = await place.warroom.queries.open_ones()
    given = [item for item in incident.checklist if item.given_by]
    assert sorted(item.text for item in given) == ["Call the vendor", "Look at the disks", "Look at the queue"]
    assert len({item.number for item in incident.checklist}) == len(incident.checklist)


async def test_nobody_outside_a_private_room_gives_a_task(place: Town) -> None:
    await place.declares(ANA, "breach --private sev1")
    await place.people.commands(EVE, GENERAL, "/incident task INC-1 look")
    await place.told(EVE, GENERAL, "There is no incident INC-1 you can see.")
    await place.people.commands(EVE, GENERAL, "/incident task @ben look")
    await place.told(EVE, GENERAL, "No incident is open that you can see.")


async def test_in_a_private_room_an_app_is_refused_and_an_owner_is_let_in(place: Town) -> None:
    room = await place.declares(ANA, "breach --private sev1")
    await place.people.commands(ANA, room, "/incident task look @warroom")
    await place.told(ANA, room, "That is an app.")
    await place.people.commands(ANA, room, "/incident task Read the logs @ben")
    await place.told(ANA, room, "This is private: they are let into its room.")
    await place.quiet()
    assert "gave you item" in await direct(place, BEN)


async def test_people_and_rooms_that_a_task_names_are_named_wherever_it_is_shown(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident task ask @cleo in #general about @here @dan in 20m")
    words = "ask @cleo in #general about @\u200bhere"
    await place.told(ANA, room, words)
    assert words in await card(place, room)
    for asked in ("checklist", "catchup", "timeline"):
        await place.people.commands(ANA, room, f"/incident {asked}")
        await place.told(ANA, room, words)
    await place.people.commands(ANA, room, "/incident note hey @here")
    await place.quiet()
    everything = await place.people.reads(ANA, room) + await place.thread(ANA, room)
    assert "noted: hey @\u200bhere" in everything
    assert not [mark for mark in ("<!", "<@", "<#", "&lt;") if mark in everything]


async def test_a_time_that_cannot_be_read_is_said_and_the_right_one_is_set_on_the_same_task(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident task call the vendor @dan at 25:00")
    await place.told(ANA, room, "It has no time: “at 25:00” is none to come that Warroom can read.")
    await place.people.commands(ANA, room, "/incident task page the vendor @dan in 5m")
    await place.people.commands(ANA, room, "/incident task page the vendor @dan in 1.5h")
    await place.quiet()
    assert "> set the time of item" in (await timeline(place))[-1]
    given = [item.text for item in (await incident(place)).checklist if item.given_by]
    assert given == ["call the vendor at 25:00", "page the vendor"]


async def test_a_guest_who_is_given_a_task_is_let_into_the_room(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident task Reboot it in 2 hours @fin")
    await place.quiet()
    assert "U0FIN" in place.practice.workspace.channels[room]["members"]
    await place.people.commands("fin", room, "/incident status INC-1")
    await place.told("fin", room, "checkout is failing")


async def test_the_form_keeps_the_time_that_was_typed_and_opens_only_where_a_task_can_be_given(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident task @ben in 20m")
    view = await place.people.modal(ANA)
    assert view is not None
    assert "'initial_value': 'in 20m'" in str(view["blocks"])
    await place.people.commands(ANA, room, "/incident task in 10m call the vendor")
    await place.told(ANA, room, "It has no time: “in 10m” is none to come")
    await place.people.commands(ANA, room, "/incident cancel a test")
    await place.people.commands(BEN, room, "/incident task")
    await place.told(BEN, room, "INC-1 was cancelled as a false alarm already.")
    assert await place.people.modal(BEN) is None
