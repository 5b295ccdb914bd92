"""Who may use Warroom: people of its own workspace, guests within limits, strangers and apps politely not."""

from dataclasses import replace
from typing import Any

import pytest

from bot.practice.client import PracticeRefused
from bot.practice.triggers import new_response_url, new_trigger
from bot.practice.workspace import BOT_USER, TEAM_ID
from bot.views.refusals import STRANGER
from tests.town import ANA, BEN, FIN, GENERAL, Town

THEIRS = "T0ELSEWHERE"


async def sends(place: Town, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """Hand the bot a payload as Slack would; returns what it is acknowledged with."""
    return dict(await place.practice.workspace.delivery.ask(kind, body))


def command(place: Town, text: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of the payload
    """A slash command of Ana's in #general."""
    practice = place.practice.workspace
    body = {
        "command": "/incident", "text": text, "team_id": TEAM_ID, "channel_id": GENERAL, "user_id": "U0ANA",
        "trigger_id": new_trigger(practice, "U0ANA"),
        "response_url": new_response_url(practice, practice.channels[GENERAL], "U0ANA"),
    }  # fmt: skip
    return {**body, **changes}


def click(place: Town, room: str, **user: str) -> dict[str, Any]:
    """Somebody taps Take command in a room."""
    practice = place.practice.workspace
    return {
        "type": "block_actions", "user": user, "team": {"id": TEAM_ID}, "channel": {"id": room, "name": "x"},
        "trigger_id": new_trigger(practice, "U0ANA"),
        "response_url": new_response_url(practice, practice.channels[room], "U0ANA"),
        "container": {"type": "message", "channel_id": room},
        "actions": [{"type": "button", "action_id": "claim", "block_id": "b", "value": "1:commander"}],
    }  # fmt: skip


async def holders(place: Town) -> list[str]:
    """Everyone who holds a role in the first incident."""
    assert place.warroom is not None
    incident = await place.warroom.queries.incident(1)  # type: ignore[arg-type]
    assert incident is not None
    return [user for users in incident.roles.values() for user in users]


async def test_a_command_of_another_workspace_is_refused(place: Town) -> None:
    answer = await sends(place, "slash_commands", command(place, "declare it is down", team_id=THEIRS))
    assert answer["text"] == STRANGER
    assert place.warroom is not None
    assert not await place.warroom.queries.open_ones()


async def test_a_stranger_of_a_shared_channel_can_tap_nothing(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await sends(place, "interactive", click(place, room, id="U9STRANGER", team_id=THEIRS))
    assert await holders(place) == []
    assert STRANGER in await place.people.reads(ANA, room)  # where the response_url of this made-up click leads
    await sends(place, "interactive", click(place, room, id="U0ANA", team_id=TEAM_ID))
    assert await holders(place) == ["U0ANA"]


async def test_a_stranger_can_mark_nothing(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    ts = await place.people.says(ANA, room, "the certificate ran out")
    event = {"type": "reaction_added", "user": "U9STRANGER", "reaction": "pushpin", "item_user": "U0ANA",
             "item": {"type": "message", "channel": room, "ts": ts}}  # fmt: skip
    body = {"type": "event_callback", "team_id": THEIRS, "event_id": "Ev1", "event": event}
    await sends(place, "events_api", body)
    assert place.warroom is not None
    lines = await place.warroom.queries.timeline(1)  # type: ignore[arg-type]
    assert not [line for line in lines if line.marked]


@pytest.mark.parametrize("words", ["declare checkout is failing", "checkout is failing"])
async def test_a_guest_may_not_declare_by_word_nor_by_form(place: Town, words: str) -> None:
    await place.people.commands(FIN, GENERAL, f"/incident {words}")
    if await place.people.modal(FIN):
        await place.people.submits(FIN)
        assert "Guests cannot declare incidents here" in await place.people.reads_modal(FIN)
    else:
        assert "Guests cannot declare incidents here" in await place.people.reads(FIN, GENERAL)
    assert place.warroom is not None
    assert not await place.warroom.queries.open_ones()


async def test_a_guest_may_help_where_they_were_let_in(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.invites(ANA, room, FIN)
    await place.people.clicks(FIN, room, "Take command")
    assert await holders(place) == ["U0FIN"]


@pytest.mark.parametrize("app", ["@Warroom", "<@USLACKBOT>"])
async def test_an_app_never_holds_a_role(place: Town, app: str) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.commands(ANA, room, f"/incident role scribe {app}")
    assert "This needs a person who can answer for it" in await place.people.reads(ANA, room)
    await place.people.clicks(ANA, room, "Roles")
    with pytest.raises(PracticeRefused, match="That is an app"):
        await place.people.submits(ANA, {"Give scribe to": BOT_USER})
    assert await holders(place) == []


async def test_somebody_slack_does_not_know_is_not_given_a_role_for_nothing(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.commands(ANA, room, "/incident role scribe <@U0NOBODY>")
    await place.quiet()
    assert "user_not_found" in await place.people.reads(ANA, room)


@pytest.mark.parametrize("name", ["/sev", "/störung"])
async def test_the_command_may_be_called_anything(place: Town, name: str) -> None:
    practice = place.practice.workspace
    renamed = tuple(replace(entry, name=name) for entry in practice.settings.manifest.commands)
    practice.settings.manifest = replace(practice.settings.manifest, commands=renamed)
    await place.people.commands(ANA, GENERAL, f"{name} declare checkout is failing")
    await place.room()
    await place.people.commands(BEN, GENERAL, f"{name} help")
    read = await place.people.reads(BEN, GENERAL)
    assert f"{name} claim" in read
    assert "/incident" not in read
