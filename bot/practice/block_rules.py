"""The Block Kit tables of blocks: every block a bot may send, with its properties and limits.

Figures: https://docs.slack.dev/reference/block-kit/blocks, the types of slack-sdk 3.47 and @slack/types 3.2.0.
"""

from collections.abc import Mapping

from bot.practice.block_schema import Shape, array, boolean, integer, string, text, typed
from bot.practice.element_rules import (
    ACCESSORIES,
    ACTIONS,
    BLOCK_ID,
    CONTEXT,
    INPUTS,
    MESSAGE,
    PICTURE,
)
from bot.practice.newer_blocks import NEWER, container
from bot.practice.rich_text import RICH_TEXT_ELEMENTS

OLDER: dict[str, Shape] = {
    "header": Shape(
        properties={"block_id": BLOCK_ID, "text": text("plain", 150), "level": integer(1, 6)}, required=("text",)
    ),
    "section": Shape(
        properties={
            "block_id": BLOCK_ID,
            "text": text("any", 3000),
            "fields": array(text("any", 2000), 1, 10),
            "accessory": typed(ACCESSORIES),
            "expand": boolean,
        },
        any_of=("text", "fields"),
    ),
    "actions": Shape(
        properties={"block_id": BLOCK_ID, "elements": array(typed(ACTIONS), 1, 25)}, required=("elements",)
    ),
    "context": Shape(properties={"block_id": BLOCK_ID, "elements": array(CONTEXT, 1, 10)}, required=("elements",)),
    "divider": Shape(properties={"block_id": BLOCK_ID}),
    "image": Shape(
        properties={"block_id": BLOCK_ID, "alt_text": string(2000, 1), "title": text("plain", 2000), **PICTURE},
        required=("alt_text",),
        one_of=tuple(PICTURE),
    ),
    "input": Shape(
        properties={
            "block_id": BLOCK_ID,
            "label": text("plain", 2000),
            "element": typed(INPUTS),
            "hint": text("plain", 2000),
            "optional": boolean,
            "dispatch_action": boolean,
        },
        required=("label", "element"),
    ),
    "rich_text": Shape(
        properties={"block_id": BLOCK_ID, "elements": array(typed(RICH_TEXT_ELEMENTS), 1, 1000)},
        required=("elements",),
    ),
    "markdown": Shape(
        properties={"block_id": BLOCK_ID, "text": string(12_000, 1)},
        required=("text",),
        surfaces=MESSAGE,
    ),
}

# What a container may hold, and what may be sent: a `file` block comes back from Slack, but cannot be sent.
HELD = ("actions", "context", "divider", "header", "image", "input", "rich_text", "section", "table", "video")
BLOCKS: Mapping[str, Shape] = {
    **OLDER,
    **NEWER,
    "container": container({name: shape for name, shape in (OLDER | NEWER).items() if name in HELD}),
}
