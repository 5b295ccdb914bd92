"""Plays an incident minute by minute on a frozen clock, and writes down every promise and everything the bot says."""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory

from bot.app import Warroom
from bot.practice.workspace import Call
from tests.town import Town, Ways, ready, settings

BEGIN = datetime(2026, 11, 23, 8, tzinfo=UTC)
SAID = ("chat.postMessage", "chat.update", "conversations.setTopic", "files.completeUploadExternal")
_MOMENT = re.compile(r"<!date\^(\d+)\^[^>]*>")
_LATE = re.compile(r"This reminder comes .* late")
_MARK = re.compile(r"<([@#])([A-Z0-9]+)>")

Deed = Callable[[Town, str], Awaitable[object]]


@dataclass
class Simulation:
    """A town whose only clock is the frozen one; `log` has a line for each promise and each thing the bot says."""

    town: Town
    ways: Ways
    port: int
    frozen: FrozenDateTimeFactory
    log: list[str] = field(default_factory=list)
    promise: datetime | None = None
    seen: int = 0
    room: str = ""

    async def up(self) -> None:
        """Start the bot, on what an earlier one left."""
        self.town.warroom = Warroom(
            settings=settings(self.ways, self.town.practice, self.port),
            policy=self.ways.policy,
            pacing=self.ways.pacing,
            linger=0,
        )
        await self.town.warroom.start()
        await ready(self.town, self.port)

    async def down(self) -> None:
        """Stop the bot."""
        if self.town.warroom:
            await self.town.warroom.stop()
        self.town.warroom = None

    async def declares(self, person: str, words: str) -> None:
        """The first minute."""
        self.room = await self.town.declares(person, words)
        await self._write_down(0)

    async def play(self, deeds: Mapping[int, Sequence[Deed]], until: int) -> None:
        """Let each minute pass, what falls due in it be said, and then people do what they do in it."""
        for minute in range(1, until + 1):
            self.frozen.move_to(BEGIN + timedelta(minutes=minute))
            await self._settle()
            for deed in deeds.get(minute, ()):
                await deed(self.town, self.room)
                await self._settle()
            await self._write_down(minute)

    async def _settle(self) -> None:
        if self.town.warroom:
            assert await self.town.practice.workspace.delivery.settled(10)  # what was written has been heard
            await self.town.warroom.scheduler.sweep()
            await self.town.quiet()

    async def _write_down(self, minute: int) -> None:
        """The lines of one minute, in an order that does not depend on which lane was quicker."""
        calls, self.seen = self.town.calls[self.seen :], len(self.town.calls)
        lines = [*self._said(calls), *await self._promised()]
        self.log += [f"{_clock(BEGIN + timedelta(minutes=minute))}  {line}" for line in sorted(lines)]

    def _said(self, calls: Sequence[Call]) -> Iterator[str]:
        edits = set()
        for call in calls:
            if call.method not in SAID or not call.ok:
                continue
            where = self._where(call)
            if call.method == "chat.update":
                edits.add(f"{where} edited: {_next_update(call.args)}")
            elif call.method == "conversations.setTopic":
                yield f"{where} topic: {self._plain(call.args['topic'])}"
            elif call.method == "files.completeUploadExternal":
                yield f"{where} file: the draft of the post-mortem"
            else:
                yield f"{where} {self._plain(str(call.args['text']))}"
        yield from edits

    def _where(self, call: Call) -> str:
        channel = str(call.args.get("channel") or call.args.get("channel_id") or "")
        thread = call.args.get("thread_ts")
        if channel.startswith("U"):
            return f"to {channel.removeprefix('U0').lower():17}"
        place = "room" if channel == self.room else "announcement"
        if call.method == "chat.update":
            place = "card" if channel == self.room else place
        return f"{f'{place}, thread' if thread and not call.args.get('reply_broadcast') else place:20}"

    async def _promised(self) -> list[str]:
        if self.town.warroom is None:
            return []
        incident = (await self.town.warroom.queries.incident(1)) if self.room else None  # type: ignore[arg-type]
        at = incident.promise.at if incident and incident.promise else None
        if at == self.promise:
            return []
        self.promise = at
        return [f"{'promise':20} {_clock(at) if at else 'none'}"]

    def _plain(self, text: str) -> str:
        """The first line as people read it; moments by the clock, which is UTC here."""
        lines = [line for line in text.splitlines() if line.strip()]
        shown = _MOMENT.sub(lambda found: _clock(datetime.fromtimestamp(int(found[1]), UTC)), " / ".join(lines[:2]))
        late = _LATE.search(text)
        shown += f" / {late[0]}" if late else ""
        return _MARK.sub(lambda found: "#room" if found[1] == "#" else f"@{found[2].removeprefix('U0').lower()}", shown)


def _clock(at: datetime) -> str:
    return f"{at.astimezone(UTC):%H:%M}"


def _next_update(args: Mapping[str, Any]) -> str:
    """What an edited card or announcement says of the next update."""
    text = _MOMENT.sub(lambda found: _clock(datetime.fromtimestamp(int(found[1]), UTC)), str(args["text"]))
    found = re.search(r"(Next update [^*\n;]*|The update promised [^*\n;]*|Over[^\n·]*|Closed)", text)
    return found[1].strip() if found else "nothing is promised"
