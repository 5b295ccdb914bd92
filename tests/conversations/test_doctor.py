"""The doctor, asked about an installation that serves a practice workspace."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.config import load_policy
from bot.doctor import examine
from bot.workflows.policy import Policy
from tests.town import ANA, Town, Ways, settings


async def test_a_healthy_installation_has_nothing_to_mend(
    place: Town, ways: Ways, capsys: pytest.CaptureFixture[str]
) -> None:
    await place.declares(ANA, "checkout is failing")
    assert await examine(settings(ways, place.practice, 1), online=True) == 0
    told = capsys.readouterr().out
    assert "MEND" not in told
    assert "announcements channel: #incidents" in told
    assert "view declare: Slack accepts it" in told


async def test_a_wrong_token_is_named_with_where_to_get_the_right_one(
    place: Town, ways: Ways, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = settings(ways, place.practice, 1).model_copy(update={"slack_api_url": "http://127.0.0.1:9/api/"})
    assert await examine(wrong, online=False) == 1
    assert "MEND  Slack: cannot be reached at http://127.0.0.1:9/api/" in capsys.readouterr().out


async def test_a_database_that_is_not_there_is_not_made(
    place: Town, ways: Ways, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = tmp_path / "nowhere.sqlite"
    given = settings(ways, place.practice, 1).model_copy(update={"database_url": f"sqlite:///{nowhere}"})
    assert await examine(given, online=False) == 0
    assert f"note  database: {nowhere} is not there yet" in capsys.readouterr().out
    assert not nowhere.exists()


async def test_a_database_of_somebody_else_is_to_mend(
    place: Town, ways: Ways, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = tmp_path / "theirs.sqlite"
    with closing(sqlite3.connect(theirs)) as connection:
        connection.execute("CREATE TABLE incidents (x)")
    given = settings(ways, place.practice, 1).model_copy(update={"database_url": f"sqlite:///{theirs}"})
    assert await examine(given, online=False) == 1
    assert "MEND  database: The database has tables that Warroom did not make (incidents)" in capsys.readouterr().out


async def test_an_archived_channel_is_to_mend(place: Town, ways: Ways, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = place.practice.workspace
    incidents = next(channel["id"] for channel in workspace.channels if channel["name"] == "incidents")
    await place.people.joins(ANA, incidents)
    await place.people.act(ANA, "archive", channel=incidents)
    assert await examine(settings(ways, place.practice, 1), online=False) == 1
    assert "#incidents is archived; unarchive it" in capsys.readouterr().out


async def test_groups_that_are_named_and_may_not_be_read_are_to_mend(
    place: Town, ways: Ways, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "rules.yml"
    rules.write_text("invite: [{name: on call, groups: [S0ONCALL]}]\npermissions: {close: S0CARE}\n")
    given = settings(ways, place.practice, 1).model_copy(update={"warroom_config": rules})
    assert await examine(given, online=False) == 0
    assert "user groups" not in capsys.readouterr().out
    await place.people.control(revoke=["usergroups:read"])
    assert await examine(given, online=False) == 1
    assert "MEND  user groups: nobody of S0CARE, S0ONCALL is invited" in capsys.readouterr().out


async def test_the_configuration_is_read_once(
    place: Town, ways: Ways, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path | None] = []

    def counted(path: Path | None) -> Policy:
        read.append(path)
        return load_policy(path)

    monkeypatch.setattr("bot.doctor.load_policy", counted)
    wrong = tmp_path / "rules.yml"
    wrong.write_text("kinds: []\n", "utf-8")
    given = settings(ways, place.practice, 1).model_copy(update={"warroom_config": wrong})
    assert await examine(given, online=False) == 1
    assert read == [wrong]
    assert f"MEND  configuration: {wrong}:1: kinds: expected at least one entry." in capsys.readouterr().out
    assert await examine(settings(ways, place.practice, 1), online=False) == 0
    assert read == [wrong, None]
