"""Whether Slack is away, and the word to everyone who waits when it is back.

A delivery that fails waits longer and longer before it is tried again. That spares a Slack that is down, but when
it is back nobody should sleep on: it is asked every few seconds whether it is there, and its answer ends every pause.
What Slack itself told to wait, with a 429, waits as long as it said.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.retry import TROUBLE
from bot.guarded import guarded

log = structlog.get_logger()

PROBE_SECONDS = 5.0
ECHO_SECONDS = 15.0  # for so long calls that were begun in an outage may still fail after it


@dataclass
class Outage:
    """Watches from the first failed delivery on. `hasten` ends the pauses and hands back how many there were."""

    client: AsyncWebClient
    hasten: Callable[[], Awaitable[int]]
    every: float = PROBE_SECONDS
    _noticed: asyncio.Event = field(default_factory=asyncio.Event)
    _is_away: bool = False
    _over_at: float = float("-inf")

    def noticed(self, *, is_away: bool = False) -> None:
        """A delivery failed as it does when Slack is away; `is_away` when no doubt of that is left."""
        self._is_away = self._is_away or is_away
        self._noticed.set()

    async def over(self) -> None:
        """Something that had failed was delivered: the others may go too."""
        if self._noticed.is_set():
            self._calm()
            self._over_at = time.monotonic()
            await self._hasten()

    async def run(self) -> None:
        """Ask while there is trouble, until cancelled."""
        while True:
            await self._noticed.wait()
            while self._noticed.is_set():
                await asyncio.sleep(self.every)
                if await self._answers():
                    break
                self._is_away = True
            is_echo, was_away = time.monotonic() - self._over_at < ECHO_SECONDS, self._is_away
            self._calm()
            if was_away:
                self._over_at = time.monotonic()
            if was_away or is_echo:
                await self._hasten()

    def _calm(self) -> None:
        self._noticed.clear()
        self._is_away = False

    async def _hasten(self) -> None:
        count = await guarded(self.hasten(), "deliveries could not be hastened")  # then the pauses end by themselves
        if count is not None:
            log.info("Slack is back", hastened=count)

    async def _answers(self) -> bool:
        try:
            await self.client.auth_test()
        except TROUBLE:
            return False
        return True
