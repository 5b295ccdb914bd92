"""The kind of an incident: said once somebody knows, with whom that wants and with the playbook for it."""

from dataclasses import replace

import pytest

from bot.workflows.policy import InviteRule
from tests.conversations.looking import incident, timeline
from tests.town import ANA, BEN, GENERAL, HOUSE_RULES, Town, Ways

SECURITY = InviteRule(name="Security", kinds=("security",), people=("U0FIN",))


@pytest.fixture
def ways(ways: Ways) -> Ways:
    """An installation that invites somebody to breaches."""
    policy = replace(HOUSE_RULES, invites=(SECURITY,))
    return replace(ways, policy=policy)


async def test_it_is_said_later_and_brings_its_people_and_its_playbook(place: Town) -> None:
    room = await place.declares(ANA, "odd logins sev2")
    await place.people.commands(ANA, room, "/incident kind security")
    await place.told(ANA, room, "The kind of INC-1 is: Security breach.")
    await place.quiet()
    assert "Kind: Security breach" in await place.people.reads(ANA, room)
    thread = await place.thread(ANA, room)
    assert thread.count("says which kind of incident this is: Security breach. There is a playbook for that") == 1
    assert "Invited by rule (Security): @fin" in thread
    assert any("said which kind of incident it is: Security breach" in line for line in await timeline(place))
    await place.people.clicks(ANA, room, "Playbook “Security breach”")
    assert "Security breach" in await place.people.reads_modal(ANA)
    await place.people.submits(ANA)
    await place.quiet()
    running = (await incident(place)).running
    assert [plan.key for plan in running][:1] == ["security-breach"]
    await place.people.commands(BEN, GENERAL, "/incident kind dns INC-1")
    await place.told(BEN, GENERAL, "The kind of INC-1 is: Network or DNS.")
    await place.people.commands(BEN, GENERAL, "/incident kind network or dns INC-1")
    await place.quiet()
    assert (await place.thread(ANA, room)).count("says which kind of incident this is: Network or DNS") == 1


async def test_one_that_nobody_knows_is_asked_for_and_words_that_begin_like_it_stay_a_title(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.commands(ANA, room, "/incident kind tomato")
    await place.told(ANA, room, "Say which kind of incident it is. There are: Service outage, Degraded performance, ")
    await place.people.commands(ANA, GENERAL, "/incident kind regards mails bounce")
    assert "kind regards mails bounce" in str((await place.people.modal(ANA) or {})["blocks"])
