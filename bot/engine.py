"""The one road to a change: load, decide, apply, and save it with all that follows from it in one transaction."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.storage import due, incidents, outbox, receipts, timeline, traits
from bot.storage.database import AlreadyThere, Connection, Database
from bot.workflows.commands import AGAIN, TWIN_WINDOW, Command, Event, Opening, Refused
from bot.workflows.due import due_times
from bot.workflows.incident import Incident, IncidentId, Posted
from bot.workflows.past import traits_of
from bot.workflows.policy import Policy
from bot.workflows.road import gone_through

log = structlog.get_logger()

TRIES = 5  # how often a command is decided again when somebody else was quicker


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a command led to; `repeated` says that it had been done before, and nothing was done now."""

    incident: Incident
    before: Incident | None = None  # as it was decided on; None for one that was opened
    events: tuple[Event, ...] = ()
    asks: tuple[int, ...] = ()  # the outbox rows of what Slack is asked for
    repeated: bool = False


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """A parcel whose delivery a command reports: it is closed in the command's own transaction."""

    parcel: int
    posted: Posted | None = None
    error: str | None = None


class NoSuchIncident(Refused):
    """There is no incident with that number."""


class Engine:
    """Executes commands. `now` tells the time in UTC; `on_commit` callbacks run on the loop after each commit."""

    def __init__(self, database: Database, policy: Policy, now: Callable[[], datetime]) -> None:
        self._database, self._policy, self._now = database, policy, now
        self.on_commit: list[Callable[[Outcome], None]] = []

    async def execute(
        self,
        command: Command,
        *,
        receipt: str | None = None,
        delivered: Delivered | None = None,
        revived: Sequence[int] = (),
    ) -> Outcome:
        """Carry out a command, once per receipt; `revived` are deliveries given up before that are tried again.

        Raises:
            Refused: when the rules say no; nothing is stored then, not even the receipt.
            NoSuchIncident: when there is no incident with its number.
        """
        started = time.perf_counter()
        try:
            outcome = await self._persist(command, receipt, delivered, revived)
        except Refused as refused:
            _log(command, command.incident, started, outcome=f"refused: {type(refused).__name__}")
            raise
        done = {"outcome": "repeated"} if outcome.repeated else {"outcome": "done", "asks": outcome.asks}
        _log(command, outcome.incident.id, started, **done)
        for tell in self.on_commit:  # whatever becomes of it, the command is done: it is not answered for here
            asyncio.get_running_loop().call_soon(tell, outcome)
        return outcome

    async def settle(self, delivered: Delivered) -> None:
        """Close a parcel whose delivery changes nothing in the incident."""
        await self._database.write(lambda connection: _settle(connection, delivered, self._now()))

    async def _persist(
        self, command: Command, receipt: str | None, delivered: Delivered | None, revived: Sequence[int]
    ) -> Outcome:
        def work(connection: Connection) -> Outcome:
            outcome = self._transact(connection, command, receipt, delivered)
            if revived and not outcome.repeated:
                outbox.revive(connection, outcome.incident, revived, self._now())
            return outcome

        for attempt in range(TRIES):
            try:
                return await self._database.write(work)
            except (incidents.VersionMoved, AlreadyThere):
                if attempt == TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    def _transact(
        self, connection: Connection, command: Command, receipt: str | None, delivered: Delivered | None
    ) -> Outcome:
        now = self._now()
        if isinstance(command, Opening):
            return self._open(connection, command, receipt, now)
        found = incidents.load(connection, command.incident, self._policy, lock=True)
        if found is None:
            raise NoSuchIncident(f"There is no incident INC-{command.incident}. `/incident list` shows the open ones.")
        incident, version = found
        if receipt and receipts.find(connection, receipt)[0]:
            return Outcome(incident=incident, repeated=True)
        if delivered and not _settle(connection, delivered, now):
            return Outcome(incident=incident, repeated=True)
        if command.twin and receipts.find(connection, command.twin, now - AGAIN)[0]:
            return Outcome(incident=incident, repeated=True)
        events = command.decide(incident, now)
        if receipt:
            receipts.write(connection, receipt, incident.id, now)
        if command.twin:
            receipts.renew(connection, command.twin, incident.id, now)
        after, asks = _record(connection, incident, version, events, now)
        return Outcome(incident=after, before=incident, events=tuple(events), asks=asks)

    def _open(self, connection: Connection, command: Opening, receipt: str | None, now: datetime) -> Outcome:
        incidents.queue_for_number(connection)
        before = self._declared_before(connection, receipt, command.twin, now)
        if before is not None:
            return Outcome(incident=before, repeated=True)
        number = incidents.next_number(connection)
        blank = Incident(id=number, policy=self._policy)
        events = command.decide(blank, now)
        incident, asks = _record(connection, blank, 0, events, now)
        if receipt:
            receipts.write(connection, receipt, number, now)
        receipts.renew(connection, command.twin, number, now)
        return Outcome(incident=incident, events=tuple(events), asks=asks)

    def _declared_before(
        self, connection: Connection, receipt: str | None, twin: str, now: datetime
    ) -> Incident | None:
        """The incident that the same request, or the same words a moment ago, opened already."""
        for key, since in ((receipt, None), (twin, now - TWIN_WINDOW)):
            done, number = receipts.find(connection, key, since) if key else (False, None)
            found = incidents.load(connection, number, self._policy) if done and number else None
            if found:
                return found[0]
        return None


def _record(
    connection: Connection, incident: Incident, version: int, events: Sequence[Event], now: datetime
) -> tuple[Incident, tuple[int, ...]]:
    """Apply the events and store all that follows from them; what falls due is put right even without any.

    The rules for it may have been configured anew since the rows were written.
    """
    before, asks = incident.furnished, list[int]()
    known = traits_of(incident) if version else frozenset()
    seen = gone_through(incident, events, now)
    incident = seen[-1][1] if seen else incident
    if seen:
        incidents.save(connection, incident, version)
        if (now_known := traits_of(incident)) != known:
            traits.rewrite(connection, incident.id, now_known)
    for event, after in seen:
        entry = event.tells(after)
        number = timeline.append(connection, incident.id, type(event).__name__, entry, now) if entry else None
        for effect in event.effects(after):
            evident = number if getattr(effect, "evidence", False) else None
            asks.append(outbox.add(connection, after, effect, evident, now))
    outbox.miss_needs(connection, incident.id, tuple(part for part in before if part not in incident.furnished))
    outbox.meet_needs(connection, incident.id, tuple(part for part in incident.furnished if part not in before))
    due.rewrite(connection, incident.id, due_times(incident))
    return incident, tuple(asks)


def _settle(connection: Connection, delivered: Delivered, now: datetime) -> bool:
    """Close the parcel; False when it was closed already."""
    closed = outbox.settle(connection, delivered.parcel, now, delivered.error)
    if closed and delivered.posted:
        for entry in closed.entries:
            timeline.set_evidence(connection, closed.incident, entry, delivered.posted)
    return closed is not None


def _log(command: Command, incident: IncidentId, started: float, **ended: object) -> None:
    ms = round((time.perf_counter() - started) * 1000, 1)
    log.info("command", incident=incident, command=type(command).__name__, ms=ms, **ended)
