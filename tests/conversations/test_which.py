"""Which incident is meant, who may know of it, and the buttons that refusals and questions offer."""

import pytest

from bot.practice.client import PracticeRefused
from bot.workflows.incident import IncidentId
from tests.town import ANA, BEN, CLEO, EVE, GENERAL, Town


async def last_answer(place: Town, person: str, channel: str = GENERAL) -> str:
    """The last thing only that person was told in a channel."""
    read = await place.people.reads(person, channel)
    return read.rsplit("Warroom (only visible to you): ", 1)[-1]


async def test_a_private_incident_is_not_there_for_others(place: Town) -> None:
    room = await place.declares(ANA, "payroll leaked --private")
    for words in ("status INC-1", "resolve INC-1", "claim commander INC-1", "note INC-1 hello", "postmortem INC-1"):
        await place.people.commands(CLEO, GENERAL, f"/incident {words}")
        private = await last_answer(place, CLEO)
        await place.people.commands(CLEO, GENERAL, f"/incident {words.replace('INC-1', 'INC-99')}")
        assert private == (await last_answer(place, CLEO)).replace("INC-99", "INC-1")
    for words in ("list", "", "status"):
        await place.people.commands(CLEO, GENERAL, f"/incident {words}".rstrip())
        assert "payroll" not in await last_answer(place, CLEO)
    assert "payroll" not in await place.people.reads(EVE, "incidents")
    await place.people.commands(ANA, GENERAL, "/incident status")
    assert "INC-1 payroll leaked" in await last_answer(place, ANA)
    assert "Private: only people who are invited" in await place.people.reads(ANA, room)


async def test_whoever_is_in_a_private_room_may_act_there(place: Town) -> None:
    room = await place.declares(ANA, "payroll leaked --private")
    await place.people.invites(ANA, room, BEN)
    await place.people.clicks(BEN, room, "Take command")
    assert "You are incident commander of INC-1." in await place.people.reads(BEN, room)


async def test_outside_a_room_the_one_incident_a_person_is_in_is_meant_and_named(place: Town) -> None:
    await place.declares(ANA, "checkout is failing")
    await place.declares(BEN, "search is slow", 2)
    await place.people.commands(BEN, GENERAL, "/incident sev 1")
    assert await last_answer(place, BEN) == "INC-2 is SEV1 critical."


async def test_else_the_person_is_asked_and_the_words_are_carried_on(place: Town) -> None:
    await place.declares(ANA, "checkout is failing")
    await place.declares(BEN, "search is slow", 2)
    await place.people.commands(CLEO, GENERAL, "/incident note a < b & told @ana")
    assert "INC-2 search is slow" in await last_answer(place, CLEO)
    await place.people.clicks(CLEO, GENERAL, "INC-1 checkout is failing")
    await place.told(CLEO, GENERAL, "Noted on the timeline of INC-1.")
    assert place.warroom is not None
    lines = await place.warroom.queries.timeline((await place.warroom.queries.open_ones())[1].id)
    assert lines[-1].text == "<@U0CLEO> noted: a &lt; b &amp; told <@U0ANA>"


async def test_a_refusal_offers_the_right_next_button(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.commands(ANA, room, "/incident close")
    await place.people.clicks(ANA, room, "Resolve INC-1")
    await place.people.submits(ANA, {"What fixed it?": "", "Why are they left out?": "it was a test"})
    await place.quiet()
    assert "@ana resolved INC-1" in await place.people.reads(ANA, room)
    await place.people.clicks(ANA, room, "Close")
    assert "Still open in Post-Incident Learning, and required:" in await place.people.reads_modal(ANA)
    await place.people.submits(ANA, {"Why are they left out?": "there is nothing to review"})
    await place.told(ANA, room, "@ana closed INC-1: there is nothing to review.")
    assert place.warroom is not None
    texts = [line.text for line in await place.warroom.queries.timeline(IncidentId(1))]
    assert any("left out “Find somebody who leads the review" in text for text in texts)


async def test_a_slip_is_asked_about_and_nothing_is_declared(place: Town) -> None:
    await place.people.commands(ANA, GENERAL, "/incident lisst")
    await place.people.clicks(ANA, GENERAL, "List")
    await place.told(ANA, GENERAL, "No incident is open.")
    assert place.warroom is not None
    assert not await place.warroom.queries.open_ones()


async def test_a_slip_is_mended_by_one_press_with_all_that_was_typed(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.commands(ANA, room, "/incident claim commander")
    await place.people.commands(ANA, room, "/incident hanover commander @ben watch the cache")
    await place.people.clicks(ANA, room, "Handover commander @ben watch the cache")
    await place.quiet()
    brief = await place.people.reads(BEN, await place.people.direct_channel(BEN))
    assert "watch the cache" in brief
    assert place.warroom is not None
    assert len(await place.warroom.queries.open_ones()) == 1


async def test_roles_are_given_in_the_form_and_never_to_an_app(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.clicks(ANA, room, "Roles")
    with pytest.raises(PracticeRefused, match="That is an app"):
        await place.people.submits(ANA, {"Give scribe to": "U0WARROOM", "Give incident commander to": "U0BEN"})
    await place.people.submits(ANA, {"Give scribe to": "U0CLEO"})
    await place.quiet()
    card = await place.people.reads(ANA, room)
    assert "Incident commander: @ben" in card
    assert "Scribe: @cleo" in card
    assert (await place.thread(ANA, room)).count("made @ben incident commander") == 1


async def test_a_role_taken_in_the_form_shows_there(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.clicks(ANA, room, "Roles")
    await place.people.clicks_in_modal(ANA, "Take this role")
    assert "*Incident commander:* @ana" in await place.people.reads_modal(ANA)


async def test_severity_and_notes_by_form(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.clicks(ANA, room, "Severity")
    await place.people.submits(ANA, {"Severity": "sev2"})
    await place.people.clicks(ANA, room, "Note")
    await place.people.submits(ANA, {"note": "rolled <back> & forth"})
    await place.quiet()
    assert ":large_orange_circle: SEV2 major" in await place.people.reads(ANA, room)
    assert "@ana noted: rolled <back> & forth" in await place.thread(ANA, room)
