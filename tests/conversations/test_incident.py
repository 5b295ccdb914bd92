"""One incident from the declare to its draft, and what people are told on the way."""

import asyncio
from dataclasses import replace

import pytest

from bot.practice.client import PracticeRefused
from tests.town import ANA, BEN, CLEO, DAN, EVE, FIN, GENERAL, Town, Ways, town


async def test_a_command_with_a_title_opens_a_furnished_room(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev1")
    assert "Opening INC-1" in await place.people.reads(ANA, GENERAL)
    await place.told(ANA, GENERAL, "is open: #inc-1-checkout-is-failing")
    card = await place.people.reads(ANA, room)
    assert "INC-1 checkout is failing" in card
    assert "SEV1 critical" in card
    assert "Incident commander: nobody yet" in card
    assert len((await place.people.channel(room, ANA))["pins"]) == 1
    announced = await place.people.reads(EVE, "incidents")
    assert "INC-1 checkout is failing" in announced


async def test_free_text_opens_the_form_with_the_title_filled_in(place: Town) -> None:
    await place.people.commands(BEN, GENERAL, "/incident page load is failing")
    form = await place.people.modal(BEN)
    assert form is not None
    title = next(block["element"] for block in form["blocks"] if block["type"] == "input")
    assert title["initial_value"] == "page load is failing"
    await place.people.submits(BEN)
    assert "Opening INC-1" in await place.people.reads_modal(BEN)
    await place.room()
    await place.people.until(lambda: _modal_says(place, BEN, "#inc-1-page-load-is-failing"))


async def test_the_declarer_is_in_the_room_after_two_calls(place: Town) -> None:
    before = len(place.calls)
    await place.declares(ANA, "checkout is failing")
    made = [call.method for call in place.calls[before:]]
    assert made[:2] == ["conversations.create", "conversations.invite"]
    assert sorted(made[2:]) == ["chat.postMessage", "chat.postMessage", "conversations.setTopic", "pins.add"]


async def test_roles_are_claimed_by_button_and_the_second_is_told_who_holds_it(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.joins(BEN, room)
    await place.people.clicks(BEN, room, "Take command")
    await place.people.commands(ANA, room, "/incident claim commander")
    assert "@ben is already incident commander of INC-1" in await place.people.reads(ANA, room)
    await place.quiet()
    assert "@ben is incident commander" in await place.thread(ANA, room)
    direct = await place.people.direct_channel(BEN)
    assert "You are incident commander of INC-1" in await place.people.reads(BEN, direct)


async def test_eight_claims_at_once_have_one_winner(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    people = (ANA, BEN, CLEO, DAN)
    for person in people[1:]:
        await place.people.joins(person, room)
    await asyncio.gather(
        *(place.people.commands(person, room, "/incident claim commander") for person in people for _ in range(2))
    )
    await place.quiet()
    assert place.warroom is not None
    incident = (await place.warroom.queries.open_ones())[0]
    assert len(incident.roles["commander"]) == 1  # type: ignore[index]
    winner = incident.roles["commander"][0]  # type: ignore[index]
    for person in people:
        if f"U0{person.upper()}" != winner:
            told = await place.people.reads(person, room)
            assert told.count("is already incident commander") == 2


async def test_the_same_submission_twice_is_one_incident(place: Town) -> None:
    await place.people.commands(ANA, GENERAL, "/incident checkout is failing")
    form = await place.people.fills(ANA, {})
    await asyncio.gather(*(place.people.tries(ANA, "view_submit", **form) for _ in range(2)))
    await place.room()
    await place.quiet()
    assert place.warroom is not None
    assert len(await place.warroom.queries.open_ones()) == 1


async def test_the_same_words_within_two_minutes_are_one_incident(place: Town) -> None:
    await place.declares(ANA, "checkout is failing")
    await place.people.commands(ANA, GENERAL, "/incident declare Checkout is  failing")
    assert place.warroom is not None
    assert len(await place.warroom.queries.open_ones()) == 1
    assert "INC-1" in (await place.people.reads(ANA, GENERAL)).splitlines()[-1]


async def test_severity_changes_on_card_topic_and_announcement(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev3")
    await place.people.commands(ANA, room, "/incident sev 1")
    await place.quiet()
    assert "SEV1 critical" in (await place.people.channel(room, ANA))["topic"]
    assert "changed the severity from SEV3 minor to SEV1 critical" in await place.people.reads(ANA, room)
    assert "SEV1 critical" in await place.people.reads(EVE, "incidents")


async def test_a_severity_that_does_not_exist_is_refused_with_what_works(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.commands(ANA, room, "/incident severity sev9")
    told = (await place.people.reads(ANA, room)).split("only visible to you")[-1]
    assert "sev9" in told
    assert "/incident severity sev2" in told


async def test_notes_and_pushpins_are_in_the_draft_with_links(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.joins(BEN, room)
    await place.people.clicks(BEN, room, "Take command")
    marked = await place.people.says(BEN, room, "the certificate <ran> out at 13:40 & nobody saw it")
    reply = await place.people.says(BEN, room, "in the thread: renewed", thread_ts=marked)
    for ts in (marked, reply):
        await place.people.reacts(ANA, room, ts, "pushpin")
    await place.people.commands(ANA, room, "/incident note rolled back to 4.2")
    await place.quiet()
    await place.resolves(BEN, room)
    draft = await _draft(place, room)
    assert "rolled back to 4.2" in draft
    assert "ran" in draft
    assert "renewed" in draft
    ts = marked.replace(".", "")
    assert f"/archives/{room}/p{ts}" in draft
    assert "@ben" not in draft.split("## Timeline")[1]


async def test_resolve_then_close_takes_the_buttons_away(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.commands(ANA, room, "/incident close")
    assert "still open" in (await place.people.reads(ANA, room))
    await place.people.clicks(ANA, room, "Resolve")
    await place.people.submits(ANA, {"What fixed it?": "Rolled back to 4.2", "Have customers been told?": "not yet",
                                     "Why are they left out?": "it was the last deploy"})  # fmt: skip
    await place.quiet()
    said = await place.people.reads(ANA, room)
    assert "What ended it: Rolled back to 4.2." in said
    assert "Customers have *not* been told yet" in said
    assert "resolved INC-1" in await place.people.reads(ANA, room)
    await place.people.commands(ANA, room, "/incident close")
    await place.quiet()
    with pytest.raises(LookupError):
        await place.people.clicks(ANA, room, "Resolve")
    with pytest.raises(LookupError):
        await place.people.clicks(EVE, "incidents", "Join")


async def test_join_lets_a_stakeholder_in(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.clicks(EVE, "incidents", "Join")
    await place.people.until(lambda: _is_member(place, EVE, room))


async def test_a_guest_may_not_declare(place: Town) -> None:
    await place.people.commands(FIN, GENERAL, "/incident declare checkout is failing")
    assert "uest" in await place.people.reads(FIN, GENERAL)
    assert place.warroom is not None
    assert not await place.warroom.queries.open_ones()


async def test_no_title_can_call_the_channel(place: Town) -> None:
    await place.declares(ANA, "<!channel> & <b>bold</b> checkout fails")
    said = [
        block.get("text", {}).get("text", "") if isinstance(block.get("text"), dict) else ""
        for channel in place.practice.workspace.channels
        for message in place.practice.workspace.messages(channel["id"]).values()
        for block in [{"text": {"text": message.get("text", "")}}, *(message.get("blocks") or [])]
    ]
    assert not [text for text in said if "<!channel>" in text or "<b>" in text]


async def test_free_text_in_a_room_offers_the_tray_with_declare(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.commands(ANA, room, "/incident search is down too")
    await place.told(ANA, room, "search is down too")
    assert place.warroom is not None
    assert len(await place.warroom.queries.open_ones()) == 1


async def test_status_and_list_and_help(place: Town) -> None:
    await place.declares(ANA, "checkout is failing sev1")
    await place.people.commands(EVE, GENERAL, "/incident list")
    await place.people.commands(EVE, GENERAL, "/incident status INC-1")
    await place.people.commands(EVE, GENERAL, "/incident help")
    read = await place.people.reads(EVE, GENERAL)
    assert read.count("checkout is failing") >= 2
    assert "claim" in read


async def test_every_message_has_a_text_for_screen_readers(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev1")
    await place.people.clicks(ANA, room, "Take command")
    await place.resolves(ANA, room)
    for channel in place.practice.workspace.channels:
        for message in place.practice.workspace.messages(channel["id"]).values():
            assert message.get("text") or message.get("files") or message.get("subtype"), message


async def test_a_room_whose_name_is_taken_gets_a_suffix(place: Town) -> None:
    await place.people.act(ANA, "create_channel", name="inc-1-checkout-is-failing", is_private=False)
    await place.people.commands(ANA, GENERAL, "/incident declare checkout is failing")
    await place.people.until(lambda: _named(place, "inc-1-checkout-is-failing-2"))


async def test_an_unknown_number_is_answered(place: Town) -> None:
    await place.people.commands(ANA, GENERAL, "/incident status INC-99")
    assert "INC-99" in await place.people.reads(ANA, GENERAL)


async def test_an_empty_title_is_marked_at_its_field(place: Town) -> None:
    await place.people.commands(ANA, GENERAL, "/incident declare")
    with pytest.raises(PracticeRefused) as refused:
        await place.people.submits(ANA, {"What is wrong?": "   "})
    assert "An incident needs a title" in str(refused.value.answer["errors"])


async def test_a_channel_that_is_archived_is_said_once_and_the_incident_goes_on(place: Town) -> None:
    incidents = next(channel["id"] for channel in place.practice.workspace.channels if channel["name"] == "incidents")
    await place.people.joins(ANA, incidents)
    await place.people.act(ANA, "archive", channel=incidents)
    room = await place.declares(ANA, "checkout is failing")
    for words in ("severity 1", "claim commander"):
        await place.people.commands(ANA, room, f"/incident {words}")
    await place.resolves(ANA, room)
    said = await place.people.reads(ANA, room)
    assert said.count("could not announce the incident: the channel is archived (is_archived)") == 1
    assert "resolved INC-1" in said


async def _modal_says(place: Town, person: str, text: str) -> bool:
    return text in await place.people.reads_modal(person)


async def _is_member(place: Town, person: str, room: str) -> bool:
    return bool((await place.people.channel(room, person))["is_member"])


async def _named(place: Town, name: str) -> bool:
    return any(channel["name"] == name for channel in place.practice.workspace.channels)


async def _draft(place: Town, room: str) -> str:
    files = [file for message in await place.people.messages(ANA, room) for file in message.get("files", [])]
    assert len(files) == 1
    return await place.people.downloads(ANA, room, files[0]["name"])


async def test_the_first_draft_is_copied_into_the_rooms_canvas_once(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.resolves(ANA, room, fix="Rolled back to 4.2")
    (canvas,) = list(place.practice.workspace.canvases)
    assert canvas["channel"] == room
    assert canvas["markdown"].startswith("# Post-mortem of INC-1: checkout is failing")
    assert "Rolled back to 4.2" in canvas["markdown"]
    place.practice.workspace.canvases.put(canvas["id"], {**canvas, "markdown": "corrected by people"})
    await place.people.commands(ANA, room, "/incident postmortem")
    await place.quiet()
    (canvas,) = list(place.practice.workspace.canvases)
    assert canvas["markdown"] == "corrected by people"


async def test_without_the_scope_the_file_is_all_there_is(ways: Ways) -> None:
    async with town(replace(ways, declined=frozenset({"canvases:write"}))) as there:
        room = await there.declares(ANA, "checkout is failing sev2")
        await there.resolves(ANA, room)
        assert not list(there.practice.workspace.canvases)
        assert "could not" not in await there.people.reads(ANA, room)
        assert await _draft(there, room)
