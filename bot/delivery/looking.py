"""Looking into Slack before saying something again: did the attempt whose answer we never saw arrive?"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.delivery.retry import error_name
from bot.workflows.incident import ChannelId, MessageTs, Posted, UserId

EVENT_TYPE = "warroom_outbox"  # the metadata every message of ours carries, with its outbox key
SKEW = timedelta(minutes=5)  # what our clock and Slack's may differ without anybody's noticing
FAR_BACK = timedelta(days=1)  # how far is looked when our clock turns out to have been ahead
PAGE = 200
UNREADABLE = frozenset({"missing_scope", "not_in_channel", "channel_not_found"})


class CannotLook(Exception):
    """The channel's history is closed to us."""


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """Since when something may be in Slack without our knowing, and the time now, both by our own clock."""

    since: datetime
    now: datetime

    def earliest(self, headers: Mapping[str, str]) -> float:
        """The moment by Slack's clock before which it cannot have arrived; an answer's `Date` tells that clock.

        Our clock may be wrong, and may have been wrong then and have been put right since.
        """
        date = next((value for name, value in headers.items() if name.lower() == "date"), "")
        try:
            slack = parsedate_to_datetime(date).astimezone(UTC)
        except ValueError:
            slack = self.now
        if self.since > slack + SKEW:
            return (slack - max(FAR_BACK, self.since - slack)).timestamp()
        return (self.since - max(SKEW, abs(self.now - slack))).timestamp()


def marked(key: str) -> dict[str, Any]:
    """The metadata that makes a message findable."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


async def find_message(
    client: AsyncWebClient, channel: ChannelId, thread: MessageTs | None, key: str, doubt: Doubt
) -> Posted | None:
    """The message that carries an outbox key, if it arrived.

    Raises:
        CannotLook: the history cannot be read.
    """
    async for message in _history(client, channel, thread, doubt):
        metadata = message.get("metadata") or {}
        if metadata.get("event_type") == EVENT_TYPE and metadata.get("event_payload", {}).get("key") == key:
            return Posted(channel=channel, ts=MessageTs(message["ts"]))
    return None


async def find_file(client: AsyncWebClient, channel: ChannelId, filename: str, doubt: Doubt) -> Posted | None:
    """The message with a file of that name, if it was shared."""
    async for message in _history(client, channel, None, doubt):
        if any(file.get("name") == filename for file in message.get("files") or ()):
            return Posted(channel=channel, ts=MessageTs(message["ts"]))
    return None


async def find_channel(
    client: AsyncWebClient, name: str, bot: UserId, doubt: Doubt, *, private: bool
) -> ChannelId | None:  # fmt: skip
    """Our own channel of that name and kind, if we made it since we cannot be sure."""
    cursor = ""
    while True:
        page = await client.users_conversations(
            types="private_channel" if private else "public_channel", exclude_archived=True, limit=PAGE, cursor=cursor
        )
        earliest = doubt.earliest(page.headers)
        for channel in page["channels"]:
            ours = channel.get("creator") == bot and channel.get("created", 0) >= earliest
            if channel["name"] == name and ours:
                return ChannelId(channel["id"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return None


async def _history(
    client: AsyncWebClient, channel: ChannelId, thread: MessageTs | None, doubt: Doubt
) -> AsyncIterator[dict[str, Any]]:
    """What may be it: a channel's messages from the newest back to where it cannot be any more, or a whole thread."""
    cursor = ""
    while True:
        page = await _page(client, channel, thread, cursor)
        earliest = doubt.earliest(page.headers)
        for message in page["messages"]:
            if thread is None and float(message["ts"]) < earliest:
                return
            yield message
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return


async def _page(
    client: AsyncWebClient, channel: ChannelId, thread: MessageTs | None, cursor: str
) -> AsyncSlackResponse:  # fmt: skip
    options: dict[str, Any] = {"channel": channel, "limit": PAGE, "cursor": cursor, "include_all_metadata": True}
    try:
        if thread:
            return await client.conversations_replies(ts=thread, **options)
        return await client.conversations_history(**options)
    except SlackApiError as failure:
        if error_name(failure) in UNREADABLE:
            raise CannotLook(error_name(failure)) from failure
        raise
