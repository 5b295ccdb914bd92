"""The clock a person reads, as the workspace tells it."""

from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.people import People
from bot.workflows.incident import UserId

WINTER = datetime(2026, 1, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "hours"),
    [
        ({"tz": "Europe/Berlin", "tz_offset": 7200}, 1.0),  # the name knows winter, the offset only today
        ({"tz": "", "tz_offset": -12600}, -3.5),
        ({"tz": "Nowhere/Land", "tz_offset": 3600}, 1.0),
        ({}, 0.0),
    ],
)
async def test_a_person_has_the_clock_their_profile_names(told: dict[str, object], hours: float) -> None:
    people = People(AsyncWebClient(), "T1", lambda: 0.0)
    people._remember({"id": "U1", "team_id": "T1", **told})
    person = await people.person(UserId("U1"))
    assert person
    assert WINTER.astimezone(person.zone).utcoffset() == timedelta(hours=hours)
