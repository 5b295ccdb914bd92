"""The doctor: looks at an installation and says, in one line each, what is well and what to do about the rest."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot import manifest
from bot.config import ConfigError, load_playbooks, load_policy
from bot.delivery import installation
from bot.delivery.failures import reason
from bot.delivery.installation import GROUPS_SCOPE, Installed
from bot.delivery.places import CHANNEL_ID
from bot.delivery.retry import error_name
from bot.settings import Settings, Transport
from bot.storage import migrate, outbox, places
from bot.storage.database import Database, DatabaseAway, away
from bot.views import samples
from bot.workflows.permissions import EVERYONE, THE_COMMANDER
from bot.workflows.policy import DEFAULT_POLICY, Policy

NOWHERE = "sqlite://"  # in memory: a doctor makes no file
TROUBLE = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)


class Health(StrEnum):
    """How something is."""

    WELL = "ok"
    NOTE = "note"  # works, and somebody may want to know
    ILL = "MEND"  # does not work until somebody does something


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's: how it is, what was looked at, and what to do."""

    health: Health
    subject: str
    text: str


async def examine(settings: Settings, *, online: bool) -> int:
    """Print every finding; the exit status is 1 when something has to be mended."""
    ill = False
    async for finding in _findings(settings, online=online):
        print(f"{finding.health:>5}  {finding.subject}: {finding.text}")
        ill = ill or finding.health is Health.ILL
    return 1 if ill else 0


async def _findings(settings: Settings, *, online: bool) -> AsyncIterator[Finding]:
    policy, configured = _configuration(settings)
    yield configured
    for finding in _playbooks(settings, policy) if policy else ():  # else what is wrong is said by now
        yield finding
    async with AsyncExitStack() as closing:
        missing = Database.missing(settings.database_url)
        database = Database(NOWHERE if missing else settings.database_url)
        closing.callback(database.close)
        for finding in _missing(missing) if missing else _database(database):
            yield finding
        if settings.transport is Transport.NONE:
            yield Finding(Health.NOTE, "Slack", "no tokens are set; `make run` opens the practice workspace")
            return
        timeout = aiohttp.ClientTimeout(total=10)
        client = _client(settings, await closing.enter_async_context(aiohttp.ClientSession(timeout=timeout)))
        for looked_at in (_slack(settings, policy, database, client), *((_views(client),) if online else ())):
            async for finding in looked_at:
                yield finding


def _client(settings: Settings, session: aiohttp.ClientSession) -> AsyncWebClient:
    token = settings.slack_bot_token
    return AsyncWebClient(
        token=token.get_secret_value() if token else None, base_url=settings.slack_api_url, session=session
    )


def _configuration(settings: Settings) -> tuple[Policy | None, Finding]:
    """The house rules, unless something is wrong with them."""
    try:
        policy = load_policy(settings.warroom_config)
    except ConfigError as wrong:
        return None, Finding(Health.ILL, "configuration", str(wrong))
    told = str(settings.warroom_config or "the defaults (WARROOM_CONFIG is not set)")
    return policy, Finding(Health.WELL, "configuration", told)


def _playbooks(settings: Settings, policy: Policy) -> Iterator[Finding]:
    shelf = load_playbooks(settings.warroom_playbooks, policy)
    yield from (Finding(Health.ILL, "playbook", problem) for problem in shelf.problems)
    yield from (Finding(Health.NOTE, "playbook", hint) for hint in shelf.hints)
    yield Finding(Health.WELL, "playbooks", ", ".join(book.key for book in shelf.playbooks))


def _missing(path: str) -> Iterator[Finding]:
    yield Finding(Health.NOTE, "database", f"{path} is not there yet; serve and `python -m bot migrate` make it")


def _database(database: Database) -> Iterator[Finding]:
    try:
        with database.engine.connect() as connection:
            found, theirs = migrate.revision_on(connection), migrate.strangers(connection)
    except DatabaseAway as failure:
        yield Finding(Health.ILL, "database", away(failure))
        return
    if theirs:
        yield Finding(Health.ILL, "database", migrate.NOT_OURS.format(names=", ".join(theirs)))
        return
    yield Finding(Health.WELL, "database", database.url.render_as_string(hide_password=True))
    if found is None or found < migrate.HEAD:
        text = f"{found or 'empty'}, {migrate.HEAD} is needed: `python -m bot migrate` (serve does it by itself)"
        yield Finding(Health.NOTE, "revision", text)
        return
    yield Finding(Health.WELL, "revision", found)
    yield from _dead_letters(database)


def _dead_letters(database: Database) -> Iterator[Finding]:
    with database.engine.connect() as connection:
        backlog, dead = outbox.backlog(connection), outbox.dead_letters(connection)
    yield Finding(Health.WELL, "waiting deliveries", str(backlog.pending))
    if not dead:
        yield Finding(Health.WELL, "dead letters", "none")
    for incident, kind, error in dead:
        yield Finding(Health.NOTE, "dead letter", f"INC-{incident} {kind}: {reason(error)}; it was said in the room")


