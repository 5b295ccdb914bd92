"""The deliverer: claims heads of lanes, sends them side by side, and gives every parcel one of three ends.

Done: the parcel is closed in the transaction that records what was learnt. Later: it goes back to its lane with a time.
Given up: it joins the dead letters, and that is said aloud. A kill at any point leaves the lease, which belongs to a
living process, and `uncertain_since`, which makes the next attempt look into Slack before it says anything again.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.delivery import drafts, inviting, leaving, others, pace, posts, rooms
from bot.delivery.failures import report
from bot.delivery.outage import PROBE_SECONDS, Outage
from bot.delivery.pace import SLACKS_PACE
from bot.delivery.parcel import Job, Sent, World
from bot.delivery.retry import EXPECTED, LOCKED_OUT, RATELIMITED, GiveUp, NotNow, judge
from bot.engine import Delivered, Engine
from bot.guarded import guarded
from bot.storage import outbox
from bot.storage.codec import decode_effect
from bot.storage.database import Connection, Database, DatabaseAway, Work
from bot.storage.outbox import LEASE, Parcel, Terms
from bot.storage.pace import Pacing, close
from bot.workflows.commands import Effect
from bot.workflows.furnishing import Forgo
from bot.workflows.incident import Incident

log = structlog.get_logger()

FENCE_SECONDS = LEASE.total_seconds() / 2  # a delivery older than this does not begin a call any more
AT_ONCE = 16
KEPT_FREE = 4  # of these, for what lets people in
DELIVERED, LATER, GIVEN_UP = ("delivered", "later", "given up")
POLL_SECONDS = 1.0  # how long a retry whose time has come may wait, besides being woken

UNSENT = Sent()  # it was not wanted any more

SENDERS: Mapping[str, Callable[[World, Job, Any], Any]] = {
    "OpenRoom": rooms.open_room,
    "LetIn": rooms.let_in,
    "InviteByRule": inviting.invite_by_rule,
    "ArchiveRoom": rooms.archive_room,
    "ComeBack": rooms.come_back,
    "LeaveRoom": leaving.leave_room,
    "WithdrawAnnouncement": leaving.withdraw_announcement,
    "ShowTopic": rooms.show_topic,
    "PinCard": rooms.pin_card,
    "ShowCard": posts.show_card,
    "ShowAnnouncement": posts.show_announcement,
    "PostInRoom": posts.post_in_room,
    "PostUnderAnnouncement": posts.post_under_announcement,
    "TellSource": posts.tell_source,
    "TellPrivately": posts.tell_privately,
    "CatchUp": posts.catch_up,
    "RemindPerson": posts.remind_person,
    "RemindOfAction": posts.remind_of_action,
    "BriefPerson": posts.brief_person,
    "CloseBrief": posts.close_brief,
    "RemindRoom": posts.remind_room,
    "FileDraft": drafts.file_draft,
    "SendTimeline": drafts.send_timeline,
    "CopyDraft": drafts.copy_draft,
    "FetchMessage": drafts.fetch_message,
    "RecallPast": posts.recall_past,
    "TellOther": others.tell_other,
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
    probe_every: float = PROBE_SECONDS
    on_end: Callable[[str, str], None] = lambda kind, end: None  # told of every end: of which effect, and which one
    seconds: Callable[[], float] = elapsed
    claimed_at: float | None = None  # when lanes were last looked through, by time.monotonic
    outage: Outage = field(init=False)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _claiming: asyncio.Lock = field(default_factory=asyncio.Lock)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)
    _stopping: bool = False

    def __post_init__(self) -> None:
        self.outage = Outage(self.world.client, self._hasten, self.probe_every)

    def wake(self) -> None:
        """There may be something to deliver."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver until `stop` is called."""
        while not self._stopping:
            self._wake.clear()
            await guarded(self._claim(), "deliveries could not be claimed")
            await self._rest()

    async def stop(self, patience: float) -> None:
        """Begin nothing new, and wait up to `patience` seconds for what is under way."""
        self._stopping = True
        self.wake()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                async with self._claiming:  # what is being claimed now is given back, not left under a lease
                    pass
                if self._under_way:
                    await asyncio.wait(self._under_way)

    async def _claim(self) -> None:
        free = AT_ONCE - len(self._under_way)
        if free <= 0:
            return
        claimed_at = self.seconds()
        terms = Terms(lease=LEASE, limit=free, kept=KEPT_FREE, pacing=self.pacing)
        async with self._claiming:
            claimed = await self.database.write(
                lambda connection: outbox.claim(connection, self.holder, self.now(), terms)
            )
            self.claimed_at = time.monotonic()
            if self._stopping:
                await self._return(claimed.parcels)
                return
        for wait in claimed.turns:
            asyncio.get_running_loop().call_later(wait.total_seconds(), self.wake)
        for parcel in claimed.parcels:
            task = asyncio.create_task(self._deliver(parcel, claimed_at))
            self._under_way.add(task)
            task.add_done_callback(self._landed)

    async def _return(self, parcels: Sequence[Parcel]) -> None:
        """Give back what was claimed too late to be begun."""

        def put_back(connection: Connection) -> None:
            for parcel in parcels:
                certain = parcel.uncertain_since is None
                outbox.put_back(connection, parcel, self.now(), "stopped before it was begun", certain=certain)

        await self.database.write(put_back)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (failure := task.exception()):
            log.error("a delivery could not be given its end; its lease will lapse", exc_info=failure)
        self.wake()

    async def _hasten(self) -> int:
        count = await self.database.write(lambda connection: outbox.hasten(connection, self.now(), RATELIMITED))
        self.wake()
        return count

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(POLL_SECONDS):
                await self._wake.wait()

    async def _deliver(self, parcel: Parcel, claimed_at: float) -> None:
        started = time.perf_counter()
        incident: Incident | None = None
        structlog.contextvars.bind_contextvars(incident=parcel.incident, effect_id=parcel.id, attempt=parcel.attempts)
        try:
            incident = await self.world.queries.incident(parcel.incident)
            sent = await self._send(parcel, incident, claimed_at)
            await self._done(parcel, sent)
            end, why = DELIVERED, ""
        except Exception as failure:  # noqa: BLE001, one of the three edges, where the parcel gets its end
            end, why = await self._failed(parcel, incident, failure)
        else:
            if parcel.attempts > 1 and sent is not UNSENT:
                await self.outage.over()
        self.on_end(parcel.kind, end)
        log.info("delivery", effect=parcel.kind, outcome=end + why, ms=round((time.perf_counter() - started) * 1000))

    async def _send(self, parcel: Parcel, incident: Incident | None, claimed_at: float) -> Sent:
        effect = decode_effect(parcel.kind, parcel.payload)
        if incident is None:
            return UNSENT
        if effect.needs is not None and not incident.knows(effect.needs):
            raise NotNow("the room it was for is no longer the incident's: it waits for the next")
        if not effect.wanted(incident):
            return _forgone(incident, effect)

        def fence() -> None:
            if self.seconds() - claimed_at > FENCE_SECONDS:
                raise NotNow("too old to be sent under this lease")

        job = Job(
            key=parcel.key, incident=incident, uncertain_since=parcel.uncertain_since, asked_at=parcel.created_at
        )  # fmt: skip
        sent: Sent = await SENDERS[parcel.kind](replace(self.world, fence=fence), job, effect)
        return sent

    async def _done(self, parcel: Parcel, sent: Sent) -> None:
        delivered = Delivered(parcel=parcel.id, posted=sent.posted)
        if sent.command:
            await self.engine.execute(sent.command, delivered=delivered)
        else:
            await self.engine.settle(delivered)

    async def _failed(self, parcel: Parcel, incident: Incident | None, failure: Exception) -> tuple[str, str]:
        """Give the parcel its end; returns which, and why."""
        verdict = judge(failure, parcel.attempts)
        if not isinstance(failure, EXPECTED):
            log.warning("a delivery met a failure of our own", effect=parcel.kind, exc_info=failure)
        if isinstance(verdict, GiveUp):
            await self._give_up(parcel, incident, verdict.error)
            return GIVEN_UP, f": {verdict.error}"
        certain = verdict.certain and parcel.uncertain_since is None
        next_at = self.now() + timedelta(seconds=verdict.seconds)
        closed = pace.closed_by(failure, verdict.seconds)

        def put_back(connection: Connection) -> None:
            outbox.put_back(connection, parcel, next_at, verdict.error, certain=certain)
            if closed:
                close(connection, closed, next_at, self.now())

        await self._patiently(put_back)
        if verdict.error != RATELIMITED:
            # Not before it lies there again: what ends the pauses has to find it.
            self.outage.noticed(is_away=verdict.error in LOCKED_OUT)
        asyncio.get_running_loop().call_later(verdict.seconds, self.wake)
        return LATER, f", in {verdict.seconds:g} s: {verdict.error}"

    async def _patiently(self, work: Work[None]) -> None:
        """Write something as soon as the database takes it: nobody else would before the lease lapses."""
        while True:
            try:
                return await self.database.write(work)
            except DatabaseAway as failure:
                if self._stopping:
                    raise
                log.warning("the database takes nothing, trying again", error=type(failure).__name__)
                await asyncio.sleep(POLL_SECONDS)

    async def _give_up(self, parcel: Parcel, incident: Incident | None, error: str) -> None:
        dead = Delivered(parcel=parcel.id, error=error)
        room = incident.room if incident and incident.ending is None else None
        said = report(parcel.incident, parcel.kind, parcel.payload, error, room.channel if room else None)
        await self.engine.execute(said, delivered=dead)


def _forgone(incident: Incident, effect: Effect) -> Sent:
    """Nothing is sent; what waits for a piece of furnishing that would have come of it waits no longer."""
    parts = tuple(part for part in effect.gives if not incident.knows(part))
    return Sent(command=Forgo(incident=incident.id, parts=parts)) if parts else UNSENT
