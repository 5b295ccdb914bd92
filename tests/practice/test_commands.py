"""Slash commands: their fields, their answers, and the notice when the app does not answer."""

import asyncio

import pytest
from slack_bolt.app.async_app import AsyncApp

from bot.practice.client import PracticeClient, PracticeRefused
from bot.practice.server import RunningPractice
from tests.practice.conftest import Answer, Connect, Json, bolt_app

pytestmark = pytest.mark.asyncio


def echo_app(practice: RunningPractice, seen: list[Json]) -> AsyncApp:
    """An app that says commands back."""
    app = bot = bolt_app(practice)

    @bot.command("/echo")
    async def echo(ack: Answer, command: Json) -> None:
        seen.append(command)
        await ack(f"You said {command['text']}")

    @bot.command("/slow")
    async def slow(ack: Answer) -> None:
        await asyncio.sleep(0.8)
        await ack("late")

    return app


async def test_a_command_is_answered_to_the_person_only(
    practice: RunningPractice, people: PracticeClient, connect: Connect
) -> None:
    seen: list[Json] = []
    await connect(echo_app(practice, seen))
    await people.says("ana", "general", "/echo hello @ben in #general")
    assert "Echo (only visible to you): You said hello @ben in #general" in await people.reads("ana", "general")
    assert "You said" not in await people.reads("ben", "general")
    assert seen[0]["text"] == "hello <@U0BEN|ben> in <#C0GENERAL|general>"
    assert (seen[0]["channel_name"], seen[0]["user_name"], seen[0]["team_domain"]) == ("general", "ana", "practice")


async def test_a_late_answer_earns_the_person_a_notice(
    practice: RunningPractice, people: PracticeClient, connect: Connect
) -> None:
    await connect(echo_app(practice, []))
    with pytest.raises(PracticeRefused, match='/slow failed with the error "operation_timeout"'):
        await people.says("ana", "general", "/slow")


async def test_with_no_app_connected_a_command_fails_at_once(people: PracticeClient) -> None:
    with pytest.raises(PracticeRefused, match="dispatch_failed"):
        await people.says("ana", "general", "/echo hello")


async def test_a_command_the_manifest_lacks_is_no_command(people: PracticeClient) -> None:
    with pytest.raises(PracticeRefused, match="/nope is not a valid command"):
        await people.says("ana", "general", "/nope")
