"""Playbooks in dialogue: another one is chosen in the room, or one more; what is finished stays."""

from dataclasses import replace

import pytest

from bot.practice.client import PracticeRefused
from tests.town import ANA, BEN, EVE, GENERAL, HOUSE_RULES, Town, Ways, town


async def test_a_switch_keeps_what_is_done_and_tells_what_left(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident check 4")
    await place.people.commands(ANA, room, "/incident playbook bad deploy")
    form = await place.people.reads_modal(ANA)
    assert "Playbook: Service outage, version" in form
    await place.people.submits(ANA)
    await place.quiet()
    assert "switched the playbook from “Service outage” to “Bad deploy" in await place.thread(ANA, room)
    await place.people.commands(ANA, room, "/incident checklist")
    form = await place.people.reads_modal(ANA)
    assert "Playbook: Bad deploy" in form
    assert "_(done by @ana)_" in form
    assert "Look from outside, from two places" not in form
    await place.people.commands(ANA, room, "/incident status")
    await place.told(ANA, room, "Playbook: Bad deploy")
    assert place.warroom is not None
    lines = await place.warroom.queries.timeline((await place.warroom.queries.open_ones())[0].id)
    assert any("Open items that left: " in line.text and "Look from outside" in line.text for line in lines)


async def test_one_more_is_added_over_the_checklist_that_stands_open(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident checklist")
    await place.people.clicks_in_modal(ANA, "Change playbook")
    with pytest.raises(PracticeRefused):
        await place.people.submits(ANA, {"how": "add"})
    await place.people.submits(ANA, {"playbook": "degraded-performance", "how": "add"})
    form = await place.people.reads_modal(ANA)
    assert "Playbooks: Service outage, version" in form
    assert "; Degraded performance, version" in form
    await place.quiet()
    assert "added the playbook “Degraded performance”" in await place.thread(ANA, room)


async def test_a_name_of_none_is_said_and_words_elsewhere_are_a_title(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident playbook <volcano>")
    assert "There is no playbook “<volcano>” here. Choose one of these." in await place.people.reads_modal(ANA)
    await place.people.commands(BEN, GENERAL, "/incident playbook page is blank")
    assert "playbook page is blank" in str(await place.people.modal(BEN))


async def test_the_same_form_sent_twice_switches_once_and_nobody_outside_a_private_room_does(place: Town) -> None:
    room = await place.declares(ANA, "breach --private sev1")
    await place.people.commands(EVE, GENERAL, "/incident playbook INC-1 bad deploy")
    await place.told(EVE, GENERAL, "There is no incident INC-1 you can see.")
    for _ in range(2):
        await place.people.commands(ANA, room, "/incident playbook bad deploy")
        await place.people.submits(ANA)
    await place.quiet()
    assert (await place.thread(ANA, room)).count("switched the playbook") == 1


async def test_all_playbooks_are_listed_with_their_review(place: Town) -> None:
    await place.people.commands(ANA, GENERAL, "/incident playbooks")
    read = await place.told(ANA, GENERAL, "*Service outage*, version ")
    assert "looked after by Incident practice" in read


@pytest.mark.parametrize("default", [True, False], ids=["another ran", "none ran"])
async def test_of_two_who_choose_at_once_the_second_is_told_what_runs_now(ways: Ways, default: bool) -> None:
    books = tuple(replace(book, default=default and book.default) for book in HOUSE_RULES.playbooks)
    async with town(replace(ways, policy=replace(HOUSE_RULES, playbooks=books))) as place:
        room = await place.declares(ANA, "odd things happen sev2")
        for person in (ANA, BEN):
            await place.people.commands(person, room, "/incident playbook")
        await place.people.submits(ANA, {"playbook": "bad-deploy"})
        with pytest.raises(PracticeRefused) as refused:
            await place.people.submits(BEN, {"playbook": "capacity"})
        assert "INC-1 runs “Bad deploy" in str(refused.value.answer["errors"]["playbook"])
