"""Playing a script: read strictly, played in order, paused, stepped through, stopped, and one at a time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.practice import playback
from bot.practice.client import PracticeClient
from bot.practice.playback import ScriptError, read_script
from bot.practice.server import Listening, RunningPractice, start
from tests.practice.conftest import Json, settings

STORY = """
title: A short story
steps:
  - {who: ana, in: general, say: One}
  - {after: 3600, who: ben, in: general, react: eyes, to: One}
  - {after: 3600, who: ben, in: general, say: Two, to: One}
"""


def written(folder: Path, text: str) -> Path:
    """A script on disk."""
    path = folder / "story.yml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("steps: []", "a title and a list of steps"),
        ("title: [", "story.yml: while parsing"),
        ("{title: x, steps: [3]}", "Step 1: a step is an object"),
        ("{title: x, steps: [{who: ana, shout: x}]}", "Step 1: a step is an object with some of after, click"),
        ("{title: x, steps: [{who: ana, in: general, say: x, type: y}]}", "Step 1: a step has one person"),
        ("{title: x, steps: [{in: general, say: x}]}", "Step 1: a step has one person"),
        ("{title: x, steps: [{who: ana, say: x}]}", "Step 1: `in` names a channel"),
        ("{title: x, steps: [{who: ana, in: general, say: x, after: -1}]}", "Step 1: `after` is a number"),
    ],
)
def test_what_is_no_script(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ScriptError, match=says):
        read_script(written(tmp_path, text))


class Player:
    """The page's player."""

    def __init__(self, practice: RunningPractice, session: aiohttp.ClientSession) -> None:
        self._url = f"{practice.url}practice/playback"
        self._session = session

    async def does(self, word: str, speed: float = 1) -> Json:
        """Press a button."""
        async with self._session.post(self._url, json={"do": word, "speed": speed}) as response:
            answer: Json = await response.json()
            return answer

    async def until(self, look: Callable[[Json], bool]) -> Json:
        """Wait until the state is as it should be."""
        async with asyncio.timeout(10):
            while True:
                async with self._session.get(self._url) as response:
                    state: Json = await response.json()
                if look(state):
                    return state
                await asyncio.sleep(0.02)


@pytest_asyncio.fixture
async def played(tmp_path: Path) -> AsyncIterator[tuple[Player, PracticeClient]]:
    """A workspace with the story, and its people."""
    listening = Listening(port=0, sample=read_script(written(tmp_path, STORY)))
    practice = await start(settings(), listening)
    async with aiohttp.ClientSession() as session, PracticeClient(practice.url) as people:
        yield Player(practice, session), people
    await practice.close()


async def test_step_by_step_in_order_and_one_at_a_time(played: tuple[Player, PracticeClient]) -> None:
    player, people = played
    assert (await player.does("start", speed=0))["playing"]
    assert "already" in (await player.does("start"))["message"]
    assert "One" not in await people.reads("ana", "general")
    for done in (1, 2, 3):
        await player.does("step")
        await player.until(lambda state, done=done: state["done"] == done)  # type: ignore[misc]
    state = await player.until(lambda state: not state["playing"])
    assert (state["done"], state["total"], state["trouble"]) == (3, 3, "")
    message = next(entry for entry in await people.messages("ana", "general") if entry.get("text") == "One")
    assert message["reactions"][0]["name"] == "eyes"
    assert "Two" in await people.reads("ana", "general", thread=message["ts"])


async def test_paused_it_holds_on_and_stopped_it_ends(played: tuple[Player, PracticeClient]) -> None:
    player, people = played
    await player.does("start", speed=1)
    await player.until(lambda state: state["done"] == 1)
    await player.does("pause")
    await player.does("step")
    await asyncio.sleep(0.2)
    assert (await player.until(lambda state: state["paused"]))["done"] == 1
    await player.does("resume")
    await player.until(lambda state: state["done"] == 2)
    await player.does("stop")
    assert not (await player.until(lambda state: not state["playing"]))["trouble"]
    assert "Two" not in await people.reads("ana", "general")
    await player.does("start", speed=0)


@pytest.mark.parametrize("wrong", [{"do": "explode"}, {"do": "start", "speed": -1}, {"do": "start", "speed": "fast"}])
async def test_what_the_player_cannot_do(played: tuple[Player, PracticeClient], wrong: Json) -> None:
    player, _ = played
    answer = await player.does(wrong["do"], wrong.get("speed", 1))
    assert (answer["ok"], answer["error"]) == (False, "invalid_arguments")


async def test_a_step_that_cannot_be_done_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playback, "PATIENCE", 0.2)
    script = "{title: x, steps: [{who: ana, in: general, say: x}, {who: ana, in: general, click: Nowhere}]}"
    practice = await start(settings(), Listening(port=0, sample=read_script(written(tmp_path, script))))
    async with aiohttp.ClientSession() as session:
        player = Player(practice, session)
        await player.does("start", speed=1000)
        state = await player.until(lambda state: bool(state["trouble"]))
    await practice.close()
    assert "Step 2 could not be done: ana sees no 'Nowhere' in general" in state["trouble"]