async def _slack(
    settings: Settings, policy: Policy | None, database: Database, client: AsyncWebClient
) -> AsyncIterator[Finding]:
    try:
        installed = await installation.look_up(client)
    except SlackApiError as failure:
        text = f"not accepted ({error_name(failure)}); copy it again from “OAuth & Permissions” of your app"
        yield Finding(Health.ILL, "SLACK_BOT_TOKEN", text)
        return
    except TROUBLE as failure:
        yield Finding(Health.ILL, "Slack", f"cannot be reached at {settings.slack_api_url} ({type(failure).__name__})")
        return
    yield Finding(Health.WELL, "SLACK_BOT_TOKEN", f"workspace {installed.team or installed.team_id}")
    for finding in (*_scopes(installed), *(_groups(policy, installed) if policy else ())):
        yield finding
    if settings.transport is Transport.SOCKET:
        yield await _app_token(settings, client)
    yield await _channel(settings, database, client)


def _scopes(installed: Installed) -> Iterator[Finding]:
    missing = [scope for scope in manifest.scopes(optional=False) if scope not in installed.scopes]
    declined = [scope for scope in manifest.scopes(optional=True) if scope not in installed.scopes]
    if missing:
        text = f"missing {', '.join(missing)}: update the app's manifest (`python -m bot manifest`) and reinstall it"
        yield Finding(Health.ILL, "scopes", text)
    else:
        yield Finding(Health.WELL, "scopes", "all that are needed")
    if declined:
        text = f"not granted: {', '.join(declined)}; without groups:* there are no private incidents"
        yield Finding(Health.NOTE, "optional scopes", text)


def _groups(policy: Policy, installed: Installed) -> Iterator[Finding]:
    """Whether Warroom may know who is in the groups that the configuration names."""
    invited = {group for rule in policy.invites for group in rule.groups}
    named = sorted(invited | set(policy.permissions.values()) - {EVERYONE, THE_COMMANDER})
    if named and GROUPS_SCOPE not in installed.scopes:
        text = f"nobody of {', '.join(named)} is invited, and nothing is reserved for them, without {GROUPS_SCOPE}"
        yield Finding(Health.ILL, "user groups", f"{text}: grant it and reinstall the app")


async def _app_token(settings: Settings, client: AsyncWebClient) -> Finding:
    token = settings.slack_app_token
    try:
        await client.apps_connections_open(app_token=token.get_secret_value() if token else "")
    except SlackApiError as failure:
        text = f"not accepted ({error_name(failure)}); make one with connections:write under “Basic Information”"
        return Finding(Health.ILL, "SLACK_APP_TOKEN", text)
    except TROUBLE as failure:
        return Finding(Health.ILL, "SLACK_APP_TOKEN", f"could not be tried ({type(failure).__name__})")
    return Finding(Health.WELL, "SLACK_APP_TOKEN", "Socket Mode can be opened")


async def _channel(settings: Settings, database: Database, client: AsyncWebClient) -> Finding:
    """Where announcements go; looks only, and makes nothing."""
    wanted, subject = settings.incidents_channel, "announcements channel"
    kept = await _kept(database, wanted)
    channel = kept or (wanted if CHANNEL_ID.match(wanted) else None)
    if channel is None:
        return Finding(Health.NOTE, subject, f"#{wanted} is not known yet; serve finds, joins or makes it at start")
    try:
        found = (await client.conversations_info(channel=channel))["channel"]
    except SlackApiError as failure:
        text = f"{wanted} ({channel}): {reason(error_name(failure))}; set INCIDENTS_CHANNEL to one that exists"
        return Finding(Health.ILL, subject, text)
    except TROUBLE as failure:
        return Finding(Health.ILL, subject, f"could not be looked up ({type(failure).__name__})")
    if found.get("is_archived"):
        return Finding(Health.ILL, subject, f"#{found['name']} is archived; unarchive it or set INCIDENTS_CHANNEL")
    if not found.get("is_member"):
        return Finding(Health.ILL, subject, f"#{found['name']}: invite the app there (`/invite @Warroom`)")
    return Finding(Health.WELL, subject, f"#{found['name']}")


async def _kept(database: Database, wanted: str) -> str | None:
    try:
        return await database.read(lambda connection: places.find(connection, wanted))
    except DatabaseAway:
        return None


async def _views(client: AsyncWebClient) -> AsyncIterator[Finding]:
    """Ask Slack about every message and form of ours, filled in to the brim."""
    for name, kind, content in samples.everything(DEFAULT_POLICY, datetime.now(UTC)):
        subject = f"view {name}"
        try:
            # In the body: the SDK's own blocks_validate puts it into the address, which a full form does not fit.
            await client.api_call("blocks.validate", json={kind: content})
        except SlackApiError as failure:
            errors = failure.response.data if isinstance(failure.response.data, dict) else {}
            text = f"Slack would refuse it: {errors.get('errors') or error_name(failure) or 'unreadable answer'}"
            yield Finding(Health.ILL, subject, text)
        except TROUBLE as failure:
            yield Finding(Health.NOTE, subject, f"Slack could not be asked ({type(failure).__name__})")
            return
        else:
            yield Finding(Health.WELL, subject, "Slack accepts it")
