"""Block Kit on the way in: what is refused, and how the refusal reads."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.blocks import check_message_blocks
from bot.practice.errors import ApiError
from bot.practice.views import check_view
from tests.practice.conftest import Json, refused


def mrkdwn(text: str) -> Json:
    """A mrkdwn text."""
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> Json:
    """A plain text."""
    return {"type": "plain_text", "text": text}


def section(text: str = "x", **more: object) -> Json:
    """A section."""
    return {"type": "section", "text": mrkdwn(text), **more}


def button(action_id: str, **more: object) -> Json:
    """A button."""
    return {"type": "button", "text": plain("Go"), "action_id": action_id, **more}


def actions(*elements: Json) -> Json:
    """A row of elements."""
    return {"type": "actions", "elements": list(elements)}


def select(options: int, **more: object) -> Json:
    """A static select."""
    offered = [{"text": plain(str(number)), "value": str(number)} for number in range(options)]
    return {"type": "static_select", "options": offered, **more}


REFUSED: list[tuple[str, list[Any], str]] = [
    ("too many", [section()] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    ("unknown type", [{"type": "poster"}], "unsupported type: poster [json-pointer:/blocks/0/type]"),
    ("empty text", [section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ("long text", [section("x" * 3001)], "must be no more than 3000 characters [json-pointer:/blocks/0/text/text]"),
    ("header in mrkdwn", [{"type": "header", "text": mrkdwn("x")}], "unsupported type: mrkdwn"),
    ("long header", [{"type": "header", "text": plain("x" * 151)}], "no more than 150 characters"),
    (
        "emoji on mrkdwn",
        [{"type": "section", "text": {**mrkdwn("x"), "emoji": True}}],
        "invalid additional property: emoji",
    ),
    ("same block_id", [section(block_id="a"), section(block_id="a")], "`block_id` a already exists"),
    ("empty block_ids clash", [section(block_id=""), section(block_id="")], "`block_id`  already exists"),
    ("same action_id", [actions(button("go"), button("go"))], "`action_id` go already exists"),
    ("block_id on an element", [actions(button("go", block_id="b"))], "invalid additional property: block_id"),
    ("too many buttons", [actions(*[button(f"b{n}") for n in range(26)])], "no more than 25 items allowed"),
    ("no buttons", [actions()], "must have at least 1 item"),
    ("long button", [actions(button("go", value="x" * 2001))], "must be no more than 2000 characters"),
    ("odd style", [actions(button("go", style="loud"))], "must be one of: primary, danger"),
    ("too many options", [actions(select(101))], "no more than 100 items allowed"),
    (
        "foreign initial option",
        [actions(select(2, initial_option={"text": plain("9"), "value": "9"}))],
        "initial option(s) must match an option exactly",
    ),
    (
        "placeholder on checkboxes",
        [actions({**select(2), "type": "checkboxes", "placeholder": plain("x")})],
        "placeholder",
    ),
    ("overflow of six", [actions({**select(6), "type": "overflow"})], "no more than 5 items allowed"),
    ("eleven in context", [{"type": "context", "elements": [mrkdwn("x")] * 11}], "no more than 10 items allowed"),
    ("text input in actions", [actions({"type": "plain_text_input"})], "unsupported type: plain_text_input"),
    ("section with nothing", [{"type": "section"}], "must have one of: text, fields"),
    ("eleven fields", [{"type": "section", "fields": [mrkdwn("x")] * 11}], "no more than 10 items allowed"),
    (
        "bad rich text",
        [{"type": "rich_text", "elements": [{"type": "rich_text_table"}]}],
        "unsupported type: rich_text_table",
    ),
]


@pytest.mark.parametrize(
    ("blocks", "message"), [(blocks, message) for _, blocks, message in REFUSED], ids=[name for name, _, _ in REFUSED]
)
def test_a_message_slack_would_refuse(blocks: list[Any], message: str) -> None:
    with pytest.raises(ApiError) as failure:
        check_message_blocks(blocks)
    assert message in "\n".join(failure.value.extra["response_metadata"]["messages"])


def test_a_message_a_normal_bot_sends() -> None:
    text = {"type": "text", "text": "bold", "style": {"bold": True}}
    check_message_blocks(
        [
            {"type": "header", "text": plain("INC-7")},
            section("*SEV1*", accessory=button("ack", style="primary", confirm=confirm())),
            {
                "type": "context",
                "elements": [mrkdwn("since 10:02"), {"type": "image", "image_url": "https://x", "alt_text": "x"}],
            },
            {"type": "divider"},
            actions(button("a"), select(3, action_id="b", placeholder=plain("Severity")), {"type": "users_select"}),
            {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [text]}]},
        ]
    )


def confirm() -> Json:
    """A confirmation dialogue."""
    return {"title": plain("Sure?"), "text": mrkdwn("Really"), "confirm": plain("Yes"), "deny": plain("No")}


def modal(*blocks: Json, **more: object) -> Json:
    """A modal."""
    return {"type": "modal", "title": plain("Title"), "blocks": list(blocks), **more}


@pytest.mark.parametrize(
    ("view", "message"),
    [
        (
            modal({"type": "input", "label": plain("x"), "element": {"type": "plain_text_input"}}),
            "needs a submit button",
        ),
        (modal(section(), title=plain("x" * 25)), "no more than 24 characters"),
        ({"type": "modal", "blocks": []}, "missing required field: title"),
        (modal(*[section()] * 101), "no more than 100 items"),
        (modal(section(), colour="red"), "invalid additional property: colour"),
        (modal({"type": "markdown", "text": "x"}), "unsupported type: markdown in a modal"),
        (modal(section(), private_metadata="x" * 3001), "no more than 3000 characters"),
        (modal(section(), callback_id="x" * 256), "no more than 255 characters"),
        (modal(section(), external_id="x" * 256), "no more than 255 characters"),
        (modal(section(), submit_disabled=True), "invalid additional property: submit_disabled"),
        (modal(section(), submit=mrkdwn("Go")), "unsupported type: mrkdwn"),
        (modal(), "must have at least 1 item"),
        ({"type": "home", "blocks": []}, "must be a view of type modal"),
    ],
)
def test_a_modal_slack_would_refuse(view: Json, message: str) -> None:
    with pytest.raises(ApiError) as failure:
        check_view(view)
    assert message in "\n".join(failure.value.extra["response_metadata"]["messages"])


def test_a_view_of_more_than_250_kilobytes_is_refused() -> None:
    with pytest.raises(ApiError, match="view_too_large"):
        check_view(modal(*[section("x" * 3000)] * 90))


RICH_PIECES: list[Json] = [
    {"type": "text", "text": "x", "style": {"bold": True, "italic": True, "strike": True, "code": True}},
    {"type": "link", "url": "https://x.test", "text": "x", "unsafe": True},
    {"type": "emoji", "name": "wave", "skin_tone": 2},
    {"type": "user", "user_id": "U0ANA", "style": {"bold": True}},
    {"type": "channel", "channel_id": "C0GENERAL"},
    {"type": "usergroup", "usergroup_id": "S1"},
    {"type": "team", "team_id": "T1"},
    {"type": "broadcast", "range": "here"},
    {"type": "date", "timestamp": 1_790_000_000, "format": "{date}", "fallback": "x"},
    {"type": "color", "value": "#C0FFEE"},
]


@pytest.mark.parametrize("piece", RICH_PIECES, ids=[piece["type"] for piece in RICH_PIECES])
def test_every_piece_of_rich_text_is_taken_and_nothing_more(piece: Json) -> None:
    line = {"type": "rich_text_section", "elements": [piece]}
    bullets = {"type": "rich_text_list", "style": "bullet", "indent": 8, "elements": [line]}
    quoted = [{"type": kind, "elements": [piece]} for kind in ("rich_text_quote", "rich_text_preformatted")]
    check_message_blocks([{"type": "rich_text", "elements": [line, bullets, *quoted]}])
    for odd in ({**line, "elements": [{**piece, "colour": "red"}]}, {**bullets, "indent": 9}):
        with pytest.raises(ApiError, match="invalid_blocks"):
            check_message_blocks([{"type": "rich_text", "elements": [odd]}])


@pytest.mark.asyncio
async def test_the_refusal_has_the_shape_of_2026(slack: AsyncWebClient) -> None:
    answer = await refused(slack.chat_postMessage(channel="C0GENERAL", text="x", blocks=[section("")]))
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"][0] == {
        "code": "min_length",
        "message": "must be more than 0 characters",
        "pointer": "/blocks/0/text/text",
        "constraint": 1,
    }
    assert (await refused(slack.api_call("blocks.validate", json={"blocks": [section("")]})))[
        "error"
    ] == "invalid_blocks"
