"""The documentation is in step: what is generated is not stale, and what is named is there."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.workflows.words import VERBS
from tests.regenerate import PARTS, renewed, verbs

ROOT = Path(__file__).parent.parent
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
NOT_OURS = {"OPEN", "RESET", "PYTHON"}  # for `make` alone
every_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())


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


def test_every_verb_is_documented() -> None:
    told = verbs()
    assert [verb.name for verb in VERBS if f"`/incident {verb.usage}`" not in told] == []


@every_document
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))
    inside = {link.partition("#")[0] for link in links if not link.startswith(("http://", "https://", "#"))}
    assert {link for link in inside if not (path.parent / link).exists()} == set()


@every_document
def test_recipes_that_are_named_exist(path: Path) -> None:
    recipes = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    named = re.findall(r"(?:`|\n)(?:[A-Z]+=\S+ )*make ([a-z]+)", path.read_text(encoding="utf-8"))
    assert set(named) - set(recipes) == set()


@every_document
def test_settings_that_are_set_exist(path: Path) -> None:
    named = re.findall(r"(?:`|\n|export )([A-Z][A-Z_]{2,})=", path.read_text(encoding="utf-8"))
    assert set(named) - {name.upper() for name in Settings.model_fields} - NOT_OURS == set()


def test_commands_that_are_named_exist() -> None:
    helped = subprocess.run(
        [sys.executable, "-m", "bot", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    exist = set(re.findall(r"^    ([a-z]+)(?: |$)", helped.stdout, flags=re.MULTILINE))
    named = {name for path in DOCUMENTS for name in re.findall(r"-m bot ([a-z]+)", path.read_text(encoding="utf-8"))}
    assert named - exist == set()
