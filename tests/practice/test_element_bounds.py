"""Bounds of single elements: dates, numbers, lengths, initial values, and what only an input block may hold."""

import pytest

from bot.practice.block_schema import Findings
from bot.practice.blocks import check_attachments, check_blocks
from bot.practice.errors import ApiError
from bot.practice.inputs import complaint, initial_state, state_of
from tests.practice.conftest import Json
from tests.practice.test_blocks import actions, plain, section, select
from tests.practice.test_newer_blocks import RICH, data_table, field


def found(surface: str, *blocks: Json) -> str:
    """What is wrong with blocks on a surface, on one line each."""
    findings = Findings()
    check_blocks(list(blocks), surface, "/blocks", findings)
    return "\n".join(f"{entry['message']} {entry['pointer']}" for entry in findings.errors)


OPTION: Json = {"text": plain("1"), "value": "1"}
TAKEN: list[Json] = [
    {"type": "plain_text_input", "min_length": 1, "max_length": 5, "initial_value": "abc", "multiline": True},
    {"type": "email_text_input", "initial_value": "a@x.test"},
    {"type": "url_text_input", "initial_value": "https://x.test"},
    {"type": "number_input", "is_decimal_allowed": True, "min_value": "-1.5", "max_value": "3", "initial_value": "0"},
    {"type": "datepicker", "initial_date": "2026-02-28"},
    {"type": "timepicker", "initial_time": "23:59", "timezone": "Europe/Lisbon"},
    {"type": "datetimepicker", "initial_date_time": 1_790_000_000},
    {"type": "users_select", "initial_user": "U0ANA"},
    {"type": "multi_users_select", "initial_users": ["U0ANA", "U0BEN"], "max_selected_items": 2},
    {"type": "conversations_select", "initial_conversation": "C0GENERAL", "response_url_enabled": True},
    {"type": "multi_conversations_select", "default_to_current_conversation": True, "filter": {"include": ["im"]}},
    {"type": "channels_select", "initial_channel": "C0GENERAL", "response_url_enabled": True},
    {"type": "multi_channels_select", "initial_channels": ["C0GENERAL"]},
    {"type": "external_select", "min_query_length": 0, "initial_option": OPTION},
    {"type": "multi_external_select", "initial_options": [OPTION], "max_selected_items": 1},
    {**select(100), "initial_option": OPTION, "placeholder": plain("Severity")},
    {**select(3), "type": "multi_static_select", "initial_options": [OPTION], "max_selected_items": 2},
    {**select(3), "type": "checkboxes", "initial_options": [OPTION]},
    {**select(3), "type": "radio_buttons", "initial_option": OPTION},
    {"type": "rich_text_input", "min_lines": 2, "max_lines": 2, "initial_value": RICH},
    {"type": "file_input", "filetypes": ["png"], "max_files": 10},
]


@pytest.mark.parametrize("element", TAKEN, ids=[element["type"] for element in TAKEN])
def test_an_input_of_each_kind_is_taken(element: Json) -> None:
    assert found("modal", field(**{**element, "kind": element["type"]})) == ""


REFUSED: list[tuple[str, Json, str]] = [
    ("plain_text_input", {"min_length": 6, "max_length": 5}, "min_length must be no more than max_length"),
    ("plain_text_input", {"max_length": 5, "initial_value": "abcdef"}, "must be between 0 and 5 characters"),
    ("plain_text_input", {"max_length": 3001}, "must be between 1 and 3000"),
    ("number_input", {}, "missing required field: is_decimal_allowed"),
    ("number_input", {"is_decimal_allowed": False, "initial_value": "1.5"}, "must be a whole number"),
    ("number_input", {"is_decimal_allowed": True, "min_value": "many"}, "must be a number"),
    ("number_input", {"is_decimal_allowed": True, "min_value": "2", "max_value": "1"}, "no more than max_value"),
    ("number_input", {"is_decimal_allowed": True, "min_value": "2", "initial_value": "1"}, "between min_value and"),
    ("datepicker", {"initial_date": "28.02.2026"}, "format YYYY-MM-DD"),
    ("datepicker", {"initial_date": "2026-02-30"}, "format YYYY-MM-DD"),
    ("timepicker", {"initial_time": "24:00"}, "format HH:mm"),
    ("datetimepicker", {"initial_date_time": 12}, "must be between 1000000000 and 9999999999"),
    ("users_select", {"initial_user": "ana"}, "must be the id of a user"),
    ("conversations_select", {"initial_conversation": "#general"}, "must be the id of a conversation"),
    ("multi_users_select", {"initial_users": ["U0ANA", "U0BEN"], "max_selected_items": 1}, "no more than 1 items"),
    ("multi_users_select", {"response_url_enabled": True}, "additional property: response_url_enabled"),
    ("external_select", {"min_query_length": -1}, "must be between 0 and"),
    ("rich_text_input", {"min_lines": 3, "max_lines": 2}, "min_lines must be no more than max_lines"),
    ("rich_text_input", {"initial_value": "x"}, "unsupported type"),
    ("button", {"text": plain("Go")}, "unsupported type: button"),
]


@pytest.mark.parametrize(("kind", "properties", "says"), REFUSED)
def test_an_input_slack_would_refuse(kind: str, properties: Json, says: str) -> None:
    assert says in found("modal", field(kind, **properties))


@pytest.mark.parametrize("kind", ["conversations_select", "channels_select"])
def test_only_an_input_block_hands_out_a_response_url(kind: str) -> None:
    element = {"type": kind, "response_url_enabled": True}
    refusal = "invalid additional property: response_url_enabled"
    assert refusal in found("message", actions(element))
    assert refusal in found("modal", section(accessory=element))


@pytest.mark.parametrize("surface", ["modal", "home"])
def test_a_view_holds_one_to_a_hundred_blocks(surface: str) -> None:
    assert "at least 1 item" in found(surface)
    assert found(surface, *[section()] * 100) == ""
    assert "no more than 100 items" in found(surface, *[section()] * 101)


def test_attachments_are_counted_and_their_blocks_checked_together() -> None:
    check_attachments([{"text": "x"}] * 100)
    with pytest.raises(ApiError, match="too_many_attachments"):
        check_attachments([{"text": "x"}] * 101)
    table = {"type": "table", "rows": data_table()["rows"]}
    with pytest.raises(ApiError) as refused:
        check_attachments([{"blocks": [table, table]}])
    assert refused.value.extra["errors"][0]["pointer"] == "/attachments/0/blocks"


def test_files_and_rich_text_have_a_state() -> None:
    files, rich = {"type": "file_input", "max_files": 1}, {"type": "rich_text_input", "initial_value": RICH}
    assert initial_state(files) == {"type": "file_input", "files": []}
    assert initial_state(rich) == {"type": "rich_text_input", "rich_text_value": RICH}
    assert state_of(rich, "Rolled back") == {"type": "rich_text_input", "rich_text_value": RICH}
    assert state_of(rich, "")["rich_text_value"] is None
    given = state_of(files, [{"id": "F1"}, {"id": "F2"}])
    assert complaint({"element": files}, given) == "Please choose no more than 1 files."
    assert complaint({"element": files}, initial_state(files)) == "Please complete this required field."
