"""Hand-over in dialogue: offered by word and by form, briefed, accepted, declined, unanswered, private, and once."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from bot.practice.client import PracticeRefused, find_element
from tests.conversations.test_checklist import card
from tests.conversations.test_updates import direct, later
from tests.conversations.worst import Trouble, going_wrong, json_of
from tests.town import ANA, BEN, CLEO, EVE, GENERAL, Clock, Town, Ways, town

OFFER = "/incident handover commander @ana watch the <cache>"


@pytest_asyncio.fixture
async def place(ways: Ways, clock: Clock) -> AsyncIterator[Town]:
    """A workspace whose bot's clock can be put forward."""
    async with town(replace(ways, now=clock)) as there:
        yield there


async def bens(place: Town, words: str = "checkout is failing sev2") -> str:
    """The room of an incident that Ben declared and commands."""
    room = await place.declares(BEN, words)
    await place.people.clicks(BEN, room, "Take command")
    await place.told(BEN, room, "You are incident commander of INC-1.")
    await place.quiet()
    return room


async def answers(place: Town, person: str, button: str, expected: str) -> None:
    """Answer the newest offer in one's direct messages."""
    dm = await place.people.direct_channel(person)
    await place.people.clicks(person, dm, button)
    await place.told(person, dm, expected)
    await place.quiet()


async def brief(place: Town, person: str) -> str:
    """What became of the oldest offer in somebody's direct messages, which has no buttons any more."""
    dm = await place.people.direct_channel(person)
    read = (await place.people.reads(person, dm)).replace("*", "").replace(" (edited)", "")
    assert "[I have it" not in read
    return next(said for said in re.split(r"\n?Warroom[^:\n]*: ", read) if "of INC-1" in said).strip()


async def test_the_brief_has_what_ana_needs_and_ben_stays_until_she_accepts(place: Town) -> None:
    room = await bens(place)
    await place.people.commands(BEN, room, "/incident note rolled back to 4.2")
    await place.people.commands(BEN, room, "/incident task Call the vendor @cleo in 20m")
    await place.people.commands(BEN, room, OFFER)
    await place.told(
        BEN, room, "Offered to @ana, with a brief. You are incident commander of INC-1 until they have it."
    )
    await place.quiet()
    read = (await direct(place, ANA)).replace("*", "")
    for words in (
        "@ben offers you the role of incident commander of INC-1 checkout is failing",
        "What customers see: not said yet, declared ", "Severity: SEV2 major (many customers", ", set ",
        "Not known yet: what customers see; since when they feel it", "Being done: ", "technical lead: nobody",
        "Decided, found and ruled out last:", "rolled back to 4.2", "Promised: Next update by ",
        "Call the vendor (@cleo) by ", "Still to do:", "Worries of @ben: watch the <cache>",
    ):  # fmt: skip
        assert words in read, read
    assert "commander: @ben" in (await card(place, room)).replace("*", "")
    await answers(place, ANA, "I have it", "You are incident commander of INC-1")
    assert "commander: @ana" in (await card(place, room)).replace("*", "")
    kept = await brief(place, ANA)
    assert kept.startswith("You took over as incident commander of INC-1 checkout is failing · #inc-1")
    assert "Worries of @ben: watch the <cache>" in kept
    assert "@ana took over your role of incident commander of INC-1." in await direct(place, BEN)
    thread = await place.thread(BEN, room)
    assert thread.count("@ana has taken over as incident commander from @ben.") == 1
    await place.people.commands(CLEO, room, "/incident timeline")
    shown = await place.told(CLEO, room, "took over the role of incident commander from @ben (offered ")
    assert "@ben offered the role of incident commander to @ana" in shown


