"""What is typed or set up wrong is answered in a sentence, with a status, and never with a traceback."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.cli.conftest import Types
from tests.town import ROOT

TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1-1-abc", "SLACK_APP_TOKEN": "xapp-1-A-1-abc", "PORT": "1"}
NO_DATABASE = "The database cannot be used now (file is not a database). Look at DATABASE_URL"
NOT_OURS = "The database has tables that Warroom did not make (incidents)"


def somebody_elses(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE incidents (x)")


def junk(path: Path) -> None:
    path.write_bytes(b"I am no database. " * 500)


def typed(*words: str, **variables: str) -> tuple[int, str]:
    """The status of a process of its own, and what it said on stderr."""
    found = subprocess.run(
        [sys.executable, "-m", "bot", *words], cwd=ROOT, env=os.environ | variables, capture_output=True, text=True,
        timeout=30, check=False,
    )  # fmt: skip
    return found.returncode, found.stderr


@pytest.mark.parametrize("command", ["migrate", "serve"])
def test_a_database_that_is_none_or_is_somebody_elses_is_said(tmp_path: Path, command: str) -> None:
    for make, said in ((junk, NO_DATABASE), (somebody_elses, NOT_OURS)):
        path = tmp_path / f"{make.__name__}.sqlite"
        make(path)
        status, told = typed(command, DATABASE_URL=f"sqlite:///{path}", **TOKENS)
        assert (status, "Traceback" in told) == (2, False)
        assert said in told


def test_a_server_that_is_not_there_is_said() -> None:
    status, told = typed("serve", DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing", **TOKENS)
    assert status == 2
    assert "Connection refused). Look at DATABASE_URL, and whether the server runs." in told


PRACTISED = [
    (("--manifest", "nowhere.yml"), "nowhere.yml: cannot be read (No such file or directory)"),
    (("--manifest", os.devnull), f"{os.devnull}: is not the manifest of a Slack app"),
    (("--port", "99999"), "'99999' is not a port"),
    (("--port", "many"), "'many' is not a port"),
    (("--port", "0", "--state", "."), "unable to open database file"),
]


@pytest.mark.parametrize(("words", "said"), PRACTISED)
def test_a_practice_workspace_that_cannot_be_is_said(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["practice", *words])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_a_playbook_that_is_none_of_ours_is_said_with_those_that_are(types: Types) -> None:
    answer = types("playbooks", "simulate", "nope")
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith(
        "There is no file nope, and no playbook of that name comes with Warroom; those are bad-"
    )


def test_an_address_that_is_none_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["export", "--url", "nonsense", "x.json"])
    assert "'nonsense' is not an address, such as https://example.slack.com" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("to", "status", "said"),
    [("> /dev/full", 2, "no space is left where it goes"), ("| head -1", 0, "")],
)
def test_an_answer_that_finds_no_place_is_said(to: str, status: int, said: str) -> None:
    line = f"set -o pipefail; {sys.executable} -m bot playbooks check {to}"
    found = subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert (found.returncode, said in found.stderr, "Traceback" in found.stderr) == (status, True, False)


def test_the_status_is_told_also_when_nobody_reads_the_answer(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yml"
    wrong.write_text("- no playbook")
    line = f"{sys.executable} -m bot playbooks check {wrong} | true; exit ${{PIPESTATUS[0]}}"
    buffered = {**os.environ, "PYTHONUNBUFFERED": ""}  # as it is unless somebody asks for the other
    found = subprocess.run(
        ["bash", "-c", line], cwd=ROOT, env=buffered, capture_output=True, text=True, timeout=30, check=False
    )
    assert (found.returncode, found.stderr) == (1, "")


def test_a_python_without_the_libraries_says_where_they_are() -> None:
    bare = [sys.executable, "-S", "-m", "bot", "incident", "list"]  # without what is installed
    found = subprocess.run(bare, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert found.returncode == 2
    assert found.stderr.startswith("This Python has no ")
    assert "`.venv/bin/python -m bot …`" in found.stderr
    assert "Traceback" not in found.stderr
