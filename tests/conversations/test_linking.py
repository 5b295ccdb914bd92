"""A duplicate is merged into another incident, or two are related: what both rooms and stakeholders read."""

import asyncio

import pytest

from bot.engine import Delivered
from bot.workflows.effects import TellOther, Tie
from bot.workflows.hearing import HearOf
from bot.workflows.incident import Ending, IncidentId, UserId
from bot.workflows.linking import link_of
from tests.conversations.test_course import news
from tests.conversations.worst import asks, incident, served
from tests.town import ANA, BEN, CLEO, DAN, EVE, GENERAL, Town


async def two(
    place: Town, first: str = "checkout is failing sev2", second: str = "payments time out sev2"
) -> list[str]:
    """Two incidents: Ana's, and Ben's."""
    return [await place.declares(ANA, first), await place.declares(BEN, second, number=2)]


async def test_a_duplicate_goes_on_there_and_everybody_is_told_and_let_in(place: Town) -> None:
    first, second = await two(place)
    await place.people.commands(BEN, second, "/incident claim commander")
    await place.people.commands(BEN, second, "/incident merge INC-1")
    await place.quiet()
    assert "INC-2 goes on as INC-1 in #inc-1-checkout-is-failing" in await place.people.reads(BEN, second)
    assert "@ben merged INC-2 into INC-1 (#inc-1-checkout-is-failing)" in await place.people.reads(BEN, second)
    assert "@ben merged INC-2 (#inc-2-payments-time-out) into this one" in await place.people.reads(ANA, first)
    assert (await place.people.channel(first, BEN))["is_member"]
    assert "Merged" in (await place.people.channel(second, BEN))["topic"]
    assert "This is the same as INC-1 (#inc-1-checkout-is-failing), and goes on there." in await news(place, EVE)
    assert "Goes on as INC-1 (#inc-1-checkout-is-failing)" in await place.people.reads(EVE, "incidents")
    merged, older = await incident(place, 2), await incident(place)
    assert (merged.ending, merged.promise) == (Ending.MERGED, None)
    assert [link.incident for link in older.duplicates] == [2]
    for there in (merged, older):
        last = (await served(place).queries.timeline(there.id))[-1]
        assert "merged" in last.text
        assert last.evidence is not None
    await place.people.commands(ANA, first, "/incident status")
    await place.told(ANA, first, "Merged into this: INC-2 (#inc-2-payments-time-out)")


async def test_a_merge_is_undone_with_the_button_and_both_rooms_are_told(place: Town) -> None:
    first, second = await two(place)
    await place.people.commands(ANA, GENERAL, "/incident merge INC-2 into INC-1")
    await place.quiet()
    await place.people.clicks(ANA, GENERAL, "Undo the merge")
    await place.quiet()
    assert "INC-2 is open again." in await place.people.reads(ANA, GENERAL)
    assert "undid the merge: INC-2 goes on by itself again" in await place.people.reads(BEN, second)
    assert "undid the merge: INC-2 (#inc-2-payments-time-out) goes on by itself" in await place.people.reads(ANA, first)
    assert "Next update by" in await place.people.reads(EVE, "incidents")
    again, older = await incident(place, 2), await incident(place)
    assert (again.is_open, older.duplicates) == (True, ())
    assert again.promise is not None


async def test_two_merged_into_each_other_at_once_leave_the_older_one(place: Town) -> None:
    await two(place)
    await asyncio.gather(
        place.people.commands(ANA, GENERAL, "/incident merge INC-1 into INC-2"),
        place.people.commands(BEN, GENERAL, "/incident merge INC-2 into INC-1"),
    )
    await place.quiet()
    older, newer = await incident(place), await incident(place, 2)
    assert sorted(there.ending is None for there in (older, newer)) == [False, True]
    on, off = (older, newer) if older.ending is None else (newer, older)
    assert off.merged_into == link_of(on)
    assert [link.incident for link in on.duplicates] == [off.id]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("merge INC-1", "cannot be merged into itself"), ("merge INC-9", "There is no incident INC-9 you can see."),
        ("merge", "Say which other incident"), ("merge INC-0", "“INC-0” is not the number of an incident"),
        ("relate INC-1", "That is INC-1 itself"), ("relate INC-9", "There is no incident INC-9 you can see."),
        ("unrelate INC-2", "INC-1 and INC-2 are not related."),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_said_kindly(place: Town, words: str, why: str) -> None:
    first, _ = await two(place)
    await place.people.commands(ANA, first, f"/incident {words}")
    assert why in await place.people.reads(ANA, first)