async def test_the_form_beside_ones_role_offers_it_too(place: Town) -> None:
    room = await bens(place)
    await place.people.clicks(BEN, room, "1:roles")
    await place.people.clicks_in_modal(BEN, "Hand over")
    assert "You keep the role until they have it." in await place.people.reads_modal(BEN)
    with pytest.raises(PracticeRefused) as refused:
        await place.people.submits(BEN, {"to": "U0BEN"})
    assert "You are incident commander of INC-1 already" in str(refused.value.answer["errors"]["to"])
    await place.people.submits(BEN, {"to": "U0ANA", "worries": "The cache"})
    assert "Offered to @ana, with a brief." in await place.people.reads_modal(BEN)
    await place.quiet()
    assert "Worries of @ben:* The cache" in await direct(place, ANA)


async def test_a_role_without_a_person_opens_the_form_and_others_are_told_whose_it_is(place: Town) -> None:
    room = await bens(place)
    await place.people.commands(BEN, room, "/incident hand off commander")
    assert "Who takes over as incident commander?" in await place.people.reads_modal(BEN)
    await place.people.commands(CLEO, room, OFFER)
    await place.told(CLEO, room, "You are not incident commander of INC-1: only who holds a role hands it over.")
    await place.people.commands(BEN, room, "/incident handover commander @warroom")
    await place.told(BEN, room, "That is an app.")


async def test_not_now_is_told_to_ben_and_the_button_is_stale_then(place: Town) -> None:
    room = await bens(place)
    await place.people.commands(BEN, room, OFFER)
    await place.quiet()
    await place.people.control(latency_ms={"chat.update": 2000})  # the buttons stay for so long
    dm = await place.people.direct_channel(ANA)
    await place.people.clicks(ANA, dm, "Not now")
    await place.told(ANA, dm, "@ben is told that you cannot take it now.")
    await answers(place, ANA, "I have it", "You said “Not now” to incident commander of INC-1.")
    assert "@ana cannot take over as incident commander of INC-1 now. You are still it." in await direct(place, BEN)
    said = "You said “Not now” to the role of incident commander of INC-1, which @ben had offered you."
    assert await brief(place, ANA) == said
    assert "cannot take over" not in await place.thread(BEN, room)


async def test_the_brief_says_what_was_told_last_and_that_the_impact_stopped_since(place: Town) -> None:
    room = await bens(place)
    await place.people.clicks(BEN, room, "Update")
    words = {"happening": "Checkout fails", "affected": "Cards of one bank", "doing": "Rolling back"}
    await place.people.submits(BEN, words)
    await place.people.submits(BEN)
    await place.quiet()
    await place.people.commands(BEN, room, "/incident task Watch the queue @ben")
    await place.people.commands(BEN, room, "/incident contained")
    await place.people.commands(BEN, room, OFFER)
    await place.quiet()
    read = (await direct(place, ANA)).replace("*", "")
    for said in (
        "What customers see: Cards of one bank, declared", ": Checkout fails\nBeing done then: Rolling back",
        "Being done: The impact has stopped. Removing its cause; technical lead: nobody", "Watch the queue (@ben)",
    ):  # fmt: skip
        assert said in read, read


@pytest.mark.parametrize("way", ["the answer", "the form", "a word"])
async def test_an_offer_is_taken_back(place: Town, way: str) -> None:
    room = await bens(place)
    await place.people.commands(BEN, room, OFFER)
    await place.quiet()
    if way == "the answer":
        await place.people.clicks(BEN, room, "Withdraw the offer")
    elif way == "a word":
        await place.people.commands(BEN, room, "/incident handover withdraw commander")
    else:
        await place.people.clicks(BEN, room, "1:roles")
        assert "Offered to @ana, who has not answered yet." in await place.people.reads_modal(BEN)
        await place.people.clicks_in_modal(BEN, "Withdraw the offer")
        assert "Offered to" not in await place.people.reads_modal(BEN)
    if way != "the form":
        await place.told(BEN, room, "Your offer of the role of incident commander of INC-1 to @ana is withdrawn.")
    await place.quiet()
    said = "The offer of the role of incident commander of INC-1 is over: @ben withdrew it."
    assert said in await brief(place, ANA)
    assert "offer" not in await place.thread(BEN, room)
    await place.people.commands(BEN, room, "/incident handover withdraw")
    await place.told(BEN, room, "Your offer of the role of incident commander of INC-1 to @ana is withdrawn.")
    await place.people.commands(CLEO, room, "/incident handover withdraw")
    await place.told(CLEO, room, "You offer no role of INC-1 to anybody.")


