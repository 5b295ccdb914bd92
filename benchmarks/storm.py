"""Fifty declares at once, with Slack's limits in force: how close to what Slack allows they are furnished."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass

from benchmarks.serving import served
from benchmarks.table import markdown
from bot.practice.limits import POSTS_A_SECOND, TIER_OF, TIERS
from bot.practice.workspace import Call
from tests.town import ANA, GENERAL, Town

DECLARES = 50
LATENCY_MS = 100
PATIENCE_SECONDS = 240.0
STEPS = ("conversations.create", "conversations.invite", "chat.postMessage", "conversations.setTopic", "pins.add")


@dataclass(frozen=True)
class Step:
    """When the last call of a method was made, seconds from the first declare; how many there were, how many 429s."""

    last: float
    calls: int
    refused: int


async def run() -> str:
    """The table of the storm."""
    async with served() as (there, _, _):
        steps = await _storm(there)
    rows = [(name, one.calls, one.refused, f"{one.last:.0f}", *_limit(name, one)) for name, one in steps.items()]
    head = ("calls", "how many", "429s", "last after, s", "Slack allows it after, s", "used")
    note = f"{DECLARES} declares at once, {LATENCY_MS} ms a call, limits in force, one run, SQLite, Socket Mode."
    return markdown("Storm of declares", head, rows, note)


async def _storm(there: Town) -> dict[str, Step]:
    people, calls = there.people, there.practice.workspace.calls
    await people.control(latency_ms={"*": LATENCY_MS}, limits=True)
    before, began = len(calls), time.time()
    words = [f"declare outage of shop number {number} sev1" for number in range(DECLARES)]
    await asyncio.gather(*(people.commands(ANA, GENERAL, f"/incident {text}") for text in words))
    deadline = time.time() + PATIENCE_SECONDS
    while Counter(call.method for call in calls[before:] if call.ok)["pins.add"] < DECLARES:
        assert time.time() < deadline, Counter(call.method for call in calls[before:] if call.ok)
        await asyncio.sleep(0.5)
    made = calls[before:]
    return {method: _step([call for call in made if call.method == method], began) for method in STEPS}


def _step(calls: list[Call], began: float) -> Step:
    good = [call.at for call in calls if call.ok]
    return Step(last=max(good) - began, calls=len(good), refused=sum(call.error == "ratelimited" for call in calls))


def _limit(method: str, step: Step) -> tuple[str, str]:
    """The soonest that so many calls can have been made, and how much of that was used; all of them wait for rooms."""
    rooms = _soonest("conversations.create", DECLARES)
    own = (DECLARES - 1) / POSTS_A_SECOND if method == "chat.postMessage" else _soonest(method, step.calls)
    soonest = max(rooms, own)
    return f"{soonest:.0f}", f"{100 * soonest / step.last:.0f} %"


def _soonest(method: str, count: int) -> float:
    a_minute = TIERS[TIER_OF[method]]
    return max(0.0, (count - a_minute) * 60 / a_minute)
