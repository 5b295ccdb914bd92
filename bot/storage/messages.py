"""What people wrote in the rooms: one row per message, following edits and deletions in whatever order they arrive."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

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
    """Store a message of a room, its edit or its deletion; messages elsewhere and older versions are ignored.

    One statement, so that versions told of at the same moment queue for the row instead of undoing each other.
    """
    if connection.execute(sa.select(incidents.c.id).where(incidents.c.room == message.channel)).first() is None:
        return
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    told = insert(messages).values(
        channel=message.channel, ts=message.ts, thread_ts=message.thread_ts, author=message.author, text=message.text,
        edited_ts=message.edited_ts, deleted=message.deleted, files=list(message.files),
    )  # fmt: skip
    new = told.excluded
    newer = ~messages.c.deleted & (new.deleted | (new.edited_ts > messages.c.edited_ts))
    values: dict[str, sa.ColumnElement[object]] = {
        name: new[name] for name in ("text", "edited_ts", "deleted", "files")
    }
    values |= {name: sa.func.coalesce(new[name], messages.c[name]) for name in ("author", "thread_ts")}
    connection.execute(
        told.on_conflict_do_update(index_elements=[messages.c.channel, messages.c.ts], set_=values, where=newer)
    )


def is_known(connection: sa.Connection, channel: ChannelId, ts: MessageTs) -> bool:
    """Whether a message is stored."""
    row = (messages.c.channel == channel) & (messages.c.ts == ts)
    return connection.execute(sa.select(messages.c.ts).where(row)).first() is not None