async def test_of_two_offers_the_one_that_is_meant_is_withdrawn_and_named(place: Town) -> None:
    room = await bens(place)
    await place.people.commands(BEN, room, "/incident claim scribe")
    await place.people.commands(BEN, room, OFFER)
    await place.people.commands(BEN, room, "/incident handover scribe @cleo")
    for role, person in (("scribe", "@cleo"), ("incident commander", "@ana")):
        await place.people.commands(BEN, room, f"/incident handover withdraw {role}")
        await place.told(BEN, room, f"Your offer of the role of {role} of INC-1 to {person} is withdrawn.")


async def test_the_same_offer_again_answers_of_its_own_role(place: Town) -> None:
    room = await bens(place)
    await place.people.commands(BEN, room, "/incident claim scribe")
    for words in (OFFER, "/incident handover scribe @ana", OFFER):
        await place.people.commands(BEN, room, words)
    await place.quiet()
    said = "Offered to @ana, with a brief. You are incident commander of INC-1"
    assert (await place.people.reads(BEN, room)).count(said) == 2


async def test_another_offer_says_that_it_takes_the_place_of_the_first(place: Town) -> None:
    room = await bens(place)
    await place.people.commands(BEN, room, OFFER)
    await place.people.commands(BEN, room, "/incident handover commander @cleo")
    await place.told(BEN, room, "Offered to @cleo, with a brief.")
    await place.told(BEN, room, "The offer to @ana is withdrawn.")


async def test_unanswered_both_are_asked_again_and_then_the_room_is_told_once(place: Town, clock: Clock) -> None:
    room = await bens(place)
    await place.people.commands(BEN, room, OFFER)
    await place.quiet()
    await later(place, clock, minutes=5, seconds=5)
    assert (await direct(place, ANA)).count("Asked again, as nobody has answered: @ben offers you") == 1
    assert (await direct(place, BEN)).count("@ana has not answered yet, and was asked again") == 1
    said = "@ben would like to hand over as incident commander, and @ana has not answered."
    assert said not in await place.thread(BEN, room)
    await later(place, clock, minutes=5, seconds=5)
    await later(place, clock, minutes=5, seconds=5)
    assert (await place.thread(BEN, room)).count(said) == 1
    assert (await direct(place, ANA)).count("offers you the role") == 2
    await answers(place, ANA, "I have it", "You are incident commander of INC-1")
    assert (await direct(place, ANA)).count("You took over as *incident commander* of *INC-1") == 2  # both were asked


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("/incident role commander @cleo", "@ben no longer holds it"),
        ("/incident handover commander @cleo", "another offer took its place"),
        ("/incident cancel it was nothing", "the incident is cancelled"),
    ],
)
async def test_an_offer_that_is_over_is_answered_kindly(place: Town, words: str, why: str) -> None:
    room = await bens(place)
    await place.people.commands(BEN, room, OFFER)
    await place.quiet()
    await place.people.control(latency_ms={"chat.update": 2000})  # the buttons stay for so long
    await place.people.commands(BEN, room, words)
    await answers(place, ANA, "I have it", "The offer of incident commander of INC-1 is over")
    assert "has taken over" not in await place.thread(BEN, room)
    over = "The offer of the role of incident commander of INC-1 is over: {}. There is nothing to answer any more."
    assert await brief(place, ANA) == over.format(why)


