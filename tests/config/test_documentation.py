"""docs/configuration.md and docs/warroom.example.yml know every field of the file, its default, and nothing else."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic.fields import FieldInfo

from bot.config import ConfigError, load_policy
from bot.config.durations import duration
from bot.config.models import PARTS, ConfigFile
from bot.workflows.policy import DEFAULT_POLICY, NudgeRule

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = DOCS / "warroom.example.yml"
ELSEWHERE = {"playbooks"}


def sections() -> dict[str, str]:
    """The text below each heading of the document."""
    _, *rest = re.split(r"^## ", (DOCS / "configuration.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {heading.strip(): text for heading, _, text in (section.partition("\n") for section in rest)}


def documented(section: str) -> dict[str, str]:
    """The fields of a section's table, with their defaults."""
    return dict(re.findall(r"^\| `(\w+)` \| `?(.+?)`? \|", sections()[section], flags=re.MULTILINE))


def default(section: str, name: str, field: FieldInfo) -> object:
    """The default a field really has, as the document should write it (durations as spans)."""
    if section == "nudges":
        return getattr(NudgeRule(), name)
    if section == "cadence":
        return "on change"
    if field.is_required():
        return "required"
    return "false" if field.default is False else field.default or "none"


def test_every_section_is_documented_and_the_reverse() -> None:
    assert set(sections()) == set(ConfigFile.model_fields) | ELSEWHERE


@pytest.mark.parametrize("section", [str(name) for name in PARTS])
def test_every_field_is_documented_with_its_default_and_the_reverse(section: str) -> None:
    told: dict[str, Any] = documented(section)
    if section == "nudges":
        told = {name: written == "on" or duration(written) for name, written in told.items()}
    fields = PARTS[section].model_fields
    assert told == {name: default(section, name, field) for name, field in fields.items()}


def test_the_example_is_the_defaults_written_out() -> None:
    assert replace(load_policy(EXAMPLE), services=(), invites=()) == DEFAULT_POLICY  # nobody can guess those


def test_the_example_shows_every_field() -> None:
    shown = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    assert set(shown) == set(ConfigFile.model_fields)
    rows = [row for phases in shown["cadence"].values() for row in phases.values()]
    for section, part in PARTS.items():
        entries = rows if section == "cadence" else shown[section]
        entries = entries if isinstance(entries, list) else [entries]
        assert {name for entry in entries for name in entry} == set(part.model_fields)


def test_playbooks_are_told_to_live_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "warroom.yml"
    path.write_text("guests_may_declare: true\nplaybooks:\n  outage: []\n", encoding="utf-8")
    with pytest.raises(ConfigError) as wrong:
        load_policy(path)
    assert wrong.value.problems == (
        f"{path}:2: playbooks: are files of their own: "
        "name their folder with WARROOM_PLAYBOOKS and remove this section.",
    )
