"""Answering Prometheus: what the database knows is read when it asks, but not more than once in a few seconds."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.storage import standing
from bot.storage.database import Database, DatabaseAway
from bot.storage.standing import Standing
from bot.web.readiness import Readiness
from bot.web.vitals import Vitals

log = structlog.get_logger()

FRESH = timedelta(seconds=5)  # several scrapers, one question


@dataclass
class Scraping:
    """One process's /metrics."""

    database: Database
    vitals: Vitals
    readiness: Readiness
    now: Callable[[], datetime]
    _known: tuple[datetime, Standing] | None = None

    async def text(self) -> bytes:
        """Everything, as Prometheus reads it; a database that is away leaves its gauges out, not the rest."""
        metrics, now = self.vitals.metrics, self.now()
        ticked = self.readiness.ticked()
        checks = await self.readiness.look()
        metrics.show_checks(checks)
        known = None if checks["database"] or checks["schema"] else await self.standing()
        metrics.show(known, now)
        metrics.show_process(
            connected=await self._connected(), free=self.readiness.free_bytes(),
            ticked=None if ticked is None else time.monotonic() - ticked,
            heard=(now - (self.vitals.heard_at or self.vitals.since)).total_seconds(),
        )  # fmt: skip
        return metrics.text()

    async def standing(self) -> Standing | None:
        """How things stand, a few seconds ago at most; None when the database does not say."""
        now = self.now()
        if self._known and timedelta() <= now - self._known[0] < FRESH:
            return self._known[1]
        try:
            found = await self.database.read(lambda connection: standing.look(connection, now))
        except DatabaseAway:
            log.warning("the database did not say how things stand", exc_info=True)
            return None
        self._known = (now, found)
        return found

    async def _connected(self) -> bool | None:
        socket = self.readiness.socket()
        return None if socket is None else not await socket.problem()
