"""A SEV1 of six hours: every promise, reminder and post of it, minute by minute, as it has to be.

`six_hours.log` is the expected log, and was read line by line: the first update within five minutes, then every
fifteen, thirty or sixty by severity and phase; the reminder five minutes before, the missed minute to the commander,
five minutes later the room; after the outage one reminder that says how late it is. `WRITE_LOG=1` writes it anew.
"""

import difflib
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from freezegun import freeze_time

from tests.simulation.deeds import goes_on, presses, resolves, types, writes
from tests.simulation.driver import BEGIN, Deed, Simulation
from tests.town import ANA, BEN, CLEO, DAN, Town, Ways, free_port, workspace

EXPECTED = Path(__file__).parent / "six_hours.log"

END = 365


STORY: dict[int, list[Deed]] = {
    1: [types(ANA, "claim commander")],
    2: [types(ANA, "role tech @ben"), types(ANA, "role comms @dan"), types(ANA, "role scribe @cleo")],
    4: [writes(DAN, "Card payments fail")],
    9: [types(BEN, "check 9")],
    16: [presses(DAN, "Send")],
    24: [types(ANA, "next")],
    27: [presses(DAN, "Remind me shortly")],
    30: [presses(DAN, "Send")],
    41: [writes(DAN, "A roll-back is under way")],
    58: [writes(DAN, "The roll-back takes longer than we thought")],  # promised for 56: the commander has heard of it
    80: [presses(CLEO, "Send", in_room=True)],  # promised for 73: the room has heard of it too
    85: [types(ANA, "sev 2")],
    100: [types(BEN, "contained")],
    108: [writes(DAN, "Card payments work again, a little slower than usual")],
    139: [writes(DAN, "Errors are rising again")],  # after half an hour in which nobody said a word
    140: [types(ANA, "sev 1")],
    155: [goes_on(ANA, "the cause was removed at once")],
    160: [types(ANA, "phase containment errors are back")],
    162: [writes(DAN, "Errors are back, and we take the gateway out")],
    168: [types(ANA, "phase recovery the gateway is out")],
    180: [types(ANA, "role commander @ben")],
    225: [presses(DAN, "Send", in_room=True)],
    230: [types(BEN, "sev 4")],
    240: [types(BEN, "role comms @eve")],
    250: [types(BEN, "sev 3")],
    314: [resolves(BEN, "The gateway was taken out of the way of payments")],
    330: [types(BEN, "close the review is on Thursday")],
}  # fmt: skip
OUTAGE = range(185, 205)  # the bot is down for these twenty minutes


@pytest.mark.timeout(240)
async def test_every_promise_reminder_and_post_of_six_hours_is_as_expected(ways: Ways) -> None:
    with freeze_time(BEGIN, real_asyncio=True) as frozen:
        port = free_port()
        async with workspace(ways, port) as there:
            simulation = Simulation(there, ways, port, frozen)  # type: ignore[arg-type]

            async def down(town: Town, room: str) -> None:
                await simulation.down()

            async def up(town: Town, room: str) -> None:
                await simulation.up()

            await simulation.up()
            try:
                await simulation.declares(ANA, "card payments are failing sev1")
                await simulation.play({**STORY, OUTAGE.start: [down], OUTAGE.stop: [up]}, END)
            finally:
                await simulation.down()
    assert len(set(simulation.log)) == len(simulation.log), "something was said twice in one minute"
    assert sum("announcement, thread *Update" in line for line in simulation.log) == 10
    compare(simulation.log)


def compare(log: list[str]) -> None:
    """Line by line; the counts of the last lines are part of it."""
    posts = [line for line in log if not re.search(r"^\d\d:\d\d  (promise|card|announcement) +(\d|none|edited)", line)]
    hours = Counter(line.partition(":")[0] for line in posts)
    log = [*log, "", "posts an hour: " + ", ".join(f"{hour}h {count}" for hour, count in sorted(hours.items()))]
    if os.environ.get("WRITE_LOG"):
        EXPECTED.write_text("\n".join(log) + "\n", encoding="utf-8")
    expected = EXPECTED.read_text(encoding="utf-8").splitlines()
    difference = "\n".join(difflib.unified_diff(expected, log, "expected", "seen", lineterm=""))
    assert log == expected, difference
