"""What an installation reserves for the commander or a group is refused to others, before any form opens."""

from dataclasses import replace

import pytest

from tests.conversations.looking import incident
from tests.town import ANA, BEN, CLEO, DAN, HOUSE_RULES, Town, Ways

RESERVED = {"resolve": "commander", "update": "commander", "severity": "S0ONCALL"}  # on call are Ben and Cleo


@pytest.fixture
def ways(ways: Ways) -> Ways:
    """An installation that reserves some things."""
    return replace(ways, policy=replace(HOUSE_RULES, permissions=RESERVED))


async def test_what_is_reserved_for_the_commander_says_so_before_a_form_opens(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.joins(BEN, room)
    for words in ("resolve", "update"):
        await place.people.commands(BEN, room, f"/incident {words}")
    said = await place.people.reads(BEN, room)
    assert "Here only the incident commander resolves INC-1, and nobody is that yet." in said
    assert await place.people.modal(BEN) is None
    await place.people.commands(ANA, room, "/incident claim commander")
    await place.people.commands(BEN, room, "/incident resolve rolled back")
    assert "Here only the incident commander resolves INC-1: ask @ana." in await place.people.reads(BEN, room)
    await place.resolves(ANA, room, fix="rolled back", told="yes")
    assert not (await incident(place)).is_open


async def test_what_is_reserved_for_a_group_is_for_its_members(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(DAN, room, "/incident severity 1 INC-1")
    assert "grades INC-1: ask one of them in the room" in await place.people.reads(DAN, room)
    assert (await incident(place)).severity == "sev2"
    await place.people.commands(CLEO, room, "/incident severity 1 INC-1")
    assert (await incident(place)).severity == "sev1"


async def test_the_tray_offers_nobody_what_would_be_refused(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident claim commander")
    for person, shown in ((ANA, "Update"), (BEN, "Severity")):
        await place.people.joins(person, room)
        await place.people.commands(person, room, "/incident")
        await place.told(person, room, "What you can do in")
        said = [message for message in await place.people.messages(person, room) if message.get("blocks")]
        buttons = next(str(message["blocks"]) for message in reversed(said) if "What you can do in" in message["text"])
        assert [name in buttons for name in ("'Update'", "'Severity'", "'Resolve'")] == [
            shown == "Update", shown == "Severity", shown == "Update",
        ]  # fmt: skip
        assert ("Hand over as incident commander" in buttons) is (person == ANA)


async def test_a_group_that_slack_does_not_tell_of_locks_nobody_out(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.control(revoke=["usergroups:read"])
    await place.people.commands(DAN, room, "/incident severity 1 INC-1")
    assert (await incident(place)).severity == "sev1"
