"""Where a scenario is played: a workspace with people who try again, and a bot that may be dead at the moment."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from bot.practice.store import Json
from bot.practice.workspace import Call
from bot.storage import outbox
from bot.storage.database import Database
from tests.torture.appointed import Moment
from tests.torture.victim import AHEAD, PORT, Clock
from tests.town import Process, Town, Ways, environment, free_port, ready, town, workspace

# What is asked at every start; deaths among these are deaths before anything was done.
STARTING = frozenset({"auth.test", "apps.connections.open", "users.list", "users.info"})
PATIENCE = 45.0  # seconds that people go on trying, and that deliveries may take
AGAIN_SECONDS = 0.1  # before somebody tries again
SETTLING = 5.0  # seconds that events may take; one sent to a dead process comes again a minute later, for nothing
LINGER = 0.3  # seconds after which nothing more is expected
UNANSWERED = frozenset({"dispatch_failed", "operation_timeout", "http_service_error"})  # the app did not answer

Tell = Callable[[timedelta], Awaitable[None]]


@dataclass
class Stage:
    """A town with what a scenario knows of it; `tell` puts the bot's clock forward, if there is a bot."""

    town: Town
    ways: Ways
    tell: Tell
    room: str = ""
    ahead: timedelta = timedelta()
    tried_again: int = 0

    async def declares(self, person: str, words: str) -> None:
        """Declare in #general, and be in the room."""
        await self.types(person, f"declare {words}", "C0GENERAL")
        self.room = await self.town.room(patience=PATIENCE)

    async def types(self, person: str, words: str, channel: str = "") -> None:
        """Type a command until it is answered."""
        await self.insists(person, "command", channel=channel or self.room, command="/incident", text=words)

    async def opens_form(self, person: str, words: str) -> None:
        """Type a command until there is a form; one that came although the command failed is as good."""
        while not await self.town.people.modal(person):
            answer = await self.town.people.tries(person, "command", channel=self.room, command="/incident", text=words)
            if not answer["ok"]:
                await self._again(answer)

    async def submits(self, person: str, values: dict[str, object] | None = None) -> None:
        """Send the form on top until it is taken."""
        form = await self.town.people.fills(person, values or {})
        await self.insists(person, "view_submit", **form)

    async def clicks(self, person: str, label: str) -> None:
        """Press a button of the room until the press is taken, or the button is gone since it was taken after all."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    await self.town.people.clicks(person, self.room, label)
                except AssertionError as refused:
                    await self._again(getattr(refused, "answer", {}))
                except LookupError:
                    return
                else:
                    return

    async def insists(self, person: str, do: str, **body: object) -> None:
        """Do something again and again until the app answers, as people do who read that it did not work."""
        async with asyncio.timeout(PATIENCE):
            while not (answer := await self.town.people.tries(person, do, **body))["ok"]:
                await self._again(answer)

    async def later(self, ahead: timedelta) -> None:
        """Put the bot's clock forward; also that of one that is started later."""
        self.ahead = ahead
        await self.tell(ahead)

    async def quiet(self, patience: float = PATIENCE) -> None:
        """Wait until everything is delivered, and the bot has heard of it."""
        database = Database(self.ways.database_url)
        try:
            async with asyncio.timeout(patience):
                while (await database.read(outbox.backlog)).pending:
                    await asyncio.sleep(0.02)
                await self.town.practice.workspace.delivery.settled(SETTLING)
        finally:
            database.close()

    async def _again(self, answer: Json) -> None:
        if answer.get("error") not in UNANSWERED:
            raise AssertionError(f"people were told: {answer}")
        self.tried_again += 1
        await asyncio.sleep(AGAIN_SECONDS)


@asynccontextmanager
async def undisturbed(ways: Ways) -> AsyncIterator[Stage]:
    """A stage on which nobody dies: the bot is in this process."""
    clock = Clock()

    async def tell(ahead: timedelta) -> None:
        clock.ahead = ahead

    async with town(replace(ways, now=clock)) as there:
        yield Stage(town=there, ways=ways, tell=tell)


@dataclass
class Doomed:
    """A bot in a process of its own, and another after it."""

    stage: Stage
    port: int
    folder: Path
    control: int = 0
    process: Process | None = None
    died: asyncio.Event = field(default_factory=asyncio.Event)

    async def up(self) -> None:
        """Start a process on what the one before left; it is ready some time later."""
        self.control = free_port()
        ahead = str(self.stage.ahead.total_seconds())
        variables = {**environment(self.stage.ways, self.stage.town.practice, self.port), AHEAD: ahead}
        program = ("-m", "tests.torture.victim")
        self.process = Process({**variables, PORT: str(self.control)}, self.folder / "serve.log", program)

    async def appoint(self, moment: Moment, nth: int) -> None:
        """Have the process die at the n-th commit or call from now on."""
        if moment in (Moment.BEFORE_COMMIT, Moment.AFTER_COMMIT):
            await self.say(f"die {moment} {nth}")
            return
        practice, seen = self.stage.town.practice.workspace, [0]

        async def watch(call: Call) -> None:
            if call.method in STARTING or self.died.is_set():
                return
            seen[0] += 1
            if seen[0] == nth and self.process:
                self.process.kill()
                self.died.set()
                raise asyncio.CancelledError  # so that nothing comes of a call that was to have no effect

        (practice.before_call if moment is Moment.BEFORE_CALL else practice.after_call).append(watch)

    async def say(self, line: str) -> None:
        """Tell the process something as soon as it listens; one that is dead does not hear it."""
        process = self.process
        while process and process.lives and process is self.process:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.control)
            except OSError:
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            writer.write(f"{line}\n".encode())
            with contextlib.suppress(OSError):
                await reader.readline()
            writer.close()
            return

    async def dead(self) -> None:
        """Return when the process is dead."""
        while self.process and self.process.lives:
            await asyncio.sleep(0.005)
        self.died.set()


@asynccontextmanager
async def doomed(ways: Ways, folder: Path) -> AsyncIterator[Doomed]:
    """A stage whose bot is a process that can be killed."""
    port = free_port()
    async with workspace(ways, port) as there:
        stage = Stage(town=there, ways=ways, tell=_nobody)
        bot = Doomed(stage=stage, port=port, folder=folder)

        async def tell(ahead: timedelta) -> None:
            await bot.say(f"ahead {ahead.total_seconds()}")

        stage.tell = tell
        await bot.up()
        try:
            await ready(there, port, PATIENCE)
            yield bot
        finally:
            if bot.process and bot.process.lives:
                bot.process.kill()


async def _nobody(ahead: timedelta) -> None:
    """Nobody is there yet."""
