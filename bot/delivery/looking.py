"""Looking into Slack before saying something again: did the attempt whose answer we never saw arrive?"""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.retry import error_name
from bot.workflows.incident import ChannelId, MessageTs, Posted, UserId

EVENT_TYPE = "warroom_outbox"  # the metadata every message of ours carries, with its outbox key
SKEW = 300.0  # seconds our clock and Slack's may differ
PAGE = 200
UNREADABLE = frozenset({"missing_scope", "not_in_channel", "channel_not_found"})


class CannotLook(Exception):
    """The channel's history is closed to us."""


def marked(key: str) -> dict[str, Any]:
    """The metadata that makes a message findable."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


async def find_message(
    client: AsyncWebClient, channel: ChannelId, thread: MessageTs | None, key: str, since: datetime
) -> Posted | None:
    """The message that carries an outbox key, if it arrived since a moment.

    Raises:
        CannotLook: the history cannot be read.
    """
    async for message in _history(client, channel, thread, since):
        metadata = message.get("metadata") or {}
        if metadata.get("event_type") == EVENT_TYPE and metadata.get("event_payload", {}).get("key") == key:
            return Posted(channel=channel, ts=MessageTs(message["ts"]))
    return None


async def find_file(client: AsyncWebClient, channel: ChannelId, filename: str, since: datetime) -> Posted | None:
    """The message with a file of that name, if it was shared since a moment."""
    async for message in _history(client, channel, None, since):
        if any(file.get("name") == filename for file in message.get("files") or ()):
            return Posted(channel=channel, ts=MessageTs(message["ts"]))
    return None


async def find_channel(client: AsyncWebClient, name: str, bot: UserId, since: datetime) -> ChannelId | None:
    """Our own channel of that name, if we made it since a moment."""
    cursor = ""
    while True:
        page = await client.users_conversations(
            types="public_channel,private_channel", exclude_archived=True, limit=PAGE, cursor=cursor
        )
        for channel in page["channels"]:
            ours = channel.get("creator") == bot and channel.get("created", 0) >= since.timestamp() - SKEW
            if channel["name"] == name and ours:
                return ChannelId(channel["id"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return None


async def _history(
    client: AsyncWebClient, channel: ChannelId, thread: MessageTs | None, since: datetime
) -> AsyncIterator[dict[str, Any]]:
    cursor, oldest = "", f"{since.timestamp() - SKEW:.6f}"
    while True:
        options: dict[str, Any] = {
            "channel": channel,
            "oldest": oldest,
            "limit": PAGE,
            "cursor": cursor,
            "include_all_metadata": True,
        }
        try:
            page = await (
                client.conversations_replies(ts=thread, **options)
                if thread
                else client.conversations_history(**options)
            )
        except SlackApiError as failure:
            if error_name(failure) in UNREADABLE:
                raise CannotLook(error_name(failure)) from failure
            raise
        for message in page["messages"]:
            yield message
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return
