"""Due rows: when each promise and nudge of each incident falls due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.storage.tables import due
from bot.workflows.due import DueKind
from bot.workflows.incident import IncidentId

KNOWN = frozenset(kind.value for kind in DueKind)


@dataclass(frozen=True, kw_only=True)
class DueRow:
    """One thing that falls due."""

    incident: IncidentId
    kind: str
    at: datetime


def rewrite(connection: sa.Connection, incident: IncidentId, times: Mapping[DueKind, datetime]) -> None:
    """Make the rows of an incident what the rules say they are now; rows that are right already are left alone.

    So are kinds that only a newer version knows, which may serve beside this one.
    """
    query = sa.select(due.c.kind, due.c.at).where((due.c.incident == incident) & due.c.kind.in_(KNOWN))
    stored = {row.kind: row.at for row in connection.execute(query)}
    for kind in stored.keys() - {kind.value for kind in times}:
        connection.execute(sa.delete(due).where((due.c.incident == incident) & (due.c.kind == kind)))
    for kind, at in times.items():
        if kind.value not in stored:
            connection.execute(sa.insert(due).values(incident=incident, kind=kind.value, at=at))
        elif stored[kind.value] != at:
            row = (due.c.incident == incident) & (due.c.kind == kind.value)
            connection.execute(sa.update(due).where(row).values(at=at))


def fallen(connection: sa.Connection, now: datetime, limit: int, after: DueRow | None = None) -> list[DueRow]:
    """What has fallen due of the kinds this version knows, oldest first, behind a row, read without locks."""
    order = (due.c.at, due.c.incident, due.c.kind)
    query = sa.select(due).where((due.c.at <= now) & due.c.kind.in_(KNOWN)).order_by(*order).limit(limit)
    if after:
        at = sa.literal(after.at, due.c.at.type)
        query = query.where(sa.tuple_(*order) > sa.tuple_(at, after.incident, after.kind))
    return [DueRow(incident=row.incident, kind=row.kind, at=row.at) for row in connection.execute(query)]
