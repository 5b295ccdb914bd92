"""When customers began to feel it: said with a word or in the form, corrected, and shown to everyone."""

from datetime import timedelta

import pytest

from bot.practice.client import PracticeRefused
from bot.workflows.incident import IncidentId, Stamp
from tests.town import ANA, EVE, GENERAL, Town, utcnow


async def test_it_is_said_corrected_and_shown(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev1")
    await place.people.commands(ANA, room, "/incident started 40 min ago")
    await place.told(ANA, room, "Noted: the impact of INC-1 began")
    await place.quiet()
    assert "Customers began to feel it" in await place.people.reads(ANA, room)
    assert "Customers began to feel it" in await place.people.reads(EVE, "incidents")
    assert "@ana said when the impact began" in await place.thread(ANA, room)
    await place.people.commands(ANA, room, "/incident since 1h ago")
    await place.quiet()
    assert "@ana corrected when the impact began: from" in await place.thread(ANA, room)
    await place.people.commands(ANA, room, "/incident postmortem")
    await place.quiet()
    drafts = [file["name"] for m in await place.people.messages(ANA, room) for file in m.get("files", ())]
    draft = await place.people.downloads(ANA, room, drafts[-1])
    assert "| Until it was declared | impact began | declared | 59 min" in draft or "| declared | 1 h" in draft
    assert "corrected when the impact began" in draft


async def test_a_time_that_cannot_be_is_refused_with_examples(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.commands(ANA, room, "/incident started 40 days ago")
    await place.told(ANA, room, "more than 30 days ago")


async def test_the_form_asks_and_marks_what_is_wrong_at_the_field(place: Town) -> None:
    await place.people.commands(ANA, GENERAL, "/incident checkout is failing")
    with pytest.raises(PracticeRefused) as refused:
        await place.people.submits(ANA, {"When did customers begin to feel it?": "soon"})
    assert "“soon” is not a time that Warroom can read" in refused.value.answer["errors"]["started"]
    await place.people.submits(ANA, {"When did customers begin to feel it?": "20 min ago"})
    await place.room()
    await place.quiet()
    assert place.warroom is not None
    incident = await place.warroom.queries.incident(IncidentId(1))
    assert incident is not None
    began = incident.at(Stamp.IMPACT_STARTED)
    assert began is not None
    assert timedelta(minutes=19) < utcnow() - began < timedelta(minutes=22)
