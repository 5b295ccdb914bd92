"""A private incident: a private room, never announced, and not there at all for whoever was not let in."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from bot.practice.triggers import new_response_url, new_trigger
from bot.workflows.incident import UserId
from tests.town import ANA, BEN, CLEO, DAN, EVE, FIN, GENERAL, Town, Ways, town

WHO = "Who may see it?"
VERBS = (
    "status {}", "resolve {}", "close {}", "claim commander {}", "role scribe @eve {}", "sev 1 {}", "note {} hello",
    "timeline {}", "checklist {}", "check 1 {}", "skip 1 {} x", "catchup {}", "action {} Add an alert", "actions {}",
    "started 13:40 {}", "contained {}", "next {}", "phase recovery {} x", "reopen {}", "cancel {} x", "update {}",
    "note {} 14:05 hello", "note {} correct 1 hello",
    "postmortem {}", "repair {}", "factor {}", "factor {} no alert", "factor {} drop 1",
)  # fmt: skip


@pytest_asyncio.fixture
async def declined(ways: Ways) -> AsyncIterator[Town]:
    """A workspace whose administrator did not grant private channels."""
    async with town(replace(ways, declined=frozenset({"groups:write"}))) as there:
        yield there


async def declares_by_form(place: Town, title: str = "payroll leaked") -> str:
    """Ana declares with the checkbox ticked; returns the room."""
    await place.people.commands(ANA, GENERAL, f"/incident {title}")
    await place.people.submits(ANA, {WHO: ["private"]})
    room = await place.room()
    await place.quiet()
    return room


async def all_of(place: Town, person: str) -> str:
    """Everything a person can read anywhere: names and topics of channels, messages, threads, forms."""
    state = await place.people.state(person)
    read = [str(state["views"]), str(state["home"])]
    for channel in state["channels"]:
        read += [channel["name"], channel["topic"]]
        for message in await place.people.messages(person, channel["id"]):
            read.append(str(message))
            if message.get("reply_count"):
                read.append(await place.people.reads(person, channel["id"], thread=message["ts"]))
    return "\n".join(read)


async def answered(place: Town, person: str, words: str) -> str:
    """What a command in #general is answered."""
    await place.people.commands(person, GENERAL, f"/incident {words}".rstrip())
    return (await place.people.reads(person, GENERAL)).rsplit("(only visible to you): ", 1)[-1]


def everything_called(place: Town, *methods: str) -> list[dict[str, str]]:
    """The arguments of every call of these methods."""
    return [call.args for call in place.calls if call.method in methods]


async def test_the_form_opens_a_private_room_that_is_never_announced(place: Town) -> None:
    room = await declares_by_form(place)
    await place.people.commands(ANA, room, "/incident sev 1")
    await place.people.clicks(ANA, room, "Take command")
    await place.resolves(ANA, room)
    assert place.practice.workspace.channels[room]["is_private"]
    assert set(place.practice.workspace.channels[room]["members"]) == {"U0ANA", "U0WARROOM"}
    posts = everything_called(place, "chat.postMessage", "chat.update", "files.completeUploadExternal")
    assert {post.get("channel") or post["channel_id"] for post in posts} == {room, "U0ANA"}


@pytest.mark.parametrize("person", [EVE, DAN])
async def test_others_can_read_nothing_of_it_anywhere(place: Town, person: str) -> None:
    room = await declares_by_form(place)
    await place.declares(BEN, "checkout is failing", 2)
    await place.declares(CLEO, "search is slow", 3)
    for words in ("list", "", "status", "sev 1", "note it is worse", "help", *(verb.format("INC-1") for verb in VERBS)):
        assert "payroll" not in await answered(place, person, words)
    await place.quiet()
    read = await all_of(place, person)
    assert "payroll" not in read
    assert room not in read
    assert "INC-2" in read  # so this looked in the right places


