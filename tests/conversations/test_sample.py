"""The sample incident that comes with Warroom, played against it from beginning to end."""

import asyncio

from bot.launch import SAMPLE
from bot.practice.playback import Playback, read_script
from bot.practice.store import Json
from tests.town import ANA, BEN, EVE, Town


async def test_the_sample_plays_to_its_end(place: Town) -> None:
    told: list[Json] = []
    script = read_script(SAMPLE)
    sample = Playback(script, lambda: place.practice.url, told.append)
    sample.start(1000)
    async with asyncio.timeout(40):
        while not told or told[-1]["playing"]:
            await asyncio.sleep(0.05)
    assert (told[-1]["trouble"], told[-1]["done"]) == ("", len(script.steps))
    room = await place.room()
    await place.quiet()
    draft = await place.people.until(lambda: _draft(place, room))
    for said in ("payments 4.3 at 14:02", "refuses our new client certificate", "Rolling back payments to 4.2"):
        assert said in draft
    assert "resolved" in await place.people.reads(EVE, "incidents")
    assert "Communications lead: @dan" in await place.people.reads(BEN, room)


async def _draft(place: Town, room: str) -> str:
    for message in await place.people.messages(ANA, room):
        for file in message.get("files", []):
            return await place.people.downloads(ANA, room, file["name"])
    return ""
