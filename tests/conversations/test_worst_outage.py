"""An hour without Slack: what people did meanwhile arrives in order, and what only made sense then stays unsaid."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from bot.practice.client import PATIENCE
from bot.practice.faults import CallFault, Spoil
from bot.settings import Transport
from bot.storage.database import Database, Work
from bot.workflows.commands import Command
from bot.workflows.effects import PostInRoom, TellPrivately
from bot.workflows.incident import IncidentId, UserId
from bot.workflows.policy import COMMANDER, RoleKey
from bot.workflows.roles import ClaimRole
from bot.workflows.timeline import AddNote
from bot.workflows.updates import Said, SendUpdate
from tests.conversations.worst import asks, served, settles
from tests.town import ANA, EVE, Clock, Town, Ways, town

ANAS, BENS, ONE = UserId("U0ANA"), UserId("U0BEN"), IncidentId(1)
SCRIBE = RoleKey("scribe")
MINUTE = 60.0


@pytest_asyncio.fixture
async def there(database_url: str, clock: Clock) -> AsyncIterator[Town]:
    """A town where Slack is asked often whether it is back, and the due rows are swept by hand."""
    ways = Ways(database_url=database_url, transport=Transport.SOCKET, now=clock, slacks_now=clock, probe_every=0.05)
    async with town(ways) as place:
        served(place).scheduler.stop()
        yield place


def goes_down(place: Town, kind: Spoil = Spoil.DROPPED, method: str = "*") -> None:
    """From now on calls fail; the sockets end with the first kind."""
    place.practice.workspace.faults.calls.append(CallFault(method=method, kind=kind, times=100_000, retry_after=600))
    if method == "*":
        place.practice.workspace.sockets.cut()


def comes_back(place: Town) -> None:
    """Calls are answered again."""
    place.practice.workspace.faults.calls.clear()


async def does(place: Town, command: Command) -> None:
    """Something is done that needs no Slack."""
    await served(place).engine.execute(command)


async def passes(place: Town, clock: Clock, minutes: int) -> None:
    """Time goes by, minute for minute, with everything that falls due in it and every delivery that is tried."""
    for _ in range(minutes):
        clock.forward(MINUTE)
        await served(place).scheduler.look_round()
        served(place).deliverer.wake()
        await asyncio.sleep(0.01)


async def empties(place: Town, patience: float = PATIENCE) -> float:
    """Wait until everything is delivered, the clock standing where it stands; returns how many seconds it took."""
    begun = time.monotonic()
    while (backlog := await served(place).queries.backlog()).pending:
        assert time.monotonic() - begun < patience, f"still waiting: {backlog}"
        await asyncio.sleep(0.01)
    return time.monotonic() - begun


def says(number: int) -> SendUpdate:
    return SendUpdate(
        incident=ONE,
        said=Said(happening=f"news {number}", doing="rolling back", next_in=timedelta(minutes=20)),
        by=ANAS,
    )


async def in_order(place: Town) -> list[str]:
    """The updates that stand under the announcement."""
    announced = next(m for m in await place.people.messages(EVE, "incidents") if m.get("blocks"))
    return re.findall(r"news (\d)", await place.people.reads(EVE, "incidents", thread=announced["ts"]))


@pytest.mark.parametrize("kind", [Spoil.DROPPED, Spoil.LOST, Spoil.HTML])
async def test_after_an_hour_without_slack_all_is_said_in_order_and_nothing_stale(
    there: Town, clock: Clock, kind: Spoil
) -> None:
    room = await there.declares(ANA, "checkout is failing sev1")
    goes_down(there, kind)
    await passes(there, clock, 3)
    await does(there, ClaimRole(incident=ONE, role=COMMANDER, by=ANAS))
    for number in range(1, 4):
        await passes(there, clock, 4)
        await does(there, says(number))
    await passes(there, clock, 42)
    await does(there, ClaimRole(incident=ONE, role=SCRIBE, by=BENS))
    await passes(there, clock, 3)
    comes_back(there)
    await empties(there)
    assert await in_order(there) == ["1", "2", "3"]
    await served(there).scheduler.look_round()
    await empties(there)
    read = await there.people.reads(ANA, room)
    private = await there.people.reads(ANA, await there.people.direct_channel(ANA))
    reminders = re.findall(r"This reminder comes (\d+) min late", read + private)
    assert len(reminders) == 1
    assert 7 < int(reminders[0]) < 13  # that of the last time it was asked for, 45 minutes after it was promised
    assert "Scribe: @ben" in read
    assert "Slack is slow" not in read
    assert "Incident commander: @ana" in read
    said = read + await there.thread(ANA, room)
    assert said.count("_(From ") >= 3  # what comes late says when it is of
    assert "Take command with the button" not in said  # nobody led when it was due, and somebody does now
    assert not (await served(there).queries.backlog()).dead


async def test_what_is_gathered_says_the_time_of_each_line_and_no_other(there: Town, clock: Clock) -> None:
    room = await there.declares(ANA, "checkout is failing sev1")
    goes_down(there)
    for number in range(9):
        await does(there, AddNote(incident=ONE, text=f"step {number}", by=ANAS))
    await passes(there, clock, 10)
    comes_back(there)
    await empties(there)
    said = [message["text"] for message in there.practice.workspace.messages(room).values()]
    (gathered,) = [text for text in said if "What had to wait for Slack" in text]
    assert gathered.count("step ") > 5
    assert "_(From " not in gathered


async def test_a_nudge_that_waited_says_what_is_so_by_now(there: Town, clock: Clock) -> None:
    room = await there.declares(ANA, "checkout is failing sev2")
    goes_down(there)
    await passes(there, clock, 12)
    comes_back(there)
    await empties(there)
    thread = await there.thread(ANA, room)
    assert thread.count("Take command with the button") == 1


async def test_nobody_sleeps_on_when_slack_is_back(there: Town, clock: Clock) -> None:
    await there.declares(ANA, "checkout is failing sev3")
    goes_down(there)
    for number in range(12):
        await asks(there, PostInRoom(text=f"step {number}"))
        await asks(there, TellPrivately(user=ANAS, text=f"word {number}"))
    await passes(there, clock, 12)
    comes_back(there)
    assert await empties(there) < 5


@dataclass
class Sluggish:
    """A database that takes its time before a delivery lies in its lane again."""

    database: Database

    async def write(self, work: Work[Any]) -> Any:  # noqa: ANN401 - whatever the work gives
        """Do the work."""
        if work.__name__ == "put_back":
            await asyncio.sleep(0.5)
        return await self.database.write(work)


async def test_one_that_fails_while_slack_comes_back_does_not_sleep_on_either(there: Town, clock: Clock) -> None:
    await there.declares(ANA, "checkout is failing sev3")
    goes_down(there)
    await asks(there, PostInRoom(text="rolled back"))
    await passes(there, clock, 12)
    deliverer = served(there).deliverer
    deliverer.database = Sluggish(deliverer.database)  # type: ignore[assignment]
    before = _asked(there, "conversations.replies")  # where it looks first whether it had arrived
    clock.forward(2 * MINUTE)
    deliverer.wake()
    await there.people.until(lambda: _has_asked(there, "conversations.replies", before + 1))
    comes_back(there)
    assert await empties(there) < 5


@pytest.mark.parametrize("seconds", [30, 600])
async def test_what_slack_told_to_wait_waits_exactly_and_alone(there: Town, clock: Clock, seconds: int) -> None:
    room = await there.declares(ANA, "checkout is failing sev3")
    faults, calls = there.practice.workspace.faults, there.calls
    faults.calls.append(CallFault(method="chat.update", kind=Spoil.THROTTLED, retry_after=seconds))
    await does(there, ClaimRole(incident=ONE, role=COMMANDER, by=ANAS))
    await asks(there, PostInRoom(text="rolled back"))
    await there.people.until(lambda: _has_asked(there, "chat.update", 1))
    await there.people.until(lambda: _reads(there, room, "rolled back"))  # its own lane waits, the others do not
    goes_down(there)
    await asks(there, TellPrivately(user=ANAS, text="and a word"))
    await there.people.until(lambda: _has_asked(there, "auth.test", 3))
    comes_back(there)
    await there.people.until(lambda: _waiting(there, 1))  # Slack is back, and only what it told to wait still waits
    begun, updates = len(calls), [call for call in calls if call.method == "chat.update"]
    clock.forward(seconds - (clock().timestamp() - updates[0].at) - 2)
    served(there).deliverer.wake()
    await asyncio.sleep(0.3)
    assert not [call for call in calls[begun:] if call.method == "chat.update"]
    await settles(there, clock)
    assert "Incident commander: @ana" in await there.people.reads(ANA, room)
    again = next(call for call in calls[begun:] if call.method == "chat.update")
    assert seconds <= again.at - updates[0].at < seconds + 2


def _asked(place: Town, method: str) -> int:
    return sum(call.method == method for call in place.calls)


async def _has_asked(place: Town, method: str, times: int) -> bool:
    return _asked(place, method) >= times


async def _reads(place: Town, room: str, words: str) -> bool:
    return words in await place.thread(ANA, room)


async def _waiting(place: Town, count: int) -> bool:
    return (await served(place).queries.backlog()).pending <= count


async def test_a_fault_of_one_method_is_no_outage(there: Town, clock: Clock) -> None:
    await there.declares(ANA, "checkout is failing sev3")
    goes_down(there, Spoil.BROKEN, "chat.postMessage")
    await asks(there, PostInRoom(text="rolled back"))
    tries = len(there.calls)
    await asyncio.sleep(0.5)
    posts = [call for call in there.calls[tries:] if call.method == "chat.postMessage"]
    assert len(posts) <= 1  # it pauses, however often Slack says that it is there
    comes_back(there)
    await settles(there, clock)