async def test_nothing_is_merged_into_what_is_closed(place: Town) -> None:
    _, second = await two(place)
    await place.people.commands(ANA, GENERAL, "/incident cancel INC-1 a test")
    await place.people.commands(BEN, second, "/incident merge INC-1")
    await place.told(BEN, second, "INC-1 is cancelled. Reopen it first")


async def test_a_private_incident_is_named_to_nobody_who_may_not_see_it(place: Town) -> None:
    _, second = await two(place, "payroll leaked --private")
    await place.people.commands(BEN, second, "/incident merge INC-1")
    await place.told(BEN, second, "There is no incident INC-1 you can see.")
    await place.people.commands(ANA, GENERAL, "/incident merge INC-1 into INC-2")
    assert "INC-1 is private and INC-2 is not" in await place.people.reads(ANA, GENERAL)
    await place.people.commands(ANA, GENERAL, "/incident relate INC-2 to INC-1")
    await place.people.commands(ANA, GENERAL, "/incident merge INC-2 into INC-1")
    await place.quiet()
    assert "It goes on" not in await place.people.reads(BEN, second)
    assert "merged INC-2 into another incident. Not everybody may see that one: ask @ana" in await place.people.reads(
        BEN, second
    )
    await place.people.commands(BEN, second, "/incident status")
    await place.people.commands(BEN, second, "/incident timeline")
    read = await place.people.reads(BEN, second) + await place.people.reads(EVE, "incidents") + await news(place, EVE)
    assert "Goes on as another incident" in read
    assert "INC-1" not in read.replace("There is no incident INC-1 you can see.", "")  # of which Ben asked
    assert "payroll" not in read
    await place.people.commands(ANA, GENERAL, "/incident status INC-2")
    await place.told(ANA, GENERAL, "Goes on as INC-1 (private)")


async def test_related_incidents_know_of_each_other(place: Town) -> None:
    first, second = await two(place)
    await place.people.commands(ANA, first, "/incident relate INC-2")
    await place.quiet()
    assert "@ana related this to INC-2 (#inc-2-payments-time-out)" in await place.thread(ANA, first)
    assert "@ana related this to INC-1 (#inc-1-checkout-is-failing)" in await place.thread(BEN, second)
    await place.people.commands(BEN, second, "/incident catchup")
    await place.told(BEN, second, "Related: INC-1 (#inc-1-checkout-is-failing)")
    await place.people.clicks(ANA, first, "Undo")
    await place.quiet()
    assert (await incident(place)).related == (await incident(place, 2)).related == ()


async def test_what_is_handed_to_the_other_incident_twice_counts_once(place: Town) -> None:
    """Killed before the commit it is handed over again; after it the parcel is closed, and counts no more."""
    await two(place)
    await place.people.commands(ANA, GENERAL, "/incident merge INC-2 into INC-1")
    await place.quiet()
    lines = len(await served(place).queries.timeline(IncidentId(1)))
    await asks(place, TellOther(other=IncidentId(1), tie=Tie.MERGED, by=UserId(ANA)), number=2)
    await place.quiet()
    told = HearOf(incident=IncidentId(1), other=link_of(await incident(place, 2)), tie=Tie.REOPENED, by=UserId(CLEO))
    closed = await served(place).engine.execute(told, delivered=Delivered(parcel=1))  # closed long ago
    assert closed.repeated
    assert len(await served(place).queries.timeline(IncidentId(1))) == lines


async def test_one_that_goes_private_is_named_no_more_where_others_point_to_it(place: Town) -> None:
    first, second = await two(place)
    await place.people.commands(BEN, second, "/incident relate INC-1")
    await place.quiet()
    await place.people.commands(ANA, first, "/incident private")
    await place.people.submits(ANA, {})
    await place.quiet()
    assert (await incident(place, 2)).related[0].private
    await place.people.commands(BEN, second, "/incident catchup")
    card = next(message for message in await place.people.messages(BEN, second) if message.get("blocks"))
    assert "INC-1" not in str(card["blocks"])
    assert "Related" not in (await place.people.reads(BEN, second)).split("only visible to you")[-1]


async def test_a_merged_room_is_told_when_what_it_goes_on_as_becomes_private(place: Town) -> None:
    first, second = await two(place)
    await place.people.commands(BEN, second, "/incident merge INC-1")
    await place.quiet()
    await place.people.commands(ANA, first, "/incident private")
    await place.people.submits(ANA, {"Who else is invited?": []})
    await place.quiet()
    said = "What INC-2 goes on as went private, and goes on among those who were invited."
    assert said in await place.people.reads(BEN, second)
    third = await place.declares(CLEO, "mail is late", number=3)
    await place.people.commands(CLEO, third, "/incident merge INC-2")
    await place.told(CLEO, third, "INC-2 goes on as an incident that not everybody may see: ask in its room")


