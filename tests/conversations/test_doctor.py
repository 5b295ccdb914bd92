"""The doctor, asked about an installation that serves a practice workspace."""

import pytest

from bot.doctor import examine
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


async def test_an_archived_channel_is_to_mend(place: Town, ways: Ways, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = place.practice.workspace
    incidents = next(channel["id"] for channel in workspace.channels if channel["name"] == "incidents")
    await place.people.joins(ANA, incidents)
    await place.people.act(ANA, "archive", channel=incidents)
    assert await examine(settings(ways, place.practice, 1), online=False) == 1
    assert "#incidents is archived; unarchive it" in capsys.readouterr().out
