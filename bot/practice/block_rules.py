"""The Block Kit tables: every block and element a bot may send, with its properties and limits."""

from bot.practice.block_schema import (
    Check,
    Findings,
    Shape,
    array,
    boolean,
    choice,
    integer,
    obj,
    string,
    text,
    typed,
)
from bot.practice.rich_text import RICH_TEXT_ELEMENTS
from bot.practice.store import Json

ACTION_ID, BLOCK_ID = string(255, 1), string(255)
PLACEHOLDER = text("plain", 150)
USER_ID, CHANNEL_ID = string(255, 1), string(255, 1)
MANY = 100
MODAL = frozenset({"modal"})
MESSAGE_AND_MODAL = frozenset({"message", "modal"})


def option(kind: str) -> Check:
    """A choice in a select (`plain`) or among checkboxes and radio buttons (`any`)."""
    description = text(kind, 75)
    properties = {"text": text(kind, 75), "value": string(150, 1), "description": description, "url": string(3000)}
    return obj(Shape(properties=properties, required=("text", "value")))


def _initial_is_an_option(value: Json, pointer: str, findings: Findings) -> None:
    groups = value.get("option_groups") or [{"options": value.get("options", [])}]
    offered = [entry for group in groups for entry in group["options"]]
    chosen = value.get("initial_options") or [value[name] for name in ("initial_option",) if name in value]
    for entry in chosen:
        if entry not in offered:
            findings.add("initial_option", "initial option(s) must match an option exactly", pointer)


CONFIRM = obj(
    Shape(
        properties={
            "title": text("plain", 100),
            "text": text("any", 300),
            "confirm": text("plain", 30),
            "deny": text("plain", 30),
            "style": choice("primary", "danger"),
        },
        required=("title", "text", "confirm", "deny"),
    )
)
PICTURE = {"image_url": string(3000, 1), "slack_file": obj(Shape(properties={"id": string(255), "url": string(3000)}))}
OPTIONS = array(option("plain"), 1, MANY)
GROUP = obj(Shape(properties={"label": text("plain", 75), "options": OPTIONS}, required=("label", "options")))
FILTER = obj(
    Shape(
        properties={
            "include": array(choice("im", "mpim", "private", "public"), 1, 4),
            "exclude_external_shared_channels": boolean,
            "exclude_bot_users": boolean,
        }
    )
)
DISPATCH = obj(
    Shape(properties={"trigger_actions_on": array(choice("on_enter_pressed", "on_character_entered"), 1, 2)})
)
USUAL: dict[str, Check] = {"action_id": ACTION_ID, "confirm": CONFIRM, "focus_on_load": boolean}
PICKER: dict[str, Check] = {**USUAL, "placeholder": PLACEHOLDER}
TYPED: dict[str, Check] = {
    "action_id": ACTION_ID,
    "focus_on_load": boolean,
    "placeholder": PLACEHOLDER,
    "dispatch_action_config": DISPATCH,
    "initial_value": string(3000),
}
AT_MOST: dict[str, Check] = {"max_selected_items": integer(1, MANY)}
STATIC: dict[str, Check] = {**PICKER, "options": OPTIONS, "option_groups": array(GROUP, 1, MANY)}
CONVERSATIONS: dict[str, Check] = {**PICKER, "default_to_current_conversation": boolean, "filter": FILTER}
TICKED = array(option("any"), 1, 10)


def _select(properties: dict[str, Check], **more: Check) -> Shape:
    return Shape(properties={**properties, **more})


def _static(**more: Check) -> Shape:
    return Shape(properties={**STATIC, **more}, one_of=("options", "option_groups"), rules=(_initial_is_an_option,))


SELECTS = {
    "static_select": _static(initial_option=option("plain")),
    "multi_static_select": _static(initial_options=array(option("plain"), 1, MANY), **AT_MOST),
    "external_select": _select(PICKER, initial_option=option("plain"), min_query_length=integer(0, 3000)),
    "multi_external_select": _select(
        PICKER, initial_options=array(option("plain"), 1, MANY), min_query_length=integer(0, 3000), **AT_MOST
    ),
    "users_select": _select(PICKER, initial_user=USER_ID),
    "multi_users_select": _select(PICKER, initial_users=array(USER_ID, 0, MANY), **AT_MOST),
    "conversations_select": _select(CONVERSATIONS, initial_conversation=CHANNEL_ID, response_url_enabled=boolean),
    "multi_conversations_select": _select(CONVERSATIONS, initial_conversations=array(CHANNEL_ID, 0, MANY), **AT_MOST),
    "channels_select": _select(PICKER, initial_channel=CHANNEL_ID, response_url_enabled=boolean),
    "multi_channels_select": _select(PICKER, initial_channels=array(CHANNEL_ID, 0, MANY), **AT_MOST),
}
CHOICES = {
    "checkboxes": Shape(
        properties={**USUAL, "options": TICKED, "initial_options": TICKED},
        required=("options",),
        rules=(_initial_is_an_option,),
    ),
    "radio_buttons": Shape(
        properties={**USUAL, "options": TICKED, "initial_option": option("any")},
        required=("options",),
        rules=(_initial_is_an_option,),
    ),
    "datepicker": _select(PICKER, initial_date=string(10)),
    "timepicker": _select(PICKER, initial_time=string(5), timezone=string(255)),
    "datetimepicker": Shape(
        properties={**USUAL, "initial_date_time": integer(0, 9_999_999_999)}, surfaces=MESSAGE_AND_MODAL
    ),
}
BUTTON = Shape(
    properties={
        "action_id": ACTION_ID,
        "text": text("plain", 75),
        "value": string(2000),
        "url": string(3000),
        "style": choice("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
    required=("text",),
)
OVERFLOW = Shape(
    properties={"action_id": ACTION_ID, "confirm": CONFIRM, "options": array(option("plain"), 1, 5)},
    required=("options",),
)
IMAGE = Shape(properties={"alt_text": string(2000, 1), **PICTURE}, required=("alt_text",), one_of=tuple(PICTURE))
TYPED_INPUTS = {
    "plain_text_input": Shape(
        properties={**TYPED, "multiline": boolean, "min_length": integer(0, 3000), "max_length": integer(1, 3000)}
    ),
    "email_text_input": Shape(properties=TYPED, surfaces=MODAL),
    "url_text_input": Shape(properties=TYPED, surfaces=MODAL),
    "number_input": Shape(
        properties={**TYPED, "is_decimal_allowed": boolean, "min_value": string(50), "max_value": string(50)},
        required=("is_decimal_allowed",),
        surfaces=MODAL,
    ),
}
ACTIONS = {"button": BUTTON, "overflow": OVERFLOW, **SELECTS, **CHOICES}
ACCESSORIES = {name: shape for name, shape in ACTIONS.items() if name != "datetimepicker"} | {"image": IMAGE}
CONTEXT = typed(
    {
        "image": IMAGE,
        "plain_text": Shape(properties={"text": string(3000, 1), "emoji": boolean}, required=("text",)),
        "mrkdwn": Shape(properties={"text": string(3000, 1), "verbatim": boolean}, required=("text",)),
    }
)

BLOCKS: dict[str, Shape] = {
    "header": Shape(properties={"block_id": BLOCK_ID, "text": text("plain", 150)}, required=("text",)),
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
            "element": typed({**TYPED_INPUTS, **SELECTS, **CHOICES}),
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
        surfaces=frozenset({"message"}),
    ),
}
