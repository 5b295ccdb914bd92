"""The app as it is installed: who we are in the workspace, and what we were allowed."""

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.workflows.incident import UserId

PRIVATE_SCOPES = ("groups:write", "groups:read", "groups:history")


@dataclass(frozen=True, kw_only=True)
class Installed:
    """What `auth.test` says; `url` ends with a slash."""

    team_id: str
    team: str
    url: str
    bot_user_id: UserId
    bot_id: str
    scopes: tuple[str, ...]

    def missing_for_private(self) -> tuple[str, ...]:
        """The scopes that private incidents need and that were not granted."""
        return tuple(scope for scope in PRIVATE_SCOPES if scope not in self.scopes)


async def look_up(client: AsyncWebClient) -> Installed:
    """Ask Slack who we are.

    Raises:
        slack_sdk.errors.SlackApiError: the token is not good, or Slack does not answer well.
    """
    answer = await client.auth_test()
    headers = {name.lower(): value for name, value in answer.headers.items()}
    scopes = tuple(scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",") if scope.strip())
    return Installed(
        team_id=answer["team_id"],
        team=answer.get("team") or "",
        url=answer["url"],
        bot_user_id=UserId(answer["user_id"]),
        bot_id=answer.get("bot_id") or "",
        scopes=scopes,
    )
