"""The alarm clock: every few seconds, one command for whatever the database says is due.

Only interval ticks in memory; what must survive a restart are rows. A tick that is missed costs time, nothing else.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.engine import Engine
from bot.guarded import guarded
from bot.storage import activity, due, outbox, pace, receipts
from bot.storage.database import Database
from bot.storage.due import DueRow
from bot.storage.presence import Presence
from bot.workflows.commands import Refused
from bot.workflows.due import DueKind, FallDue
from bot.workflows.furnishing import WAITS_LONG_AFTER, ShowAnew
from bot.workflows.incident import IncidentId

log = structlog.get_logger()

TICK_SECONDS = 2.0
CLEANING_SECONDS = 3600.0
RECEIPTS_KEPT = timedelta(days=7)
DELIVERIES_KEPT = timedelta(days=7)
PACE_KEPT = timedelta(hours=1)
DUE_AT_ONCE = 200
JUMP_SECONDS = 1.0  # the clock of the day moving so much against one that cannot be moved was put forward or back


@dataclass
class Scheduler:
    """Ticks until it is stopped. `wake` is called on every tick: somebody else may have written to the outbox."""

    database: Database
    engine: Engine
    presence: Presence
    now: Callable[[], datetime]
    wake: Callable[[], None]
    last_tick: float | None = None  # when everything was looked at last, by `time.monotonic`
    _waiting: set[IncidentId] = field(default_factory=set)  # incidents of which something waits long
    _clock: AsyncIOScheduler = field(default_factory=AsyncIOScheduler)
    _watch: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to tick on the running loop."""
        options = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        at_once = datetime.now(UTC)  # by the clock APScheduler goes by, which need not be ours
        self._clock.add_job(self._tick, "interval", seconds=TICK_SECONDS, next_run_time=at_once, **options)
        self._clock.add_job(self._clean, "interval", seconds=CLEANING_SECONDS, **options)
        self._clock.start()
        self._watch = asyncio.create_task(self._watch_the_clock())

    def stop(self) -> None:
        """Tick no more; what a tick has begun is finished by its transaction."""
        if self._watch:
            self._watch.cancel()
        if self._clock.running:
            self._clock.shutdown(wait=False)

    async def sweep(self) -> int:
        """Execute a command for everything that has fallen due; returns how many."""
        count, last = 0, None
        while True:
            rows = await self.database.read(partial(due.fallen, now=self.now(), limit=DUE_AT_ONCE, after=last))
            for row in rows:
                # Rows that cannot be settled hold up no others; they are tried again at the next tick.
                await guarded(self._fall_due(row), "a due row failed", incident=row.incident, kind=row.kind)
            count += len(rows)
            if len(rows) < DUE_AT_ONCE:
                return count
            last = rows[-1]

    async def _fall_due(self, row: DueRow) -> None:
        heard = None
        if row.kind == DueKind.SILENCE:
            heard = await self.database.read(lambda connection: activity.last(connection, row.incident))
        command = FallDue(incident=row.incident, kind=DueKind(row.kind), due_at=row.at, heard=heard)
        try:
            # No receipt: what has been said is kept in the incident, and a promise may come back to an old minute.
            await self.engine.execute(command)
        except Refused as refused:
            log.warning("a due row was refused", incident=row.incident, kind=row.kind, reason=refused.reason)

    async def _tick(self) -> None:
        await guarded(self.look_round(), "a tick failed")
        self.wake()

    async def look_round(self) -> None:
        """Everything one tick does."""
        await asyncio.to_thread(self.presence.hold_on)
        await self.database.write(lambda connection: self.presence.free_leases(connection))
        await self.sweep()
        await guarded(self._say_what_waits(), "what waits long could not be said")
        self.last_tick = time.monotonic()

    async def _say_what_waits(self) -> None:
        """Where something begins to wait long, or does so no more, the card is to say so."""
        before = self.now() - WAITS_LONG_AFTER
        delays = await self.database.read(lambda connection: outbox.held_up(connection, before))
        waiting = {delay.incident for delay in delays}
        for incident in waiting ^ self._waiting:
            await self.engine.execute(ShowAnew(incident=incident))
        self._waiting = waiting

    async def _watch_the_clock(self) -> None:
        """Look round at once when the clock of the day was moved.

        APScheduler and the outbox reckon by it: put back by three hours, it would keep both still for as long.
        """
        ahead = self._ahead()
        while True:
            await asyncio.sleep(TICK_SECONDS / 2)
            moved, ahead = self._ahead() - ahead, self._ahead()
            if abs(moved) > JUMP_SECONDS:
                log.warning("the clock was moved", seconds=round(moved))
                await guarded(self._begin_anew(), "what waits could not be brought forward")

    async def _begin_anew(self) -> None:
        for job in self._clock.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))
        await self.database.write(lambda connection: outbox.bring_forward(connection, self.now()))
        self.wake()

    def _ahead(self) -> float:
        """How far the clock of the day is ahead of one that nobody can move."""
        return self.now().timestamp() - asyncio.get_running_loop().time()

    async def _clean(self) -> None:
        await guarded(self._forget(), "what is old could not be forgotten")

    async def _forget(self) -> None:
        now = self.now()
        await self.database.write(lambda connection: outbox.forget_before(connection, now - DELIVERIES_KEPT))
        await self.database.write(lambda connection: receipts.forget_before(connection, now - RECEIPTS_KEPT))
        await self.database.write(lambda connection: pace.forget_before(connection, now - PACE_KEPT))
