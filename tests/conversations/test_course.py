"""The course of an incident in words and by button: on, back with a reason, contained, reopened, cancelled."""

from bot.workflows.policy import Phase
from tests.conversations.worst import incident, served
from tests.town import ANA, BEN, EVE, GENERAL, Town


async def news(place: Town, person: str) -> str:
    """What a person reads in the thread of the newest announcement."""
    found = [message for message in await place.people.messages(person, "incidents") if message.get("blocks")]
    return await place.people.reads(person, "incidents", thread=found[-1]["ts"])


async def test_a_phase_is_shown_everywhere_and_two_presses_are_one_step(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.joins(BEN, room)
    for item in (1, 3, 9):  # what is required and not seen by the bot itself
        await place.people.commands(ANA, room, f"/incident check {item}")
    await place.quiet()
    card = next(message for message in await place.people.messages(ANA, room) if message.get("blocks"))
    row = card["blocks"][-1]
    press = next(element for element in row["elements"] if element["action_id"] == "next")
    where = {"channel": room, "ts": card["ts"], "block_id": row["block_id"], "action_id": press["action_id"]}
    for person in (ANA, BEN):
        await place.people.tries(person, "click", **where)
    await place.quiet()
    seen = await place.people.reads(ANA, room)
    assert "SEV2 major · Containment &amp; Eradication" in (await place.people.channel(room, ANA))["topic"]
    assert "moved on to Containment & Eradication" in seen
    assert "moved on to Recovery" not in seen
    assert "Stopping the damage" in await place.people.reads(EVE, "incidents")
    assert "Now: Stopping the damage and removing its cause." in await news(place, EVE)


async def test_back_needs_a_reason_and_says_it(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident phase recovery it was clear from the start")
    await place.people.commands(ANA, room, "/incident phase containment")
    await place.told(ANA, room, "Say why it goes back")
    await place.people.commands(ANA, room, "/incident phase containment errors are rising again")
    await place.told(ANA, room, "went back to Containment & Eradication: errors are rising again")


async def test_contained_resolved_closed_and_reopened(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident contained")
    for words in ("next", "phase recovery"):
        await place.people.commands(ANA, room, f"/incident {words}")
        await place.people.submits(ANA, {"Why are they left out?": "done by another team"})
        await place.quiet()
    await place.people.commands(ANA, room, "/incident next")
    await place.told(
        ANA, room, "INC-1 came to Recovery a moment ago. If you want to go on from there, say so: `/incident resolve`"
    )
    await place.people.commands(ANA, room, "/incident resolve")
    assert "Resolve INC-1" in await place.people.reads_modal(ANA)
    await place.people.submits(ANA, {"What fixed it?": "", "Why are they left out?": "done by another team"})
    await place.quiet()
    for words in ("close all is written down", "reopen INC-1 it broke again"):
        await place.people.commands(ANA, room, f"/incident {words}")
        await place.quiet()
    told = await news(place, EVE)
    for sentence in (
        "The impact has stopped.", "Now: Restoring the service.", "the impact is over.",
        "Closed: nothing is left", "It broke again. So it goes on. Now: Finding out what is wrong.",
    ):  # fmt: skip
        assert sentence in told
    assert "Next update by" in await place.people.reads(EVE, "incidents")
    assert "INC-1" in await place.people.reads(ANA, room)
    await place.people.commands(ANA, room, "/incident list")
    await place.told(ANA, room, "Open now: 1")


async def test_a_false_alarm_is_cancelled_and_stakeholders_read_why(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident cancel the alert was misread")
    await place.quiet()
    assert "Cancelled INC-1, a false alarm: the alert was misread" in await news(place, EVE)
    assert "Cancelled: a false alarm" in await place.people.reads(EVE, "incidents")
    assert "Next update" not in await place.people.reads(EVE, "incidents")


async def test_a_catch_up_is_for_one_person_alone(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.clicks(ANA, room, "Take command")
    await place.people.commands(ANA, room, "/incident note the deploy of 14:02 is the likely cause")
    await place.people.joins(BEN, room)
    await place.people.commands(BEN, room, "/incident catchup")
    read = (await place.people.reads(BEN, room)).split("only visible to you")[-1]
    for words in ("Incident commander: @ana", "noted: the deploy of 14:02", "Still to do:* 3.", "Next update by"):
        assert words in read
    assert "only visible to you" not in await place.people.reads(EVE, "incidents")
    assert "Still to do:" not in await place.people.reads(ANA, room)


async def test_nobody_outside_is_caught_up_on_a_private_incident(place: Town) -> None:
    await place.declares(ANA, "breach --private")
    await place.people.commands(EVE, GENERAL, "/incident catchup INC-1")
    assert "There is no incident INC-1 you can see." in await place.people.reads(EVE, GENERAL)


async def test_the_words_of_whoever_resolves_second_are_not_lost_without_a_word(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev4")
    await place.people.joins(BEN, room)
    for person in (ANA, BEN):
        await place.people.commands(person, room, "/incident resolve")
    await place.people.submits(ANA, {"Why are they left out?": "it was over before"})
    await place.people.submits(
        BEN, {"What fixed it?": "The queue was purged", "Why are they left out?": "it was over before"}
    )
    asked = await place.people.reads_modal(BEN)
    assert "INC-1 is in Post-Incident Learning already. @ana was quicker." in asked
    await place.people.closes(BEN)
    assert "The queue was purged" in str(await place.people.modal(BEN))


async def test_what_is_typed_again_after_a_lost_answer_is_done_once(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident phase recovery it was clear from the start")
    await place.people.commands(ANA, room, "/incident phase detection it broke again")
    for words in ("note rolled back to 4.2", "action Add an alert for the queue <@U0BEN> by friday"):
        for _ in range(2):
            await place.people.commands(ANA, room, f"/incident {words}")
    for _ in range(2):
        await place.people.commands(ANA, room, "/incident next")
    await place.quiet()
    assert "came to Detection & Analysis a moment ago" in await place.people.reads(ANA, room)
    there = await incident(place)
    assert there.phase is Phase.DETECTION
    assert [item.text for item in there.actions] == ["Add an alert for the queue"]
    lines = [line.text for line in await served(place).queries.timeline(there.id)]
    assert sum("rolled back to 4.2" in line for line in lines) == 1
