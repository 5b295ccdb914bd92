"""Status updates: written, previewed and sent; reminded of on the promised minute, sent from there or put off."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio
from aiohttp import web

from bot.practice.client import PracticeRefused
from bot.practice.workspace import Call
from bot.workflows.incident import IncidentId, UserId
from bot.workflows.phases import MovePhase
from bot.workflows.policy import Phase
from tests.conversations.test_course import news
from tests.town import ANA, BEN, DAN, EVE, Clock, Town, Ways, town

WORDS = {"What is happening": "Payments fail", "Who is affected": "A third of all customers", "Next update": "1800"}


@pytest_asyncio.fixture
async def place(ways: Ways, clock: Clock) -> AsyncIterator[Town]:
    """A workspace whose bot's clock can be put forward."""
    async with town(replace(ways, now=clock)) as there:
        yield there


async def later(place: Town, clock: Clock, **passed: float) -> None:
    """Let time pass for the bot, and what falls due be delivered."""
    clock.ahead += timedelta(**passed)
    assert place.warroom is not None
    await place.warroom.scheduler.sweep()
    await place.quiet()


async def direct(place: Town, person: str) -> str:
    """What a person reads in their direct messages with the bot."""
    return await place.people.reads(person, await place.people.direct_channel(person))


async def announced(place: Town, person: str) -> str:
    """What a person reads in the thread of the newest announcement."""
    news = [message for message in await place.people.messages(person, "incidents") if message.get("blocks")]
    return await place.people.reads(person, "incidents", thread=news[-1]["ts"])


