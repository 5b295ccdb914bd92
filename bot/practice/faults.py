"""Faults on demand: what is to go wrong with the app's calls and with the events it is sent.

A fault is data with a pattern and a number of times; one question, `of_call` or `of_event`, takes the first that fits.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TypeVar

from aiohttp import web

from bot.practice.store import Json

HTML = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


class Spoil(StrEnum):
    """What goes wrong with a call."""

    THROTTLED = "throttled"  # 429 with Retry-After; nothing happened
    BROKEN = "broken"  # a 5xx without a word; nothing happened
    HTML = "html"  # a page instead of JSON; nothing happened
    ERROR = "error"  # ok: false with a named error; nothing happened
    DROPPED = "dropped"  # the connection ends before anything happened
    LOST = "lost"  # it happened, and the connection ends before the answer
    LATE_5XX = "late_5xx"  # it happened, and the answer is a 5xx


class Upset(StrEnum):
    """What goes wrong with an event."""

    DUPLICATE = "duplicate"  # delivered twice
    DELAY = "delay"  # delivered some seconds late
    REORDER = "reorder"  # delivered after the next event
    LOSE = "lose"  # never delivered


AFTER_THE_EFFECT = frozenset({Spoil.LOST, Spoil.LATE_5XX})


@dataclass(kw_only=True)
class CallFault:
    """The next `times` calls of the methods a pattern such as `chat.*` fits are spoiled."""

    method: str
    kind: Spoil
    times: int = 1
    retry_after: int = 1  # seconds
    status: int = 503
    error: str = "internal_error"


@dataclass(kw_only=True)
class EventFault:
    """The next `times` events of the types a pattern fits are upset; `seconds` is how late a delayed one is."""

    type: str
    kind: Upset
    times: int = 1
    seconds: float = 1.0


Fault = TypeVar("Fault", CallFault, EventFault)


@dataclass
class Faults:
    """Everything that is to go wrong; `latency_ms` has patterns as keys, and the first that fits counts."""

    latency_ms: Mapping[str, float] = field(default_factory=dict)
    calls: list[CallFault] = field(default_factory=list)
    events: list[EventFault] = field(default_factory=list)
    token_revoked: bool = False
    uninstalled: bool = False

    @property
    def token_error(self) -> str:
        """What calls with the bot's token are refused with; empty while it is good."""
        return "account_inactive" if self.uninstalled else "token_revoked" if self.token_revoked else ""

    def latency(self, method: str) -> float:
        """How many seconds a call of this method is held up; an exact name counts before a pattern."""
        fits = [ms for pattern, ms in self.latency_ms.items() if fnmatchcase(method, pattern)]
        return self.latency_ms.get(method, fits[0] if fits else 0.0) / 1000

    def of_call(self, method: str) -> CallFault | None:
        """The fault a call meets, counted as used."""
        fault = next((entry for entry in self.calls if fnmatchcase(method, entry.method)), None)
        return _used(fault, self.calls)

    def of_event(self, name: str) -> EventFault | None:
        """The fault an event meets, counted as used."""
        fault = next((entry for entry in self.events if fnmatchcase(name, entry.type)), None)
        return _used(fault, self.events)

    def listing(self) -> Json:
        """What is still to go wrong."""
        return {
            "latency_ms": dict(self.latency_ms),
            "calls": [vars(entry) for entry in self.calls],
            "events": [vars(entry) for entry in self.events],
            "token": "uninstalled" if self.uninstalled else "revoked" if self.token_revoked else "valid",
        }


def spoiled(fault: CallFault) -> web.Response:
    """The answer a spoiled call gets.

    Raises:
        asyncio.CancelledError: there is none; aiohttp then closes the connection.
    """
    if fault.kind is Spoil.THROTTLED:
        return throttled(fault.retry_after)
    if fault.kind is Spoil.ERROR:
        return web.json_response({"ok": False, "error": fault.error})
    if fault.kind is Spoil.HTML:
        return web.Response(status=fault.status, text=HTML, content_type="text/html")
    if fault.kind in (Spoil.BROKEN, Spoil.LATE_5XX):
        return web.Response(status=fault.status)
    raise asyncio.CancelledError


def throttled(seconds: int) -> web.Response:
    """Slack's answer to too many calls."""
    return web.json_response(
        {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(seconds)}
    )  # fmt: skip


def _used(fault: Fault | None, among: list[Fault]) -> Fault | None:
    if fault is None:
        return None
    fault.times -= 1
    if fault.times <= 0:
        among.remove(fault)
    return fault
