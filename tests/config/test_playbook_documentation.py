"""docs/playbooks.md knows every field of a playbook file, which of them are required, every sign, and nothing else."""

import re
from pathlib import Path

import pytest

from bot.config.models import Part
from bot.config.playbook_parts import SIGNS, AppliesPart, ItemPart, PhasePart, PlaybookFile, WhenPart
from bot.config.playbooks import SHIPPED

DOCUMENT = (Path(__file__).parents[2] / "docs" / "playbooks.md").read_text(encoding="utf-8")
TABLES: list[type[Part]] = [PlaybookFile, AppliesPart, PhasePart, ItemPart, WhenPart]


def tables() -> list[dict[str, str]]:
    """The tables of the document: each field with what stands beside it."""
    _, *rest = DOCUMENT.split("| Field | | What it is |")
    return [dict(re.findall(r"^\| `(\w+)` \| `?(\w+)`? \|", text.split("\n\n")[0], re.MULTILINE)) for text in rest]


@pytest.mark.parametrize("part", TABLES, ids=lambda part: part.__name__)
def test_every_field_is_documented_with_its_default_and_the_reverse(part: type[Part]) -> None:
    told = tables()[TABLES.index(part)]
    fields = part.model_fields
    assert list(told) == [*fields]
    required = [name for name, field in fields.items() if field.is_required()]
    assert [name for name, default in told.items() if default == "required"] == required
    assert {name for name, default in told.items() if default == "false"} == {
        name for name, field in fields.items() if field.default is False
    }


def test_there_is_a_table_for_every_part() -> None:
    assert len(tables()) == len(TABLES)


def test_every_sign_is_documented() -> None:
    assert all(f"`{sign}`" in DOCUMENT for sign in SIGNS)


def test_every_shipped_playbook_is_named() -> None:
    assert all(f"`{path.stem}`" in DOCUMENT for path in SHIPPED.glob("*.yml"))