async def test_a_number_one_may_not_know_is_answered_like_one_that_does_not_exist(place: Town) -> None:
    await declares_by_form(place)
    for verb in VERBS:
        private = await answered(place, EVE, verb.format("INC-1"))
        assert "no incident INC-1" in private
        assert private == (await answered(place, EVE, verb.format("INC-99"))).replace("INC-99", "INC-1")


@pytest.mark.parametrize(
    ("action", "value"),
    [("join", "1"), ("claim", "1:commander"), ("roles", "1"), ("severity", "1"), ("note", "1"), ("resolve", "1"),
     ("close", "1"), ("say:0", "status INC-1"), ("update", "1"), ("checklist", "1"), ("item", "1:1:done"),
     ("item", "1:1:help"), ("action", "1:1:finish"), ("next", "1:containment"), ("more", "1:roles"),
     ("more", "1:contained"), ("more", "1:repair"), ("timeline_export", "1")],
)  # fmt: skip
async def test_a_button_that_was_made_up_lets_nobody_in(place: Town, action: str, value: str) -> None:
    room = await declares_by_form(place)
    await _taps(place, action, value)
    assert "There is no incident INC-1 you can see" in await place.people.reads(EVE, GENERAL)
    assert await place.people.modal(EVE) is None
    await place.quiet()
    assert set(place.practice.workspace.channels[room]["members"]) == {"U0ANA", "U0WARROOM"}


async def test_a_role_lets_in_that_one_person(place: Town) -> None:
    room = await place.declares(ANA, "payroll leaked --private")
    await place.people.commands(ANA, room, "/incident role scribe @ben")
    await place.quiet()
    assert {call["users"] for call in everything_called(place, "conversations.invite")} == {"U0ANA", "U0BEN"}
    assert set(place.practice.workspace.channels[room]["members"]) == {"U0ANA", "U0BEN", "U0WARROOM"}
    assert "payroll leaked" in await answered(place, BEN, "status INC-1")
    assert "payroll" not in await all_of(place, CLEO)
    direct = await place.people.direct_channel(BEN)
    assert "You are scribe of INC-1" in await place.people.reads(BEN, direct)


async def test_the_form_says_why_there_are_no_private_rooms(declined: Town) -> None:
    await declined.people.commands(ANA, GENERAL, "/incident payroll leaked")
    form = await declined.people.reads_modal(ANA)
    assert "Private rooms are not available here: the app was not granted groups:write." in form.replace("`", "")
    with pytest.raises(LookupError):
        await declined.people.fills(ANA, {WHO: ["private"]})


@pytest.mark.parametrize("words", ["declare payroll leaked --private", "payroll leaked --private"])
async def test_a_private_wish_that_cannot_be_granted_opens_nothing(declined: Town, words: str) -> None:
    told = await answered(declined, ANA, words)
    assert "groups:write" in told
    assert "Nothing was opened, since you asked for a private room." in told
    assert await declined.people.modal(ANA) is None
    assert declined.warroom is not None
    assert not await declined.warroom.queries.open_ones()
    assert not [call for call in everything_called(declined, "conversations.create") if "inc-" in call["name"]]


async def test_a_scope_that_goes_away_under_the_form_never_makes_the_room_public(place: Town) -> None:
    await place.people.commands(ANA, GENERAL, "/incident payroll leaked")
    place.practice.workspace.settings.declined = frozenset({"groups:write"})
    await place.people.submits(ANA, {WHO: ["private"]})
    direct = await place.people.direct_channel(ANA)
    told = await place.told(ANA, direct, "INC-1: Warroom could not open the room")
    assert "the app lacks a permission (missing_scope)" in told
    await place.quiet()
    assert not [channel for channel in place.practice.workspace.channels if channel["name"].startswith("inc-")]
    assert "payroll" not in await all_of(place, EVE)
    await place.people.until(lambda: _modal_says(place, "its room could not be opened"))
    assert [call["is_private"] for call in everything_called(place, "conversations.create")[1:]] == ["1"]


