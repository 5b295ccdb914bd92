"""Action items in dialogue: given in one line or asked for, listed, done, dropped, remembered, and in the draft."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from bot.practice.client import PracticeRefused
from bot.practice.workspace import BOT_USER
from tests.conversations.test_updates import direct, later
from tests.town import ANA, BEN, CLEO, EVE, GENERAL, Clock, Town, Ways, town


@pytest_asyncio.fixture
async def place(ways: Ways, clock: Clock) -> AsyncIterator[Town]:
    """A workspace whose bot's clock can be put forward."""
    async with town(replace(ways, now=clock)) as there:
        yield there


def in_days(count: int) -> str:
    return (datetime.now(UTC) + timedelta(days=count)).date().isoformat()


async def test_everything_in_one_line_is_given_at_once(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, f"/incident action Add an alert for the queue @ben by {in_days(5)}")
    await place.told(ANA, room, "Action item 1: Add an alert for the queue")
    await place.quiet()
    assert "gave action item 1 to @ben" in await place.thread(ANA, room)
    assert "gave you action item 1 of INC-1 checkout is failing" in await direct(place, BEN)


async def test_what_is_missing_is_asked_for_with_the_rest_filled_in(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident action Add an alert for the queue")
    asked = await place.people.reads_modal(ANA)
    assert "Nobody can see that done yet" not in asked
    with pytest.raises(PracticeRefused):
        await place.people.submits(ANA, {"Who does it?": BOT_USER, "By when?": in_days(5)})
    with pytest.raises(PracticeRefused) as refused:
        await place.people.submits(ANA, {"Who does it?": "U0CLEO", "By when?": in_days(-1)})
    assert "is over already" in refused.value.answer["errors"]["due"]
    await place.people.submits(ANA, {"Who does it?": "U0CLEO", "By when?": in_days(5)})
    await place.quiet()
    await place.people.commands(ANA, room, "/incident actions")
    await place.told(ANA, room, "1. Add an alert for the queue")
    assert "gave you action item 1" in await direct(place, CLEO)


async def test_what_nobody_can_see_done_is_asked_about_once_and_then_taken(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, f"/incident action Improve monitoring @ben by {in_days(5)}")
    assert "Nobody can see that done yet" in await place.people.reads_modal(ANA)
    await place.people.submits(ANA)
    await place.quiet()
    assert "Improve monitoring" in await place.thread(ANA, room)


async def test_it_is_done_by_the_first_who_says_so_and_dropped_with_a_reason(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.joins(BEN, room)
    for text in ("Add an alert", "Remove the old host"):
        await place.people.commands(ANA, room, f"/incident action {text} @ben by {in_days(5)}")
    for person in (ANA, BEN):
        await place.people.commands(person, room, "/incident actions")
        await place.told(person, room, "2. Remove the old host")
    for person in (ANA, BEN):
        await place.people.clicks(person, room, "1:1:finish")
        await place.told(person, room, "Action item 1 is done.")
    await place.people.clicks(BEN, room, "1:2:drop")
    await place.people.submits(BEN, {"Why will it not be done?": "it is gone already"})
    await place.quiet()
    thread = await place.thread(ANA, room)
    assert thread.count("finished action item 1: Add an alert") == 1
    assert "dropped action item 2: Remove the old host (it is gone already)" in thread


async def test_the_owner_is_reminded_until_it_is_done_also_after_the_end(place: Town, clock: Clock) -> None:
    room = await place.declares(ANA, "checkout is failing sev4")
    await place.people.commands(ANA, room, f"/incident action Add an alert @ben by {in_days(10)}")
    await place.resolves(ANA, room)
    await place.people.commands(ANA, room, "/incident close")
    await place.quiet()
    await later(place, clock, days=7)
    assert "is due by" not in await direct(place, BEN)
    await later(place, clock, days=1, hours=20)
    assert (await direct(place, BEN)).count("Action item 1 of INC-1 checkout is failing* is due by") == 1
    await later(place, clock, days=20)
    assert (await direct(place, BEN)).count("Action item 1 of INC-1 checkout is failing* was due by") == 1
    dm = await place.people.direct_channel(BEN)
    await place.people.clicks(BEN, dm, "Done")
    await place.told(BEN, dm, "Action item 1 is done.")
    await later(place, clock, days=20)
    assert (await direct(place, BEN)).count("was due by") == 1


async def test_the_day_can_be_changed_from_the_reminder(place: Town, clock: Clock) -> None:
    room = await place.declares(ANA, "checkout is failing sev4")
    await place.people.commands(ANA, room, f"/incident action Add an alert @ben by {in_days(3)}")
    await later(place, clock, days=2)
    dm = await place.people.direct_channel(BEN)
    await place.people.clicks(BEN, dm, "Change day or owner")
    await place.people.submits(BEN, {"By when?": in_days(30)})
    await place.quiet()
    assert "changed action item 1: Add an alert" in await place.thread(ANA, room)
    await later(place, clock, days=10)
    assert (await direct(place, BEN)).count("Action item 1 of INC-1") == 1


async def test_the_owner_of_an_item_of_a_private_incident_is_let_in_and_nobody_else_sees_it(place: Town) -> None:
    room = await place.declares(ANA, "breach --private sev1")
    await place.people.commands(ANA, room, f"/incident action Rotate the keys @ben by {in_days(1)}")
    await place.people.commands(EVE, GENERAL, "/incident actions INC-1")
    assert "There is no incident INC-1 you can see." in await place.people.reads(EVE, GENERAL)
    await place.people.commands(BEN, GENERAL, "/incident actions INC-1")
    assert "Rotate the keys" in await place.people.reads(BEN, GENERAL)


async def test_the_draft_and_the_home_tab_have_them(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, f"/incident action Add | an alert @ben by {in_days(5)}")
    await place.resolves(ANA, room)
    await place.people.opens_home(BEN)
    await place.people.until(lambda: _home_says(place, BEN, "INC-1, action item 1: Add | an alert"))
    assert not await _home_says(place, EVE, "action item 1")


async def _home_says(place: Town, person: str, text: str) -> bool:
    return text in str((await place.people.state(person))["home"])


async def test_a_reason_that_comes_second_is_not_lost_without_a_word(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.joins(BEN, room)
    await place.people.commands(ANA, room, f"/incident action Add an alert @ben by {in_days(5)}")
    for person in (ANA, BEN):
        await place.people.commands(person, room, "/incident actions")
        await place.told(person, room, "1. Add an alert")
    await place.people.clicks(BEN, room, "1:1:drop")
    await place.people.clicks(ANA, room, "1:1:finish")
    await place.people.submits(BEN, {"Why will it not be done?": "it is gone already"})
    assert "Action item 1 is done already by @ana, so your reason was not kept." in await place.people.reads_modal(BEN)
