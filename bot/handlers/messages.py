"""What people write in the rooms is kept beside the incident, through edits and deletions."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.handlers.services import Payload, Services
from bot.queries import RoomMessage
from bot.workflows.incident import ChannelId, MessageTs, UserId
from bot.workflows.text import plain

WRITTEN = frozenset({None, "file_share", "thread_broadcast", "me_message"})  # what people write; the rest is news
NAMED_FILES = 20


def register(app: AsyncApp, services: Services) -> None:
    """Take every message event, whatever its subtype."""

    async def heard(ack: AsyncAck, body: Payload) -> None:
        message = room_message(body.get("event") or {})
        if message:
            await services.queries.keep_message(message)
        await ack()

    app.event("message")(heard)


def room_message(event: Payload) -> RoomMessage | None:
    """The message an event is about, as it is now; None when no person wrote it or nothing of it changed."""
    channel, subtype = ChannelId(event.get("channel") or ""), event.get("subtype")
    if subtype == "message_deleted":
        return _deleted(channel, event.get("deleted_ts"), event.get("previous_message") or {})
    if subtype == "message_changed":
        changed = event.get("message") or {}
        if changed.get("subtype") == "tombstone":  # deleted, but its thread lives on
            return _deleted(channel, changed.get("ts"), event.get("previous_message") or {})
        return _written(channel, changed) if changed.get("edited") else None
    return _written(channel, event)


def _written(channel: ChannelId, message: dict[str, Any]) -> RoomMessage | None:
    ts, thread = message.get("ts"), message.get("thread_ts")
    if message.get("subtype") not in WRITTEN or message.get("bot_id") or not (ts and channel and message.get("user")):
        return None
    return RoomMessage(
        channel=channel,
        ts=MessageTs(ts),
        text=plain(message.get("text") or ""),
        author=UserId(message["user"]),
        thread_ts=MessageTs(thread) if thread and thread != ts else None,
        edited_ts=(message.get("edited") or {}).get("ts") or "",
        files=tuple(plain(file.get("name") or "") or "a file" for file in (message.get("files") or ())[:NAMED_FILES]),
    )


def _deleted(channel: ChannelId, ts: str | None, before: dict[str, Any]) -> RoomMessage | None:
    if not (ts and channel) or before.get("bot_id"):
        return None
    return RoomMessage(channel=channel, ts=MessageTs(ts), text="", deleted=True)
