"""What people choose and type: an element's state in Slack's shape, and what the client asks before sending it."""

import re
from collections.abc import Callable
from typing import Any

from bot.practice.store import Json

Given = Any
REQUIRED = "Please complete this required field."

# Element type -> the name of its state and of the property that fills it in at first.
STATE_NAMES: dict[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", "files"),
}


def has_state(element: Json) -> bool:
    """Whether an element holds something a person chose or typed; buttons and overflow menus do not."""
    return element["type"] in STATE_NAMES and element["type"] != "overflow"


def initial_state(element: Json) -> Json:
    """The state before the person touched it."""
    name, initial = STATE_NAMES[element["type"]]
    empty: list[str] | None = [] if name == "files" or (name.startswith("selected_") and name.endswith("s")) else None
    return {"type": element["type"], name: element.get(initial, empty)}


def state_of(element: Json, given: Given) -> Json:
    """The state after a person chose or typed `given`: a bare value, or a piece of state such as {"value": …}."""
    name, _ = STATE_NAMES[element["type"]]
    if isinstance(given, dict) and name in given:
        given = given[name]
    if name == "selected_option":
        given = None if given is None else option_of(element, given)
    elif name == "selected_options":
        given = [option_of(element, entry) for entry in given or []]
    elif name == "rich_text_value" and isinstance(given, str):
        given = rich_text_of(given)
    elif name == "value" and given is not None:
        given = str(given) or None
    return {"type": element["type"], name: given}


def rich_text_of(text: str) -> Json | None:
    """What a person typed without any formatting, as rich text; None for nothing."""
    line = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [line]} if text else None


def option_of(element: Json, given: Given) -> Json:
    """The offered option with this value or text; external options are taken as given. Raises KeyError."""
    if isinstance(given, dict) and "text" in given and element["type"].endswith("external_select"):
        return given
    wanted = given["value"] if isinstance(given, dict) else given
    for offered in offered_options(element):
        if wanted in (offered["value"], offered["text"]["text"]):
            return offered
    raise KeyError(wanted)


def offered_options(element: Json) -> list[Json]:
    """All options of an element, those in groups too."""
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    return [option for group in groups for option in group["options"]]


def complaint(block: Json, state: Json) -> str | None:
    """What the person's client would say instead of submitting this input, or None."""
    element = block["element"]
    value = next((entry for name, entry in state.items() if name != "type"), None)
    if value in (None, "", []):
        return None if block.get("optional") else REQUIRED
    for bound, broken, text in LIMITS:
        if bound in element and broken(value, element[bound]):
            return text.format(element[bound])
    pattern, text = PATTERNS.get(element["type"], ("", ""))
    return text if pattern and not re.fullmatch(pattern, value) else None


LIMITS: tuple[tuple[str, Callable[[Any, Any], bool], str], ...] = (
    ("min_length", lambda value, least: len(value) < least, "Please enter at least {} characters."),
    ("max_length", lambda value, most: len(value) > most, "Please enter no more than {} characters."),
    ("max_selected_items", lambda value, most: len(value) > most, "Please choose no more than {}."),
    ("max_files", lambda value, most: len(value) > most, "Please choose no more than {} files."),
    ("min_value", lambda value, least: _number(value) < _number(least), "Please enter a number of at least {}."),
    ("max_value", lambda value, most: _number(value) > _number(most), "Please enter a number of at most {}."),
)
PATTERNS = {
    "email_text_input": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "Please enter a valid email address."),
    "url_text_input": (r"https?://\S+", "Please enter a valid URL."),
    "number_input": (r"-?\d+(\.\d+)?", "Please enter a valid number."),
}


def _number(value: str) -> float:
    return float(value) if re.fullmatch(r"-?\d+(\.\d+)?", value) else 0.0
