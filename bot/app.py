"""The composition root: builds every part from the settings, starts and stops them; only this file knows them all."""

import asyncio
import signal
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot import manifest
from bot.delivery import failures, installation, wire
from bot.delivery.acceptance import Acceptance
from bot.delivery.answers import Answers
from bot.delivery.backfill import PAUSE_SECONDS, Backfill
from bot.delivery.deliverer import Deliverer
from bot.delivery.groups import Groups
from bot.delivery.home import Homes
from bot.delivery.inspection import Inspector
from bot.delivery.installation import Installed, ScopeWatch
from bot.delivery.outage import PROBE_SECONDS
from bot.delivery.pace import SLACKS_PACE, Turns
from bot.delivery.parcel import World
from bot.delivery.people import People
from bot.delivery.places import AnnouncementsChannel
from bot.delivery.repairs import Repairs
from bot.delivery.retry import LOCKED_OUT, CannotDeliver, error_name, in_brief
from bot.delivery.reviews import Reviews
from bot.engine import Engine
from bot.handlers import register_all
from bot.handlers.permits import Permitted
from bot.handlers.services import Services
from bot.queries import Queries
from bot.scheduler import Scheduler
from bot.settings import Settings, Transport
from bot.storage import migrate
from bot.storage.database import AlreadyServing, Database, DatabaseAway, away
from bot.storage.migrate import CannotMigrate
from bot.storage.pace import Pacing
from bot.storage.presence import Presence
from bot.views.declare import opened_text, opened_view
from bot.web.readiness import Readiness, keep_asking
from bot.web.scraping import Scraping
from bot.web.server import LINGER_SECONDS, CannotListen, Server
from bot.web.socket import Socket
from bot.web.vitals import CallWatcher, Vitals
from bot.web.wellbeing import Wellbeing
from bot.workflows.policy import Policy

log = structlog.get_logger()

