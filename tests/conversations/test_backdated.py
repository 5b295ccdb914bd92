"""An incident that is written down after the fact: the form, the room, the draft, and who hears of it."""

import pytest

from bot.practice.client import PracticeRefused
from bot.workflows.incident import Stamp
from tests.conversations.worst import incident, served
from tests.town import ANA, BEN, EVE, FIN, GENERAL, Town

FILLED = {
    "What was wrong?": "Checkout was failing", "Severity": "sev2", "Kind": "outage",
    "When did customers begin to feel it?": "yesterday 10:00 utc", "When was it noticed?": "yesterday 10:05 utc",
    "When did the impact stop?": "yesterday 10:40 utc", "When was it over?": "yesterday 11:00 utc",
    "What fixed it?": "The deploy was rolled back",
}  # fmt: skip


async def test_what_is_over_is_written_down_and_nobody_else_is_told(place: Town) -> None:
    await place.people.commands(ANA, GENERAL, "/incident backfill Checkout was failing")
    await place.people.submits(ANA, FILLED)
    room = await place.room()
    await place.quiet()
    assert "INC-1 Checkout was failing is written down: #inc-1" in await place.people.reads_modal(ANA)
    written = await incident(place)
    began, resolved = written.at(Stamp.IMPACT_STARTED), written.at(Stamp.RESOLVED)
    assert began is not None
    assert resolved is not None
    assert (resolved - began).total_seconds() == 3600
    assert "INC-1" not in await place.people.reads(EVE, "incidents")
    assert "Written down after the fact by @ana" in await place.people.reads(ANA, room)
    assert "This is written down after the fact." in await place.thread(ANA, room)
    assert written.draft_at is not None
    lines = [line.text for line in await served(place).queries.timeline(written.id)]
    assert any("It was over: The deploy was rolled back" in line for line in lines)
    for words in ("note yesterday 10:20 utc the deploy was found", "action Add an alert <@U0BEN> by friday", "close"):
        await place.people.commands(ANA, room, f"/incident {words}")
    await place.people.commands(BEN, GENERAL, "/incident repair INC-1")
    await place.quiet()
    assert "INC-1" not in await place.people.reads(EVE, "incidents")
    assert (await incident(place)).actions[0].text == "Add an alert"


async def test_times_that_cannot_have_been_are_said_at_their_field(place: Town) -> None:
    await place.people.commands(ANA, GENERAL, "/incident backfill")
    with pytest.raises(PracticeRefused, match="'resolved': '“some day” is not a time that Warroom can read"):
        await place.people.submits(ANA, {**FILLED, "When was it over?": "some day"})
    with pytest.raises(PracticeRefused, match="'contained': 'That is before its beginning"):
        await place.people.submits(ANA, {**FILLED, "When did the impact stop?": "yesterday 09:00 utc"})
    await place.people.submits(ANA, FILLED)
    await place.room()


async def test_it_is_announced_when_that_is_ticked(place: Town) -> None:
    await place.people.commands(ANA, GENERAL, "/incident backfill")
    await place.people.submits(ANA, {**FILLED, "Who hears of it?": ["announced"]})
    await place.room()
    await place.quiet()
    assert "INC-1 Checkout was failing" in await place.people.reads(EVE, "incidents")


async def test_retro_asks_and_an_alarm_is_not_taken_for_the_past(place: Town) -> None:
    await place.people.commands(ANA, GENERAL, "/incident retro")
    await place.people.clicks(ANA, GENERAL, "Write down an incident that is over")
    assert "When was it over?" in await place.people.reads_modal(ANA)
    await place.people.closes(ANA)
    await place.people.commands(BEN, GENERAL, "/incident backfill job is failing")
    await place.people.clicks(BEN, GENERAL, "Declare “backfill job is failing”")
    await place.room()
    assert (await incident(place)).title == "backfill job is failing"


async def test_guests_write_nothing_down(place: Town) -> None:
    await place.people.commands(FIN, GENERAL, "/incident backfill")
    await place.people.submits(FIN, FILLED)
    assert "Guests cannot declare" in await place.people.reads_modal(FIN)
