"""Whether Warroom is ready: each check says in a few words what is the matter, or nothing when all is well."""

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.storage import migrate, standing
from bot.storage.database import AlreadyThere, Database, DatabaseAway
from bot.web.socket import Socket
from bot.web.vitals import Vitals

log = structlog.get_logger()

Check = Callable[[], Awaitable[str]]

PATIENCE_SECONDS = 2.0  # what takes longer to answer is not well
WRITTEN_EVERY = timedelta(seconds=10)  # how often it is tried whether something can be written
ANSWER_LASTS = timedelta(minutes=3)  # over HTTP: three questions without a yes from Slack
ASKED_EVERY_SECONDS = 60.0
TICK_LASTS = timedelta(seconds=6)  # three ticks
CLAIM_LASTS = timedelta(seconds=30)  # the deliverer looks every second; one whose hands are full waits for a lease
LEAST_FREE = 64 * 1024 * 1024  # bytes on the disk of an SQLite file


@dataclass
class Readiness:
    """The checks of one process; what it needs to know is told or given as a question."""

    database: Database
    vitals: Vitals
    now: Callable[[], datetime]
    ticked: Callable[[], float | None]  # by time.monotonic, as the next
    claimed: Callable[[], float | None]
    socket: Callable[[], Socket | None]
    refused: Callable[[], str]  # Slack's name for why it takes the token no more, empty while it does
    wired: bool = False  # everything that needs Slack is there
    least_free: int = LEAST_FREE
    _written_at: datetime | None = None
    _was: Mapping[str, str] = field(default_factory=dict)

    async def look(self) -> dict[str, str]:
        """Every check with what is the matter, empty when it is well; a change is logged."""
        checks: Mapping[str, Check] = {
            "database": self._database, "schema": self._schema, "disk": self._disk,
            "slack": self._slack, "clock": self._clock, "deliveries": self._deliveries,
        }  # fmt: skip
        found = dict(zip(checks, await asyncio.gather(*map(_within, checks.values())), strict=True))
        self._tell(found)
        return found

    def _tell(self, found: Mapping[str, str]) -> None:
        """Log what changed since the last look; while Warroom starts, nothing has."""
        for name, problem in found.items() if self._was else ():
            if problem and not self._was[name]:
                log.warning("a check failed", check=name, problem=problem)
            elif self._was[name] and not problem:
                log.info("a check is well again", check=name)
        if self._was or not any(found.values()):
            self._was = found

    def free_bytes(self) -> int | None:
        """What is free on the disk of the SQLite file; None for PostgreSQL, whose disk is elsewhere."""
        if not self.database.is_sqlite or not self.database.url.database:
            return None
        return shutil.disk_usage(Path(self.database.url.database).parent).free

    async def _database(self) -> str:
        now = self.now()
        if self._written_at and timedelta() <= now - self._written_at < WRITTEN_EVERY:
            await self.database.read(lambda connection: None)
            return ""
        with suppress(AlreadyThere):  # another replica wrote: it can be written
            await self.database.write(lambda connection: standing.beat(connection, now))
        self._written_at = now
        return ""

    async def _schema(self) -> str:
        found = await self.database.read(migrate.revision_on)
        return "" if found and found >= migrate.HEAD else f"revision {found}, {migrate.HEAD} is needed"

    async def _disk(self) -> str:
        free = self.free_bytes()
        return "" if free is None or free >= self.least_free else f"{free // 2**20} MB are free"

    async def _slack(self) -> str:
        if not self.wired:
            return "not reached yet"
        if lost := self.refused():
            return f"does not accept the token ({lost})"
        socket = self.socket()
        if socket is not None:
            return await socket.problem()
        at = self.vitals.answered_at
        return "" if at and self.now() - at < ANSWER_LASTS else "has not answered for a while"

    async def _clock(self) -> str:
        return _late(self.ticked(), TICK_LASTS, "tick")

    async def _deliveries(self) -> str:
        return _late(self.claimed(), CLAIM_LASTS, "look")


async def keep_asking(client: AsyncWebClient) -> None:
    """Ask Slack now and then who we are, where nothing else would notice that it no longer takes the token."""
    while True:
        await asyncio.sleep(ASKED_EVERY_SECONDS)
        try:
            await client.auth_test()
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as failure:
            log.warning("Slack did not answer well", error=type(failure).__name__)


async def _within(check: Check) -> str:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await check()
    except TimeoutError:
        return f"does not answer within {PATIENCE_SECONDS:g} s"
    except (DatabaseAway, OSError, RuntimeError) as failure:
        return f"does not work ({type(getattr(failure, 'orig', None) or failure).__name__})"


def _late(at: float | None, lasts: timedelta, what: str) -> str:
    if at is None:
        return f"no {what} yet"
    age = time.monotonic() - at
    return "" if age < lasts.total_seconds() else f"the last {what} was {age:.0f} s ago"
