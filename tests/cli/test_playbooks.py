"""Playbooks at the command line: checked for one's own CI, with neither database nor Slack."""

import os
from pathlib import Path

import pytest
from freezegun import freeze_time

from tests.cli.conftest import Types
from tests.config.test_playbooks import GOOD


@pytest.fixture(autouse=True)
def _neither_database_nor_slack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    monkeypatch.chdir(tmp_path)


def test_what_is_wrong_is_a_line_each_and_an_exit_status(types: Types, tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text(GOOD.replace("due: 5m", "due: soon"), "utf-8")
    (tmp_path / "good.yml").write_text(GOOD, "utf-8")
    answer = types("playbooks", "check", "bad.yml", "good.yml")
    assert answer.status == 1
    assert answer.out == (
        "bad.yml:14: phases.detection.items[0].due: expected a duration such as 15m, 20s, 2h or 1h30m, found 'soon'.\n"
    )
    assert types("playbooks", "check", ".").status == 1
    assert types("playbooks", "check", "good.yml").out.endswith("\n1 playbook: nothing is wrong with it.\n")


def test_two_files_that_serve_the_same_kind_are_wrong_together(types: Types, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yml").write_text(GOOD, "utf-8")
    answer = types("playbooks", "check", "one.yml", "two.yml")
    assert (answer.status, answer.out) == (1, "two.yml: kinds: outage is served by one already.\n")


def test_without_files_the_configured_folder_is_checked_else_the_shipped(
    types: Types, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = types("playbooks", "check")
    assert answer.status == 0
    assert "service-outage: Service outage, version " in answer.out
    monkeypatch.setenv("WARROOM_PLAYBOOKS", str(tmp_path))
    answer = types("playbooks", "check")
    assert (answer.status, answer.err) == (2, f"There is no playbook in {tmp_path}: files end in .yml or .yaml.\n")
    (tmp_path / "ours.yml").write_text(GOOD, "utf-8")
    assert types("playbooks", "check").status == 0


def test_the_shipped_are_fine_where_the_clock_is_behind_and_ones_own_are_not(types: Types, tmp_path: Path) -> None:
    (tmp_path / "ours.yml").write_text(f"{GOOD}reviewed: 2026-11-28\n", "utf-8")
    with freeze_time("2026-09-01"):
        assert types("playbooks", "check").status == 0
        assert types("playbooks", "check", "ours.yml").status == 1
    with freeze_time("2026-11-27"):
        assert types("playbooks", "check", "ours.yml").status == 0


def test_the_kinds_and_roles_are_those_of_the_configuration(
    types: Types, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "warroom.yaml").write_text("kinds:\n  - {key: storm, name: Storm}\n", "utf-8")
    (tmp_path / "ours.yml").write_text(GOOD.replace("[outage]", "[storm]"), "utf-8")
    assert "'storm' is not a kind here" in types("playbooks", "check", "ours.yml").out
    monkeypatch.setenv("WARROOM_CONFIG", "warroom.yaml")
    assert types("playbooks", "check", "ours.yml").status == 0
    monkeypatch.setenv("WARROOM_CONFIG", "nowhere.yaml")
    answer = types("playbooks", "check", "ours.yml")
    assert (answer.status, answer.out) == (2, "")
    assert "nowhere.yaml: cannot be read" in answer.err


def test_a_file_that_is_not_there_is_said(types: Types) -> None:
    answer = types("playbooks", "check", "nowhere.yml")
    assert (answer.status, answer.out) == (
        1,
        "nowhere.yml: cannot be read (No such file or directory); it is one of the playbooks.\n",
    )


def test_a_name_of_any_length_is_said(types: Types) -> None:
    far = "x" * 300 + ".yml"
    answer = types("playbooks", "check", far)
    assert (answer.status, answer.out) == (
        1,
        f"{far}: cannot be read (File name too long); it is one of the playbooks.\n",
    )
    assert types("playbooks", "simulate", far).status == 2


def test_a_pipe_is_said_and_not_waited_for(types: Types) -> None:
    os.mkfifo("pipe.yml")
    said = "pipe.yml: cannot be read (it is a pipe or a device, not a file); it is one of the playbooks.\n"
    for verb in ("check", "simulate"):
        answer = types("playbooks", verb, "pipe.yml")
        assert (answer.status, answer.out) == (1, said)


def test_what_holds_only_elsewhere_is_a_note_and_nothing_wrong(types: Types, tmp_path: Path) -> None:
    (tmp_path / "ours.yml").write_text(
        GOOD.replace("default: true", "default: false").replace("due: 5m", "when: {kinds: data}"), "utf-8"
    )
    answer = types("playbooks", "check", "ours.yml")
    assert answer.status == 0
    assert answer.out.startswith("note: ours.yml:14: phases.detection.items[0].when.kinds: the playbook is for outage")
    assert answer.out.endswith("1 playbook: nothing is wrong with it.\n")
