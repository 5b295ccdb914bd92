"""The composition root: builds every part from the settings, starts and stops them; only this file knows them all."""

import asyncio
import signal
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import installation
from bot.delivery.answers import Answers
from bot.delivery.backfill import PAUSE_SECONDS, Backfill
from bot.delivery.deliverer import Deliverer
from bot.delivery.home import Homes
from bot.delivery.installation import Installed
from bot.delivery.parcel import World
from bot.delivery.people import People
from bot.delivery.places import AnnouncementsChannel
from bot.delivery.retry import LOCKED_OUT, CannotDeliver, error_name
from bot.engine import Engine
from bot.handlers import register_all
from bot.handlers.services import Services
from bot.queries import Queries
from bot.scheduler import TICK_SECONDS, Scheduler
from bot.settings import Settings, Transport
from bot.storage import migrate
from bot.storage.database import AlreadyServing, Database
from bot.storage.migrate import CannotMigrate
from bot.storage.presence import Presence
from bot.views.declare import opened_text, opened_view
from bot.web.server import CannotListen, Server
from bot.web.socket import Socket
from bot.workflows.policy import Policy

log = structlog.get_logger()

CALL_SECONDS = 6.0  # with the fence, inside the lease: 7.5 + 6 < 15
STOP_SECONDS = 15.0  # what is under way may take this long after SIGTERM
RETRY_SECONDS = 5.0  # between tries to reach Slack at start


class NotAccepted(Exception):
    """Slack does not accept the token; the message says what to do."""


CANNOT_SERVE = (AlreadyServing, CannotListen, CannotMigrate, NotAccepted)


def utcnow() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


