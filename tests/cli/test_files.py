"""Files of the command line: whole or not there, and a restore that is killed leaves what was."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.storage import incidents, tables
from bot.storage.database import Database
from bot.storage.presence import Presence
from tests.cli.conftest import Types
from tests.storage.test_backup import backed_up, everything, fill
from tests.town import ROOT
from tests.values import an_incident


def test_a_backup_comes_back(database: Database, types: Types, tmp_path: Path) -> None:
    fill(database, 3)
    file = tmp_path / "b.gz"
    said = types("backup", file)
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith("Backed up 3 incidents (16 rows, revision ")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("b.gz")] == ["b.gz"]
    refused = types("restore", file)
    assert (refused.status, refused.out) == (2, "")
    assert "The database is not empty (incidents: 3)" in refused.err
    done = types("restore", "--replace", file)
    assert done.status == 0
    assert "Restored 3 incidents as of 20" in done.out
    assert "Waiting then: 6 messages. Each is looked for in Slack before it is sent." in done.out


def test_a_backup_that_cannot_be_written_leaves_the_one_that_was(
    database: Database, types: Types, tmp_path: Path
) -> None:
    fill(database, 1)
    nowhere = types("backup", tmp_path / "nowhere" / "b.gz")
    assert (nowhere.status, nowhere.out) == (2, "")
    assert "could not be written (No such file or directory)" in nowhere.err
    (tmp_path / "b.gz").write_text("yesterday's")
    (tmp_path / "b.gz.part").symlink_to("/dev/full")
    full = types("backup", tmp_path / "b.gz")
    assert (full.status, full.out) == (2, "")
    assert "could not be written (No space left on device)" in full.err
    assert (tmp_path / "b.gz").read_text() == "yesterday's"
    assert "b.gz.part" not in os.listdir(tmp_path)


def test_what_a_killed_backup_left_is_written_anew(database: Database, types: Types, tmp_path: Path) -> None:
    fill(database, 1)
    (tmp_path / "b.gz.part").write_bytes(b"half" * 100_000)
    assert types("backup", tmp_path / "b.gz").status == 0
    assert types("restore", "--replace", tmp_path / "b.gz").status == 0


def test_what_is_no_file_is_never_replaced(database: Database, types: Types, tmp_path: Path) -> None:
    fill(database, 1)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder"):
        for words in (("backup", tmp_path / name), ("export", tmp_path / name)):
            said = types(*words)
            assert (said.status, said.out) == (2, "")
            assert said.err.endswith("is no file that could be replaced: name one.\n")
    assert (tmp_path / "pipe").is_fifo()
    assert sorted(path.name for path in tmp_path.iterdir() if "warroom" not in path.name) == ["folder", "pipe"]


def test_a_file_that_is_no_backup_is_refused_kindly(database: Database, types: Types, tmp_path: Path) -> None:
    fill(database, 1)
    before = everything(database)
    (tmp_path / "x.gz").write_text("no")
    wrong = types("restore", "--replace", tmp_path / "x.gz")
    assert (wrong.status, wrong.out) == (2, "")
    assert wrong.err.endswith(
        "x.gz was not restored, and nothing was changed: it cannot be read: it is not a backup of Warroom's, or was "
        "changed since.\n"
    )
    assert "could not be read (No such file or directory)" in types("restore", tmp_path / "y.gz").err
    assert everything(database) == before


def test_a_database_that_is_served_is_not_restored_into(
    database: Database, types: Types, database_url: str, tmp_path: Path
) -> None:
    fill(database, 1)
    file = backed_up(database, tmp_path / "b.gz")
    serving, presence = Database(database_url), Presence(database)
    serving.claim_file()
    presence.appear()
    refused = types("restore", "--replace", file)
    assert refused.status == 2
    assert "serves" in refused.err
    assert "Traceback" not in refused.err
    presence.vanish()
    serving.close()


def test_a_restore_that_is_killed_leaves_what_was(database: Database, database_url: str, tmp_path: Path) -> None:
    fill(database, 50)
    content = backed_up(database, tmp_path / "b.gz").read_bytes()
    fill(database, 1)
    before = everything(database)
    pipe = tmp_path / "pipe.gz"
    os.mkfifo(pipe)
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "restore", "--replace", str(pipe)],
        cwd=ROOT, env=os.environ | {"DATABASE_URL": database_url}, stderr=subprocess.PIPE,
    )  # fmt: skip
    with pipe.open("wb", buffering=0) as feed:
        feed.write(content[: len(content) * 3 // 4])
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(2.5)  # it waits for the rest, in the middle of its transaction
        process.kill()
        process.wait()
    assert everything(database) == before


def test_an_export_leaves_private_ones_out_unless_they_are_wanted(
    database: Database, types: Types, tmp_path: Path
) -> None:
    fill(database, 4)
    open_one = an_incident(id=9, room=None)
    database.write_now(lambda connection: incidents.save(connection, open_one, 0))
    read = {
        words: json.loads(types("export", *words).out) for words in ((), ("--all",), ("--all", "--private"))
    }  # fmt: skip
    assert [incident["number"] for incident in read[()]["incidents"]] == [9]
    assert [incident["number"] for incident in read[("--all",)]["incidents"]] == [2, 4, 9]
    assert read[("--all",)]["private_left_out"] == 2
    assert [incident["number"] for incident in read[("--all", "--private")]["incidents"]] == [1, 2, 3, 4, 9]
    written = types("export", "--all", "--url", "https://acme.slack.com", tmp_path / "e.json")
    assert written.out.endswith("e.json; private ones left out: 2 (`--private` takes them in).\n")
    told = json.loads((tmp_path / "e.json").read_text())
    assert told["incidents"][0]["room"]["link"] == "https://acme.slack.com/archives/C00002"
    assert len(told["incidents"][0]["timeline"]) == 2
    one = json.loads(types("incident", "export", "INC-1").out)
    assert [incident["private"] for incident in one["incidents"]] == [True]


def test_without_a_database_there_is_a_sentence(types: Types, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none.sqlite")
    for words in (("incident", "list"), ("export",), ("backup", tmp_path / "b.gz")):
        said = types(*words)
        assert (said.status, said.out) == (2, "")
        assert said.err.startswith("There is no database at ")
    assert not list(tmp_path.glob("none*"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    said = types("incident", "list")
    assert said.status == 2
    assert said.err.startswith("The database cannot be used now (")
    assert types("restore", tmp_path / "b.gz").status == 2


def test_a_database_behind_this_version_is_not_guessed_at(database: Database, types: Types) -> None:
    database.write_now(lambda connection: connection.execute(sa.text("UPDATE alembic_version SET version_num='0001'")))
    said = types("incident", "list")
    assert said.status == 2
    assert "run `python -m bot migrate` first" in said.err
    assert database.write_now(lambda connection: connection.execute(sa.select(tables.incidents)).all()) == []