async def test_a_merged_room_and_its_stakeholders_hear_what_became_of_the_other_one(place: Town) -> None:
    first, second = await two(place, "checkout is failing sev3", "payments time out sev1")
    await place.people.commands(BEN, second, "/incident merge INC-1")
    await place.quiet()
    asked = "It was SEV1 critical there, and SEV3 minor here: grade it anew if that no longer fits"
    assert asked in await place.people.reads(ANA, first)
    await place.people.commands(ANA, first, "/incident cancel the alert was misread")
    await place.quiet()
    here = "INC-2 went on as INC-1 (#inc-1-checkout-is-failing), and that one was cancelled as a false alarm."
    assert f"{here} If this one is no false alarm, `/incident reopen` brings INC-2 back." in await place.people.reads(
        BEN, second
    )
    assert here in await news(place, EVE)
    assert "Went on as INC-1 (#inc-1-checkout-is-failing), which was cancelled" in await place.people.reads(
        EVE, "incidents"
    )
    assert (await served(place).queries.timeline(IncidentId(2)))[-1].kind == "FateHeard"
    await place.people.commands(ANA, first, "/incident reopen it is none")
    await place.told(BEN, second, "and that one is open again")
    await place.people.commands(BEN, second, "/incident reopen")
    await place.told(ANA, first, "undid the merge: INC-2 (#inc-2-payments-time-out) goes on by itself")
    assert (await incident(place, 2)).is_open


async def test_what_was_to_do_in_a_duplicate_is_named_where_it_goes_on_and_notes_point_there(place: Town) -> None:
    first, second = await two(place)
    for task in ("Call the vendor", "Watch the <queue>"):
        await place.people.commands(BEN, second, f"/incident task {task}")
    await place.people.commands(BEN, second, "/incident check 1")
    await place.people.commands(BEN, second, "/incident merge INC-1")
    await place.quiet()
    said = "merged INC-2 (#inc-2-payments-time-out) into this one: it goes on here. Its tasks do not come along"
    read = await place.people.reads(ANA, first)
    assert said in read
    assert "• Call the vendor\n• Watch the <queue>" in read
    await place.people.commands(BEN, second, "/incident note the vendor answers")
    await place.told(
        BEN, second, "INC-2 goes on as INC-1 (#inc-1-checkout-is-failing): what happens now is better noted"
    )
    await place.people.commands(BEN, second, "/incident relate INC-1")
    await place.told(BEN, second, "INC-2 and INC-1 go on as one already: the merge ties them together.")


async def test_a_chain_of_merges_names_where_it_ends_and_one_into_what_is_over_says_so(place: Town) -> None:
    first, second = await two(place)
    third = await place.declares(CLEO, "mail is late", number=3)
    await place.people.commands(CLEO, third, "/incident merge INC-2")
    await place.quiet()
    await place.people.commands(BEN, second, "/incident merge INC-1")
    await place.quiet()
    told = (
        "INC-3 went on as INC-2 (#inc-2-payments-time-out), and that one goes on as INC-1 (#inc-1-checkout-is-failing)."
    )
    assert told in await place.people.reads(CLEO, third)
    await place.resolves(ANA, first, "INC-1")
    fourth = await place.declares(DAN, "search is slow", number=4)
    await place.people.commands(DAN, fourth, "/incident merge INC-1")
    await place.told(DAN, fourth, "INC-1 is resolved: if this still goes on, `/incident reopen INC-1`.")


@pytest.mark.parametrize(
    "words",
    [
        "resolve rolled back",
        "close",
        "cancel a test",
        "update",
        "next",
        "contained",
        "severity 1",
        "claim scribe",
        "check 1",
        "task Call",
    ],
)
async def test_a_merged_incident_says_where_it_goes_on_whatever_is_asked_of_it(place: Town, words: str) -> None:
    _, second = await two(place)
    await place.people.commands(BEN, second, "/incident merge INC-1")
    await place.quiet()
    await place.people.commands(BEN, second, f"/incident {words}")
    await place.told(BEN, second, "INC-2 goes on as INC-1 (#inc-1-checkout-is-failing): do it there.")
    assert "`/incident reopen INC-2` brings this one back." in await place.people.reads(BEN, second)


async def test_the_menu_of_what_is_over_offers_to_reopen_it(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident cancel a test")
    await place.people.commands(ANA, room, "/incident close")
    await place.told(ANA, room, "INC-1 was cancelled as a false alarm already. If not, `/incident reopen INC-1`.")
    await place.people.commands(ANA, room, "/incident")
    await place.people.clicks(ANA, room, "Reopen")
    await place.told(ANA, room, "INC-1 is open again.")
