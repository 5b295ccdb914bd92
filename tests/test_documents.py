"""The generated parts of the documentation are what the code would write today."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.workflows.words import VERBS
from tests.regenerate import PARTS, renewed, verbs


@pytest.mark.parametrize(("path", "part", "generate"), [(*place, generate) for place, generate in PARTS.items()])
def test_a_generated_part_is_not_stale(path: Path, part: str, generate: Callable[[], str]) -> None:
    text = path.read_text(encoding="utf-8")
    assert text == renewed(text, part, generate()), "python -m tests.regenerate"


def test_a_stale_part_would_be_noticed() -> None:
    (path, part), *_ = PARTS
    text = path.read_text(encoding="utf-8")
    assert renewed(text, part, "something else") != text
    with pytest.raises(ValueError, match="0 times"):
        renewed("nothing is generated here", part, "")


def test_only_verbs_that_work_are_documented() -> None:
    told = verbs()
    assert {verb.name for verb in VERBS if f"`/incident {verb.usage}`" in told} == {
        verb.name for verb in VERBS if verb.works
    }