async def serve(settings: Settings, policy: Policy, *, listen: bool) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit status, after one sentence on stderr if it is not 0."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    warroom = Warroom(settings=settings, policy=policy, listen=listen)
    starting = asyncio.create_task(warroom.start())
    waiting = asyncio.create_task(stopped.wait())
    try:
        await asyncio.wait({starting, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            await waiting
    except CANNOT_SERVE as failure:
        print(failure, file=sys.stderr)
        return 2
    finally:
        starting.cancel()
        await warroom.stop()
    return 0


@dataclass(kw_only=True)
class Warroom:
    """One serving process. `now` is the only clock its rules ever see."""

    settings: Settings
    policy: Policy
    listen: bool = True  # on HOST:PORT
    now: Callable[[], datetime] = utcnow
    backfill_pause: float = PAUSE_SECONDS  # between two looks into the history for what was missed
    database: Database = field(init=False)
    presence: Presence = field(init=False)
    engine: Engine = field(init=False)
    queries: Queries = field(init=False)
    deliverer: Deliverer = field(init=False)
    scheduler: Scheduler = field(init=False)
    backfill: Backfill = field(init=False)
    app: AsyncApp = field(init=False)
    socket: Socket | None = None
    wired: bool = False  # everything that needs Slack is there
    _server: Server | None = None
    _closing: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self) -> None:
        """Open the database (migrating it if it is behind), meet Slack, and begin to serve.

        Raises:
            bot.storage.database.AlreadyServing: another process serves this SQLite file.
            bot.storage.migrate.CannotMigrate: another process does not come to an end with migrating.
            bot.web.server.CannotListen: the port is taken.
            NotAccepted: the token is not good.
        """
        self._open_database()
        await self._listen_for_health()
        client = self._client()
        installed = await self._meet_slack(client)
        self._wire(client, installed)
        self._run_deliveries()
        await self._connect(client)

    async def stop(self) -> None:
        """Take nothing new, finish what is under way, let go of everything; at most about `STOP_SECONDS`."""
        await self._closing.aclose()
        log.info("stopped")

    def _open_database(self) -> None:
        self.database = Database(self.settings.database_url)
        self._closing.callback(self.database.close)
        self.database.claim_file()
        migrate.migrate(self.database)
        self.presence = Presence(self.database)
        self.presence.appear()
        self._closing.callback(self.presence.vanish)

    def _client(self) -> AsyncWebClient:
        session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_SECONDS))
        self._closing.push_async_callback(session.close)
        token = self.settings.slack_bot_token
        return AsyncWebClient(
            token=token.get_secret_value() if token else None,
            base_url=self.settings.slack_api_url,
            session=session,
            retry_handlers=[],  # the outbox is the retry: a blind one could say things twice
        )

    async def _meet_slack(self, client: AsyncWebClient) -> Installed:
        while True:
            try:
                return await installation.look_up(client)
            except SlackApiError as failure:
                if error_name(failure) in LOCKED_OUT:
                    raise NotAccepted(
                        f"Slack does not accept SLACK_BOT_TOKEN ({error_name(failure)}): copy it again from "
                        "“OAuth & Permissions” of your app at https://api.slack.com/apps."
                    ) from failure
                log.warning("Slack does not answer well, trying again", error=error_name(failure))
            except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as failure:
                log.warning("Slack cannot be reached, trying again", error=f"{type(failure).__name__}: {failure}")
            await asyncio.sleep(RETRY_SECONDS)

    def _wire(self, client: AsyncWebClient, installed: Installed) -> None:
        self.engine = Engine(self.database, self.policy, self.now)
        self.queries = Queries(self.database, self.policy)
        people = People(client, installed.team_id, time.monotonic)
        answers = Answers(client, self.queries, opened_view, opened_text)
        channel = AnnouncementsChannel(client, self.database, self.settings.incidents_channel)
        world = World(
            client=client, queries=self.queries, installed=installed, announcements=channel, people=people,
            now=self.now, fence=lambda: None,
        )  # fmt: skip
        self.deliverer = Deliverer(self.database, self.engine, world, self.presence.number, self.now)
        self.backfill = Backfill(client, self.queries, self.engine, people, self.now, self.backfill_pause)
        self.scheduler = Scheduler(self.database, self.engine, self.presence, self.now, self.deliverer.wake)
        homes = Homes(client, self.queries, self.now)
        self.engine.on_commit += [answers.noticed, homes.noticed, lambda outcome: self.deliverer.wake()]
        self.app = self._bolt(client, installed)
        register_all(
            self.app,
            Services(
                engine=self.engine, queries=self.queries, policy=self.policy,
                people=people, answers=answers, homes=homes, installation=installed, now=self.now,
            ),
        )  # fmt: skip
        self.wired = True
        for work in (people.warm(), _resolve(channel), self.backfill.run(), homes.run()):
            self._closing.push_async_callback(_cancelled, asyncio.create_task(work))

    def _bolt(self, client: AsyncWebClient, installed: Installed) -> AsyncApp:
        secret, token = self.settings.slack_signing_secret, client.token

        async def authorize() -> AuthorizeResult:
            return AuthorizeResult(
                enterprise_id=None, team_id=installed.team_id, bot_token=token,
                bot_id=installed.bot_id, bot_user_id=installed.bot_user_id,
            )  # fmt: skip

        over_http = self.settings.transport is Transport.HTTP
        return AsyncApp(
            client=client,
            authorize=authorize,
            signing_secret=secret.get_secret_value() if secret else None,
            request_verification_enabled=over_http,
            process_before_response=True,  # the answer leaves when the listener has committed
        )

    def _run_deliveries(self) -> None:
        running = asyncio.create_task(self.deliverer.run())
        self._closing.push_async_callback(_cancelled, running)
        self._closing.push_async_callback(self.deliverer.stop, STOP_SECONDS / 2)
        self.scheduler.start()
        self._closing.callback(self.scheduler.stop)

    async def _connect(self, client: AsyncWebClient) -> None:
        if self.settings.transport is Transport.SOCKET:
            token = self.settings.slack_app_token
            self.socket = Socket(
                self.app, token.get_secret_value() if token else "", client, on_hello=self.backfill.ask
            )
            self._closing.push_async_callback(self.socket.close, STOP_SECONDS / 3)
            await self.socket.connect()
        elif self._server:
            secret = self.settings.slack_signing_secret
            self._server.signing_secret = secret.get_secret_value() if secret else ""
            self._server.slack = self.app
            self.backfill.ask()
            self._closing.callback(self._server.take_no_more)
            log.info("connected", transport="http", path="/slack/events")

    async def _listen_for_health(self) -> None:
        if not self.listen:
            return
        checks = {"database": self._database_check, "slack": self._slack_check, "clock": self._clock_check}
        self._server = Server(self.settings.host, self.settings.port, checks)
        self._closing.push_async_callback(self._server.close)
        await self._server.start()

    async def _database_check(self) -> str:
        found = await self.database.read(migrate.revision_on)
        return "" if found and found >= migrate.HEAD else f"revision {found}, {migrate.HEAD} is needed"

    async def _slack_check(self) -> str:
        if not self.wired:
            return "not reached yet"
        return "" if self.socket is None or await self.socket.is_connected() else "the socket is not connected"

    async def _clock_check(self) -> str:
        last = self.scheduler.last_tick if self.wired else None
        if last is None:
            return "no tick yet"
        age = self.now() - last
        return "" if age < timedelta(seconds=3 * TICK_SECONDS) else f"the last tick was {age.total_seconds():.0f} s ago"


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _resolve(channel: AnnouncementsChannel) -> None:
    """Find, make or join the announcements channel ahead of the first incident; a delivery tries again."""
    try:
        await channel.channel()
    except (CannotDeliver, SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as failure:
        log.warning("no announcements channel yet; `python -m bot doctor` says what to do", error=str(failure))
