"""Payloads as nobody's fingers make them: each found by chance or in tests/hell, each with one kind answer."""

from typing import Any

from bot.practice.errors import NotDelivered
from bot.practice.triggers import new_response_url, new_trigger
from bot.practice.workspace import TEAM_ID
from bot.views.refusals import GONE_BUTTON, GONE_FORM, NAMELESS
from tests.conversations.test_gate import command, sends
from tests.town import ANA, GENERAL, Town

INCIDENT = 1


def form(callback: str, about: str, **state: dict[str, Any]) -> dict[str, Any]:
    """A form of Ana's as it is sent, with what is in its fields."""
    view = {
        "id": f"V0{callback}", "type": "modal", "callback_id": callback, "private_metadata": about,
        "blocks": [{"type": "input", "block_id": name} for name in state],
        "state": {"values": {name: {"value": entered} for name, entered in state.items()}},
    }  # fmt: skip
    return {"type": "view_submission", "user": {"id": "U0ANA"}, "team": {"id": TEAM_ID}, "view": view}


def typed(text: str) -> dict[str, Any]:
    return {"type": "plain_text_input", "value": text}


def chosen(value: str) -> dict[str, Any]:
    return {"type": "static_select", "selected_option": {"value": value}}


async def lines(place: Town) -> list[str]:
    """What stands on the timeline of the first incident."""
    assert place.warroom is not None
    return [line.text for line in await place.warroom.queries.timeline(INCIDENT)]  # type: ignore[arg-type]


async def happens(place: Town, **event: object) -> None:
    """An event arrives, and is taken."""
    body = {
        "type": "event_callback",
        "team_id": TEAM_ID,
        "event_id": f"Ev{len(event)}{event.get('ts')}",
        "event": event,
    }
    assert await sends(place, "events_api", body) == {}


ODD_FIELDS: list[tuple[str, dict[str, Any], str]] = [
        ("give_action", {"text": typed("Add an alert"), "owner": {"selected_user": "U0BEN"},
                         "due": {"selected_date": "2026-02-31"}}, "due"),
        ("give_action", {"text": typed("Add an alert"), "owner": {"selected_user": "x> <!channel"},
                         "due": {"selected_date": "2026-12-04"}}, "owner"),
        ("update", {"happening": typed("It is down"), "next": chosen("²")}, "next"),
        ("declare", {"title": typed("search is slow"), "kind": chosen("no_such_kind")}, "kind"),
        ("severity", {"severity": {"selected_option": None}}, "severity"),
]  # fmt: skip


async def test_a_field_with_what_no_list_offers_is_marked(place: Town) -> None:
    await place.declares(ANA, "checkout is failing")
    for callback, state, field in ODD_FIELDS:
        answer = await sends(place, "interactive", form(callback, "" if callback == "declare" else "1", **state))
        assert list(answer["errors"]) == [field]


async def test_a_preview_that_carries_something_else_sends_nothing(place: Town) -> None:
    await place.declares(ANA, "checkout is failing")
    for about in ("", "1", "1:2:3|x", "x:y:z:w|", "²:0:0:0|", "1:-5:1:1|ab", "9" * 40 + ":0:0:0|"):
        answer = await sends(place, "interactive", form("update_preview", about))
        assert answer["response_action"] == "push"
    assert not [line for line in await lines(place) if "sent update" in line]


async def test_a_form_and_a_button_of_an_older_version_say_so(place: Town) -> None:
    answer = await sends(place, "interactive", form("hand_over", "1"))
    assert answer["view"]["blocks"][0]["text"]["text"] == GONE_FORM
    practice = place.practice.workspace
    click = {
        "type": "block_actions", "user": {"id": "U0ANA"}, "team": {"id": TEAM_ID}, "view": {"id": "V0", "type": "home"},
        "actions": [{"type": "button", "action_id": "old", "value": "1"}], "trigger_id": new_trigger(practice, "U0ANA"),
    }  # fmt: skip
    await sends(place, "interactive", click)
    assert GONE_BUTTON in await place.people.reads_modal(ANA)


async def test_a_form_that_may_not_open_any_more_is_explained(place: Town) -> None:
    await place.declares(ANA, "checkout is failing")
    late = command(place, "update INC-1", trigger_id="1795419000000.gone")
    assert "Slack took too long" in (await sends(place, "slash_commands", late))["text"]


async def test_a_question_that_carries_something_else_opens_nothing(place: Town) -> None:
    for value in ("[" * 1900, "{}", '["q","t","s","sev1",1]', "", "[[[["):
        await sends(place, "interactive", anyway(place, value))
    said = await place.people.reads(ANA, GENERAL)
    assert said.count("That question cannot be answered any more") == 5


def anyway(place: Town, value: str) -> dict[str, Any]:
    """Ana opens what was typed anyway."""
    practice = place.practice.workspace
    return {
        "type": "block_actions", "user": {"id": "U0ANA"}, "team": {"id": TEAM_ID}, "channel": {"id": GENERAL},
        "response_url": new_response_url(practice, practice.channels[GENERAL], "U0ANA"), "trigger_id": "1.2",
        "actions": [{"type": "button", "action_id": "declare_anyway", "value": value}],
    }  # fmt: skip


async def test_who_is_nobody_is_told_so(place: Town) -> None:
    for nobody in ("", "x> <!channel", "U" * 60):
        answer = await sends(place, "slash_commands", command(place, "list", user_id=nobody))
        assert answer["text"] == NAMELESS


async def test_null_characters_and_half_pairs_are_left_out_everywhere(place: Town) -> None:
    room = await place.declares(ANA, "check\0out is failing")
    await sends(place, "interactive", form("note", "1", note=typed("rolled\0 back \ud83dto 4.2")))
    ts = "1795419000.000100"
    await happens(
        place, type="message", channel=room, user="U0BEN", ts=ts, text="cert\0ificate\udc00", files=[{"name": "\0"}]
    )
    await happens(place, type="reaction_added", user="U0BEN\0", reaction="pushpin", item_user="U0BEN",
                  item={"type": "message", "channel": room, "ts": f"{ts}\0"})  # fmt: skip
    found = await lines(place)
    assert any(line.endswith("INC-1: checkout is failing") for line in found)
    assert any(line.endswith("rolled back to 4.2") for line in found)
    assert "certificate" in found


async def test_a_mark_on_no_message_is_taken_and_does_nothing(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    before = await lines(place)
    for ts in ("", "nan", "1e300", "9" * 60 + ".1", "x", None, ["1.0"]):
        item = {"type": "message", "channel": room, "ts": ts}
        await happens(place, type="reaction_added", user="U0BEN", reaction="pushpin", item=item)
        await happens(
            place, type="message", channel=room, user="U0BEN", ts=ts, text=["x"], files={"name": 1}, edited="x"
        )
    assert await lines(place) == before


async def test_an_event_that_cannot_be_read_is_not_sent_again(place: Town) -> None:
    body = {"type": "event_callback", "team_id": TEAM_ID, "event_id": "Ev1", "event": {"type": "message", "user": 3}}
    try:
        assert await sends(place, "events_api", body) == {}
    except NotDelivered as turned_away:
        assert turned_away.final  # noqa: PT017 - over HTTP it is turned away for good, over a socket it is taken
    await happens(place, ts="1")
    await happens(place, type="team_join", user={"id": "U0NEW"})
