"""Clicks in messages with a real Bolt app: payloads, response urls, shortcuts, suggestions."""

import asyncio

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.client import PracticeClient, PracticeRefused
from bot.practice.server import RunningPractice
from tests.practice.conftest import Answer, Connect, Json, bolt_app

pytestmark = pytest.mark.asyncio

OPTIONS = [{"text": {"type": "plain_text", "text": f"SEV{n}"}, "value": f"sev{n}"} for n in (1, 2)]
CARD: list[Json] = [
    {"type": "section", "block_id": "about", "text": {"type": "mrkdwn", "text": "*INC-7* checkout"}},
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {
                "type": "button",
                "action_id": "take",
                "text": {"type": "plain_text", "text": "Take command"},
                "value": "inc-7",
            },
            {"type": "static_select", "action_id": "severity", "options": OPTIONS},
            {"type": "external_select", "action_id": "service"},
        ],
    },
]


def clicking_app(practice: RunningPractice, seen: list[Json]) -> AsyncApp:
    """An app that answers clicks through the response url."""
    app = bolt_app(practice)

    @app.action("take")
    async def take(ack: Answer, respond: Answer, body: Json) -> None:
        seen.append(body)
        await ack()
        await respond("You have command")

    @app.action("severity")
    async def severity(ack: Answer, respond: Answer, body: Json) -> None:
        seen.append(body)
        await ack()
        await respond(text="Replaced", replace_original=True)

    @app.options("service")
    async def services(ack: Answer, payload: Json) -> None:
        text = {"type": "plain_text", "text": payload["value"].upper()}
        await ack(options=[{"text": text, "value": payload["value"]}])

    @app.shortcut("note_this")
    async def note(ack: Answer, shortcut: Json, respond: Answer) -> None:
        seen.append(shortcut)
        await ack()
        await respond("Noted")

    return app


async def test_a_click_carries_what_slack_sends(
    practice: RunningPractice, people: PracticeClient, slack: AsyncWebClient, connect: Connect
) -> None:
    seen: list[Json] = []
    await connect(clicking_app(practice, seen))
    ts = (await slack.chat_postMessage(channel="C0GENERAL", text="card", blocks=CARD))["ts"]
    await people.clicks("ben", "general", "Take command")
    body = seen[0]
    assert body["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": "C0GENERAL",
        "is_ephemeral": False,
    }
    assert (body["channel"], body["message"]["ts"]) == ({"id": "C0GENERAL", "name": "general"}, ts)
    action = body["actions"][0]
    assert (action["block_id"], action["action_id"], action["value"]) == ("row", "take", "inc-7")
    assert body["state"]["values"]["row"]["severity"] == {"type": "static_select", "selected_option": None}
    await people.waits_for("ben", "general", "Echo (only visible to you): You have command")
    assert "You have command" not in await people.reads("ana", "general")


async def test_a_choice_replaces_the_message(
    practice: RunningPractice, people: PracticeClient, slack: AsyncWebClient, connect: Connect
) -> None:
    seen: list[Json] = []
    await connect(clicking_app(practice, seen))
    await slack.chat_postMessage(channel="C0GENERAL", text="card", blocks=CARD)
    await people.clicks("ben", "general", "severity", selected_option="SEV2")
    assert seen[0]["actions"][0]["selected_option"]["value"] == "sev2"
    assert "Take command" not in await people.waits_for("ben", "general", "Replaced")


async def test_an_ephemeral_is_clicked_and_deleted(
    practice: RunningPractice, people: PracticeClient, slack: AsyncWebClient, connect: Connect
) -> None:
    app = bolt_app(practice)

    @app.action("take")
    async def take(ack: Answer, respond: Answer, body: Json) -> None:
        assert body["container"]["is_ephemeral"]
        assert "message" not in body
        await ack()
        await respond(delete_original=True)

    await connect(app)
    await slack.conversations_join(channel="C0GENERAL")
    await slack.chat_postEphemeral(channel="C0GENERAL", user="U0ANA", text="card", blocks=CARD)
    await people.clicks("ana", "general", "take")
    with pytest.raises(LookupError):
        await people.clicks("ana", "general", "take")


async def test_a_response_url_is_used_up(practice: RunningPractice, people: PracticeClient, connect: Connect) -> None:
    app, urls = bolt_app(practice), []

    @app.command("/echo")
    async def echo(ack: Answer, command: Json) -> None:
        urls.append(command["response_url"])
        await ack(response_type="in_channel", text="aloud")

    await connect(app)
    await people.says("ana", "general", "/echo")
    assert "Echo: aloud" in await people.reads("ben", "general")
    async with aiohttp.ClientSession() as session:
        statuses = []
        for _ in range(6):
            async with session.post(urls[0], json={"text": "again"}) as response:
                statuses.append((response.status, await response.text()))
    assert [status for status, _ in statuses] == [200] * 5 + [404]
    assert "used_url" in statuses[-1][1]


async def test_a_message_shortcut_and_suggestions(
    practice: RunningPractice, people: PracticeClient, slack: AsyncWebClient, connect: Connect
) -> None:
    seen: list[Json] = []
    await connect(clicking_app(practice, seen))
    ts = await people.says("ana", "general", "rolled back 4812")
    await people.uses_message_shortcut("ben", "general", ts, "note_this")
    assert (seen[0]["type"], seen[0]["message"]["text"]) == ("message_action", "rolled back 4812")
    await people.waits_for("ben", "general", "Noted")
    card = (await slack.chat_postMessage(channel="C0GENERAL", text="card", blocks=CARD))["ts"]
    where = {"channel": "general", "ts": card, "block_id": "row", "action_id": "service"}
    answer = await people.act("ben", "suggest", **where, value="checkout")
    assert answer["options"][0]["text"]["text"] == "CHECKOUT"


async def test_a_click_nobody_answers(
    practice: RunningPractice, people: PracticeClient, slack: AsyncWebClient, connect: Connect
) -> None:
    app = bolt_app(practice)

    @app.action("take")
    async def take(ack: Answer) -> None:
        await asyncio.sleep(0.6)
        await ack()

    await connect(app)
    await slack.chat_postMessage(channel="C0GENERAL", text="card", blocks=CARD)
    with pytest.raises(PracticeRefused, match="operation_timeout"):
        await people.clicks("ben", "general", "take")