CALL_SECONDS = 6.0  # of each call; what begins inside the fence of 7.5 s ends inside the lease: 7.5 + 6 < 15
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
    except DatabaseAway as failure:
        print(away(failure), file=sys.stderr)
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
    pacing: Pacing = SLACKS_PACE
    probe_every: float = PROBE_SECONDS  # between two looks whether Slack is back
    linger: float = LINGER_SECONDS  # that requests over HTTP are sent away before the door shuts
    vitals: Vitals = field(init=False)
    readiness: Readiness = field(init=False)
    scraping: Scraping = field(init=False)
    database: Database = field(init=False)
    presence: Presence = field(init=False)
    engine: Engine = field(init=False)
    queries: Queries = field(init=False)
    deliverer: Deliverer = field(init=False)
    scheduler: Scheduler = field(init=False)
    backfill: Backfill = field(init=False)
    app: AsyncApp = field(init=False)
    acceptance: Acceptance = field(init=False)
    socket: Socket | None = None
    _server: Server | None = None
    _scopes: ScopeWatch = field(default_factory=ScopeWatch)
    _closing: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self) -> None:
        """Open the database (migrating it if it is behind), meet Slack, and begin to serve.

        Raises:
            bot.storage.database.DatabaseAway: the database cannot be used.
            bot.storage.database.AlreadyServing: another process serves this SQLite file.
            bot.storage.migrate.CannotMigrate: another process does not end migrating, or it is not ours.
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
        self.vitals = Vitals(self.now)
        self.database = Database(self.settings.database_url)
        self.database.observe = self.vitals.asked_database
        self._closing.callback(self.database.close)
        self.database.claim_file()
        migrate.migrate(self.database)
        self.presence = Presence(self.database)
        self.presence.appear()
        self._closing.callback(self.presence.vanish)
        self.readiness = Readiness(
            self.database, self.vitals, self.now, socket=lambda: self.socket,
            ticked=lambda: self.scheduler.last_tick if self.readiness.wired else None,
            claimed=lambda: self.deliverer.claimed_at if self.readiness.wired else None,
            refused=lambda: self.acceptance.error if self.readiness.wired else "",
        )  # fmt: skip
        self.scraping = Scraping(self.database, self.vitals, self.readiness, self.now)

    def _client(self) -> AsyncWebClient:
        session = wire.session(CALL_SECONDS, self._scopes.trace())
        self._closing.push_async_callback(session.close)
        token = self.settings.slack_bot_token
        return AsyncWebClient(
            token=token.get_secret_value() if token else None,
            base_url=self.settings.slack_api_url,
            session=session,
            # The outbox is the retry: a blind one could say things twice. This one only watches.
            retry_handlers=[CallWatcher(self._called)],
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
                log.warning("Slack cannot be reached, trying again", error=in_brief(failure))
            await asyncio.sleep(RETRY_SECONDS)

    def _wire(self, client: AsyncWebClient, installed: Installed) -> None:
        self._scopes.installed = installed
        self.engine = Engine(self.database, self.policy, self.now)
        self.queries = Queries(self.database, self.policy)
        people, groups = People(client, installed.team_id, time.monotonic), Groups(client, time.monotonic)
        answers = Answers(client, self.queries, opened_view, opened_text)
        channel = AnnouncementsChannel(client, self.database, self.settings.incidents_channel)
        self.acceptance = Acceptance(self.queries, self.engine)
        world = World(
            client=client, queries=self.queries, installed=installed, announcements=channel, people=people,
            groups=groups, now=self.now, fence=lambda: None,
        )  # fmt: skip
        self.deliverer = Deliverer(
            self.database, self.engine, world, self.presence.number, self.now, self.pacing, self.probe_every,
            self.vitals.delivered,
        )  # fmt: skip
        self.backfill = Backfill(client, self.queries, self.engine, people, self.now, self.backfill_pause)
        self.scheduler = Scheduler(self.database, self.engine, self.presence, self.now, self.deliverer.wake)
        homes = Homes(client, self.queries, self.now, Turns(self.database, self.now, self.pacing))
        self.engine.on_commit += [
            answers.noticed, homes.noticed, self.backfill.noticed, lambda outcome: self.deliverer.wake(),
            self.vitals.committed,
        ]  # fmt: skip
        self.app = self._bolt(client, installed)
        register_all(self.app, self._services(world, answers, homes))
        self.readiness.wired = True
        reviews = Reviews(client, self.database, self.policy, self.now)
        beside = (people.warm(), _resolve(channel), self.backfill.run(), homes.run(), self.acceptance.look_back())
        for work in (*beside, reviews.run()):
            self._closing.push_async_callback(_cancelled, asyncio.create_task(work))

    def _services(self, world: World, answers: Answers, homes: Homes) -> Services:
        health = Wellbeing(
            database=self.database, presence=self.presence, readiness=self.readiness, vitals=self.vitals, now=self.now,
            what=failures.what, why=failures.reason,
        )  # fmt: skip
        return Services(
            engine=Permitted(self.engine, self.queries, world.groups.members),
            queries=self.queries, policy=self.policy, people=world.people, answers=answers, homes=homes,
            installation=world.installed, now=self.now, acceptance=self.acceptance,
            repairs=self._repairs(world), health=health.health,
        )  # fmt: skip

    def _repairs(self, world: World) -> Repairs:
        needed = manifest.scopes(optional=False)
        inspector = Inspector(
            client=world.client, queries=self.queries, installed=world.installed, people=world.people, now=self.now,
            needed=needed,
        )  # fmt: skip
        return Repairs(self.engine, self.queries, inspector)

    def _bolt(self, client: AsyncWebClient, installed: Installed) -> AsyncApp:
        secret, token = self.settings.slack_signing_secret, client.token

        async def authorize() -> AuthorizeResult:
            return AuthorizeResult(
                enterprise_id=None, team_id=installed.team_id, bot_token=token,
                bot_id=installed.bot_id, bot_user_id=installed.bot_user_id,
            )  # fmt: skip

        over_http = self.settings.transport is Transport.HTTP
        return AsyncApp(
            name="warroom",  # else Bolt looks for one in the sources of all callers
            client=client,
            authorize=authorize,
            signing_secret=secret.get_secret_value() if secret else None,
            request_verification_enabled=over_http,
            process_before_response=True,  # the answer leaves when the listener has committed
            ignoring_self_events_enabled=False,  # the gate does it, and lets through that our card was deleted
        )

    def _run_deliveries(self) -> None:
        running = asyncio.create_task(self.deliverer.run())
        self._closing.push_async_callback(_cancelled, running)
        self._closing.push_async_callback(self.deliverer.stop, STOP_SECONDS / 2)
        self._closing.push_async_callback(_cancelled, asyncio.create_task(self.deliverer.outage.run()))
        self.scheduler.start()
        self._closing.callback(self.scheduler.stop)

    async def _connect(self, client: AsyncWebClient) -> None:
        if self.settings.transport is Transport.SOCKET:
            token = self.settings.slack_app_token
            self.socket = Socket(
                self.app, token.get_secret_value() if token else "", client,
                on_hello=self._greeted, answered=self.vitals.acknowledged,
            )  # fmt: skip
            self._closing.push_async_callback(self.socket.close, STOP_SECONDS / 3)
            await self.socket.connect()
        elif self._server:
            secret = self.settings.slack_signing_secret
            self._server.signing_secret = secret.get_secret_value() if secret else ""
            self._server.slack = self.app
            self.backfill.ask()
            self._closing.push_async_callback(self._server.take_no_more)
            asking = asyncio.create_task(keep_asking(client))
            self._closing.push_async_callback(_cancelled, asking)
            log.info("connected", transport="http", path="/slack/events")

    async def _listen_for_health(self) -> None:
        if not self.listen:
            return
        self._server = Server(
            self.settings.host, self.settings.port, self.readiness.look, self.scraping.text, self.vitals.acknowledged,
            linger=self.linger,
        )  # fmt: skip
        self._closing.push_async_callback(self._server.close)
        await self._server.start()

    def _greeted(self, gap: float) -> None:
        self.vitals.greeted()
        self.backfill.ask(gap)

    def _called(self, method: str, outcome: str, error: str) -> None:
        """Slack answered a call."""
        self.vitals.called(method, outcome, error)
        if self.readiness.wired:
            self.acceptance.called(method, outcome, error)


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _resolve(channel: AnnouncementsChannel) -> None:
    """Find, make or join the announcements channel ahead of the first incident; a delivery tries again."""
    try:
        await channel.channel()
    except (CannotDeliver, SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as failure:
        log.warning("no announcements channel yet; `python -m bot doctor` says what to do", error=in_brief(failure))
