"""The workspace's people, read through a cache so that nobody waits for Slack to be told yes."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.workflows.incident import UserId

log = structlog.get_logger()

FRESH_SECONDS = 3600.0  # how long what Slack said of somebody is believed
PATIENCE_SECONDS = 1.0  # how long a person who waits for us waits for Slack
WARMED_PAGES = 5  # of 200 people each, read at start


@dataclass(frozen=True, kw_only=True)
class Person:
    """What the workspace says about somebody."""

    id: UserId
    name: str = ""
    is_guest: bool = False
    is_bot: bool = False
    is_stranger: bool = False
    is_gone: bool = False  # their account was deactivated
    zone: tzinfo = UTC  # the clock they read


@dataclass
class People:
    """A cache over `users.info`. `monotonic` tells its age in seconds."""

    client: AsyncWebClient
    team_id: str
    monotonic: Callable[[], float]
    _known: dict[UserId, tuple[float, Person]] = field(default_factory=dict)

    async def person(self, user: UserId) -> Person | None:
        """Somebody of the workspace; None when Slack does not know them, or does not answer within a second."""
        at, known = self._known.get(user, (0.0, None))
        if known and self.monotonic() - at < FRESH_SECONDS:
            return known
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                answer = await self.client.users_info(user=user)
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as failure:
            log.warning("a person could not be looked up", user=user, error=type(failure).__name__)
            return known
        return self._remember(answer["user"])

    async def names(self, users: Iterable[UserId]) -> dict[UserId, str]:
        """What people are called; one that cannot be looked up is left out."""
        found = [await self.person(user) for user in users]
        return {person.id: person.name for person in found if person and person.name}

    def known_names(self, users: Iterable[str]) -> dict[str, str]:
        """What people are called, as far as that is known without asking Slack."""
        found = {user: self._known.get(UserId(user)) for user in users}
        return {user: known[1].name for user, known in found.items() if known and known[1].name}

    def notice(self, member: dict[str, Any]) -> None:
        """Slack says that somebody has changed."""
        if member.get("id") in self._known:
            self._remember(member)

    async def warm(self) -> None:
        """Learn the first thousand people ahead, so that the first declare needs no extra call."""
        cursor = ""
        for _ in range(WARMED_PAGES):
            try:
                page = await self.client.users_list(limit=200, cursor=cursor)
            except (SlackApiError, aiohttp.ClientError, TimeoutError) as failure:
                log.warning("people could not be listed", error=type(failure).__name__)
                return
            for member in page["members"]:
                self._remember(member)
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _remember(self, member: dict[str, Any]) -> Person:
        person = Person(
            id=UserId(member["id"]),
            name=member.get("real_name") or member.get("name") or "",
            is_guest=bool(member.get("is_restricted") or member.get("is_ultra_restricted")),
            is_bot=bool(member.get("is_bot")),
            is_stranger=bool(member.get("is_stranger")) or member.get("team_id", self.team_id) != self.team_id,
            is_gone=bool(member.get("deleted")),
            zone=_zone(member),
        )
        self._known[person.id] = (self.monotonic(), person)
        return person


def _zone(member: dict[str, Any]) -> tzinfo:
    """The zone by its name, else by today's offset: a machine may lack the names."""
    try:
        return ZoneInfo(member.get("tz") or "")
    except (KeyError, ValueError, OSError):
        return timezone(timedelta(seconds=member.get("tz_offset") or 0))