async def test_an_update_is_previewed_and_then_read_by_stakeholders(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev1")
    await place.people.commands(ANA, room, "/incident update")
    await place.people.submits(ANA, WORDS)
    shown = await place.people.reads_modal(ANA)
    assert "Update 1 · INC-1" in shown
    assert "Goes to the thread of the announcement and the room." in shown
    assert "Payments fail" not in await announced(place, EVE)
    await place.people.submits(ANA)
    assert await place.people.modal(ANA) is None
    await place.quiet()
    for read in (await announced(place, EVE), await place.thread(ANA, room)):
        assert "Update 1 · INC-1" in read
        assert "Who is affected: A third of all customers" in read.replace("*", "")
    assert "Next update by" in await place.people.reads(EVE, "incidents")


async def test_an_update_without_words_is_marked_at_its_field_and_nothing_is_sent(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev1")
    await place.people.commands(ANA, room, "/incident update")
    with pytest.raises(PracticeRefused) as refused:
        await place.people.submits(ANA, {**WORDS, "What is happening": "&" * 1000})
    assert "too long for one update" in refused.value.answer["errors"]["happening"]
    await place.quiet()
    assert "Update 1" not in await announced(place, EVE)


async def test_two_presses_of_send_are_one_update(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev1")
    await place.people.commands(ANA, room, "/incident update")
    await place.people.submits(ANA, WORDS)
    form = await place.people.fills(ANA, {})
    for _ in range(2):
        await place.people.tries(ANA, "view_submit", **form)
    await place.quiet()
    assert (await announced(place, EVE)).count("Update 1 · INC-1") == 1
    assert "Update 2" not in await announced(place, EVE)


async def test_the_communications_lead_is_reminded_and_sends_the_draft_as_it_stands(place: Town, clock: Clock) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident role communications @dan")
    await place.people.commands(ANA, room, "/incident note rolled back to <4.2> & watching")
    await place.quiet()
    await later(place, clock, minutes=24)
    assert "promised by" not in await direct(place, DAN)
    await later(place, clock, minutes=1)
    reminder = await direct(place, DAN)
    assert "The next update of INC-1 checkout is failing is promised by" in reminder.replace("*", "")
    assert "What we are doing: Finding out what is wrong." in reminder.replace("*", "")
    dm = await place.people.direct_channel(DAN)
    for _ in range(2):
        await place.people.clicks(DAN, dm, "Send")
    await place.quiet()
    told = await announced(place, EVE)
    assert told.count("Update 1 · INC-1") == 1
    assert "rolled back" not in told + reminder  # what was noted goes out only through the form, where it is read
    await later(place, clock, minutes=20)
    assert (await direct(place, DAN)).count("promised by") == 1


async def test_a_reminder_that_was_overtaken_says_so(place: Town, clock: Clock) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident claim commander")
    await later(place, clock, minutes=26)
    await place.people.commands(ANA, room, "/incident update")
    await place.people.submits(ANA, WORDS)
    await place.people.submits(ANA)
    await place.quiet()
    dm = await place.people.direct_channel(ANA)
    await place.people.clicks(ANA, dm, "Send")
    await place.told(ANA, dm, "has moved on since this was drafted")
    assert "Update 2" not in await announced(place, EVE)


async def test_a_snooze_moves_the_reminder_and_not_the_promise(place: Town, clock: Clock) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident claim commander")
    await later(place, clock, minutes=25)
    dm = await place.people.direct_channel(ANA)
    await place.people.clicks(ANA, dm, "Remind me shortly")
    await place.told(ANA, dm, "The promise stays as it is.")
    await later(place, clock, minutes=2)
    assert (await direct(place, ANA)).count("This would be sent:") == 1
    await later(place, clock, minutes=0.6)
    assert (await direct(place, ANA)).count("This would be sent:") == 2


async def test_a_broken_promise_climbs_to_the_commander_and_the_room_and_the_card_says_so(
    place: Town, clock: Clock
) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident claim commander")
    await place.people.commands(ANA, room, "/incident role communications @dan")
    await later(place, clock, minutes=26)
    await later(place, clock, minutes=4.1)
    assert "nothing was sent" in await direct(place, ANA)
    assert "nothing was sent" not in await direct(place, DAN)
    assert "is late" in await place.people.reads(EVE, "incidents")
    assert "and nobody has sent it" not in await place.people.reads(ANA, room)
    await later(place, clock, minutes=5)
    said = await place.people.reads(ANA, room)
    assert "nobody has sent it" in said
    assert "is late" in said
    await place.people.joins(BEN, room)
    await place.people.clicks(BEN, room, "Send")
    await place.quiet()
    assert "Update 1 · INC-1" in await announced(place, EVE)
    assert "is late" not in await place.people.reads(EVE, "incidents")


async def test_what_fell_due_while_the_bot_was_down_comes_once_and_says_how_late_it_is(
    place: Town, clock: Clock
) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident claim commander")
    for _ in range(3):
        await later(place, clock, minutes=25)
    said = await place.people.reads(ANA, room)
    assert said.count("nobody has sent it") == 1
    assert "_(This reminder comes 15 min late" in said
    assert "nothing was sent" not in await direct(place, ANA)


async def test_a_change_of_severity_moves_the_promise_and_says_so(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev4")
    assert "Next update when something changes" in await place.people.reads(EVE, "incidents")
    await place.people.commands(ANA, room, "/incident severity 2")
    await place.quiet()
    assert "Next update by" in await announced(place, EVE)
    assert "Next update by" in await place.people.reads(EVE, "incidents")


async def test_a_private_update_stays_in_the_room(place: Town) -> None:
    room = await place.declares(ANA, "keys have leaked sev1 --private")
    await place.people.commands(ANA, room, "/incident update")
    await place.people.submits(ANA, WORDS)
    assert "Goes to the room only" in await place.people.reads_modal(ANA)
    await place.people.submits(ANA)
    await place.quiet()
    assert "Update 1" in await place.thread(ANA, room)
    assert "INC-1" not in await place.people.reads(EVE, "incidents")


async def test_updates_stop_when_it_is_over(place: Town, clock: Clock) -> None:
    room = await place.declares(ANA, "checkout is failing sev1")
    await place.resolves(ANA, room)
    await place.people.commands(ANA, room, "/incident update")
    await place.told(ANA, room, "No update was sent: INC-1 was resolved already.")
    await later(place, clock, hours=2)
    assert "promised by" not in await place.people.reads(ANA, room)


async def test_a_reminder_that_may_come_a_second_time_says_so_where_people_read_it(place: Town, clock: Clock) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident claim commander")
    await place.quiet()

    async def lose_the_answer(call: Call) -> None:
        if call.method == "chat.postMessage" and "promised by" in str(call.args["text"]):
            place.practice.workspace.after_call.clear()
            raise web.HTTPServiceUnavailable

    place.practice.workspace.after_call.append(lose_the_answer)
    await later(place, clock, minutes=25)
    said = await direct(place, ANA)
    assert said.count("This would be sent:") == 2
    assert said.count("this may have reached you already") == 1


async def test_a_reminder_sends_the_words_that_stood_there_or_shows_what_changed(place: Town, clock: Clock) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident role communications @dan")
    await later(place, clock, minutes=26)
    assert place.warroom is not None
    going_on = MovePhase(incident=IncidentId(1), by=UserId("U0ANA"), to=Phase.CONTAINMENT, reason="the cause is known")
    await place.warroom.engine.execute(going_on)
    dm = await place.people.direct_channel(DAN)
    await place.people.clicks(DAN, dm, "Send")
    shown = await place.told(DAN, dm, "Nothing was sent: something was noted, corrected or decided")
    assert shown.count("Stopping the damage and removing its cause.") == 1
    await place.people.clicks(DAN, dm, "Send")
    await place.told(DAN, dm, "Update 1 of INC-1 is on its way.")
    await place.quiet()
    assert "Stopping the damage and removing its cause." in await announced(place, EVE)


async def test_what_is_typed_behind_update_stands_in_the_form(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev1")
    await place.people.commands(ANA, room, "/incident update cards are declined")
    await place.people.submits(ANA, {})
    await place.people.submits(ANA)
    await place.quiet()
    assert "cards are declined" in await news(place, EVE)
