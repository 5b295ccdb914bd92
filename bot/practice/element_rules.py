"""The Block Kit tables of elements: what stands inside blocks, with its properties and limits."""

from bot.practice.block_schema import (
    Check,
    Shape,
    array,
    boolean,
    choice,
    integer,
    obj,
    pattern,
    string,
    text,
    typed,
)
from bot.practice.element_bounds import CHOSEN, TIME, date, lines_in_order, numbers_in_order, text_in_bounds
from bot.practice.rich_text import RICH_TEXT_ELEMENTS

ACTION_ID, BLOCK_ID = string(255, 1), string(255)
PLACEHOLDER = text("plain", 150)
USER_ID = pattern("[UW][A-Z0-9]{1,254}", "must be the id of a user")
CHANNEL_ID = pattern("[CDG][A-Z0-9]{1,254}", "must be the id of a conversation")
MANY = 100
MODAL, MESSAGE = frozenset({"modal"}), frozenset({"message"})
MESSAGE_AND_MODAL = frozenset({"message", "modal"})


def option(kind: str) -> Check:
    """A choice in a select (`plain`) or among checkboxes and radio buttons (`any`)."""
    description = text(kind, 75)
    properties = {"text": text(kind, 75), "value": string(150, 1), "description": description, "url": string(3000)}
    return obj(Shape(properties=properties, required=("text", "value")))


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
    return Shape(properties={**properties, **more}, rules=CHOSEN)


def _static(**more: Check) -> Shape:
    return Shape(properties={**STATIC, **more}, one_of=("options", "option_groups"), rules=CHOSEN)


