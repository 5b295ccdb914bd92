"""The blocks and elements that came after 2024: what is taken, where, and what is refused."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.block_schema import Findings
from bot.practice.blocks import check_blocks, check_message_blocks
from bot.practice.client import PracticeClient
from bot.practice.errors import ApiError
from bot.practice.server import RunningPractice
from tests.practice.conftest import Answer, Connect, Json, bolt_app
from tests.practice.test_blocks import actions, button, mrkdwn, plain, section

RICH: Json = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "Rolled back"}]}],
}
PICTURE: Json = {"type": "image", "image_url": "https://x.test/a.png", "alt_text": "A graph"}
CARD: Json = {
    "type": "card", "title": mrkdwn("Gateway"), "subtitle": plain("eu-1"), "body": mrkdwn("502s"), "icon": PICTURE,
    "hero_image": PICTURE, "subtext": mrkdwn("since 14:00"), "actions": [button("look")],
}  # fmt: skip
TASK: Json = {
    "type": "task_card", "task_id": "t1", "title": "Roll back", "status": "in_progress", "details": RICH,
    "output": RICH, "sources": [{"type": "url", "url": "https://x.test", "text": "Run 7"}],
}  # fmt: skip


def text_cell(text: str) -> Json:
    """A cell of a table."""
    return {"type": "raw_text", "text": text}


def table(rows: int = 2, columns: int = 2, text: str = "x") -> Json:
    """A table."""
    return {"type": "table", "rows": [[text_cell(text)] * columns] * rows}


def data_table(rows: int = 2, **more: object) -> Json:
    """A data table with a number in each row."""
    cells = [text_cell("x"), {"type": "raw_number", "value": 1.5, "text": "1.5"}]
    return {"type": "data_table", "caption": "Errors", "rows": [cells] * rows, **more}


def chart(kind: str = "bar", **more: object) -> Json:
    """A chart of two points in one series."""
    points = [{"label": "14:00", "value": 3}, {"label": "15:00", "value": 4.5}]
    axes = {"series": [{"name": "502s", "data": points}], "axis_config": {"categories": ["14:00", "15:00"]}}
    what: Json = {"segments": points} if kind == "pie" else axes
    return {"type": "data_visualization", "title": "Errors", "chart": {"type": kind, **what, **more}}


def container(*held: Json, **more: object) -> Json:
    """A container."""
    return {"type": "container", "child_blocks": list(held), **more}


def feedback(**more: object) -> Json:
    """A row with feedback buttons and one to remove the message."""
    answers = {
        "positive_button": {"text": plain("Helpful"), "value": "yes"},
        "negative_button": {"text": plain("Not helpful"), "value": "no"},
    }
    bin_ = {"type": "icon_button", "icon": "trash", "text": plain("Remove"), "action_id": "remove"}
    return {
        "type": "context_actions", "elements": [{"type": "feedback_buttons", "action_id": "rate", **answers}, bin_],
        **more,
    }  # fmt: skip


VIDEO: Json = {
    "type": "video", "video_url": "https://x.test/v", "thumbnail_url": "https://x.test/t.png", "alt_text": "A demo",
    "title": plain("Demo"), "description": plain("How"), "author_name": "Ana",
}  # fmt: skip
ALERT: Json = {"type": "alert", "text": mrkdwn("Careful"), "level": "warning"}
CAROUSEL: Json = {"type": "carousel", "elements": [CARD, CARD]}
PLAN: Json = {"type": "plan", "title": "Way out", "tasks": [TASK]}
WORKFLOW: Json = {
    "type": "workflow_button", "text": plain("Run"), "workflow": {"trigger": {"url": "https://slack.com/shortcuts/x"}},
}  # fmt: skip
FULL_CONTAINER = container(
    section(), table(), title=plain("More"), subtitle=mrkdwn("x"), width="wide", is_collapsible=True,
    default_collapsed=True, has_header_divider=True, icon=PICTURE,
)  # fmt: skip


def field(kind: str, **more: object) -> Json:
    """An input block with one element."""
    return {"type": "input", "label": plain("What?"), "element": {"type": kind, **more}}


TAKEN = [
    ("message", CARD), ("modal", CARD), ("home", CARD), ("message", CAROUSEL), ("home", CAROUSEL), ("modal", ALERT),
    ("message", table()), ("home", table(100, 20)), ("message", data_table(201, page_size=100)), ("message", PLAN),
    ("home", data_table(row_header_column_index=0)), ("message", TASK), ("message", feedback()), ("message", VIDEO),
    ("modal", VIDEO), ("message", FULL_CONTAINER), ("message", actions(WORKFLOW)), ("modal", field("file_input")),
    ("modal", field("rich_text_input", initial_value=RICH)), ("home", field("rich_text_input")),
    ("message", {**section(), "accessory": WORKFLOW}),
    *[("message", chart(kind)) for kind in ("pie", "bar", "line", "area")],
]  # fmt: skip


@pytest.mark.parametrize(("surface", "block"), TAKEN)
def test_what_is_taken(surface: str, block: Json) -> None:
    findings = Findings()
    check_blocks([block], surface, "/blocks", findings)
    assert findings.errors == []


REFUSED: list[tuple[str, str, Any, str]] = [
    ("file cannot be sent", "message", {"type": "file", "external_id": "x", "source": "remote"}, "type: file"),
    ("alert in a message", "message", ALERT, "unsupported type: alert in a message"),
    ("carousel in a modal", "modal", CAROUSEL, "unsupported type: carousel in a modal"),
    ("container at home", "home", FULL_CONTAINER, "unsupported type: container in a home"),
    ("chart at home", "home", chart(), "unsupported type: data_visualization in a home"),
    ("plan in a modal", "modal", PLAN, "unsupported type: plan in a modal"),
    ("feedback at home", "home", feedback(), "unsupported type: context_actions in a home"),
    ("file input at home", "home", field("file_input"), "unsupported type: file_input in a home"),
    ("rich text input in a message", "message", field("rich_text_input"), "rich_text_input in a message"),
    ("an empty card", "message", {"type": "card", "subtitle": plain("x")}, "must have one of: hero_image, title"),
    ("two icons", "message", {**CARD, "slack_icon": {"type": "icon", "name": "bolt"}}, "only one of: icon, slack_icon"),
    ("long card body", "message", {**CARD, "body": mrkdwn("x" * 201)}, "no more than 200 characters"),
    ("four buttons", "message", {**CARD, "actions": [button(str(n)) for n in range(4)]}, "no more than 3 items"),
    ("eleven cards", "message", {"type": "carousel", "elements": [CARD] * 11}, "no more than 10 items"),
    ("long alert", "modal", {**ALERT, "text": mrkdwn("x" * 201)}, "no more than 200 characters"),
    ("alert level", "modal", {**ALERT, "level": "fatal"}, "must be one of: default, info"),
    ("101 rows", "message", table(101), "no more than 100 items"),
    ("21 columns", "message", table(1, 21), "no more than 20 items"),
    ("number without text", "message",
     {"type": "table", "rows": [[{"type": "raw_number", "value": 1}]]}, "missing required field: text"),
    ("data table without caption", "message", {"type": "data_table", "rows": table()["rows"]}, "field: caption"),
    ("one row", "message", data_table(1), "must have at least 2 items"),
    ("202 rows", "message", data_table(202), "no more than 201 items"),
    ("ragged", "message", {**data_table(), "rows": [[text_cell("x")], [text_cell("x")] * 2]}, "same number of cells"),
    ("chart title", "message", {**chart(), "title": "x" * 51}, "no more than 50 characters"),
    ("chart kind", "message", {**chart(), "chart": {"type": "radar"}}, "unsupported type: radar"),
    ("points without category", "message", chart("bar", axis_config={"categories": ["14:00"]}), "one point for each"),
    ("eleven children", "message", container(*[section()] * 11), "no more than 10 items"),
    ("a container in a container", "message", container(FULL_CONTAINER), "unsupported type: container"),
    ("task status", "message", {**TASK, "status": "done"}, "must be one of: pending, in_progress"),
    ("51 tasks", "message", {**PLAN, "tasks": [TASK] * 51}, "no more than 50 items"),
    ("icon", "message", {"type": "context_actions", "elements": [
        {"type": "icon_button", "icon": "star", "text": plain("x")}]}, "must be one of: trash"),
    ("video without thumbnail", "message", {k: v for k, v in VIDEO.items() if k != "thumbnail_url"}, "thumbnail_url"),
    ("max files", "modal", field("file_input", max_files=11), "must be between 1 and 10"),
    ("container without title", "message", container(section()), "one of: title, rich_text_title"),
    ("long data table", "message", {**data_table(), "rows": [[text_cell("x" * 9000)]] * 3}, "no more than 20000"),
    ("same action_id in a card", "message", {**CARD, "actions": [button("a"), button("a")]}, "`action_id` a already"),
    ("unknown property", "message", {**PLAN, "colour": "red"}, "invalid additional property: colour"),
]  # fmt: skip


@pytest.mark.parametrize(("surface", "block", "says"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_refused(surface: str, block: Json, says: str) -> None:
    findings = Findings()
    check_blocks([block], surface, "/blocks", findings)
    assert says in "\n".join(entry["message"] for entry in findings.errors)


TOGETHER = [
    ([table(), table()], "no more than 1 table allowed"),
    ([table(), container(table(), title=plain("x"))], "no more than 1 table allowed"),
    ([chart(), chart(), chart()], "no more than 2 data_visualization allowed"),
    ([table(100, 20, "xxxxxx")], "all table blocks together must be no more than 10000"),
    ([{"type": "markdown", "text": "x" * 7000}] * 2, "all markdown blocks together must be no more than 12000"),
    ([section(block_id="a"), container(section(block_id="a"), title=plain("x"))], "`block_id` a already exists"),
]


@pytest.mark.parametrize(("blocks", "says"), TOGETHER)
def test_what_one_message_may_hold_in_all(blocks: list[Json], says: str) -> None:
    with pytest.raises(ApiError) as refused:
        check_message_blocks(blocks)
    assert says in str(refused.value.answer())


async def test_they_are_posted_read_and_pressed(slack: AsyncWebClient, people: PracticeClient) -> None:
    await slack.conversations_join(channel="C0GENERAL")
    blocks = [CARD, FULL_CONTAINER, chart(), PLAN, feedback(block_id="rated")]
    posted = await slack.chat_postMessage(channel="C0GENERAL", text="all of it", blocks=blocks)
    seen = await people.reads("ana", "general")
    for text in ("Gateway", "[Go]", "x | x", "502s 15:00: 4.5", "Roll back (in progress)", "[Not helpful]", "[Remove]"):
        assert text in seen
    answer = await people.tries(
        "ana", "click", channel="general", ts=posted["ts"], block_id="rated", action_id="rate", value="maybe"
    )
    assert "neither of the two answers" in answer["message"]


async def test_a_button_of_a_card_in_a_carousel_at_home_can_be_pressed(
    slack: AsyncWebClient, people: PracticeClient, practice: RunningPractice, connect: Connect
) -> None:
    app, pressed = bolt_app(practice), []

    @app.action("look")
    async def look(ack: Answer, action: Json) -> None:
        await ack()
        pressed.append(action["value"])

    await connect(app)
    cards = [{**CARD, "actions": [button("look", value="eu-1")]}]
    await slack.views_publish(user_id="U0ANA", view={"type": "home", "blocks": [{**CAROUSEL, "elements": cards}]})
    await people.clicks_home("ana", "look")
    assert pressed == ["eu-1"]
