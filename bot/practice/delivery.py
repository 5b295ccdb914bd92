"""How payloads reach the app: asked once for commands and clicks, retried on Slack's schedule for events."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from bot.practice.errors import NotDelivered
from bot.practice.faults import Faults, Upset
from bot.practice.store import Json, Shelf

HELD_SECONDS = 0.3  # how far behind the next event one comes that is to come after it


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Slack's patience, in seconds: for an acknowledgement, before each retry of an event, and for an event at all."""

    ack: float = 3.0
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    event_lifetime: float = 7200.0


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """One payload on its way; `kind` is Slack's envelope type: events_api, slash_commands or interactive."""

    kind: str
    payload: Json
    attempt: int = 0
    reason: str = ""


class Transport(Protocol):
    """A way to the app; `send` returns what the app acknowledged with, or raises NotDelivered."""

    async def send(self, parcel: Parcel, patience: float) -> Json:
        """Hand over one payload and wait for its acknowledgement, at most `patience` seconds."""

    async def reachable(self, patience: float) -> bool:
        """Wait until there is somebody to send to; False when nobody came."""

    async def close(self) -> None:
        """Let go of everything."""


class Delivery:
    """The road from the workspace to the app, over one transport."""

    def __init__(self, transport: Transport, timing: Timing, pending: Shelf, faults: Faults | None = None) -> None:
        self.transport = transport
        self._faults = faults or Faults()
        self._held: list[str] = []  # events that are to come after the next one
        self.timing = timing
        self._pending = pending
        self._tasks: set[asyncio.Task[None]] = set()

    async def ask(self, kind: str, payload: Json) -> Json:
        """Deliver a command or an interaction once; raises NotDelivered when it is not acknowledged in time."""
        return await self.transport.send(Parcel(kind=kind, payload=payload), self.timing.ack)

    def queue(self, event: Json) -> None:
        """Deliver an event callback in the background, with retries; it outlives the workspace until it is taken."""
        key, fault = event["event_id"], self._faults.of_event(event["event"]["type"])
        if fault and fault.kind is Upset.LOSE:
            return
        self._keep(key, event)
        if fault and fault.kind is Upset.REORDER:
            self._held.append(key)
            return
        self._start(self._deliver(key, fault.seconds if fault and fault.kind is Upset.DELAY else 0.0))
        if fault and fault.kind is Upset.DUPLICATE:
            self._keep(f"{key}/again", event)
            self._start(self._deliver(f"{key}/again"))
        while self._held:
            self._start(self._deliver(self._held.pop(0), HELD_SECONDS))

    def resume(self) -> None:
        """Take up the events an earlier run of the workspace did not get rid of."""
        for key, _ in self._pending.items():
            self._start(self._deliver(key))

    async def settled(self, patience: float = 5.0) -> bool:
        """Wait until every queued event is taken or given up; False when some are still on their way."""
        deadline = asyncio.get_running_loop().time() + patience
        while self._tasks and asyncio.get_running_loop().time() < deadline:
            await asyncio.wait(set(self._tasks), timeout=0.05)
        return not self._tasks

    async def close(self) -> None:
        """Stop delivering; what is still pending stays in the store."""
        while self._tasks:  # one that is cancelled at the moment its answer comes may go on
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(set(self._tasks), timeout=0.1)
        await self.transport.close()

    def _keep(self, key: str, event: Json) -> None:
        self._pending.put(key, {"event": event, "attempt": 0, "reason": ""})

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, key: str, late: float = 0.0) -> None:
        waits = (late, *self.timing.retries)
        entry = self._pending[key]
        while entry["attempt"] < len(waits):
            await asyncio.sleep(waits[entry["attempt"]])
            if not await self.transport.reachable(self.timing.event_lifetime):
                break
            parcel = Parcel(kind="events_api", payload=entry["event"], attempt=entry["attempt"], reason=entry["reason"])
            try:
                await self.transport.send(parcel, self.timing.ack)
                break
            except NotDelivered as failed:
                if failed.final:
                    break
                entry = self._pending.put(key, {**entry, "attempt": entry["attempt"] + 1, "reason": failed.reason})
        self._pending.drop(key)