async def test_two_clicks_at_once_are_one_and_two_lines_too(place: Town) -> None:
    room = await bens(place)
    for _ in range(2):
        await place.people.commands(BEN, room, OFFER)
    await place.quiet()
    assert (await direct(place, ANA)).count("offers you the role") == 1
    dm = await place.people.direct_channel(ANA)
    await asyncio.gather(*(place.people.clicks(ANA, dm, "I have it") for _ in range(3)))
    await place.quiet()
    await place.told(ANA, dm, "You are incident commander of INC-1")
    assert (await place.thread(BEN, room)).count("has taken over as incident commander") == 1


async def test_of_a_private_incident_only_number_and_role_are_told_until_she_accepts(place: Town) -> None:
    room = await bens(place, "breach of payroll --private sev1")
    await place.people.commands(BEN, room, OFFER)
    await place.told(BEN, room, "They do not see this incident: until they accept")
    await place.quiet()
    read = await direct(place, ANA)
    assert "You are offered the role of *incident commander* of INC-1. It is private" in read
    assert not [word for word in ("payroll", "ben", "SEV1", "cache", room) if word in read]
    await place.people.commands(ANA, GENERAL, "/incident status INC-1")
    await place.told(ANA, GENERAL, "There is no incident INC-1 you can see.")
    await answers(place, ANA, "I have it", "You are incident commander of INC-1")
    assert await brief(place, ANA) == "You took over as incident commander of INC-1."
    read = await direct(place, ANA)
    assert "breach of payroll" in read
    assert "Worries of @ben:* watch the <cache>" in read
    assert "breach of payroll" in await card(place, room)


async def test_who_declines_a_private_incident_learns_no_more(place: Town) -> None:
    room = await bens(place, "breach of payroll --private sev1")
    await place.people.commands(BEN, room, OFFER)
    await place.quiet()
    await answers(place, ANA, "Not now", "Who offered it is told that you cannot take it now.")
    assert "@ana cannot take over" in await direct(place, BEN)
    await place.people.commands(EVE, GENERAL, "/incident handover commander @ana INC-1")
    await place.told(EVE, GENERAL, "There is no incident INC-1 you can see.")
    assert "payroll" not in await direct(place, ANA)
    said = await brief(place, ANA)
    assert said == "You said “Not now” to the role of incident commander of INC-1, which somebody had offered you."


async def test_after_four_hours_the_holder_alone_is_offered_to_hand_over_once(place: Town, clock: Clock) -> None:
    room = await bens(place, "checkout is failing sev4")
    await later(place, clock, hours=4, minutes=1)
    await later(place, clock, hours=4)
    read = await direct(place, BEN)
    assert read.count("You have been incident commander of INC-1 for 4 h 1 min. Somebody fresh sees more") == 1
    assert "Somebody fresh" not in await place.thread(BEN, room)


async def test_a_copy_that_slack_did_not_confirm_loses_its_buttons_when_one_is_pressed(place: Town) -> None:
    room = await bens(place)
    unconfirmed = Trouble("lost answer", json_of(b"", 503), late=True)
    async with going_wrong(
        place, "chat.postMessage", unconfirmed, only=lambda call: call.args["channel"] == "U0ANA"
    ) as spoiled:
        await place.people.commands(BEN, room, OFFER)
        await place.quiet()
    assert len(spoiled) == 1
    dm = await place.people.direct_channel(ANA)
    offers = [message for message in await place.people.messages(ANA, dm) if "offers you" in message["text"]]
    assert len(offers) == 2
    where = find_element(offers[0]["blocks"], "Not now")
    assert where
    await place.people.act(ANA, "click", channel=dm, ts=offers[0]["ts"], **where)
    await place.told(ANA, dm, "@ben is told that you cannot take it now.")
    await place.quiet()
    read = await direct(place, ANA)
    assert (read.count("You said “Not now”"), read.count("offers you")) == (2, 0)
