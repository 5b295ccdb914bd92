"""What people write in the rooms is kept beside the incident, through edits and deletions."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.handlers.asking import channel_of
from bot.handlers.noticing import message_deleted
from bot.handlers.services import Payload, Services
from bot.queries import RoomMessage
from bot.workflows.foreign import is_ts, part, words
from bot.workflows.incident import ChannelId, MessageTs


def register(app: AsyncApp, services: Services) -> None:
    """Take every message event, whatever its subtype."""

    async def heard(ack: AsyncAck, body: Payload) -> None:
        message = room_message(part(body, "event"))
        if message:
            await services.queries.keep_message(message)
        await message_deleted(services, body)
        await ack()

    app.event("message")(heard)


def room_message(event: Payload) -> RoomMessage | None:
    """The message an event is about, as it is now; None when no person wrote it or nothing of it changed."""
    channel, subtype, before = (
        channel_of(words(event, "channel")),
        event.get("subtype"),
        part(event, "previous_message"),
    )
    if subtype == "message_deleted":
        return _deleted(channel, words(event, "deleted_ts"), before)
    if subtype == "message_changed":
        changed = part(event, "message")
        if changed.get("subtype") == "tombstone":  # deleted, but its thread lives on
            return _deleted(channel, words(changed, "ts"), before)
        return RoomMessage.written(channel, changed) if changed.get("edited") else None
    return RoomMessage.written(channel, event)


def _deleted(channel: ChannelId, ts: str, before: dict[str, Any]) -> RoomMessage | None:
    if not (is_ts(ts) and channel) or before.get("bot_id"):
        return None
    return RoomMessage(channel=channel, ts=MessageTs(ts), text="", deleted=True)