SELECTS = {
    "static_select": _static(initial_option=option("plain")),
    "multi_static_select": _static(initial_options=array(option("plain"), 1, MANY), **AT_MOST),
    "external_select": _select(PICKER, initial_option=option("plain"), min_query_length=integer(0, 3000)),
    "multi_external_select": _select(
        PICKER, initial_options=array(option("plain"), 1, MANY), min_query_length=integer(0, 3000), **AT_MOST
    ),
    "users_select": _select(PICKER, initial_user=USER_ID),
    "multi_users_select": _select(PICKER, initial_users=array(USER_ID, 0, MANY), **AT_MOST),
    "conversations_select": _select(CONVERSATIONS, initial_conversation=CHANNEL_ID),
    "multi_conversations_select": _select(CONVERSATIONS, initial_conversations=array(CHANNEL_ID, 0, MANY), **AT_MOST),
    "channels_select": _select(PICKER, initial_channel=CHANNEL_ID),
    "multi_channels_select": _select(PICKER, initial_channels=array(CHANNEL_ID, 0, MANY), **AT_MOST),
}
CHOICES = {
    "checkboxes": Shape(
        properties={**USUAL, "options": TICKED, "initial_options": TICKED},
        required=("options",),
        rules=CHOSEN,
    ),
    "radio_buttons": Shape(
        properties={**USUAL, "options": TICKED, "initial_option": option("any")},
        required=("options",),
        rules=CHOSEN,
    ),
    "datepicker": _select(PICKER, initial_date=date),
    "timepicker": _select(PICKER, initial_time=TIME, timezone=string(255, 1)),
    "datetimepicker": Shape(
        properties={**USUAL, "initial_date_time": integer(1_000_000_000, 9_999_999_999)}, surfaces=MESSAGE_AND_MODAL
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
        "agent_prompt": string(4000),
        "agent_prompt_display": string(4000),
    },
    required=("text",),
)
OVERFLOW = Shape(
    properties={"action_id": ACTION_ID, "confirm": CONFIRM, "options": array(option("plain"), 1, 5)},
    required=("options",),
)
IMAGE = Shape(properties={"alt_text": string(2000, 1), **PICTURE}, required=("alt_text",), one_of=tuple(PICTURE))
WORKFLOW = obj(
    Shape(
        properties={
            "trigger": obj(
                Shape(
                    properties={
                        "url": string(3000, 1),
                        "customizable_input_parameters": array(
                            obj(
                                Shape(
                                    properties={"name": string(255, 1), "value": string(3000)},
                                    required=("name", "value"),
                                )
                            ),
                            0,
                            MANY,
                        ),
                    },
                    required=("url",),
                )
            )
        },
        required=("trigger",),
    )
)
WORKFLOW_BUTTON = Shape(
    properties={
        "action_id": ACTION_ID,
        "text": text("plain", 75),
        "workflow": WORKFLOW,
        "style": choice("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
    required=("text", "workflow"),
    surfaces=MESSAGE,
)
FEEDBACK = obj(
    Shape(
        properties={"text": text("plain", 75), "value": string(2000), "accessibility_label": string(75)},
        required=("text", "value"),
    )
)
CONTEXT_ACTIONS = {
    "feedback_buttons": Shape(
        properties={"action_id": ACTION_ID, "positive_button": FEEDBACK, "negative_button": FEEDBACK},
        required=("positive_button", "negative_button"),
        surfaces=MESSAGE,
    ),
    "icon_button": Shape(
        properties={
            "action_id": ACTION_ID,
            "icon": choice("trash"),
            "text": text("plain", 75),
            "value": string(2000),
            "accessibility_label": string(75),
            "confirm": CONFIRM,
            "visible_to_user_ids": array(USER_ID, 1, 10),
        },
        required=("icon", "text"),
        surfaces=MESSAGE,
    ),
}
RICH_TEXT = {
    "rich_text": Shape(
        properties={"block_id": BLOCK_ID, "elements": array(typed(RICH_TEXT_ELEMENTS), 1, 1000)}, required=("elements",)
    )
}
RICH_TEXT_INPUT = Shape(
    properties={
        **{name: check for name, check in TYPED.items() if name != "initial_value"},
        "initial_value": typed(RICH_TEXT),
        "min_lines": integer(1, 100),
        "max_lines": integer(1, 100),
    },
    surfaces=frozenset({"modal", "home"}),
    rules=(lines_in_order,),
)
FILE_INPUT = Shape(
    properties={
        "action_id": ACTION_ID,
        "filetypes": array(string(50, 1), 1, MANY),
        "max_files": integer(1, 10),
    },
    surfaces=MODAL,
)
TYPED_INPUTS = {
    "plain_text_input": Shape(
        properties={**TYPED, "multiline": boolean, "min_length": integer(0, 3000), "max_length": integer(1, 3000)},
        rules=(text_in_bounds,),
    ),
    "email_text_input": Shape(properties=TYPED, surfaces=MODAL),
    "url_text_input": Shape(properties=TYPED, surfaces=MODAL),
    "number_input": Shape(
        properties={**TYPED, "is_decimal_allowed": boolean, "min_value": string(50), "max_value": string(50)},
        required=("is_decimal_allowed",),
        surfaces=MODAL,
        rules=(numbers_in_order,),
    ),
}
USABLE = {"button": BUTTON, "overflow": OVERFLOW, "workflow_button": WORKFLOW_BUTTON, **SELECTS, **CHOICES}
ACTIONS = {**USABLE, "rich_text_input": RICH_TEXT_INPUT}
ACCESSORIES = {name: shape for name, shape in USABLE.items() if name != "datetimepicker"} | {"image": IMAGE}
# Only an input block's menus may hand out a response_url.
ANSWERING = {
    name: Shape(properties={**SELECTS[name].properties, "response_url_enabled": boolean}, rules=CHOSEN)
    for name in ("conversations_select", "channels_select")
}
INPUTS = {
    **TYPED_INPUTS,
    **SELECTS,
    **ANSWERING,
    **CHOICES,
    "rich_text_input": RICH_TEXT_INPUT,
    "file_input": FILE_INPUT,
}
CONTEXT = typed(
    {
        "image": IMAGE,
        "plain_text": Shape(properties={"text": string(3000, 1), "emoji": boolean}, required=("text",)),
        "mrkdwn": Shape(properties={"text": string(3000, 1), "verbatim": boolean}, required=("text",)),
    }
)
