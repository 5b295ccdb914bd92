"""The HTTP server: is it alive, is it ready, its metrics, and Slack's requests where no socket is used."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from bot.web.metrics import CONTENT_TYPE
from bot.web.requests import Answered, NotTaken, is_ssl_check, received

log = structlog.get_logger()

SHUTDOWN_SECONDS = 5.0
LINGER_SECONDS = 1.5  # so long a balancer may take to see that we stop: two looks of deploy/haproxy.cfg, and some
BODY_SECONDS = 3.0  # Slack waits no longer for its answer
UNTOUCHED = 425  # nothing of the request was looked at: the balancer may give it to another replica
NOT_AGAIN = {"x-slack-no-retry": "1"}  # it would be refused again


class CannotListen(Exception):
    """The address is taken; the message says what to set."""


@dataclass
class Server:
    """Listens on `host:port` until it is closed. `slack` is set when Slack sends its requests over HTTP."""

    host: str
    port: int
    look: Callable[[], Awaitable[Mapping[str, str]]]  # each check with what is the matter, empty when it is well
    scrape: Callable[[], Awaitable[bytes]]
    answered: Answered = lambda body, status, seconds: None  # told of every request of Slack's
    slack: AsyncApp | None = None
    signing_secret: str = ""  # what Slack signs them with
    linger: float = LINGER_SECONDS
    _stopping: bool = False
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Begin to listen.

        Raises:
            CannotListen: the port is taken or not allowed.
        """
        app = web.Application()
        app.add_routes([web.get("/healthz", self._alive), web.get("/readyz", self._ready)])
        app.add_routes([web.get("/metrics", self._metrics)])
        app.add_routes([web.post("/slack/events", self._from_slack)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self.host, self.port).start()
        except OSError as failure:
            await self.close()
            raise CannotListen(
                f"HOST:PORT {self.host}:{self.port} cannot be listened on ({failure.strerror}): "
                "set PORT to a free one, or start with `serve --no-http`."
            ) from failure

    async def take_no_more(self) -> None:
        """Send Slack's requests away to another replica, for as long as a balancer may still send some.

        A door that shuts at once loses whoever stands in it: what the kernel has accepted is reset unread, and a
        connection that is kept open may be used in the moment it closes.
        """
        self.slack, self._stopping = None, True
        await asyncio.sleep(self.linger)

    async def close(self) -> None:
        """Take nothing new, and let running requests end."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def _alive(self, request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def _ready(self, request: web.Request) -> web.Response:
        found = await self.look()
        passed_over = request.query.getall("exclude", [])  # by whoever asks, such as a balancer
        ready = not self._stopping and not any(problem for name, problem in found.items() if name not in passed_over)
        body = {"ready": ready, "checks": {name: problem or "ok" for name, problem in found.items()}}
        return web.json_response(body, status=200 if ready else 503)

    async def _metrics(self, request: web.Request) -> web.Response:
        return web.Response(body=await self.scrape(), headers={"Content-Type": CONTENT_TYPE})

    async def _from_slack(self, request: web.Request) -> web.Response:
        slack = self.slack  # what has begun is finished, also when no more is taken meanwhile
        if slack is None:
            away = web.json_response({"error": "not served here, or not yet"}, status=UNTOUCHED)
            away.force_close()
            return away
        try:
            async with asyncio.timeout(BODY_SECONDS):
                if await is_ssl_check(request):
                    return web.Response()
                asked = await received(request, SignatureVerifier(self.signing_secret))
        except TimeoutError:
            return web.json_response({"error": "the body did not come in time"}, status=408)
        except web.HTTPRequestEntityTooLarge:
            return web.json_response({"error": "too long"}, status=413, headers=NOT_AGAIN)
        except NotTaken as no:
            log.info("refused", reason=str(no), status=no.status)
            return web.json_response({"error": str(no)}, status=no.status, headers=NOT_AGAIN)
        started = time.perf_counter()
        said = await slack.async_dispatch(asked)
        self.answered(asked.body, said.status, time.perf_counter() - started)
        answer = await to_aiohttp_response(said)
        if 400 <= answer.status < 500:
            answer.headers.update(NOT_AGAIN)
        return answer
