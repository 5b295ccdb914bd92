"""Two hundred people in one room, who all press the same button and all write a note."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from bot.practice.client import find_element
from bot.practice.faults import CallFault, Spoil
from bot.workflows.policy import COMMANDER
from tests.conversations.worst import incident, served
from tests.town import ANA, Town, crowd

T = TypeVar("T")
SIZE, AT_ONCE = 200, 12
CARD_STANDS_FOR = 6  # seconds, so that many press a button that is no longer theirs to press


@pytest.mark.timeout(120)
async def test_two_hundred_press_one_button_and_write_a_note_each(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    people = crowd(place.practice, room, SIZE)
    (card,) = [message for message in await place.people.messages(ANA, room) if message.get("blocks")]
    button = {"channel": room, "ts": card["ts"], **(find_element(card["blocks"], "Take command") or {})}
    late = CallFault(method="chat.update", kind=Spoil.THROTTLED, retry_after=CARD_STANDS_FOR, times=2)
    place.practice.workspace.faults.calls.append(late)
    pressed = await _all(people, lambda person: place.people.tries(person, "click", **button))
    assert [
        answer.get("error") for answer in pressed.values() if not answer["ok"] and answer["error"] != "not_found"
    ] == []
    (commander,) = (await incident(place)).holders(COMMANDER)
    assert pressed[commander]["ok"]
    losers = [person for person, answer in pressed.items() if answer["ok"] and person != commander]
    assert len(losers) > AT_ONCE
    heard = await _all(losers, lambda person: place.people.reads(person, room))
    assert all(
        f"@{commander.removeprefix('U0').lower()} is already incident commander" in text for text in heard.values()
    )
    await _all(people, lambda person: _insists(place, person, room, f"note seen by {person}"))
    lines = [line.text for line in await served(place).queries.timeline((await incident(place)).id)]
    assert sum("took the role of incident commander" in line for line in lines) == 1
    assert [sum(line.endswith(f"seen by {person}") for line in lines) for person in people] == [1] * SIZE
    await place.quiet(60)


async def _insists(place: Town, person: str, room: str, words: str) -> None:
    """Type a command, and again where it took longer than the three seconds that Slack waits, as people do."""
    typed = {"channel": room, "command": "/incident", "text": words}
    while not (answer := await place.people.tries(person, "command", **typed))["ok"]:
        assert answer["error"] == "operation_timeout"


async def _all(people: list[str], does: Callable[[str], Awaitable[T]]) -> dict[str, T]:
    """What becomes of it when everybody does the same, so many at a time."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(person: str) -> T:
        async with turns:
            return await does(person)

    return dict(zip(people, await asyncio.gather(*map(one, people)), strict=True))
