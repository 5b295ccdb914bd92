"""A SEV1 of two hours: how often the bot speaks, everything counted, is no more than docs/quiet.md says."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from freezegun import freeze_time

from bot.practice.store import Json
from bot.practice.workspace import BOT_USER
from tests.simulation.deeds import goes_on, joins, marks, presses, resolves, types, writes
from tests.simulation.driver import BEGIN, Deed, Simulation
from tests.town import ANA, BEN, CLEO, DAN, EVE, ROOT, Town, Ways, free_port, workspace

BUDGET = ROOT / "docs" / "quiet.md"
END = 125
STORY: dict[int, list[Deed]] = {
    1: [types(ANA, "claim commander"), joins(BEN, CLEO, DAN, EVE)],
    2: [types(ANA, "role tech @ben"), types(ANA, "role comms @dan"), types(ANA, "role scribe @cleo")],
    4: [writes(DAN, "Card payments fail")],
    6: [types(ANA, "started 20 min ago"), marks(BEN, "The gateway answers 502 since the deploy of 07:38")],
    9: [types(BEN, "check 9"), types(CLEO, "note the deploy of 07:38 is the likely cause")],
    17: [writes(DAN, "Card payments fail, and we know where it comes from")],
    21: [types(ANA, "next")],
    24: [marks(BEN, "Rolling back to 4.2 now")],
    31: [writes(DAN, "The change is being taken back")],
    40: [types(BEN, "contained"), types(BEN, "check 11"), types(CLEO, "note rolled back to 4.2 everywhere")],
    43: [writes(DAN, "Card payments work again, a little slower than usual")],
    45: [types(ANA, "sev 2")],
    57: [goes_on(ANA, "the cause was removed with the roll-back")],
    86: [marks(BEN, "No errors for half an hour, caches are warm")],
    99: [presses(DAN, "Send")],
    110: [resolves(ANA, "The deploy of 07:38 was taken back")],
    115: [types(ANA, "action Add a check of the gateway to the release @ben by friday")],
    120: [types(ANA, "close the review is on Thursday")],
}  # fmt: skip
PLACES = {
    "room": "In the room, where everyone is notified of it",
    "system": "In the room, from Slack itself for what the bot did: topic, pin, who was let in",
    "thread": "In the card's thread, for whoever looks there",
    "announcement": "In the announcements channel",
    "updates": "In the announcement's thread, for whoever follows it",
    "direct": "As direct messages, to all people together",
}


@pytest.mark.timeout(240)
async def test_a_sev1_of_two_hours_keeps_to_the_budget(ways: Ways) -> None:
    with freeze_time(BEGIN, real_asyncio=True) as frozen:
        port = free_port()
        async with workspace(ways, port) as there:
            simulation = Simulation(there, ways, port, frozen)  # type: ignore[arg-type]
            await simulation.up()
            try:
                await simulation.declares(ANA, "card payments are failing sev1")
                await simulation.play(STORY, END)
                seen = Counter(_said(there, simulation.room))
            finally:
                await simulation.down()
    written = _budget(BUDGET)
    assert list(written) == list(PLACES.values())
    assert {place: seen[place] for place in PLACES} == dict(zip(PLACES, written.values(), strict=True))


def _said(town: Town, room: str) -> Iterator[str]:
    """Where each message of the bot's stands, and each that Slack posted for what the bot did."""
    there = town.practice.workspace
    for channel in there.channels:
        for message in there.messages(str(channel["id"])).values():
            if message.get("user") == BOT_USER:
                yield _place(channel, message, room)


def _place(channel: Json, message: Json, room: str) -> str:
    if channel.get("is_im"):
        return "direct"
    kind = str(message.get("subtype", ""))
    is_reply = message.get("thread_ts") not in (None, message["ts"]) and kind != "thread_broadcast"
    if channel["id"] != room:
        return "updates" if is_reply else "announcement"
    return "system" if kind.startswith("channel_") or kind == "pinned_item" else "thread" if is_reply else "room"


def _budget(path: Path) -> dict[str, int]:
    """The table of the page: place and number."""
    return {place: int(count) for place, count in re.findall(r"^\| ([A-Z][^|]*?) \| (\d+) \|", path.read_text(), re.M)}
