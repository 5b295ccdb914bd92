"""User groups, read through a cache; the scope for them is optional."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.retry import TROUBLE
from bot.workflows.incident import UserId

log = structlog.get_logger()

FRESH_SECONDS = 300.0  # how long Slack's word on who is in a group is believed
PATIENCE_SECONDS = 1.0  # how long a person who waits for us waits for Slack


@dataclass
class Groups:
    """A cache over `usergroups.users.list`. `monotonic` tells its age in seconds."""

    client: AsyncWebClient
    monotonic: Callable[[], float]
    _known: dict[str, tuple[float, frozenset[UserId]]] = field(default_factory=dict)
    _asking: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def members(self, group: str) -> frozenset[UserId] | None:
        """Who is in a group; the last that is known when Slack does not say now, None when it never did."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self.read(group)
        except TROUBLE as failure:
            log.warning("a user group could not be looked up", group=group, error=type(failure).__name__)
            return self._known.get(group, (0.0, None))[1]

    async def read(self, group: str) -> frozenset[UserId]:
        """Who is in a group, asked once for all who want to know at the same time.

        Raises:
            SlackApiError: and the others of `retry.TROUBLE`: Slack does not say now.
        """
        async with self._asking[group]:
            at, known = self._known.get(group, (0.0, None))
            if known is not None and self.monotonic() - at < FRESH_SECONDS:
                return known
            answer = await self.client.usergroups_users_list(usergroup=group)
            users = frozenset(UserId(user) for user in answer["users"])
            self._known[group] = (self.monotonic(), users)
            return users
