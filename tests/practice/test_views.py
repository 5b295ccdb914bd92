"""Modals with a real Bolt app: triggers, submissions and their answers, the stack, hashes, Home."""

import base64

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.client import PracticeClient, PracticeRefused
from bot.practice.server import RunningPractice
from bot.practice.triggers import new_trigger
from tests.practice.conftest import Answer, Connect, Json, bolt_app, refused

pytestmark = pytest.mark.asyncio

TITLE = {
    "type": "input",
    "block_id": "title",
    "label": {"type": "plain_text", "text": "What is wrong?"},
    "element": {"type": "plain_text_input", "action_id": "text", "max_length": 20},
}
SEVERITY = {
    "type": "input",
    "block_id": "severity",
    "label": {"type": "plain_text", "text": "Severity"},
    "optional": True,
    "element": {
        "type": "static_select",
        "action_id": "pick",
        "options": [{"text": {"type": "plain_text", "text": f"SEV{n}"}, "value": f"sev{n}"} for n in (1, 2)],
    },
}


def modal(name: str, *blocks: Json, **more: object) -> Json:
    """A modal with a title."""
    text = {"type": "plain_text", "text": name}
    return {"type": "modal", "callback_id": "declare", "title": text, "submit": text, "blocks": list(blocks), **more}


