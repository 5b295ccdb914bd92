"""What people wrote in the rooms: one row per message, following edits and deletions in whatever order they arrive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.storage.tables import counters, incidents, messages
from bot.workflows.foreign import is_ts, is_user, parts, words
from bot.workflows.incident import ChannelId, MessageTs, UserId
from bot.workflows.masking import masked
from bot.workflows.text import plain

WRITTEN = frozenset(
    {"file_share", "thread_broadcast", "me_message"}
)  # what people write, besides what has none; the rest is news
NAMED_FILES = 20
BOOKMARK = "read:"  # before a channel's id, the name of a counter of microseconds


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

    @classmethod
    def written(cls, channel: ChannelId, message: Mapping[str, Any]) -> Self | None:
        """A message as Slack describes it, None when no person wrote it."""
        ts, thread, author = words(message, "ts"), words(message, "thread_ts"), words(message, "user")
        news = message.get("subtype") is not None and words(message, "subtype") not in WRITTEN
        if news or message.get("bot_id") or not (channel and is_ts(ts) and is_user(author)):
            return None
        edited, files = words(message, "edited", "ts"), parts(message, "files")[:NAMED_FILES]
        return cls(
            channel=channel, ts=MessageTs(ts), text=plain(words(message, "text")), author=UserId(author),
            thread_ts=MessageTs(thread) if is_ts(thread) and thread != ts else None,
            edited_ts=edited if is_ts(edited) else "",
            files=tuple(plain(words(file, "name")) or "a file" for file in files),
        )  # fmt: skip


def keep(connection: sa.Connection, message: RoomMessage) -> None:
    """Store a message of a room, its edit or its deletion; messages elsewhere and older versions are ignored.

    Secrets are masked here, whichever way the message came. One statement, so that versions told of at the same moment
    queue for the row instead of undoing each other.
    """
    if connection.execute(sa.select(incidents.c.id).where(incidents.c.room == message.channel)).first() is None:
        return
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    told = insert(messages).values(
        channel=message.channel, ts=message.ts, thread_ts=message.thread_ts, author=message.author,
        text=masked(message.text), edited_ts=message.edited_ts, deleted=message.deleted,
        files=[masked(name) for name in message.files],
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


def keep_all(connection: sa.Connection, told: Sequence[RoomMessage]) -> None:
    """Store several."""
    for message in told:
        keep(connection, message)


def is_known(connection: sa.Connection, channel: ChannelId, ts: MessageTs) -> bool:
    """Whether a message is stored."""
    row = (messages.c.channel == channel) & (messages.c.ts == ts)
    return connection.execute(sa.select(messages.c.ts).where(row)).first() is not None


def known(
    connection: sa.Connection, channel: ChannelId, since: str = ""
) -> dict[MessageTs, tuple[str, MessageTs | None]]:
    """The messages of a room since a ts, as stored and not deleted: when each was edited, and of which thread it is."""
    query = sa.select(messages.c.ts, messages.c.edited_ts, messages.c.thread_ts).where(
        messages.c.channel == channel, messages.c.ts > since, ~messages.c.deleted
    )
    return {MessageTs(row.ts): (row.edited_ts, row.thread_ts) for row in connection.execute(query)}


def busy_threads(connection: sa.Connection, channel: ChannelId, since: str, limit: int) -> list[MessageTs]:
    """The threads of a room in which somebody wrote since a ts, the one written in last first."""
    latest = sa.func.max(messages.c.ts)
    written = (messages.c.channel == channel) & (messages.c.ts >= since) & messages.c.thread_ts.is_not(None)
    query = sa.select(messages.c.thread_ts).where(written).group_by(messages.c.thread_ts).order_by(latest.desc())
    return [MessageTs(ts) for ts in connection.execute(query.limit(limit)).scalars()]


def read_up_to(connection: sa.Connection, channel: ChannelId) -> MessageTs | None:
    """Up to which message Slack's history of a room has been read without a hole; None when it never was."""
    query = sa.select(counters.c.value).where(counters.c.name == BOOKMARK + channel)
    micros = connection.execute(query).scalar_one_or_none()
    return MessageTs(f"{micros // 1_000_000}.{micros % 1_000_000:06d}") if micros is not None else None


def was_read_up_to(connection: sa.Connection, channel: ChannelId, ts: MessageTs) -> None:
    """Remember that; it only ever moves forward."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    told = insert(counters).values(name=BOOKMARK + channel, value=int(ts.replace(".", "")))
    further = told.excluded.value > counters.c.value
    connection.execute(
        told.on_conflict_do_update(index_elements=[counters.c.name], set_={"value": told.excluded.value}, where=further)
    )
