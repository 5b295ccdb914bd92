"""Whether Slack takes what we say: its token may be taken away while we run, and come back."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field

import structlog

from bot.delivery.retry import LOCKED_OUT
from bot.engine import Engine
from bot.queries import Queries
from bot.workflows.commands import Command
from bot.workflows.incident import Amiss, IncidentId
from bot.workflows.noticing import NoticeAccepted, NoticeLockedOut

log = structlog.get_logger()


@dataclass
class Acceptance:
    """One process's knowledge of it; what the incidents know of it is theirs, and the same for every replica."""

    queries: Queries
    engine: Engine
    error: str = ""  # Slack's name for why it takes nothing; empty while it does
    _telling: set[asyncio.Task[None]] = field(default_factory=set)

    def called(self, method: str, outcome: str, error: str) -> None:
        """Slack answered a call. What begins with `apps.` is asked with another token."""
        if method.startswith("apps."):
            return
        if outcome == "ok" and self.error:
            self._begin(self.accepted())
        elif error in LOCKED_OUT and not self.error:
            self._begin(self.refused(error))

    async def refused(self, error: str) -> None:
        """Slack takes nothing from now on: every open incident's timeline says so, once."""
        if self.error:
            return
        self.error = error
        log.error("Slack no longer takes our token; install the app again and set SLACK_BOT_TOKEN", error=error)
        await self._tell(lambda number: NoticeLockedOut(incident=number, error=error))

    async def accepted(self) -> None:
        """Slack took something."""
        if self.error:
            self.error = ""
            log.info("Slack takes our token again")
            await self.look_back()

    async def look_back(self) -> None:
        """Slack takes what we say: incidents for which it did not are told, also after a restart."""
        await self._tell(lambda number: NoticeAccepted(incident=number), locked_out=True)

    async def _tell(self, command: Callable[[IncidentId], Command], *, locked_out: bool = False) -> None:
        for incident in await self.queries.open_ones():
            if locked_out is (Amiss.LOCKED_OUT in incident.amiss):
                await self.engine.execute(command(incident.id))

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        telling = asyncio.create_task(work)
        self._telling.add(telling)
        telling.add_done_callback(self._telling.discard)
