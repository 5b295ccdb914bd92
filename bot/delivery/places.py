"""The announcements channel: named by a setting, resolved once, made or joined where that is allowed."""

import asyncio
import re
from dataclasses import dataclass, field

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.retry import CannotDeliver, error_name
from bot.storage import places
from bot.storage.database import Database
from bot.workflows.incident import ChannelId

log = structlog.get_logger()

CHANNEL_ID = re.compile(r"^[CG][A-Z0-9]{6,}$")
GONE = frozenset({"channel_not_found", "is_archived", "not_in_channel"})


@dataclass
class AnnouncementsChannel:
    """Finds the channel that `wanted` (a name or an id) means."""

    client: AsyncWebClient
    database: Database
    wanted: str
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def channel(self) -> ChannelId:
        """The channel's id.

        Raises:
            CannotDeliver: there is no such channel and we may not make it.
            slack_sdk.errors.SlackApiError: Slack does not answer well just now.
        """
        async with self._lock:
            kept = await self.database.read(lambda connection: places.find(connection, self.wanted))
            if kept:
                return kept
            found = await self._resolve()
            await self.database.write(lambda connection: places.keep(connection, self.wanted, found))
            log.info("announcements channel resolved", wanted=self.wanted, channel=found)
            return found

    async def instead(self, failure: SlackApiError) -> ChannelId:
        """The channel that is meant by now, since the one that was kept is gone or closed to us.

        Raises:
            SlackApiError: the failure, when there is no other; what was kept is kept, in case it is opened again.
        """
        async with self._lock:
            try:
                found = await self._resolve()
            except CannotDeliver:
                raise failure from None
            await self.database.write(lambda connection: places.keep(connection, self.wanted, found))
            log.info("announcements channel resolved anew", wanted=self.wanted, channel=found)
            return found

    async def _resolve(self) -> ChannelId:
        if CHANNEL_ID.match(self.wanted):
            await self._join(ChannelId(self.wanted))
            return ChannelId(self.wanted)
        try:
            made = await self.client.conversations_create(name=self.wanted)
        except SlackApiError as failure:
            if error_name(failure) not in ("name_taken", "restricted_action", "missing_scope"):
                raise
        else:
            return ChannelId(made["channel"]["id"])
        found = await self._by_name()
        await self._join(found)
        return found

    async def _by_name(self) -> ChannelId:
        cursor = ""
        while True:
            page = await self.client.conversations_list(
                types="public_channel", exclude_archived=True, limit=200, cursor=cursor
            )
            for channel in page["channels"]:
                if channel["name"] == self.wanted:
                    return ChannelId(channel["id"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                raise CannotDeliver("no_announcements_channel")

    async def _join(self, channel: ChannelId) -> None:
        """Be a member where that is allowed; posting will tell if it is not enough."""
        try:
            await self.client.conversations_join(channel=channel)
        except SlackApiError as failure:
            error = error_name(failure)
            if error in ("channel_not_found", "is_archived"):
                raise CannotDeliver(error) from failure
            if error not in ("missing_scope", "method_not_supported_for_channel_type", "restricted_action"):
                raise
