"""The app as it is installed: who we are in the workspace, and what we were allowed."""

from dataclasses import dataclass

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.workflows.incident import UserId

log = structlog.get_logger()

HEADER = "x-oauth-scopes"

PRIVATE_SCOPES = ("groups:write", "groups:read", "groups:history")
GROUPS_SCOPE = "usergroups:read"


@dataclass(kw_only=True)
class Installed:
    """What `auth.test` says, and the scopes as every later answer tells them; `url` ends with a slash."""

    team_id: str
    team: str
    url: str
    bot_user_id: UserId
    bot_id: str
    scopes: tuple[str, ...]

    def missing_for_private(self) -> tuple[str, ...]:
        """The scopes that private incidents need and that were not granted."""
        return tuple(scope for scope in PRIVATE_SCOPES if scope not in self.scopes)

    def notice(self, scopes: tuple[str, ...]) -> None:
        """Slack says what we are allowed now."""
        lost, gained = sorted({*self.scopes} - {*scopes}), sorted({*scopes} - {*self.scopes})
        if lost or gained:
            log.warning("the app's scopes have changed", lost=lost, gained=gained)
            self.scopes = scopes


@dataclass
class ScopeWatch:
    """Reads the scopes off Slack's answers, since they may be taken away or granted while we run."""

    installed: Installed | None = None  # None until we have met Slack

    def trace(self) -> aiohttp.TraceConfig:
        """What a session has to be made with for its answers to be read."""
        config = aiohttp.TraceConfig()
        config.on_request_end.append(self._ended)
        return config

    async def _ended(
        self, session: aiohttp.ClientSession, context: object, answered: aiohttp.TraceRequestEndParams
    ) -> None:
        header = answered.response.headers.get(HEADER, "")
        # The app-level token that opens sockets has scopes of its own.
        if self.installed and header and not answered.url.path.endswith("/apps.connections.open"):
            self.installed.notice(_listed(header))


def _listed(header: str) -> tuple[str, ...]:
    return tuple(scope.strip() for scope in header.split(",") if scope.strip())


async def look_up(client: AsyncWebClient) -> Installed:
    """Ask Slack who we are.

    Raises:
        slack_sdk.errors.SlackApiError: the token is not good, or Slack does not answer well.
    """
    answer = await client.auth_test()
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Installed(
        team_id=answer["team_id"],
        team=answer.get("team") or "",
        url=answer["url"],
        bot_user_id=UserId(answer["user_id"]),
        bot_id=answer.get("bot_id") or "",
        scopes=_listed(headers.get(HEADER, "")),
    )
