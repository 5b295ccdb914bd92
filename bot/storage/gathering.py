"""Gathering in the outbox: rows of one lane that nobody tried to send yet become one, before it is sent."""

from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any

import sqlalchemy as sa

from bot.storage.codec import decode_effect, encode_effect
from bot.storage.tables import DONE, PENDING, outbox
from bot.workflows.effects import PostInRoom
from bot.workflows.gathering import Waiting, together

AT_MOST = 200  # rows that are looked at

Row = sa.Row[Any]


def gathered(connection: sa.Connection, head: Row, now: datetime) -> dict[str, Any]:
    """The payload of a row that was just claimed, with what waits behind it where that is told together.

    All in the transaction of the claim, and only what was never tried: of such a row nothing can be in Slack yet. From
    then on the one message has one key, so that it is looked for and sent again as any other. `head` is the row as it
    was before the claim. Rows behind a pending head are nobody else's to claim.
    """
    rows = [head, *_behind(connection, head)] if _is_news(head) else []
    told = together([_waiting(row) for row in takewhile(_is_news, rows)], now)
    if told is None:
        payload: dict[str, Any] = head.payload
        return payload
    count, effect = told
    _settle(connection, rows[1:count], now)
    payload = {**head.payload, **encode_effect(effect)}  # what a newer version added stays
    connection.execute(sa.update(outbox).where(outbox.c.id == head.id).values(payload=payload))
    return payload


def _is_news(row: Row) -> bool:
    untried = row.attempts == 0 and row.uncertain_since is None
    return untried and row.kind == PostInRoom.__name__


def _behind(connection: sa.Connection, head: Row) -> Sequence[Row]:
    lane = (outbox.c.lane == head.lane) & (outbox.c.id > head.id)
    waiting = (outbox.c.status == PENDING) & outbox.c.needs.is_(None) & outbox.c.holder.is_(None)
    query = sa.select(outbox).where(lane & waiting).order_by(outbox.c.id).limit(AT_MOST)
    return connection.execute(query.with_for_update()).all()


def _waiting(row: Row) -> Waiting:
    effect = decode_effect(row.kind, row.payload)
    if not isinstance(effect, PostInRoom):
        raise TypeError(row.kind)
    return Waiting(since=row.created_at, effect=effect, entry=row.entry)


def _settle(connection: sa.Connection, rows: Sequence[Row], now: datetime) -> None:
    """Close those that were gathered: their words are in the one message now."""
    values = {"status": DONE, "settled_at": now}
    connection.execute(sa.update(outbox).where(outbox.c.id.in_([row.id for row in rows])).values(**values))
