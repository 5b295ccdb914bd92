"""The blocks and elements our messages and forms are made of, each kept within Slack's limits."""

import re
from collections.abc import Sequence

from bot.views.message import Block, View

SECTION_LIMIT = 3000
BUTTON_LIMIT = 75
OPTION_LIMIT = 75
VALUE_LIMIT = 2000  # of a button; what is longer cannot be carried
TITLE_LIMIT = 24  # of a modal

_BROKEN_END = re.compile(r"(?:&[a-z]{0,4}|<[^<>]*)$")


def fitted(text: str, limit: int) -> str:
    """Slack text of at most `limit` characters, cut with an ellipsis but never inside an entity or a mention."""
    if len(text) <= limit:
        return text
    return _BROKEN_END.sub("", text[: limit - 1]).rstrip() + "…"


def plain_text(text: str, limit: int) -> Block:
    """Plain text; Slack shows it as it is, so it needs no escaping."""
    return {"type": "plain_text", "text": text if len(text) <= limit else text[: limit - 1] + "…"}


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph of Slack text."""
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": fitted(text, SECTION_LIMIT)}}
    return {**block, "accessory": accessory} if accessory else block


def context(text: str) -> Block:
    """A paragraph in small grey letters."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": fitted(text, SECTION_LIMIT)}]}


def actions(elements: Sequence[Block]) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(elements)}


def button(label: str, action: str, value: str, *, style: str = "", confirm: Block | None = None) -> Block:
    """A button; `style` is empty, `primary` or `danger`."""
    block: Block = {
        "type": "button", "text": plain_text(label, BUTTON_LIMIT), "action_id": action, "value": value,
    }  # fmt: skip
    block |= {"style": style} if style else {}
    return block | ({"confirm": confirm} if confirm else {})


def overflow(action: str, choices: Sequence[tuple[str, str]]) -> Block:
    """A menu of at most five; each choice is what it says and its value."""
    return {"type": "overflow", "action_id": action, "options": [option(label, value) for label, value in choices[:5]]}


def confirm(title: str, text: str, yes: str, no: str) -> Block:
    """The question that is asked before a button counts."""
    return {
        "title": plain_text(title, 100), "text": plain_text(text, 300),
        "confirm": plain_text(yes, 30), "deny": plain_text(no, 30),
    }  # fmt: skip


def option(text: str, value: str, description: str = "") -> Block:
    """One choice of a select or a checkbox."""
    block: Block = {"text": plain_text(text, OPTION_LIMIT), "value": value}
    return {**block, "description": plain_text(description, OPTION_LIMIT)} if description else block


def text_input(initial: str = "", placeholder: str = "", *, multiline: bool = False) -> Block:
    """A field to type in; its action is always `value`."""
    block: Block = {"type": "plain_text_input", "action_id": "value", "multiline": multiline}
    block |= {"initial_value": initial[:3000]} if initial else {}
    return block | ({"placeholder": plain_text(placeholder, 150)} if placeholder else {})


def select(options: Sequence[Block], placeholder: str, chosen: str | None = None) -> Block:
    """A list to choose one from; `chosen` is the value that is chosen already, if it is among them."""
    shown = list(options)[:100]
    block: Block = {
        "type": "static_select", "action_id": "value", "options": shown, "placeholder": plain_text(placeholder, 150),
    }  # fmt: skip
    initial = next((entry for entry in shown if entry["value"] == chosen), None)
    return {**block, "initial_option": initial} if initial else block


def field(name: str, label: str, element: Block, *, optional: bool = False, hint: str = "") -> Block:
    """A labelled field of a form; `name` is what errors and values call it."""
    block: Block = {
        "type": "input", "block_id": name, "label": plain_text(label, 2000), "element": element, "optional": optional,
    }  # fmt: skip
    return {**block, "hint": plain_text(hint, 2000)} if hint else block


def modal(title: str, blocks: Sequence[Block], *, callback: str = "told", submit: str = "", about: str = "") -> View:
    """A modal. Without `submit` it only tells something; `about` is kept for the submission (the incident's number)."""
    view: View = {
        "type": "modal", "callback_id": callback, "title": plain_text(title, TITLE_LIMIT), "blocks": list(blocks),
        "close": plain_text("Cancel" if submit else "Close", TITLE_LIMIT), "private_metadata": about,
    }  # fmt: skip
    return {**view, "submit": plain_text(submit, TITLE_LIMIT)} if submit else view
