"""The HTTP server: is it alive, is it ready, and Slack's requests where no socket is used."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from bot.web.requests import TurnedAway, received

Check = Callable[[], Awaitable[str]]  # empty when all is well, else what is the matter

log = structlog.get_logger()

SHUTDOWN_SECONDS = 5.0


class CannotListen(Exception):
    """The address is taken; the message says what to set."""


@dataclass
class Server:
    """Listens on `host:port` until it is closed. `slack` is set when Slack sends its requests over HTTP."""

    host: str
    port: int
    checks: Mapping[str, Check]
    slack: AsyncApp | None = None
    signing_secret: str = ""  # what Slack signs them with
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Begin to listen.

        Raises:
            CannotListen: the port is taken or not allowed.
        """
        app = web.Application()
        app.add_routes([web.get("/healthz", self._alive), web.get("/readyz", self._ready)])
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

    def take_no_more(self) -> None:
        """Send Slack's requests away; it asks again later, or another replica."""
        self.slack = None

    async def close(self) -> None:
        """Take nothing new, and let running requests end."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def _alive(self, request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def _ready(self, request: web.Request) -> web.Response:
        found = {name: await check() for name, check in self.checks.items()}
        ready = not any(found.values())
        body = {"ready": ready, "checks": {name: problem or "ok" for name, problem in found.items()}}
        return web.json_response(body, status=200 if ready else 503)

    async def _from_slack(self, request: web.Request) -> web.Response:
        if self.slack is None:
            return web.json_response({"error": "not served here, or not yet"}, status=503)
        try:
            asked = await received(request, SignatureVerifier(self.signing_secret))
        except TurnedAway as no:
            log.info("refused", reason=str(no), status=no.status)
            # It would be no better the next time.
            return web.json_response({"error": str(no)}, status=no.status, headers={"X-Slack-No-Retry": "1"})
        return await to_aiohttp_response(await self.slack.async_dispatch(asked))
