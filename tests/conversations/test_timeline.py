"""The timeline: notes of the past, corrections, pages of it, and the whole of it as a file."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.practice.client import PracticeRefused
from bot.queries import Line
from bot.workflows.incident import IncidentId
from tests.town import ANA, Town, utcnow

ONE = IncidentId(1)


async def lines(place: Town) -> list[Line]:
    """The timeline of INC-1 as it is stored."""
    assert place.warroom is not None
    await place.quiet()
    return await place.warroom.queries.timeline(ONE)


async def test_a_note_with_a_past_time_stands_at_that_moment(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    assert place.warroom is not None
    await place.people.commands(ANA, room, "/incident note 2 h ago first alert")
    await place.told(ANA, room, "Noted on the timeline of INC-1 under")
    first = (await lines(place))[0]
    assert first.text.endswith("noted: first alert")
    assert timedelta(minutes=119) < first.recorded_at - first.at < timedelta(minutes=122)
    assert "noted: first alert (under " in (await place.thread(ANA, room)).replace("_", "")


async def test_a_note_that_merely_begins_with_a_number_is_of_now(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.commands(ANA, room, "/incident note 500 errors are back")
    await place.told(ANA, room, "Noted on the timeline of INC-1.")
    last = (await lines(place))[-1]
    assert last.text.endswith("noted: 500 errors are back")
    assert last.at == last.recorded_at


async def test_the_form_of_a_note_asks_when(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.clicks(ANA, room, "Note")
    with pytest.raises(PracticeRefused) as refused:
        await place.people.submits(ANA, {"note": "rolled back", "When": "tomorrow"})
    assert "is not a time" in refused.value.answer["errors"]["when"]
    at = utcnow() - timedelta(hours=1)
    await place.people.submits(ANA, {"When": f"{at:%H:%M} utc"})
    first = (await lines(place))[0]
    assert first.text.endswith("noted: rolled back")
    assert abs(first.at - datetime(at.year, at.month, at.day, at.hour, at.minute, tzinfo=UTC)) < timedelta(minutes=1)
