"""The threat model: each promise names tests that there are, and those that are held nowhere else are held here."""

import re
import stat
from pathlib import Path

import pytest

from bot.config import ConfigError, load_playbooks, load_policy
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.workflows.policy import DEFAULT_POLICY
from tests.town import ROOT

DOCUMENT = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
RUNS = "!!python/object/apply:pathlib.Path.touch [!!python/object/apply:pathlib.Path [{}]]"


def test_each_promise_names_tests_that_there_are() -> None:
    promised = [row for row in DOCUMENT.splitlines() if row.startswith("| ") and not row.startswith("| Against")]
    assert len(promised) >= 12
    for row in promised:
        named = re.findall(r"`(tests/[a-z_/]+\.py)::(test_[a-z_]+)`", row)
        assert named, row
        for file, name in named:
            assert re.search(rf"^(async )?def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE), name


@pytest.mark.parametrize("text", ["severities: {}", "{}"])
def test_yaml_runs_nothing(tmp_path: Path, text: str) -> None:
    trap, file = tmp_path / "sprung", tmp_path / "warroom.yml"
    file.write_text(text.format(RUNS.format(trap)), encoding="utf-8")
    with pytest.raises(ConfigError):
        load_policy(file)
    shelf = tmp_path / "playbooks"
    shelf.mkdir()
    (shelf / "mine.yml").write_text(text.format(RUNS.format(trap)), encoding="utf-8")
    assert load_playbooks(shelf, DEFAULT_POLICY).problems
    assert not trap.exists()


def test_a_new_file_is_its_owners(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/below/warroom.sqlite")
    migrate(database)
    database.claim_file()
    files = list((tmp_path / "below").iterdir())
    assert len(files) >= 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    database.close()
