"""Socket Mode: a connection that hears, kept up, and a close that ends.

The next connection is opened before the one goes that Slack wants back, so that no click falls between them. One that
is lost, turned away or silent for too long is replaced whole: the SDK's client is known to stay deaf after network
trouble (bolt-python #417, #1529; python-slack-sdk #1110, #1701) and to hang while closing a dead socket.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import aiohttp
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.web.connection import LOST, PING_SECONDS, Connection, TurnedAway
from bot.web.requests import Answered

log = structlog.get_logger()

WATCH_SECONDS = 5.0
DEAF_SECONDS = 20.0  # not greeted for this long: the next one, please
QUIET_SECONDS = 300.0  # nothing was heard for this long: perhaps it is deaf, though its pings are answered
KEEP_ALIVE_SECONDS = 60.0  # a Web API call now and then revives a socket that went quiet (bolt-python #1529)
DRAIN_SECONDS = 10.0  # what a connection that goes may still finish
STEADY_SECONDS = 30.0  # one that lasted less is as good as none: the next is not tried at once
SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # between two tries, in seconds
LONGEST_ASKED_FOR = 3600.0  # seconds that a Retry-After is believed
STALE_SECONDS = 3 * PING_SECONDS  # without the answer to a ping: whatever is sent now may not arrive
TROUBLE = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError)

# What an administrator can do about it, and how many seconds there is no use in trying again.
HOPELESS: Mapping[str, tuple[str, float]] = {
    "too_many_websockets": ("ten connections are open already: does another program use this app's token?", 10.0),
    "link_disabled": ("switch Socket Mode on again for your app at https://api.slack.com/apps", 60.0),
    "invalid_auth": ("SLACK_APP_TOKEN is not good: copy it again from your app's Basic Information", 60.0),
    "not_authed": ("SLACK_APP_TOKEN is missing", 60.0),
    "token_revoked": ("SLACK_APP_TOKEN was revoked: make a new one", 60.0),
    "not_allowed_token_type": ("SLACK_APP_TOKEN is no app-level token: it begins with xapp-", 60.0),
    "missing_scope": ("SLACK_APP_TOKEN lacks the scope connections:write: make a new one", 60.0),
}


@dataclass
class Socket:
    """One connection that is kept up until `close`. `wall` tells the seconds of a clock that never goes back."""

    app: AsyncApp
    app_token: str
    client: AsyncWebClient
    wall: Callable[[], float] = time.monotonic
    watch_every: float = WATCH_SECONDS
    deaf_after: float = DEAF_SECONDS
    quiet_after: float = QUIET_SECONDS
    on_hello: Callable[[float], None] = lambda gap: None  # called at each connect, with the seconds nobody listened
    answered: Answered = lambda body, status, seconds: None  # told of every payload that was answered
    trouble: str = ""  # why there can be no connection until somebody does something, in words
    _current: Connection | None = None
    _going: set[asyncio.Task[None]] = field(default_factory=set)
    _tries: int = 0
    _next_try_at: float = 0.0
    _healthy_at: float = float("-inf")
    _kept_alive_at: float = 0.0
    _watcher: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Connect, and go on trying in the background if Slack does not answer."""
        self._kept_alive_at = self.wall()
        await self._replace()
        self._watcher = asyncio.create_task(self._watch())

    async def is_connected(self) -> bool:
        """Whether Slack greeted us and the connection has been heard from since."""
        return self._current is not None and await self._current.is_healthy()

    async def problem(self) -> str:
        """What is the matter with the connection, empty when it is well."""
        if self._current is None or not await self.is_connected():
            return f"the socket is not connected{f' ({self.trouble})' if self.trouble else ''}"
        silent = self._current.silence()
        return f"nothing was heard on the socket for {silent:.0f} s" if silent > STALE_SECONDS else ""

    async def close(self, patience: float) -> None:
        """Take nothing new, let what is under way end for up to `patience` seconds, then disconnect."""
        if self._watcher:
            self._watcher.cancel()
            await asyncio.wait({self._watcher})
        if self._current:
            self._retire(self._current, patience)
            self._current = None
        if self._going:
            await asyncio.wait(set(self._going))

    async def _watch(self) -> None:
        while True:
            await self._pause()
            try:
                await self._look()
            except TROUBLE as failure:  # a watchdog that dies of what it watches for is none
                log.warning("the socket could not be mended", error=f"{type(failure).__name__}: {failure}")

    async def _pause(self) -> None:
        """Until the next look, which is at once when Slack wants the connection back."""
        current, until_try = self._current, max(0.0, self._next_try_at - self.wall())
        if current is None or current.leaving:
            await asyncio.sleep(min(self.watch_every, until_try))
            return
        current.changed.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.watch_every):
                await current.changed.wait()

    async def _look(self) -> None:
        now, current = self.wall(), self._current
        healthy = current is not None and await current.is_healthy()
        if healthy:
            self._healthy_at = now
        quiet = current is not None and now - current.heard_at > self.quiet_after
        if now >= self._next_try_at and (not healthy or quiet or (current and current.leaving)):
            log.info("the socket is replaced", reason=(current and current.leaving) or ("quiet" if quiet else LOST))
            await self._replace()
        if now - self._kept_alive_at > KEEP_ALIVE_SECONDS:
            self._kept_alive_at = now
            await self.client.auth_test()

    async def _replace(self) -> None:
        """One try to have a fresh connection; the one before goes when it is there, or of no use any more."""
        old = self._current
        try:
            fresh = await self._opened()
        except TROUBLE as failure:
            self._put_off(failure)
            fresh = None
        if old and (fresh or not await old.is_healthy()):
            self._retire(old, DRAIN_SECONDS)
            self._current = None
        if fresh:
            now = self.wall()
            gap, self._current, self._healthy_at = now - self._healthy_at, fresh, now
            if old is None or now - old.opened_at > STEADY_SECONDS:
                self._tries, self.trouble = 0, ""
            else:
                self._slow_down(old.leaving or LOST)
            self.on_hello(gap)

    async def _opened(self) -> Connection:
        answer = await self.client.apps_connections_open(app_token=self.app_token)
        connection = Connection(self.app, self.app_token, self.client, self.wall, self.answered)
        connection.client.elsewhere = self._send
        try:
            await connection.open(answer.get("url"), self.deaf_after)
        except BaseException:
            self._retire(connection, 0)
            raise
        log.info("connected", transport="socket", connections=(connection.greeting or {}).get("num_connections"))
        return connection

    def _put_off(self, failure: Exception) -> None:
        """When to try again, and why not before."""
        name = _name(failure)
        self._slow_down(name, _asked_for(failure))
        log.warning("Slack could not be reached over Socket Mode", error=self.trouble or name, tries=self._tries)

    def _slow_down(self, name: str, asked_for: float | None = None) -> None:
        self._tries += 1
        advice, least = HOPELESS.get(name, ("", SHORTEST_PAUSE))
        pause = min(max(LONGEST_PAUSE, least), least * 2.0 ** min(self._tries - 1, 10))
        # Replicas that were turned away do not come back in step.
        pause *= random.uniform(0.75, 1.25)  # noqa: S311 # nosec B311
        self._next_try_at = self.wall() + (asked_for or pause)
        self.trouble = f"{name}: {advice}" if advice else ""

    def _retire(self, connection: Connection, patience: float) -> None:
        """Let it finish what it works on, and close it, in the background."""
        going = asyncio.create_task(_ended(connection, patience))
        self._going.add(going)
        going.add_done_callback(self._going.discard)

    async def _send(self, message: str) -> None:
        """Send an acknowledgement on whichever connection there is by now."""
        if self._current is None or self._current.client.current_session is None:
            raise ConnectionError("there is no connection")
        await self._current.client.current_session.send_str(message)


async def _ended(connection: Connection, patience: float) -> None:
    try:
        await connection.rest(patience)
        await connection.end()
    except TROUBLE as failure:
        log.info("a socket did not close", error=type(failure).__name__)


def _name(failure: Exception) -> str:
    if isinstance(failure, TurnedAway):
        return str(failure)
    data = getattr(getattr(failure, "response", None), "data", None)
    error = data.get("error") if isinstance(failure, SlackApiError) and isinstance(data, dict) else None
    return str(error) if error else f"{type(failure).__name__}: {failure}".rstrip(": ")


def _asked_for(failure: Exception) -> float | None:
    """The seconds a Retry-After says."""
    headers = getattr(getattr(failure, "response", None), "headers", None) or {}
    value = str(headers.get("Retry-After", ""))
    return min(float(value), LONGEST_ASKED_FOR) if value.isascii() and value.isdigit() else None