async def test_a_private_channel_that_may_not_be_written_is_said_to_the_declarer(place: Town) -> None:
    room = await place.declares(ANA, "payroll leaked --private")
    place.practice.workspace.settings.declined = frozenset({"groups:write"})
    await place.people.commands(ANA, room, "/incident role scribe @ben")
    await place.told(ANA, room, "could not invite everyone into the room: the app lacks a permission")
    assert "payroll" not in await all_of(place, EVE)


async def _taps(place: Town, action: str, value: str, person: str = "U0EVE") -> None:
    """Somebody sends what a button would send, without having one."""
    workspace = place.practice.workspace
    body = {
        "type": "block_actions",
        "user": {"id": person, "team_id": "T0PRACTICE"},
        "team": {"id": "T0PRACTICE"},
        "trigger_id": new_trigger(workspace, person),
        "response_url": new_response_url(workspace, workspace.channels[GENERAL], person),
        "channel": {"id": GENERAL, "name": "general"},
        "container": {"type": "message", "channel_id": GENERAL, "is_ephemeral": False},
        "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value}],
    }
    await workspace.delivery.ask("interactive", body)


async def _modal_says(place: Town, text: str) -> bool:
    return text in await place.people.reads_modal(ANA)


async def test_somebody_invited_by_hand_can_use_the_forms_of_their_room(place: Town) -> None:
    room = await place.declares(ANA, "payroll leaked --private")
    await place.people.invites(ANA, room, BEN)
    await place.people.commands(BEN, room, "/incident checklist")
    await place.people.clicks_in_modal(BEN, "1:9:done")
    assert "(done by @ben)" in await place.people.reads_modal(BEN)
    await place.people.closes(BEN)
    await place.resolves(BEN, room, fix="The export is switched off")
    assert "@ben resolved INC-1" in await place.people.reads(ANA, room)


LEAVES = {"left": "leave", "was taken out": "remove"}


@pytest.mark.parametrize("how", LEAVES)
async def test_whoever_left_the_room_knows_no_more_of_it(place: Town, how: str) -> None:
    room = await place.declares(ANA, "payroll leaked --private")
    await place.people.commands(ANA, room, "/incident role scribe @ben")
    await place.quiet()
    await place.people.opens_home(BEN)
    await place.people.until(lambda: _home_says(place, BEN, "payroll leaked"))
    await place.people.commands(BEN, room, "/incident checklist")
    await (place.people.leaves(BEN, room) if how == "left" else place.people.removes(ANA, room, BEN))
    await place.people.until(lambda: _is_out(place))
    await place.people.clicks_in_modal(BEN, "1:9:done")
    assert "no incident INC-1" in await place.people.reads_modal(BEN)
    for verb in VERBS:
        assert "no incident INC-1" in await answered(place, BEN, verb.format("INC-1"))
    await _taps(place, "timeline_export", "1", "U0BEN")
    await place.people.opens_home(BEN)
    await place.quiet()
    await place.people.until(lambda: _home_says(place, BEN, "No incident is open"))
    direct = await place.people.direct_channel(BEN)
    assert ".md" not in await place.people.reads(BEN, direct)


async def test_whoever_is_let_in_again_takes_part_again(place: Town) -> None:
    room = await place.declares(ANA, "payroll leaked --private")
    await place.people.commands(ANA, room, "/incident role scribe @ben")
    await place.quiet()
    await place.people.leaves(BEN, room)
    await place.people.until(lambda: _is_out(place))
    await place.people.invites(ANA, room, BEN)
    await place.people.until(lambda: _is_in(place))
    assert "payroll leaked" in await answered(place, BEN, "status INC-1")


async def _home_says(place: Town, person: str, text: str) -> bool:
    return text in str((await place.people.state(person))["home"])


async def _is_out(place: Town) -> bool:
    assert place.warroom is not None
    (incident,) = await place.warroom.queries.open_ones()
    return UserId("U0BEN") in incident.left


async def _is_in(place: Town) -> bool:
    return not await _is_out(place)