def note(text: str) -> Json:
    """A section."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def declaring_app(practice: RunningPractice, answers: list[Json], seen: list[Json]) -> AsyncApp:
    """An app that opens a modal from its global shortcut and answers submissions from a list."""
    app = bolt_app(practice)

    @app.shortcut("open_it")
    async def open_it(ack: Answer, shortcut: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=modal("Declare", TITLE, SEVERITY))

    @app.view("declare")
    async def declare(ack: Answer, body: Json) -> None:
        seen.append(body)
        await ack(**answers.pop(0))

    @app.view_closed("declare")
    async def closed(ack: Answer, body: Json) -> None:
        seen.append(body)
        await ack()

    return app


async def test_a_modal_is_filled_in_and_submitted(
    practice: RunningPractice, people: PracticeClient, connect: Connect
) -> None:
    seen: list[Json] = []
    await connect(declaring_app(practice, [{}], seen))
    await people.uses_shortcut("ana", "open_it")
    with pytest.raises(PracticeRefused, match="complete this required field"):
        await people.submits("ana", {"Severity": "SEV1"})
    await people.submits("ana", {"What is wrong?": "checkout", "Severity": "sev2"})
    view = seen[0]["view"]
    assert view["state"]["values"]["title"]["text"] == {"type": "plain_text_input", "value": "checkout"}
    assert view["state"]["values"]["severity"]["pick"]["selected_option"]["value"] == "sev2"
    assert seen[0]["user"] == {"id": "U0ANA", "username": "ana", "name": "ana", "team_id": "T0PRACTICE"}
    assert await people.modal("ana") is None


async def test_the_apps_answer_decides_what_becomes_of_the_modal(
    practice: RunningPractice, people: PracticeClient, connect: Connect
) -> None:
    push = {"response_action": "push", "view": modal("Second", note("second"), notify_on_close=True)}
    update = {"response_action": "update", "view": modal("Opening", note("Opening INC-7 …"))}
    errors = {"response_action": "errors", "errors": {"title": "Say more"}}
    seen: list[Json] = []
    await connect(declaring_app(practice, [errors, push, update, {"response_action": "clear"}], seen))
    await people.uses_shortcut("ana", "open_it")
    with pytest.raises(PracticeRefused, match="Say more"):
        await people.submits("ana", {"title": "x"})
    await people.submits("ana", {"title": "checkout"})
    assert "second" in await people.reads_modal("ana")
    await people.closes("ana")
    assert seen[-1]["type"] == "view_closed"
    await people.submits("ana")
    assert "Opening INC-7 …" in await people.reads_modal("ana")
    await people.submits("ana")
    assert await people.modal("ana") is None


async def test_an_answer_slack_would_not_take_is_trouble(
    practice: RunningPractice, people: PracticeClient, connect: Connect
) -> None:
    await connect(declaring_app(practice, [{"response_action": "update", "view": modal("No", note(""))}], []))
    await people.uses_shortcut("ana", "open_it")
    with pytest.raises(PracticeRefused, match="trouble connecting"):
        await people.submits("ana", {"title": "checkout"})


async def test_a_trigger_works_once_and_for_three_seconds(practice: RunningPractice, slack: AsyncWebClient) -> None:
    workspace, view = practice.workspace, modal("x", note("x"))
    late, good = new_trigger(workspace, "U0ANA"), new_trigger(workspace, "U0ANA")
    workspace.triggers.put(late, {**workspace.triggers[late], "issued": workspace.now() - 3.1})
    assert (await refused(slack.views_open(trigger_id="made.up", view=view)))["error"] == "invalid_trigger_id"
    assert (await refused(slack.views_open(trigger_id=late, view=view)))["error"] == "expired_trigger_id"
    assert (await slack.views_open(trigger_id=good, view=view))["view"]["root_view_id"]
    assert (await refused(slack.views_open(trigger_id=good, view=view)))["error"] == "exchanged_trigger_id"


async def test_three_modals_and_no_more(practice: RunningPractice, slack: AsyncWebClient) -> None:
    def trigger() -> str:
        return new_trigger(practice.workspace, "U0ANA")

    view = modal("x", note("x"))
    assert (await refused(slack.views_push(trigger_id=trigger(), view=view)))["error"] == "not_found"
    first = (await slack.views_open(trigger_id=trigger(), view=view))["view"]
    second = (await slack.views_push(trigger_id=trigger(), view=view))["view"]
    assert (second["previous_view_id"], second["root_view_id"]) == (first["id"], first["id"])
    await slack.views_push(trigger_id=trigger(), view=view)
    answer = await refused(slack.views_push(trigger_id=trigger(), view=view))
    assert answer["error"] == "push_limit_reached"


async def test_a_view_is_updated_under_its_hash(practice: RunningPractice, slack: AsyncWebClient) -> None:
    view = modal("x", note("x"), external_id="one")
    trigger = new_trigger(practice.workspace, "U0ANA")
    opened = (await slack.views_open(trigger_id=trigger, view=view))["view"]
    updated = (await slack.views_update(view_id=opened["id"], hash=opened["hash"], view=view))["view"]
    assert updated["hash"] != opened["hash"]
    late = await refused(slack.views_update(view_id=opened["id"], hash=opened["hash"], view=view))
    assert late["error"] == "hash_conflict"
    assert (await slack.views_update(external_id="one", view=view))["view"]["id"] == opened["id"]
    assert (await refused(slack.views_update(view_id="V0NONE", view=view)))["error"] == "not_found"
    trigger = new_trigger(practice.workspace, "U0BEN")
    assert (await refused(slack.views_open(trigger_id=trigger, view=view)))["error"] == "duplicate_external_id"


async def test_home_is_published_and_clicked(
    practice: RunningPractice, people: PracticeClient, connect: Connect
) -> None:
    app, seen = bolt_app(practice), []
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "7"}

    @app.event("app_home_opened")
    async def opened(event: Json, client: AsyncWebClient) -> None:
        home = {"type": "home", "blocks": [note("Welcome"), {"type": "actions", "elements": [button]}]}
        await client.views_publish(user_id=event["user"], view=home)

    @app.action("go")
    async def go(ack: Answer, body: Json) -> None:
        seen.append(body)
        await ack()

    await connect(app)
    await people.opens_home("ana")
    await people.until(lambda: people.reads_home("ana"))
    assert "Welcome\n[Go]" in await people.reads_home("ana")
    assert await people.reads_home("ben") == ""
    await people.clicks_home("ana", "Go")
    assert (seen[0]["container"]["type"], seen[0]["actions"][0]["value"]) == ("view", "7")


async def test_files_are_added_to_a_form(practice: RunningPractice, people: PracticeClient, connect: Connect) -> None:
    seen: list[Json] = []
    app = bolt_app(practice)
    element = {"type": "file_input", "action_id": "files", "filetypes": ["png", "csv"], "max_files": 1}
    label = {"type": "plain_text", "text": "Screenshots"}
    wanted = {"type": "input", "block_id": "shots", "label": label, "element": element}

    @app.shortcut("open_it")
    async def open_it(ack: Answer, shortcut: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=modal("Declare", wanted))

    @app.view("declare")
    async def declare(ack: Answer, body: Json) -> None:
        seen.append(body)
        await ack()

    await connect(app)
    await people.uses_shortcut("ana", "open_it")
    content = base64.b64encode(b"a,b").decode()
    added = [await people.act("ana", "add_file", filename=name, content_base64=content) for name in ("a.csv", "b.TXT")]
    with pytest.raises(PracticeRefused, match="is not of a type this field takes: png, csv"):
        await people.submits("ana", {"Screenshots": [added[1]["file"]]})
    with pytest.raises(PracticeRefused, match="no more than 1 files"):
        await people.submits("ana", {"Screenshots": [added[0]["file"]] * 2})
    with pytest.raises(PracticeRefused, match="was not uploaded"):
        await people.submits("ana", {"Screenshots": ["F0NONE"]})
    await people.submits("ana", {"Screenshots": [{"id": added[0]["file"]}]})
    (file,) = seen[0]["view"]["state"]["values"]["shots"]["files"]["files"]
    assert (file["name"], file["size"]) == ("a.csv", 3)
    async with aiohttp.ClientSession() as session, session.get(file["url_private"]) as answer:
        assert await answer.read() == b"a,b"
    with pytest.raises(PracticeRefused, match="not base64"):
        await people.act("ana", "add_file", filename="a", content_base64="*")
