"""Slack is down: incidents go on at the command line, and what was said arrives in order when Slack is back."""

import asyncio
import os
import re
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.__main__ import main
from bot.app import Warroom
from bot.practice.faults import CallFault, Spoil
from bot.storage.database import Database
from bot.storage.tables import outbox
from bot.workflows.incident import IncidentId
from tests.conversations.conftest import TRANSPORTS
from tests.town import ANA, BEN, ROOT, Town, Ways, free_port, ready, settings, utcnow, workspace

SEEN_SECONDS = 2.0
NOTES = 9


@pytest.fixture
def ways(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Ways:
    """As other dialogues; the command line finds the same database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    transport = TRANSPORTS[database_url.split("+")[0].split(":")[0]]
    return Ways(database_url=database_url, transport=transport)


async def types(*words: object) -> int:
    """The command line, in a thread of its own; returns the exit status."""
    return await asyncio.to_thread(main, [str(word) for word in words])


def goes_down(place: Town) -> None:
    place.practice.workspace.faults.calls = [CallFault(method="*", kind=Spoil.BROKEN, times=100_000)]


def is_back(place: Town, ways: Ways) -> None:
    """Slack answers again, and what waits has done so for two minutes: nobody sits out a pause."""
    place.practice.workspace.faults.calls.clear()
    time_passes(ways)


def time_passes(ways: Ways) -> None:
    """What waits has done so for two minutes."""
    database, earlier = Database(ways.database_url), utcnow() - timedelta(minutes=2)
    waiting = sa.update(outbox).where(outbox.c.status == "pending").values(created_at=earlier, next_at=earlier)
    database.write_now(lambda connection: connection.execute(waiting))
    database.close()


async def tried(place: Town, method: str = "chat.postMessage") -> None:
    """Wait until the server has tried in vain."""
    before = len(place.calls)

    async def seen() -> bool:
        return any(call.method == method for call in place.calls[before:])

    await place.people.until(seen)


async def test_a_running_server_tells_what_is_written_beside_it(place: Town, ways: Ways) -> None:
    room = await place.declares(ANA, "checkout is failing")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "incident", "note", "1", "rolled", "back", "--as", "U0BEN",
        cwd=ROOT, env=os.environ | {"DATABASE_URL": ways.database_url}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said = (await process.communicate())[0].decode()
    assert said == "Noted on the timeline of INC-1. The room is told as soon as Slack can be reached.\n"
    deadline = asyncio.get_running_loop().time() + SEEN_SECONDS
    while "@ben noted: rolled back" not in await place.thread(ANA, room):
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.05)


async def test_what_was_written_meanwhile_arrives_in_order_and_not_in_drops(place: Town, ways: Ways) -> None:
    room = await place.declares(ANA, "checkout is failing")
    goes_down(place)
    assert await types("incident", "note", 1, "step 0", "--as", "U0BEN") == 0
    await tried(place)
    for step in range(1, NOTES):
        assert await types("incident", "note", 1, f"step {step}") == 0
    assert await types("incident", "check", 1, 2, "--as", "U0BEN") == 0
    assert await types("incident", "check", 1, 99) == 1
    is_back(place, ways)
    await place.quiet()
    thread = await place.thread(ANA, room)
    assert re.findall(r"step (\d)", thread) == [str(step) for step in range(NOTES)]
    assert "@ben noted: step 0" in thread
    messages = [message["text"] for message in await _in_thread(place, room) if "step" in message["text"]]
    assert len(messages) == 2
    assert "What had to wait for Slack, in the order it was said:" in messages[1]
    assert "somebody at the command line noted: step 8" in messages[1]
    assert place.warroom is not None
    lines = [line for line in await place.warroom.queries.timeline(IncidentId(1)) if "step" in line.text]
    assert len({line.evidence for line in lines[1:]}) == 1
    assert None not in {line.evidence for line in lines}
    await place.people.commands(ANA, room, "/incident timeline")
    assert "ticked: " in await place.people.reads(ANA, room)


async def test_a_server_that_starts_later_tells_it_too(ways: Ways) -> None:
    port = free_port()
    async with workspace(ways, port) as there:
        await _served(there, ways, port)
        room = await there.declares(ANA, "checkout is failing")
        await _stopped(there)
        for step in range(7):
            assert await types("incident", "note", "INC-1", f"step {step}") == 0
        time_passes(ways)
        await _served(there, ways, port)
        await there.quiet()
        (message,) = [found["text"] for found in await _in_thread(there, room) if "step" in found["text"]]
        assert re.findall(r"step (\d)", message) == [str(step) for step in range(7)]
        await _stopped(there)


async def test_what_was_sent_after_a_backup_is_not_sent_again(ways: Ways, tmp_path: Path) -> None:
    port, file = free_port(), tmp_path / "b.gz"
    async with workspace(ways, port) as there:
        await _served(there, ways, port)
        room = await there.declares(ANA, "checkout is failing")
        goes_down(there)
        for words in ("first", "second", "third"):
            assert await types("incident", "note", 1, words) == 0
        assert await types("backup", file) == 0
        assert await types("restore", "--replace", file) == 2
        is_back(there, ways)
        await there.quiet()
        await there.people.commands(ANA, room, "/incident note after the backup")
        await there.people.commands(ANA, room, "/incident severity 1")
        await there.quiet()
        await _stopped(there)
        before = [message["text"] for message in await _in_thread(there, room)]
        assert [words for text in before for words in ("first", "second", "third") if f"noted: {words}" in text] == [
            "first", "second", "third",
        ]  # fmt: skip
        assert await types("restore", "--replace", file) == 0
        await _served(there, ways, port)
        await there.quiet()
        assert [message["text"] for message in await _in_thread(there, room)] == before
        cards = [found for found in there.practice.workspace.messages(room).values() if "blocks" in found]
        assert len(cards) == 1
        await there.people.commands(BEN, "incidents", "/incident declare search is slow")
        assert await there.room(2)
        await there.quiet()
        await _stopped(there)


async def _served(there: Town, ways: Ways, port: int) -> None:
    there.warroom = Warroom(settings=settings(ways, there.practice, port), policy=ways.policy, now=ways.now, linger=0)
    await there.warroom.start()
    await ready(there, port)


async def _stopped(there: Town) -> None:
    assert there.warroom is not None
    await there.warroom.stop()


async def _in_thread(place: Town, room: str) -> list[dict[str, str]]:
    card = next(message for message in await place.people.messages(ANA, room) if message.get("blocks"))
    return await place.people.messages(ANA, room, thread=card["ts"])
