"""The matrix: every scenario, on both databases, with a death at every point; one point is one small world."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from bot.settings import Transport
from bot.storage.database import Database
from tests.databases import POSTGRESQL, SQLITE, Databases
from tests.torture.appointed import Commits, Moment
from tests.torture.invariants import BREAK, Picture, in_database, in_slack
from tests.torture.scenarios import SCENARIOS
from tests.torture.stage import LINGER, PATIENCE, STARTING, Doomed, Stage, doomed, undisturbed
from tests.town import Ways

TRANSPORTS = {SQLITE: Transport.SOCKET, POSTGRESQL: Transport.HTTP}  # as in the dialogues


@dataclass(frozen=True, order=True)
class Point:
    """A death: at the n-th commit or call of a scenario on a database."""

    scenario: str
    database: str
    moment: Moment
    nth: int

    def __str__(self) -> str:
        return f"{self.scenario}:{self.database}:{self.moment}:{self.nth}"

    @classmethod
    def of(cls, name: str) -> "Point":
        """The point of a name, such as declare:sqlite:after-commit:3."""
        scenario, database, moment, nth = name.split(":")
        return cls(scenario, database, Moment(moment), int(nth))


@dataclass(frozen=True, kw_only=True)
class Undisturbed:
    """What a scenario leaves when nobody dies, and how many commits and calls it takes."""

    slack: Picture
    database: Picture
    commits: int
    calls: int

    def points(self, scenario: str, database: str) -> list[Point]:
        """Every death there is."""
        counts = {
            Moment.BEFORE_COMMIT: self.commits, Moment.AFTER_COMMIT: self.commits,
            Moment.BEFORE_CALL: self.calls, Moment.AFTER_CALL: self.calls,
        }  # fmt: skip
        return [
            Point(scenario, database, moment, nth) for moment in Moment for nth in range(1, counts[moment] + 1)
        ]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Result:
    """How a point ended. `seconds` from the start of the next process until everything was right."""

    point: Point
    died: bool  # False when this run came to an end with fewer commits or calls
    seconds: float = 0.0
    marked: int = 0  # direct messages that came twice, the second saying so
    fault: str = ""  # what was wrong, empty when it survived


async def without_deaths(scenario: str, kind: str, databases: Databases) -> Undisturbed:
    """Play a scenario in peace."""
    played = SCENARIOS[scenario]
    with databases.fresh(kind) as url:
        async with undisturbed(Ways(database_url=url, transport=TRANSPORTS[kind])) as stage:
            await played.prepare(stage)
            await stage.quiet()
            assert stage.town.warroom is not None
            commits, before = Commits(stage.town.warroom.database), len(stage.town.calls)
            await played.act(stage)
            await stage.quiet()
            await asyncio.sleep(LINGER)
            calls = [call for call in stage.town.calls[before:] if call.method not in STARTING]
            return Undisturbed(
                slack=in_slack(stage.town.practice.workspace),
                database=await in_database(stage.town.warroom.database),
                commits=commits.count, calls=len(calls),
            )  # fmt: skip


async def survive(point: Point, expected: Undisturbed, databases: Databases) -> Result:
    """Play a scenario with a death at a point, start again, and look whether everything becomes right."""
    with databases.fresh(point.database) as url:
        folder = Path(tempfile.mkdtemp(dir=databases.folder))
        async with doomed(Ways(database_url=url, transport=TRANSPORTS[point.database]), folder) as bot:
            try:
                return await _play(point, expected, bot)
            except (AssertionError, TimeoutError, LookupError) as failure:
                log = "\n".join((folder / "serve.log").read_text().splitlines()[-40:])
                return Result(point=point, died=bot.died.is_set(), fault=f"{failure!r}\n{log}")


async def _play(point: Point, expected: Undisturbed, bot: Doomed) -> Result:
    played, stage = SCENARIOS[point.scenario], bot.stage
    await played.prepare(stage)
    await stage.quiet()
    await bot.appoint(point.moment, point.nth)
    playing = asyncio.create_task(played.act(stage))
    death, over = asyncio.create_task(bot.dead()), asyncio.create_task(_over(playing, stage))
    try:
        await asyncio.wait({death, over}, return_when=asyncio.FIRST_COMPLETED)
        over.cancel()
        died, begun = death.done(), time.monotonic()
        if died:
            await bot.up()
        async with asyncio.timeout(PATIENCE):
            await playing
        marked = await _right(stage, expected, playing)
        seconds = time.monotonic() - begun
        await asyncio.sleep(LINGER)
        await _right(stage, expected, playing)
    finally:
        playing.cancel()
        death.cancel()
    return Result(point=point, died=died, seconds=seconds if died else 0.0, marked=marked)


async def _over(playing: "asyncio.Task[None]", stage: Stage) -> None:
    """Return when a scenario is over although nobody died."""
    await asyncio.wait({playing})
    await stage.quiet()
    await asyncio.sleep(LINGER)


async def _right(stage: Stage, expected: Undisturbed, playing: "asyncio.Task[None]") -> int:
    """Wait until Slack and the database hold what they should; returns how many direct messages were marked."""
    database, until = Database(stage.ways.database_url), time.monotonic() + PATIENCE
    try:
        while True:
            slack = in_slack(stage.town.practice.workspace)
            wrong = _difference("Slack", expected.slack, slack)
            if not wrong:
                wrong = _difference("the database", expected.database, await in_database(database))
            if not wrong:
                return slack.marked
            if time.monotonic() > until:
                raise AssertionError(wrong)
            await asyncio.sleep(0.02)
    finally:
        database.close()


def _difference(where: str, expected: Picture, seen: Picture) -> str:
    """What is wrong, piece by piece; empty when nothing is."""
    before, after = ([piece for line in lines for piece in line.split(BREAK)] for lines in (expected.lines, seen.lines))
    return "\n".join([*seen.wrong, *unified_diff(before, after, "expected", f"seen in {where}", n=1, lineterm="")])


def evenly(points: Sequence[Point], count: int) -> list[Point]:
    """So many of the points, from the first to the last, always the same ones."""
    if count >= len(points):
        return list(points)
    return [points[(2 * index + 1) * len(points) // (2 * count)] for index in range(count)]
