"""The deliverer: claims heads of lanes, sends them side by side, and gives every parcel one of three ends.

Done: the parcel is closed in the transaction that records what was learnt. Later: it goes back to its lane with a time.
Given up: it joins the dead letters, and that is said aloud. A kill at any point leaves the lease, which belongs to a
living process, and `uncertain_since`, which makes the next attempt look into Slack before it says anything again.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.delivery import drafts, pace, posts, rooms
from bot.delivery.failures import report
from bot.delivery.pace import SLACKS_PACE
from bot.delivery.parcel import Job, Sent, World
from bot.delivery.retry import GiveUp, NotNow, judge
from bot.engine import Delivered, Engine
from bot.storage import outbox
from bot.storage.codec import decode_effect
from bot.storage.database import Connection, Database
from bot.storage.outbox import Parcel, Terms
from bot.storage.pace import Pacing, close
from bot.workflows.commands import Effect

log = structlog.get_logger()

LEASE = timedelta(seconds=15)  # a call that begins inside the fence ends inside it
FENCE_SECONDS = LEASE.total_seconds() / 2  # a delivery older than this does not begin a call any more
AT_ONCE = 16
KEPT_FREE = 4  # of these, for what lets people in
POLL_SECONDS = 1.0  # how long a retry whose time has come may wait, besides being woken

SENDERS: Mapping[str, Callable[[World, Job, Any], Any]] = {
    "OpenRoom": rooms.open_room,
    "LetIn": rooms.let_in,
    "ArchiveRoom": rooms.archive_room,
    "ShowTopic": rooms.show_topic,
    "PinCard": rooms.pin_card,
    "ShowCard": posts.show_card,
    "ShowAnnouncement": posts.show_announcement,
    "PostInRoom": posts.post_in_room,
    "PostUnderAnnouncement": posts.post_under_announcement,
    "TellSource": posts.tell_source,
    "TellPrivately": posts.tell_privately,
    "RemindPerson": posts.remind_person,
    "RemindOfAction": posts.remind_of_action,
    "RemindRoom": posts.remind_room,
    "FileDraft": drafts.file_draft,
    "SendTimeline": drafts.send_timeline,
    "CopyDraft": drafts.copy_draft,
    "FetchMessage": drafts.fetch_message,
}


def elapsed() -> float:
    """Seconds that also pass while the machine sleeps, as those of our leases do for everybody else."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)  # Linux; elsewhere the monotonic clock may stand still meanwhile
    return time.monotonic() if boottime is None else time.clock_gettime(boottime)


@dataclass
class Deliverer:
    """Delivers until it is stopped. `holder` is the number of this living process, see storage/presence.py."""

    database: Database
    engine: Engine
    world: World
    holder: int
    now: Callable[[], datetime]
    pacing: Pacing = SLACKS_PACE
    seconds: Callable[[], float] = elapsed
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)
    _stopping: bool = False

    def wake(self) -> None:
        """There may be something to deliver."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver until `stop` is called."""
        while not self._stopping:
            self._wake.clear()
            try:
                await self._claim()
            except Exception:  # one of the three edges: a database that is away must not end deliveries
                log.exception("deliveries could not be claimed")
            await self._rest()

    async def stop(self, patience: float) -> None:
        """Begin nothing new, and wait up to `patience` seconds for what is under way."""
        self._stopping = True
        self.wake()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=patience)

    async def settle_down(self) -> None:
        """Deliver everything that can be delivered now; for tests that turn the wheel by hand."""
        while await self._claim() or self._under_way:
            if self._under_way:
                await asyncio.wait(self._under_way)

    async def _claim(self) -> int:
        free = AT_ONCE - len(self._under_way)
        if free <= 0:
            return 0
        claimed_at = self.seconds()
        terms = Terms(lease=LEASE, limit=free, kept=KEPT_FREE, pacing=self.pacing)
        claimed = await self.database.write(lambda connection: outbox.claim(connection, self.holder, self.now(), terms))
        for wait in claimed.turns:
            asyncio.get_running_loop().call_later(wait.total_seconds(), self.wake)
        for parcel in claimed.parcels:
            task = asyncio.create_task(self._deliver(parcel, claimed_at))
            self._under_way.add(task)
            task.add_done_callback(self._landed)
        return len(claimed.parcels)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (failure := task.exception()):
            log.error("a delivery could not be given its end; its lease will lapse", error=repr(failure))
        self.wake()

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
        except TimeoutError:
            return

    async def _deliver(self, parcel: Parcel, claimed_at: float) -> None:
        started = time.perf_counter()
        effect: Effect | None = None
        try:
            effect = decode_effect(parcel.kind, parcel.payload)
            sent = await self._send(parcel, effect, claimed_at)
            await self._done(parcel, sent)
            outcome = "delivered"
        except Exception as failure:  # noqa: BLE001, one of the three edges: whatever went wrong, the parcel gets its end
            outcome = await self._failed(parcel, effect, failure)
        log.info(
            "delivery", incident=parcel.incident, effect=parcel.kind, attempt=parcel.attempts, outcome=outcome,
            ms=round((time.perf_counter() - started) * 1000),
        )  # fmt: skip

    async def _send(self, parcel: Parcel, effect: Effect, claimed_at: float) -> Sent:
        incident = await self.world.queries.incident(parcel.incident)
        if incident is None or not effect.wanted(incident):
            return Sent()

        def fence() -> None:
            if self.seconds() - claimed_at > FENCE_SECONDS:
                raise NotNow("too old to be sent under this lease")

        job = Job(key=parcel.key, incident=incident, uncertain_since=parcel.uncertain_since)
        sent: Sent = await SENDERS[parcel.kind](replace(self.world, fence=fence), job, effect)
        return sent

    async def _done(self, parcel: Parcel, sent: Sent) -> None:
        delivered = Delivered(parcel=parcel.id, posted=sent.posted)
        if sent.command:
            await self.engine.execute(sent.command, delivered=delivered)
        else:
            await self.engine.settle(delivered)

    async def _failed(self, parcel: Parcel, effect: Effect | None, failure: Exception) -> str:
        verdict = judge(failure, parcel.attempts)
        if isinstance(verdict, GiveUp):
            return await self._give_up(parcel, effect, verdict.error)
        certain = verdict.certain and parcel.uncertain_since is None
        next_at = self.now() + timedelta(seconds=verdict.seconds)
        closed = pace.closed_by(failure, verdict.seconds)

        def put_back(connection: Connection) -> None:
            outbox.put_back(connection, parcel, next_at, verdict.error, certain=certain)
            if closed:
                close(connection, closed, next_at, self.now())

        await self.database.write(put_back)
        asyncio.get_running_loop().call_later(verdict.seconds, self.wake)
        return f"later, in {verdict.seconds:g} s: {verdict.error}"

    async def _give_up(self, parcel: Parcel, effect: Effect | None, error: str) -> str:
        dead = Delivered(parcel=parcel.id, error=error)
        said = report(parcel.incident, effect, error) if effect else None
        if said:
            await self.engine.execute(said, delivered=dead)
        else:
            await self.engine.settle(dead)
        return f"given up: {error}"
