"""The checklist in dialogue: by menu, in its form and by word; it ticks itself, and is in nobody's way."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from bot.practice.client import PracticeRefused
from tests.conversations.test_updates import direct, later
from tests.town import ANA, BEN, CLEO, DAN, EVE, GENERAL, Clock, Town, Ways, town


@pytest_asyncio.fixture
async def place(ways: Ways, clock: Clock) -> AsyncIterator[Town]:
    """A workspace whose bot's clock can be put forward."""
    async with town(replace(ways, now=clock)) as there:
        yield there


async def card(place: Town, room: str) -> str:
    """What stands on the card."""
    await place.quiet()
    read = await place.people.reads(ANA, room)
    return read[read.index("*INC-1 ") :].partition("[Take command")[0]


async def test_what_the_bot_sees_ticks_itself_and_the_card_says_so(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    shown = await card(place, room)
    assert "*Checklist 0/9* · before the next phase: 1, 2, 3, 9" in shown
    assert "1. Take command" in shown
    await place.people.clicks(ANA, room, "Take command")
    await place.people.commands(ANA, room, "/incident sev 2")
    shown = await card(place, room)
    assert "*Checklist 2/9* · before the next phase: 3, 9" in shown
    assert "1. Take command" not in shown
    await place.people.commands(ANA, room, "/incident checklist")
    form = await place.people.reads_modal(ANA)
    assert "1. Take command _(done by itself)_" in form
    assert "Playbook: Service outage, version" in form


async def test_an_item_is_done_taken_given_and_undone_by_its_menu(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev3")
    await place.people.joins(BEN, room)
    await place.people.clicks(ANA, room, "Take command")  # which makes room for one more item on the card
    await place.quiet()
    await place.people.clicks(BEN, room, "1:8:mine")
    assert "8. Look from outside, from two places, whether it is really down\n@ben" in await card(place, room)
    await place.people.clicks(ANA, room, "1:8:assign")
    await place.people.submits(ANA, {"Who does it?": "U0CLEO"})
    await place.quiet()
    assert "gave you an item of INC-1: Look from outside" in await direct(place, CLEO)
    await place.people.clicks(BEN, room, "1:8:done")
    assert "8. Look from outside" not in await card(place, room)
    await place.people.clicks(ANA, room, "Checklist")
    assert "(done by @ben)" in await place.people.reads_modal(ANA)
    await place.people.clicks_in_modal(ANA, "1:8:undo")
    assert "(done by @ben)" not in await place.people.reads_modal(ANA)
    assert "8. Look from outside" in await card(place, room)


async def test_help_is_read_by_one_person_alone(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev3")
    await place.people.joins(BEN, room)
    await place.people.clicks(BEN, room, "1:1:help")
    assert "One person decides and keeps the big picture." in await place.people.reads(BEN, room)
    assert "It ticks itself: when somebody is commander" in await place.people.reads(BEN, room)
    assert "One person decides and keeps" not in await place.people.reads(ANA, room)


async def test_skipping_asks_why_in_the_form_and_on_the_card(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev3")
    await place.people.commands(ANA, room, "/incident checklist")
    await place.people.clicks_in_modal(ANA, "1:4:skip")
    with pytest.raises(PracticeRefused):
        await place.people.submits(ANA, {"Why is it left out?": "  "})
    await place.people.submits(ANA, {"Why is it left out?": "known from the <alert>"})
    assert "(left out: known from the <alert>)" in await place.people.reads_modal(ANA)
    assert "4. Find out since when" not in await card(place, room)


async def test_the_words_say_what_counted(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev3")
    await place.people.joins(BEN, room)
    for words, answer in (
        ("check 9", "Ticked: List what changed in the last two hours"),
        ("skip 8 the alarm came from outside", "Left out: Look from outside"),
        ("skip 8", "Say why it is left out"),
        ("check 99", "INC-1 has no item 99"),
        ("check", "Say the number of the item"),
    ):
        await place.people.commands(ANA, room, f"/incident {words}")
        await place.told(ANA, room, answer)
    await place.people.commands(BEN, room, "/incident check 9")
    await place.told(BEN, room, "List what changed in the last two hours was ticked already by @ana.")


async def test_going_on_shows_what_is_required_and_takes_a_reason(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.clicks(ANA, room, "Next phase")
    asked = await place.people.reads_modal(ANA)
    assert "Still open in Detection & Analysis, and required:" in asked
    assert "9. List what changed" in asked
    assert "2. Grade the severity" not in asked
    await place.people.submits(ANA, {"Why are they left out?": "the alert named the cause"})
    shown = await card(place, room)
    assert "Containment & Eradication*: Stop the damage first" in shown
    assert "10. Choose the quickest way out" in shown
    await place.people.clicks(ANA, room, "Checklist")
    assert "9. List what changed in the last two hours _(left out: the alert named the cause)_" in (
        await place.people.reads_modal(ANA)
    )


async def test_an_overdue_item_is_told_once_to_whoever_it_belongs_to(place: Town, clock: Clock) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.clicks(ANA, room, "Take command")
    await place.people.commands(ANA, room, "/incident claim tech")
    await place.people.commands(ANA, room, "/incident role comms @dan")
    await place.quiet()
    await later(place, clock, minutes=15)
    read = await direct(place, DAN)
    assert read.count("Still open on the checklist of INC-1 checkout is failing, and due by now:") == 1
    assert "7. Tell stakeholders for the first time" in read
    await later(place, clock, minutes=1)
    assert await direct(place, DAN) == read
    assert "7. Tell stakeholders" not in await direct(place, ANA)


async def test_a_silent_room_and_a_long_phase_are_asked_about_once(place: Town, clock: Clock) -> None:
    room = await place.declares(ANA, "checkout is failing sev4")
    await place.people.clicks(ANA, room, "Take command")
    await later(place, clock, minutes=31)
    read = await place.thread(ANA, room)
    assert read.count("Nobody has written here for 30 min.") == 1
    assert read.count("Detection & Analysis takes longer than it usually does (30 min).") == 1
    await later(place, clock, minutes=31)
    read = await place.thread(ANA, room)
    assert read.count("Nobody has written here") == 1
    assert read.count("takes longer than") == 1


async def test_nobody_outside_a_private_room_reaches_its_checklist(place: Town) -> None:
    await place.declares(ANA, "breach --private sev1")
    for words in ("check 1 INC-1", "skip 1 INC-1 x", "checklist INC-1", "resolve INC-1", "next INC-1"):
        await place.people.commands(EVE, GENERAL, f"/incident {words}")
    read = await place.people.reads(EVE, GENERAL)
    assert read.count("There is no incident INC-1 you can see.") == 5
    assert await place.people.modal(EVE) is None


async def test_two_people_tick_one_item_at_once_and_it_is_on_the_timeline_once(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev3")
    await place.people.joins(BEN, room)
    await place.people.commands(ANA, room, "/incident check 9")
    await place.people.commands(BEN, room, "/incident check 9")
    assert place.warroom is not None
    (incident,) = await place.warroom.queries.open_ones()
    lines = await place.warroom.queries.timeline(incident.id)
    assert sum(line.kind == "ItemDone" for line in lines) == 1


async def test_an_item_for_the_worst_appears_when_it_becomes_that_bad_and_counts_from_then(
    place: Town, clock: Clock
) -> None:
    room = await place.declares(ANA, "orders are corrupted sev3")
    await place.people.clicks(ANA, room, "Take command")
    await later(place, clock, minutes=40)
    assert "Find somebody who writes down every step" not in await card(place, room)
    await place.people.commands(ANA, room, "/incident severity 1")
    await place.people.clicks(ANA, room, "Checklist")
    form = await place.people.reads_modal(ANA)
    assert "Playbook: Data loss or corruption, version" in form
    assert "Find somebody who writes down every step" in form
    await later(place, clock, minutes=14)
    assert "Find somebody who writes down" not in await direct(place, ANA)
    await later(place, clock, minutes=1)
    assert "Find somebody who writes down" in await direct(place, ANA)
    await place.people.commands(ANA, room, "/incident severity 3")
    await place.people.clicks(ANA, room, "Checklist")
    assert "Find somebody who writes down" not in await place.people.reads_modal(ANA)


async def test_a_note_ticks_the_item_that_waits_for_its_first_word(place: Town) -> None:
    room = await place.declares(ANA, "orders are corrupted sev3")
    await place.people.clicks(ANA, room, "Take command")
    assert "Stop the job or the writes" in await card(place, room)
    await place.people.commands(BEN, room, "/incident note Stopped: the import job at 13:52")
    assert "Stop the job or the writes" not in await card(place, room)
    await place.people.clicks(ANA, room, "Checklist")
    assert "Stop the job or the writes that do the damage _(done by itself)_" in await place.people.reads_modal(ANA)


async def test_a_tick_is_taken_back_by_word_and_another_incident_is_named(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident check 4")
    await place.told(ANA, room, "Ticked: Find out since when customers feel it")
    await place.people.commands(ANA, room, "/incident uncheck 4")
    await place.told(ANA, room, "Open again: Find out since when customers feel it")
    await place.people.commands(ANA, room, "/incident uncheck 4")
    await place.told(ANA, room, "Find out since when customers feel it is open.")
    await place.people.commands(ANA, GENERAL, "/incident check 4 INC-1")
    await place.told(ANA, GENERAL, "Ticked in INC-1: Find out")
