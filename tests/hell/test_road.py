"""Whatever is typed, filled in, clicked or happens: one kind answer in time, and nothing that Slack refuses."""

from typing import Any
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from bot.views.refusals import STRANGER
from bot.workflows.foreign import words
from tests.hell.profile import cases
from tests.hell.road import TEAM_ID, Hell, Place
from tests.hell.sendings import CALLBACKS, FORMS, clicks, events, filled, messages, states, users, values, wrong
from tests.hell.texts import commands
from tests.town import GENERAL

# A form is opened by these, filled in with anything, and sent.
OPENED_BY = ("declare", "note", "update", "resolve", "action", "checklist", "task", "playbook", "next")


@given(text=commands, user=users, where=st.sampled_from(["general", "room", "private", "nowhere"]))
@cases(50, slow=True)
def test_whatever_is_typed_is_answered(place: Place, text: str, user: str, where: str) -> None:
    place.run(_types(place.hell, text, user, where))


@given(action=clicks(), user=users, view=st.sampled_from([None, "V0STALE", "home"]))
@cases(50, slow=True)
def test_whatever_is_clicked_is_answered(place: Place, action: dict[str, Any], user: str, view: str | None) -> None:
    place.run(_clicks(place.hell, action, user, view))


@given(callback=st.sampled_from(FORMS), about=values | wrong, state=filled, user=users)
@cases(50, slow=True)
def test_whatever_form_is_sent_is_answered(
    place: Place, callback: str, about: object, state: object, user: str
) -> None:
    place.run(_submits(place.hell, callback, about, state, user))


@given(words=st.sampled_from(OPENED_BY), fields=st.lists(states(), min_size=12, max_size=12))
@cases(20, slow=True)
def test_whatever_is_filled_into_a_form_that_stands_open_is_answered(
    place: Place, words: str, fields: list[Any]
) -> None:
    place.run(_fills_in(place.hell, words, fields))


@given(message=messages, callback=st.sampled_from(CALLBACKS), user=users, where=st.sampled_from(["general", "room"]))
@cases(30, slow=True)
def test_whatever_message_is_chosen_is_answered(
    place: Place, message: object, callback: str, user: str, where: str
) -> None:
    place.run(_chooses(place.hell, message, callback, user, where))


@given(data=st.data())
@cases(50, slow=True)
def test_whatever_happens_is_taken(place: Place, data: st.DataObject) -> None:
    event = data.draw(events(place.hell.room))
    body = {"type": "event_callback", "team_id": TEAM_ID, "event_id": f"Ev{uuid4().hex}", "event": event}
    place.run(_happens(place.hell, body))


@given(text=commands, theirs=st.sampled_from(["T0ELSEWHERE", "E0GRID", "", "\x00"]), shared=st.booleans())
@cases(20, slow=True)
def test_whatever_another_workspace_sends_changes_nothing(place: Place, text: str, theirs: str, shared: bool) -> None:
    place.run(_intrudes(place.hell, text, theirs or "T0OTHER", shared))


async def _types(hell: Hell, text: str, user: str, where: str) -> None:
    channel = {"general": GENERAL, "room": hell.room, "private": hell.private_room, "nowhere": ""}[where]
    user = "U0ANA" if where == "private" else user  # others are not in that room
    # Over HTTP a command comes as a form, in which half a character cannot be written.
    text = text.encode("utf-8", "replace").decode()
    body = {"command": "/incident", "text": text, "team_id": TEAM_ID, "channel_id": channel, "user_id": user}
    answer = await hell.sends("slash_commands", {**body, **hell.asked(user, channel)})
    assert answer.get("text") or hell.was_answered(), "unanswered"
    await hell.holds(answer, user)


async def _clicks(hell: Hell, action: dict[str, Any], user: str, view: str | None) -> None:
    value = words(action, "value") or words(action, "selected_option", "value")
    user = _let_in(user, value) if view else user
    body = {
        "type": "block_actions",
        "user": {"id": user, "team_id": TEAM_ID},
        "team": {"id": TEAM_ID},
        "actions": [action],
    }
    asked = hell.asked(user)
    if view:
        kind = "home" if view == "home" else "modal"
        body |= {"view": {"id": view, "type": kind}, "container": {"type": "view", "view_id": view}}
        asked.pop("response_url")
    else:
        body |= {"channel": {"id": hell.room}, "container": {"type": "message", "channel_id": hell.room}}
    answer = await hell.sends("interactive", {**body, **asked})
    # What is clicked in a form that is gone can be answered nowhere.
    assert hell.was_answered() or view == "V0STALE" or action.get("action_id") == "item", "unanswered"
    await hell.holds(answer, user)


