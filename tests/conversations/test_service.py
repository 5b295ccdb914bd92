"""Services: which one an incident is about, said in the form or later, shown everywhere, and a reason to ask first."""

from dataclasses import replace

import pytest

from bot.workflows.policy import ServiceRule
from tests.conversations.looking import announced, timeline
from tests.town import ANA, BEN, EVE, GENERAL, HOUSE_RULES, Town, Ways

SERVICES = (
    ServiceRule(key="payments", name="Payments", aliases=("checkout", "card payments")),
    ServiceRule(key="search", name="Search"),
)


@pytest.fixture
def ways(ways: Ways) -> Ways:
    """An installation that names its services."""
    return replace(ways, policy=replace(HOUSE_RULES, services=SERVICES))


async def test_the_form_asks_and_everybody_reads_it(place: Town) -> None:
    await place.people.commands(ANA, GENERAL, "/incident checkout is failing")
    await place.people.submits(ANA, {"Service": {"selected_option": "payments"}})
    room = await place.room()
    await place.quiet()
    assert "Service: Payments" in await place.people.reads(ANA, room)
    assert "Service: Payments" in await place.people.reads(EVE, "incidents")
    await place.people.commands(ANA, room, "/incident status")
    assert (await place.people.reads(ANA, room)).count("Service: Payments") == 2


async def test_it_is_said_later_by_any_of_its_names(place: Town) -> None:
    room = await place.declares(ANA, "cards are refused sev2")
    await place.people.commands(ANA, room, "/incident service card payments")
    await place.people.commands(BEN, GENERAL, "/incident service checkout INC-1")
    await place.quiet()
    assert "INC-1 is about Payments." in await place.people.reads(BEN, GENERAL)
    assert (await place.thread(ANA, room)).count("says that this is about Payments.") == 1
    assert sum("which service it is about: Payments" in line for line in await timeline(place)) == 1
    await place.people.commands(ANA, room, "/incident service billing")
    assert "Say which service it is about. There are: Payments, Search." in await place.people.reads(ANA, room)


async def test_words_that_begin_like_it_stay_a_title(place: Town) -> None:
    await place.people.commands(ANA, GENERAL, "/incident service desk is down")
    assert "service desk is down" in str((await place.people.modal(ANA) or {})["blocks"])


async def test_an_open_incident_of_the_same_service_is_asked_about_first(place: Town) -> None:
    await place.declares(ANA, "cards are refused sev2")
    await place.people.commands(ANA, GENERAL, "/incident service payments INC-1")
    await place.quiet()
    assert "Service: Payments" in await announced(place) + await place.people.reads(EVE, "incidents")
    await place.people.commands(BEN, GENERAL, "/incident the settlement job hangs")
    await place.people.submits(BEN, {"Service": {"selected_option": "payments"}})
    asked = await place.people.reads_modal(BEN)
    assert "This may be open already." in asked
    assert "cards are refused" in asked
