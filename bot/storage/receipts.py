"""Receipts: what has been done once and must not be done again, written in the transaction that did it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.storage.tables import receipts
from bot.workflows.incident import IncidentId

KEY_LIMIT = 400  # characters, the column's own width


def find(connection: sa.Connection, key: str, since: datetime | None = None) -> tuple[bool, IncidentId | None]:
    """Whether a request was done already (since then), and the incident it concerned."""
    query = sa.select(receipts.c.incident, receipts.c.at).where(receipts.c.key == key)
    row = connection.execute(query).one_or_none()
    if row is None or (since is not None and row.at < since):
        return False, None
    return True, row.incident


def write(connection: sa.Connection, key: str, incident: IncidentId | None, now: datetime) -> None:
    """Note that a request is done.

    Raises:
        sqlalchemy.exc.IntegrityError: another transaction did it first; look again.
    """
    connection.execute(sa.insert(receipts).values(key=key, incident=incident, at=now))


def write_first(connection: sa.Connection, key: str, until: datetime) -> bool:
    """Note what is done once until a moment, and by one process; False when that is noted already.

    It is forgotten some time after that moment, as receipts of requests are after theirs.
    """
    if find(connection, key)[0]:
        return False
    try:
        with connection.begin_nested():
            write(connection, key, None, until)
    except IntegrityError:
        return False
    return True


def take_over(connection: sa.Connection, key: str, before: datetime, now: datetime) -> bool:
    """Begin anew, once for all processes, what was noted before a moment and never finished; False when it was not."""
    stale = (receipts.c.key == key) & (receipts.c.at < before)
    return connection.execute(sa.update(receipts).where(stale).values(at=now)).rowcount == 1


def renew(connection: sa.Connection, key: str, incident: IncidentId, now: datetime) -> None:
    """Note what is done once per while, in place of an older receipt; the caller keeps others from doing the same."""
    connection.execute(sa.delete(receipts).where(receipts.c.key == key))
    write(connection, key, incident, now)


def take_back(connection: sa.Connection, key: str) -> None:
    """Note that a request was not done after all."""
    connection.execute(sa.delete(receipts).where(receipts.c.key == key))


def forget_before(connection: sa.Connection, moment: datetime) -> int:
    """Drop receipts nobody will ask for any more; returns how many."""
    return connection.execute(sa.delete(receipts).where(receipts.c.at < moment)).rowcount
