"""Every payload an app is sent has the keys and types of Slack's, but for what is listed here with its reason.

The samples hold every key that was ever seen in a kind of payload, with an empty value of its type.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.client import PracticeClient
from bot.practice.server import RunningPractice
from tests.practice.conftest import Answer, Connect, Json, bolt_app

SAMPLES: Json = json.loads((Path(__file__).parent / "samples.json").read_text(encoding="utf-8"))
GENERAL = "C0GENERAL"

# Inside these a sample holds the keys of every kind of message, element and view there is, so none can be missed.
UNIONS = ("/message", "/previous_message", "/actions", "/view")
# Keys of Slack's that an app does not get here.
NOT_IMITATED = {
    "organisations and Slack Connect": {
        "enterprise", "enterprise_id", "enterprise_name", "context_enterprise_id", "source_team", "is_moved",
    },
    "keys of other messages, views and containers": {
        "app_unfurl", "app_unfurl_url", "attachment_id", "bot_access_token", "bot_id", "hidden", "is_app_unfurl",
        "is_cleared", "metadata", "parent_user_id", "text", "thread_ts", "view", "view_id",
    },
    "what nobody was seen to use": {"client_msg_id", "item_user", "pin_count", "pinned_info"},
}  # fmt: skip
MISSING_MAY = frozenset[str]().union(*NOT_IMITATED.values())
# Keys that we send and the samples do not know: Block Kit, which was cut from them, and what Slack's pages show.
NOT_IN_SAMPLES = {
    "cut from the samples": {
        "blocks",
        "bot_profile",
        "client_msg_id",
        "edited",
        "pinned_info",
        "pinned_to",
        "reactions",
        "state",
    },
    "shown on docs.slack.dev": {"api_app_id", "has_pins", "response_urls", "username"},
}
KNOWN_MORE = frozenset[str]().union(*NOT_IN_SAMPLES.values())
# Slack writes this flag of a slash command as a word; the samples' generator made it a boolean.
OTHER_TYPE = {"slash_command/is_enterprise_install is a str, Slack's a bool"}


@pytest_asyncio.fixture
async def sent(practice: RunningPractice, slack: AsyncWebClient, connect: Connect) -> AsyncIterator[list[Json]]:
    """Everything that is sent to an app in #general, as it comes."""
    bodies: list[Json] = []
    app = bolt_app(practice)

    @app.middleware
    async def keep(body: Json, next_: Answer) -> None:
        bodies.append(body)
        await next_()

    async def take(ack: Answer) -> None:
        await ack()

    for listen in (app.event, app.command, app.action, app.shortcut, app.view):
        listen(re.compile(".*"))(take)
    app.view_closed(re.compile(".*"))(take)

    await connect(app)
    await slack.conversations_join(channel=GENERAL)
    assert await practice.workspace.delivery.settled()
    bodies.clear()
    yield bodies


def unlike(ours: Any, slacks: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Where two payloads differ: a key that only one has, or another type."""
    if isinstance(ours, dict) and isinstance(slacks, dict):
        if not any(part in path for part in UNIONS):
            yield from (f"{path}/{name} is missing" for name in slacks.keys() - ours.keys() - MISSING_MAY)
        yield from (f"{path}/{name} is not Slack's" for name in ours.keys() - slacks.keys() - KNOWN_MORE)
        for name in ours.keys() & slacks.keys():
            yield from unlike(ours[name], slacks[name], f"{path}/{name}")
    elif isinstance(ours, list) and isinstance(slacks, list):
        yield from (found for entry in ours if slacks for found in unlike(entry, slacks[0], f"{path}/0"))
    elif ours is not None and slacks is not None and not isinstance(ours, type(slacks)):
        yield f"{path} is a {type(ours).__name__}, Slack's a {type(slacks).__name__}"


async def test_events(practice: RunningPractice, people: PracticeClient, sent: list[Json]) -> None:
    ts = await people.says("ana", GENERAL, "it is down")
    await people.edits("ana", GENERAL, ts, "it is down again")
    await people.reacts("ben", GENERAL, ts, "eyes")
    await people.pins("ben", GENERAL, ts)
    await people.deletes("ana", GENERAL, ts)
    await people.opens_home("ana")
    await people.act("ana", "create_channel", name="spare")
    await people.invites("ana", "spare", "Echo")
    await people.act("ana", "rename", channel="spare", name="spare-2")
    await people.act("ana", "archive", channel="spare-2")
    assert await practice.workspace.delivery.settled()
    seen = {body["event"].get("subtype") or body["event"]["type"]: body for body in sent}
    assert seen.keys() >= SAMPLES["events"].keys()
    for name, sample in SAMPLES["events"].items():
        wrapper = {**seen[name], "event": {}}
        assert sorted(unlike(wrapper, SAMPLES["wrapper"], name)) == []
        assert sorted(unlike(seen[name]["event"], sample, name)) == []


async def test_commands_clicks_shortcuts_and_forms(
    people: PracticeClient, slack: AsyncWebClient, sent: list[Json]
) -> None:
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    posted = await slack.chat_postMessage(
        channel=GENERAL, text="press", blocks=[{"type": "actions", "block_id": "b", "elements": [button]}]
    )
    await people.commands("ana", GENERAL, "/echo hello")
    await people.clicks("ana", GENERAL, "Go")
    await people.uses_message_shortcut("ana", GENERAL, posted["ts"], "note_this")
    for submitted in (True, False):
        await slack.views_open(trigger_id=sent[-1]["trigger_id"], view=FORM)
        await (people.submits("ana", {"What?": "this"}) if submitted else people.closes("ana"))
        await people.clicks("ana", GENERAL, "Go")  # for its trigger
    seen = {body.get("type", "slash_command"): body for body in sent if body.get("type") != "event_callback"}
    assert seen.keys() == SAMPLES["interactions"].keys()
    for name, sample in SAMPLES["interactions"].items():
        assert set(unlike(seen[name], sample, name)) <= OTHER_TYPE


FORM: Json = {
    "type": "modal", "callback_id": "form", "notify_on_close": True, "title": {"type": "plain_text", "text": "Form"},
    "submit": {"type": "plain_text", "text": "Send"}, "close": {"type": "plain_text", "text": "Cancel"},
    "blocks": [{"type": "input", "label": {"type": "plain_text", "text": "What?"},
                "element": {"type": "plain_text_input"}}],
}  # fmt: skip


def test_a_difference_would_be_seen() -> None:
    assert sorted(unlike({"a": 1, "b": {"c": ""}}, {"b": {"c": 1, "d": 1}})) == [
        "/a is not Slack's", "/b/c is a str, Slack's a int", "/b/d is missing",
    ]  # fmt: skip
