"""Playing a script: what people say, type and click, one step after another, at a chosen speed."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from bot.practice.client import PracticeClient, PracticeRefused
from bot.practice.store import Json

PATIENCE = 10.0  # seconds of real time that a button or a room may take to appear
ACTS = ("say", "type", "click", "fill", "react", "join")
FIELDS = frozenset({"after", "who", "in", "to", *ACTS})
ROOM = "room"  # the newest channel made since the start
MISSING = (LookupError, PracticeRefused)


class ScriptError(Exception):
    """A script that cannot be played; the text says which step, and what is wrong with it."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing a person does, `after` seconds of the script's time; `to` is a text of the message it is done to."""

    after: float
    who: str
    do: str
    what: Any
    where: str = ""
    to: str = ""


@dataclass(frozen=True, kw_only=True)
class Script:
    """A story to be played."""

    title: str
    steps: tuple[Step, ...]


def read_script(path: Path) -> Script:
    """The script in a YAML file.

    Raises:
        ScriptError: it is not one.
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as wrong:
        raise ScriptError(f"{path}: {wrong}") from wrong
    if not isinstance(document, dict) or set(document) != {"title", "steps"} or not isinstance(document["steps"], list):
        raise ScriptError(f"{path}: a script has a title and a list of steps, and nothing else.")
    steps = (_step(number, entry) for number, entry in enumerate(document["steps"], 1))
    return Script(title=str(document["title"]), steps=tuple(steps))


def _step(number: int, entry: object) -> Step:
    if not isinstance(entry, dict) or not entry.keys() <= FIELDS:
        raise ScriptError(f"Step {number}: a step is an object with some of {', '.join(sorted(FIELDS))}.")
    done = [name for name in ACTS if name in entry]
    if len(done) != 1 or not isinstance(entry.get("who"), str):
        raise ScriptError(f"Step {number}: a step has one person in `who`, and one of {', '.join(ACTS)}.")
    after = entry.get("after", 0)
    if not isinstance(after, int | float) or after < 0:
        raise ScriptError(f"Step {number}: `after` is a number of seconds.")
    if done[0] != "fill" and not isinstance(entry.get("in"), str):
        raise ScriptError(f"Step {number}: `in` names a channel, or is room for the one that was opened.")
    where, to = entry.get("in", ""), entry.get("to", "")
    return Step(after=float(after), who=entry["who"], do=done[0], what=entry[done[0]], where=where, to=str(to))


class Playback:
    """Plays one script at a time against the workspace at `url`; `tell` is given the state at every change."""

    def __init__(self, script: Script | None, url: Callable[[], str], tell: Callable[[Json], None]) -> None:
        self._script = script
        self._url = url
        self._tell = tell
        self._task: asyncio.Task[None] | None = None
        self._go, self._next = asyncio.Event(), asyncio.Event()
        self._speed, self._done, self._trouble = 1.0, 0, ""

    def state(self) -> Json:
        """What is played and how far it is; `title` is empty when there is no script."""
        total = len(self._script.steps) if self._script else 0
        return {
            "title": self._script.title if self._script else "",
            "playing": self._task is not None and not self._task.done(),
            "paused": not self._go.is_set(),
            "speed": self._speed,
            "done": self._done,
            "total": total,
            "trouble": self._trouble,
        }

    def start(self, speed: float) -> None:
        """Begin, `speed` times as fast as the story; 0 waits for `step` before each step.

        Raises:
            ScriptError: there is no script, or one is being played.
        """
        if self._script is None:
            raise ScriptError("No sample was given: start the workspace with --sample FILE.")
        if self._task and not self._task.done():
            raise ScriptError("A sample is being played already. Stop it first.")
        self._speed, self._done, self._trouble = speed, 0, ""
        self._go.set()
        self._next.clear()
        self._task = asyncio.get_running_loop().create_task(self._play(self._script))
        self._tell(self.state())

    def pause(self, *, paused: bool) -> None:
        """Hold on before the next step, or go on."""
        if paused:
            self._go.clear()
        else:
            self._go.set()
        self._tell(self.state())

    def step(self) -> None:
        """Do the next step now."""
        self._next.set()

    async def stop(self) -> None:
        """End it where it is."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._tell(self.state())

    async def _play(self, script: Script) -> None:
        async with PracticeClient(self._url()) as people:
            before = {channel["id"] for channel in await _channels(people)}
            for step in script.steps:
                await self._wait(step.after)
                try:
                    await _with_patience(partial(_do, people, step, before))
                except MISSING as why:
                    self._trouble = f"Step {self._done + 1} could not be done: {why}"
                    break
                self._done += 1
                self._tell(self.state())
        self._tell({**self.state(), "playing": False})

    async def _wait(self, seconds: float) -> None:
        await self._go.wait()
        wait = seconds / self._speed if self._speed else None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._next.wait()
        self._next.clear()
        await self._go.wait()


async def _with_patience(work: Callable[[], Awaitable[None]]) -> None:
    """Do something that may have to wait for what the app has yet to show."""
    until = asyncio.get_running_loop().time() + PATIENCE
    while True:
        try:
            await work()
        except MISSING:
            if asyncio.get_running_loop().time() > until:
                raise
            await asyncio.sleep(0.1)
        else:
            return


async def _do(people: PracticeClient, step: Step, before: set[str]) -> None:
    channel = await _room(people, before) if step.where == ROOM else step.where
    if step.do == "say" and step.to:
        await people.says(step.who, channel, step.what, thread_ts=await _message(people, step, channel))
    elif step.do == "say":
        await people.says(step.who, channel, step.what)
    elif step.do == "type":
        await people.commands(step.who, channel, step.what)
    elif step.do == "click":
        await people.clicks(step.who, channel, step.what)
    elif step.do == "react":
        await people.reacts(step.who, channel, await _message(people, step, channel), step.what)
    elif step.do == "join":
        await people.joins(step.who, channel)
    else:
        await people.submits(step.who, step.what)


async def _room(people: PracticeClient, before: set[str]) -> str:
    made = [channel for channel in await _channels(people) if channel["id"] not in before and not channel["is_im"]]
    if not made:
        raise LookupError("no room was opened")
    return str(max(made, key=lambda channel: float(channel["created"]))["id"])


async def _channels(people: PracticeClient) -> list[Json]:
    """The channels everybody who is not a guest can see."""
    channels: list[Json] = (await people.state("ana"))["channels"]
    return channels


async def _message(people: PracticeClient, step: Step, channel: str) -> str:
    for message in reversed(await people.messages(step.who, channel)):
        if step.to in message.get("text", ""):
            return str(message["ts"])
    raise LookupError(f"nobody said {step.to!r}")
