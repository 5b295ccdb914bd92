"""Declaring what seems to be open already: a question first, with a way in and a way on."""

import asyncio

from bot.practice.client import find_element
from tests.town import ANA, BEN, EVE, FIN, GENERAL, Town

ASKED = "This may be open already."


async def declared(place: Town) -> list[str]:
    """The titles of what is open, the oldest first."""
    assert place.warroom is not None
    return [incident.title for incident in reversed(await place.warroom.queries.open_ones())]


async def test_joining_what_is_open_takes_the_place_of_the_question(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(BEN, GENERAL, "/incident declare Checkout is slow")
    asked = await place.people.reads(BEN, GENERAL)
    assert ASKED in asked
    assert "INC-1 checkout is failing" in asked
    await place.people.clicks(BEN, GENERAL, "Join")
    await place.quiet()
    said = await place.people.reads(BEN, GENERAL)
    assert "You are invited: #inc-1-checkout-is-failing" in said
    assert ASKED not in said
    assert (await place.people.channel(room, BEN))["is_member"]
    assert await declared(place) == ["checkout is failing"]


async def test_opened_anyway_is_one_incident_however_often_it_is_pressed(place: Town) -> None:
    await place.declares(ANA, "checkout is failing")
    await place.people.commands(BEN, GENERAL, "/incident declare checkout is “slow” & <odd> sev3\nsince noon")
    message = (await place.people.messages(BEN, GENERAL))[-1]
    where = find_element(message["blocks"], "Open anyway")
    assert where is not None
    press = {"channel": GENERAL, "ts": message["ts"], **where}
    await asyncio.gather(*(place.people.tries(BEN, "click", **press) for _ in range(3)))
    await place.room(2)
    await place.quiet()
    assert await declared(place) == ["checkout is failing", "checkout is “slow” & <odd>"]
    assert place.warroom is not None
    newest = (await place.warroom.queries.open_ones())[0]
    assert (newest.severity, newest.summary, newest.declared_by) == ("sev3", "since noon", "U0BEN")
    await place.told(BEN, GENERAL, "INC-2 checkout is “slow” & <odd> is open: #inc-2")
    assert ASKED not in await place.people.reads(BEN, GENERAL)


async def test_the_form_asks_on_top_of_what_was_filled_in(place: Town) -> None:
    await place.declares(ANA, "checkout is failing")
    filled = {
        "What is wrong?": "Checkout broken for gift cards", "Severity": "sev1", "Kind": "outage",
        "What do customers see?": "“No thanks” & <error>\n" + "long " * 590, "Who may see it?": ["private"],
    }  # fmt: skip
    await place.people.commands(BEN, GENERAL, "/incident it broke\n" + "words " * 400)
    await place.people.submits(BEN, filled)
    form = await place.people.reads_modal(BEN)
    assert ASKED in form
    assert "INC-1 checkout is failing" in form
    assert await declared(place) == ["checkout is failing"]
    again = await place.people.fills(BEN, {})
    await asyncio.gather(*(place.people.tries(BEN, "view_submit", **again) for _ in range(2)))
    await place.room(2)
    await place.quiet()
    assert place.warroom is not None
    newest, _ = await place.warroom.queries.open_ones()
    assert (newest.title, newest.severity, newest.kind) == ("Checkout broken for gift cards", "sev1", "outage")
    assert newest.impact.startswith("“No thanks” & <error>\nlong long")
    assert (len(newest.impact), len(newest.summary), newest.private) == (2971, 2399, True)


async def test_joining_from_the_form_turns_it_into_the_way_there(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.commands(BEN, GENERAL, "/incident checkout is down")
    await place.people.submits(BEN)
    await place.people.clicks_in_modal(BEN, "Join")
    await place.quiet()
    assert "You are invited: #inc-1-checkout-is-failing" in await place.people.reads_modal(BEN)
    assert (await place.people.channel(room, BEN))["is_member"]


async def test_a_message_it_came_from_is_still_told(place: Town) -> None:
    await place.declares(ANA, "checkout is failing")
    channel = await place.people.channel("incidents", BEN)
    await place.people.joins(BEN, channel["id"])
    ts = await place.people.says(BEN, channel["id"], "checkout fails again")
    await place.people.uses_message_shortcut(BEN, channel["id"], ts, "declare_from_message")
    await place.people.submits(BEN)
    await place.people.submits(BEN)
    await place.room(2)
    await place.quiet()
    thread = await place.people.reads(EVE, channel["id"], thread=ts)
    assert "INC-2 checkout fails again was declared from this message" in thread


async def test_more_than_a_button_holds_is_asked_in_a_form(place: Town) -> None:
    await place.declares(ANA, "checkout is failing")
    await place.people.commands(BEN, GENERAL, "/incident declare checkout is down\n" + "many words " * 220)
    assert ASKED in await place.people.reads_modal(BEN)
    await place.people.submits(BEN)
    await place.room(2)
    assert place.warroom is not None
    newest, _ = await place.warroom.queries.open_ones()
    assert newest.summary == ("many words " * 220).strip()


async def test_nobody_is_asked_about_what_they_may_not_see(place: Town) -> None:
    await place.declares(ANA, "payroll leaked --private")
    await place.people.commands(BEN, GENERAL, "/incident declare payroll leaked")
    await place.room(2)
    assert ASKED not in await place.people.reads(BEN, GENERAL)
    await place.people.commands(FIN, GENERAL, "/incident declare payroll leaked")
    assert "Guests cannot declare" in await place.people.reads(FIN, GENERAL)


async def test_who_is_in_a_private_one_is_shown_its_room_and_no_button(place: Town) -> None:
    await place.declares(ANA, "payroll leaked --private")
    await place.people.commands(ANA, GENERAL, "/incident declare payroll file leaked")
    asked = (await place.people.messages(ANA, GENERAL))[-1]
    assert "INC-1 payroll leaked" in str(asked["blocks"])
    assert find_element(asked["blocks"], "Join") is None
    assert find_element(asked["blocks"], "Open anyway") is not None


async def test_what_is_over_is_not_asked_about(place: Town) -> None:
    for number, person in enumerate((ANA, BEN, EVE, ANA), 1):
        words = "checkout is failing" if number == 1 else f"checkout shard {number} is failing"
        await place.people.commands(person, GENERAL, f"/incident declare {words}")
        if number > 1:
            await place.people.clicks(person, GENERAL, "Open anyway")
        await place.room(number)
    await place.quiet()
    await place.resolves(BEN, GENERAL, "INC-4")
    await place.people.commands(EVE, GENERAL, "/incident declare checkout down")
    asked = str((await place.people.messages(EVE, GENERAL))[-1]["blocks"])
    assert [name for name in ("INC-1", "INC-2", "INC-3", "INC-4") if name in asked] == ["INC-1", "INC-2", "INC-3"]
