"""The question before something is declared that seems to be open already."""

from itertools import product

import pytest

from bot.views.declare import Wish
from bot.views.similar import answered, question, question_form
from bot.workflows.declare import Declaration
from bot.workflows.policy import DEFAULT_POLICY, SEV3, SeverityKey
from tests.views.incidents import an_incident, words

SAID = Declaration(title="checkout is “slow” & <odd>", summary='"since noon"\n', severity=SEV3, private=True)


def test_the_question_names_what_is_open_and_what_one_can_do() -> None:
    asked = question(SAID, [an_incident()], "command:1")
    assert asked is not None
    assert asked.text == "\n".join(words(asked.blocks[:-1])).replace("\n[Join]", "")
    assert asked.text.splitlines()[:2] == [
        "*This may be open already.* Nothing was declared yet: join in there, or open a new incident anyway.",
        "*INC-7 checkout is failing* · <#C0ROOM>",
    ]
    assert asked.blocks[1]["accessory"]["text"]["text"] == "Join"
    assert [button["text"]["text"] for button in asked.blocks[-1]["elements"]] == ["Open anyway"]


@pytest.mark.parametrize(("private", "severity"), list(product((True, False), (SEV3, None))))
def test_the_button_carries_what_was_typed(*, private: bool, severity: SeverityKey | None) -> None:
    said = Declaration(title=SAID.title, summary=SAID.summary, severity=severity, private=private)
    asked = question(said, [an_incident()], "command:1")
    assert asked is not None
    assert answered(asked.blocks[-1]["elements"][0]["value"]) == ("command:1", said)


def test_what_no_button_can_carry_is_not_cut() -> None:
    assert question(Declaration(title="checkout", summary="x" * 2000), [an_incident()], "command:1") is None


@pytest.mark.parametrize("value", ["", "7", "null", "[]", '["a", "b", "c", 4, true]', '{"a": 1}', "[[[[["])
def test_a_button_with_nonsense_in_it_is_noticed(value: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong with it
        answered(value)


def test_the_form_keeps_everything_below_the_question() -> None:
    wish = Wish("checkout", "since noon", SEV3, private=True, impact="no cards", kind="outage", source="C1/1.2")
    form = question_form(DEFAULT_POLICY, wish, [an_incident()], ())
    elements = {block["block_id"]: block["element"] for block in form["blocks"] if block["type"] == "input"}
    assert [elements[name]["initial_value"] for name in ("title", "summary", "impact")] == [
        "checkout", "since noon", "no cards",
    ]  # fmt: skip
    assert [elements[name]["initial_option"]["value"] for name in ("severity", "kind")] == ["sev3", "outage"]
    assert elements["private"]["initial_options"]
    assert (form["private_metadata"], form["submit"]["text"]) == ("C1/1.2", "Open anyway")
