"""/incident health: whether Warroom itself is well, for anybody, in words, and without a word of any incident."""

import pytest

from bot import VERSION
from tests.town import ANA, BEN, FIN, GENERAL, Town


async def asks(place: Town, person: str, channel: str = GENERAL) -> str:
    """What somebody is told, and nobody else."""
    before = await place.people.reads(ANA if person != ANA else BEN, channel)
    await place.people.commands(person, channel, "/incident health")
    assert await place.people.reads(ANA if person != ANA else BEN, channel) == before
    read = await place.people.reads(person, channel)
    return read[read.rindex("*Warroom ") :]


@pytest.mark.parametrize("person", [BEN, FIN])
async def test_anybody_is_told_that_all_is_well(place: Town, person: str) -> None:
    await place.people.commands(ANA, GENERAL, "/incident declare hush-hush sev1 --private")
    await place.quiet()
    told = await asks(place, person)
    assert told.startswith("*Warroom is well.*\n")
    assert f"Version {VERSION}, up since" in told
    assert "Slack: connected over" in told
    assert "Nothing waits to be delivered." in told
    assert "Given up within a day: nothing." in told
    assert "Promised updates of the last 7 days: none were made." in told
    assert "Slack has not asked for patience within an hour." in told
    assert "hush" not in told
    assert "INC-" not in told


async def test_what_was_given_up_and_asked_for_patience_is_told_without_saying_where(place: Town) -> None:
    refused = {"method": "pins.add", "kind": "error", "error": "not_in_channel", "times": 1}
    throttled = {"method": "conversations.setTopic", "kind": "throttled", "retry_after": 1, "times": 2}
    await place.people.control(calls=[refused, throttled])
    await place.declares(ANA, "checkout is failing sev1")
    told = await asks(place, BEN)
    assert told.startswith("*Warroom is well.*\n")
    assert "Given up within a day: to pin the card, because Warroom is not in the channel (not_in_channel)." in told
    assert "Slack asked for patience " in told
    assert "within an hour (conversations.setTopic " in told


async def test_trouble_is_said_first_with_what_to_do(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    assert place.warroom is not None
    place.warroom.readiness.least_free = 2**60
    trouble = "*Warroom has trouble:* the disk is nearly full ("
    if place.warroom.database.is_sqlite:
        await place.people.commands(BEN, room, "/incident health")
        told = await place.people.reads(BEN, room)
        assert trouble in told
        assert "MB are free). What to do: make room where the database file is." in told


async def test_it_is_a_title_as_soon_as_something_follows(place: Town) -> None:
    await place.people.commands(BEN, GENERAL, "/incident health check of checkout is failing")
    assert "health check of checkout is failing" in str(await place.people.modal(BEN))
