"""Every payload an app is sent has the keys and types of Slack's, but for what is listed here with its reason.

The samples hold every key that was ever seen in a kind of payload, with an empty value of its type.
"""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.client import PracticeClient
from bot.practice.server import RunningPractice
from tests.practice.conftest import Answer, Connect, Json, bolt_app
from tests.practice.fidelity.unlike import unlike

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


def surprises(ours: Json, slacks: Json, name: str) -> list[str]:
    """Where a payload differs from the sample, but for what is listed above."""
    return sorted(found for found in unlike(ours, slacks, name) if not _listed(found))


def _listed(found: str) -> bool:
    path, _, what = found.partition(" ")
    place, _, key = path.rpartition("/")
    if what == "is missing":
        return key in MISSING_MAY or any(part in place for part in UNIONS)
    return what == "is not Slack's" and key in KNOWN_MORE


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
        assert surprises(wrapper, SAMPLES["wrapper"], name) == []
        assert surprises(seen[name]["event"], sample, name) == []


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
        assert set(surprises(seen[name], sample, name)) <= OTHER_TYPE


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