async def _submits(hell: Hell, callback: str, about: object, state: object, user: str) -> None:
    user = _let_in(user, about)
    blocks = [{"type": "input", "block_id": name} for name in state] if isinstance(state, dict) else state
    view = {"id": f"V{uuid4().hex}", "type": "modal", "callback_id": callback, "private_metadata": about}
    view |= {"blocks": blocks, "state": {"values": state}}
    body = {"type": "view_submission", "user": {"id": user}, "team": {"id": TEAM_ID}, "view": view}
    await hell.holds(await hell.sends("interactive", {**body, "trigger_id": hell.asked(user)["trigger_id"]}), user)


async def _fills_in(hell: Hell, words: str, fields: list[Any]) -> None:
    body = {"command": "/incident", "text": words, "team_id": TEAM_ID, "channel_id": hell.room, "user_id": "U0BEN"}
    await hell.sends("slash_commands", {**body, **hell.asked("U0BEN")})
    form = hell.opened("U0BEN")
    if form is None:
        return
    inputs = [block for block in form["blocks"] if block["type"] == "input"]
    state = {
        block["block_id"]: {block["element"]["action_id"]: given} for block, given in zip(inputs, fields, strict=False)
    }
    view = {**form, "state": {"values": state}}
    sent = {"type": "view_submission", "user": {"id": "U0BEN"}, "team": {"id": TEAM_ID}, "view": view}
    await hell.holds(await hell.sends("interactive", {**sent, "trigger_id": hell.asked("U0BEN")["trigger_id"]}))


async def _chooses(hell: Hell, message: object, callback: str, user: str, where: str) -> None:
    channel = hell.room if where == "room" else GENERAL
    kind = "shortcut" if callback == "declare_incident" else "message_action"
    body: dict[str, Any] = {"type": kind, "callback_id": callback, "user": {"id": user}, "team": {"id": TEAM_ID}}
    body |= {"channel": {"id": channel}, "message": message} if kind == "message_action" else {}
    answer = await hell.sends("interactive", {**body, **hell.asked(user, channel)})
    assert hell.was_answered(), "unanswered"
    await hell.holds(answer, user)


async def _happens(hell: Hell, body: dict[str, Any]) -> None:
    await hell.holds(await hell.sends("events_api", body))


async def _intrudes(hell: Hell, text: str, theirs: str, shared: bool) -> None:
    """A person of another workspace, on their own or in a shared channel: told so, and nothing is done."""
    text, before = text.encode("utf-8", "replace").decode(), await _known(hell)
    user = {"id": "U9STRANGER", "team_id": theirs}
    command = {
        "command": "/incident",
        "text": text,
        "team_id": theirs,
        "user_id": "U9STRANGER",
        "channel_id": hell.room,
    }
    answer = await hell.sends("slash_commands", {**command, "is_ext_shared_channel": shared, **hell.asked("U0BEN")})
    assert answer["text"] == STRANGER
    await hell.holds(answer, "U9STRANGER")
    click = {"type": "button", "action_id": "claim", "block_id": "b", "value": "1:commander"}
    body = {"type": "block_actions", "user": user, "team": {"id": TEAM_ID if shared else theirs}, "actions": [click]}
    answer = await hell.sends("interactive", {**body, "channel": {"id": hell.room}, **hell.asked("U0BEN", hell.room)})
    assert hell.was_answered(), "unanswered"
    await hell.holds(answer, "U9STRANGER")
    assert await _known(hell) == before


def _let_in(user: str, number: object) -> str:
    """Who sends a form: its number is carried by Slack and signed by it, so nobody has one they were not shown."""
    return "U0ANA" if isinstance(number, str) and number.partition(":")[0] == "2" else user


async def _known(hell: Hell) -> list[Any]:
    assert hell.town.warroom is not None
    return list(await hell.town.warroom.queries.open_ones())
