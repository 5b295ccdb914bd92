"""Somebody else's JSON, of whatever types it is."""

from typing import Any

import pytest

from bot.workflows.foreign import is_channel, is_ts, is_user, make_fit, part, parts, words


@pytest.mark.parametrize("body", [None, [], "x", 3, {"view": None}, {"view": []}, {"view": {"state": "x"}}])
def test_what_is_not_what_it_should_be_is_not_there(body: Any) -> None:  # noqa: ANN401
    assert part(body, "view", "state") == {}
    assert words(body, "view", "state", "values") == ""
    assert parts(body, "view", "blocks") == []


def test_what_is_there_is_found() -> None:
    body = {"view": {"id": "V1", "blocks": [{"type": "input"}, None, "x"]}}
    assert words(body, "view", "id") == "V1"
    assert parts(body, "view", "blocks") == [{"type": "input"}]


def test_what_can_be_neither_stored_nor_sent_is_taken_out_however_deep() -> None:
    body: dict[str, Any] = {"text": "a\0b", "view": {"state": [{"value": "\ud83dc🙂"}]}, "count": 1}
    make_fit(body)
    assert body == {"text": "ab", "view": {"state": [{"value": "c🙂"}]}, "count": 1}


def test_a_payload_may_be_deeper_than_python_calls() -> None:
    body: dict[str, Any] = {}
    inner = body
    for _ in range(50_000):
        inner["x"] = inner = {}
    inner["text"] = "\0"
    make_fit(body)
    assert inner["text"] == ""


ODD = ("", "x> <!channel", "U" * 41, "nan", "1e300", "٣.١", "1.0\n")


@pytest.mark.parametrize(
    ("text", "kind"), [("U0ANA", "id"), ("1795419000.000100", "ts"), *((text, "") for text in ODD)]
)
def test_ids_are_of_their_form(text: str, kind: str) -> None:
    assert (is_user(text), is_channel(text), is_ts(text)) == (kind == "id", kind == "id", kind == "ts")
