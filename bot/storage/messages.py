"""What people wrote in the rooms: one row per message, following edits and deletions in whatever order they arrive."""

from dataclasses import dataclass

import sqlalchemy as sa

from bot.storage.tables import incidents, messages
from bot.workflows.incident import ChannelId, MessageTs, UserId


@dataclass(frozen=True, kw_only=True)
class RoomMessage:
    """A message as it is now; `edited_ts` is empty for one that was never edited."""

    channel: ChannelId
    ts: MessageTs
    text: str
    author: UserId | None = None
    thread_ts: MessageTs | None = None
    edited_ts: str = ""
    deleted: bool = False
    files: tuple[str, ...] = ()


def keep(connection: sa.Connection, message: RoomMessage) -> None:
    """Store a message of a room, its edit or its deletion; messages elsewhere and older versions are ignored."""
    if connection.execute(sa.select(incidents.c.id).where(incidents.c.room == message.channel)).first() is None:
        return
    row = (messages.c.channel == message.channel) & (messages.c.ts == message.ts)
    found = connection.execute(sa.select(messages.c.edited_ts, messages.c.deleted).where(row)).one_or_none()
    if found and (found.deleted or (not message.deleted and message.edited_ts <= found.edited_ts)):
        return
    values = {
        "text": message.text, "edited_ts": message.edited_ts, "deleted": message.deleted, "files": list(message.files),
        "author": message.author, "thread_ts": message.thread_ts,
    }  # fmt: skip
    if found:
        known = {key: value for key, value in values.items() if value is not None}
        connection.execute(sa.update(messages).where(row).values(**known))
    else:
        connection.execute(sa.insert(messages).values(channel=message.channel, ts=message.ts, **values))


def is_known(connection: sa.Connection, channel: ChannelId, ts: MessageTs) -> bool:
    """Whether a message is stored."""
    row = (messages.c.channel == channel) & (messages.c.ts == ts)
    return connection.execute(sa.select(messages.c.ts).where(row)).first() is not None