async def test_whoever_is_given_an_action_item_is_let_in_and_can_see_it(place: Town) -> None:
    room = await place.declares(ANA, "payroll leaked --private")
    await place.people.commands(ANA, room, "/incident action Add an alert @ben by friday")
    await place.told(ANA, room, "This is private: they are let into its room.")
    await place.quiet()
    assert "U0BEN" in place.practice.workspace.channels[room]["members"]
    assert "Add an alert" in await answered(place, BEN, "actions INC-1")
    await place.people.commands(ANA, room, "/incident action Add an alert @cleo")
    assert "whoever you choose is let into its room" in str(await place.people.modal(ANA))


async def test_a_guest_sees_what_they_take_part_in_and_what_is_announced_to_them(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.opens_home(FIN)
    await place.people.until(lambda: _home_says(place, FIN, "No incident is open"))
    for words in ("status INC-1", "timeline INC-1", "postmortem INC-1"):
        assert "no incident INC-1 you can see" in await answered(place, FIN, words)
    assert "No incident is open" in await answered(place, FIN, "list")
    await place.people.invites(ANA, room, FIN)
    await place.people.clicks(FIN, room, "Take command")
    await place.quiet()
    assert "checkout is failing" in await answered(place, FIN, "status INC-1")
    await place.people.opens_home(FIN)
    await place.people.until(lambda: _home_says(place, FIN, "checkout is failing"))


async def test_a_slip_in_a_private_room_opens_nothing_that_everybody_reads(place: Town) -> None:
    room = await place.declares(ANA, "payroll leaked --private")
    await place.people.commands(ANA, room, "/incident nte the walrus csv is on pastebin")
    await place.people.clicks(ANA, room, "Declare “nte the walrus csv is on pastebin”")
    await place.room(2)
    await place.quiet()
    assert place.warroom is not None
    assert [incident.private for incident in await place.warroom.queries.open_ones()] == [True, True]
    assert "walrus" not in await all_of(place, EVE)


@pytest.mark.parametrize("words", ["resovel", "sev1 walrus", "claimm scribe"])
async def test_what_is_asked_back_in_a_private_room_opens_nothing_that_everybody_reads(place: Town, words: str) -> None:
    room = await place.declares(ANA, "payroll leaked --private")
    await place.people.commands(ANA, room, f"/incident {words}")
    await place.people.clicks(ANA, room, f"Declare “{words}”")
    await place.room(2)
    await place.quiet()
    assert place.warroom is not None
    assert [incident.private for incident in await place.warroom.queries.open_ones()] == [True, True]
    assert words not in await all_of(place, EVE)


async def test_a_message_of_a_private_room_is_declared_from_in_private(place: Town) -> None:
    room = await place.declares(ANA, "payroll leaked --private")
    ts = await place.people.says(ANA, room, "the walrus csv is on pastebin")
    await place.people.uses_message_shortcut(ANA, room, ts, "declare_from_message")
    await place.people.submits(ANA)
    await place.room(2)
    await place.quiet()
    assert place.warroom is not None
    assert [incident.private for incident in await place.warroom.queries.open_ones()] == [True, True]
    assert "walrus" not in await all_of(place, EVE)


async def test_whoever_was_taken_out_of_a_private_room_is_not_asked_back_by_an_old_offer(place: Town) -> None:
    room = await place.declares(ANA, "payroll leaked sev1 --private")
    await place.people.commands(ANA, room, "/incident claim commander")
    await place.people.commands(ANA, room, "/incident task call him @ben in 20m")
    await place.people.commands(ANA, room, "/incident handover commander @ben")
    await place.quiet()
    await place.people.removes(ANA, room, "ben")
    await place.quiet()
    await place.people.commands(ANA, room, "/incident note ben is the insider")
    await place.quiet()
    dm = await place.people.direct_channel(BEN)
    read = await place.people.reads(BEN, dm)
    assert "I have it" not in read
    assert "There is nothing to answer any more" in read
    assert "insider" not in await all_of(place, BEN)
    assert not (await place.people.channel(room, ANA))["members"].count("U0BEN")
