"""Incidents: the number, loading with a lock, saving with a version, and the ways to look one up."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bot.storage.codec import decode_incident, encode_incident
from bot.storage.tables import counters, due, incidents
from bot.workflows.due import DueKind
from bot.workflows.incident import ChannelId, Incident, IncidentId, Stamp, UserId
from bot.workflows.policy import Policy

LOOKED_AT = 300  # of the incidents that are over
KEPT, READ_AT_ONCE = 2_000, 500
KEY = (incidents.c.id, incidents.c.version)


class VersionMoved(Exception):
    """Somebody else saved this incident since it was loaded."""


def queue_for_number(connection: sa.Connection) -> None:
    """Wait until no other opening is under way; the next ones wait until this transaction ends."""
    connection.execute(sa.select(counters.c.value).where(counters.c.name == "incident").with_for_update())


def next_number(connection: sa.Connection) -> IncidentId:
    """The next number, never given out twice."""
    taken = sa.update(counters).where(counters.c.name == "incident").values(value=counters.c.value + 1)
    return IncidentId(connection.execute(taken.returning(counters.c.value)).scalar_one())


def load(
    connection: sa.Connection, number: IncidentId, policy: Policy, *, lock: bool = False
) -> tuple[Incident, int] | None:
    """An incident and its version, or None; with `lock`, nobody else can save it until the transaction ends."""
    query = sa.select(incidents.c.body, incidents.c.version).where(incidents.c.id == number)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return (decode_incident(row.body, policy), row.version) if row else None


def save(connection: sa.Connection, incident: Incident, version: int) -> None:
    """Store what an incident became; `version` is the one it was loaded with, 0 for a new one.

    Raises:
        VersionMoved: another save came between.
    """
    values = {
        "version": version + 1,
        "title": incident.title,
        "is_open": incident.is_open,
        "private": incident.private,
        "room": incident.room.channel if incident.room else None,
        "declared_at": incident.at(Stamp.DECLARED) or incident.backfilled,
        "body": encode_incident(incident),
    }
    if version == 0:
        connection.execute(sa.insert(incidents).values(id=incident.id, **values))
        return
    ours = (incidents.c.id == incident.id) & (incidents.c.version == version)
    if connection.execute(sa.update(incidents).where(ours).values(**values)).rowcount != 1:
        raise VersionMoved(incident.name)


def by_room(connection: sa.Connection, channel: ChannelId, policy: Policy) -> Incident | None:
    """The incident whose room a channel is."""
    body = connection.execute(sa.select(incidents.c.body).where(incidents.c.room == channel)).scalar_one_or_none()
    return decode_incident(body, policy) if body else None


class Shelf:
    """Incidents as they were read last, so that lists decode only what has changed since. Threads may share it."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._kept: dict[IncidentId, tuple[int, Incident]] = {}

    def take(self, connection: sa.Connection, chosen: sa.Select[Any]) -> list[Incident]:
        """The incidents whose numbers and versions a query chooses, in its order."""
        wanted = [(IncidentId(row[0]), row[1]) for row in connection.execute(chosen)]
        kept = self._kept
        found = {number: kept[number][1] for number, version in wanted if kept.get(number, (0,))[0] == version}
        missing = [number for number, _ in wanted if number not in found]
        for begin in range(0, len(missing), READ_AT_ONCE):
            some = incidents.c.id.in_(missing[begin : begin + READ_AT_ONCE])
            rows = connection.execute(sa.select(incidents.c.id, incidents.c.version, incidents.c.body).where(some))
            for number, version, body in rows:
                found[number] = decode_incident(body, self._policy)
                kept[number] = version, found[number]
        for number in list(kept)[: max(0, len(kept) - KEPT)]:
            kept.pop(number, None)
        return [found[number] for number, _ in wanted if number in found]


def announced_in(connection: sa.Connection, channel: ChannelId, shelf: Shelf) -> list[Incident]:
    """The open incidents whose announcement stands in a channel."""
    there = incidents.c.body["announcement"]["channel"].as_string() == channel
    return shelf.take(connection, sa.select(*KEY).where(incidents.c.is_open & there).order_by(incidents.c.id))


def unfinished(connection: sa.Connection, shelf: Shelf) -> list[Incident]:
    """Those that have not ended, oldest first."""
    going_on = incidents.c.body["ending"].as_string().is_(None)
    return shelf.take(connection, sa.select(*KEY).where(going_on).order_by(incidents.c.id))


def open_ones(connection: sa.Connection, shelf: Shelf) -> list[Incident]:
    """The open incidents, newest first."""
    return shelf.take(connection, sa.select(*KEY).where(incidents.c.is_open).order_by(incidents.c.id.desc()))


def every(connection: sa.Connection, policy: Policy, *, over: bool) -> list[Incident]:
    """The open incidents, and with `over` those too that are over, oldest first."""
    query = sa.select(incidents.c.body).order_by(incidents.c.id)
    wanted = query if over else query.where(incidents.c.is_open)
    return [decode_incident(body, policy) for body in connection.execute(wanted).scalars()]


def resolved_since(connection: sa.Connection, moment: datetime, shelf: Shelf) -> list[Incident]:
    """Those that are over and were resolved since a moment, the newest first; only the last declared are looked at."""
    over = sa.select(*KEY, incidents.c.body).where(~incidents.c.is_open).order_by(incidents.c.id.desc())
    last = over.limit(LOOKED_AT).subquery()
    resolved = last.c.body["stamps"][Stamp.RESOLVED.value]["at"].as_string()
    # Moments are stored in UTC as ISO 8601 writes them, so that their texts have their order.
    lately = sa.select(last.c.id, last.c.version).where(resolved >= f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}")
    return shelf.take(connection, lately.order_by(last.c.id.desc()))


def with_actions(connection: sa.Connection, shelf: Shelf) -> list[Incident]:
    """Those with action items that are still to be done: each has a row for when somebody is reminded next."""
    rows = sa.select(due.c.incident).where(due.c.kind == DueKind.ACTIONS_DUE.value)
    return shelf.take(connection, sa.select(*KEY).where(incidents.c.id.in_(rows)).order_by(incidents.c.id.desc()))


def of_person(connection: sa.Connection, user: UserId, shelf: Shelf) -> list[Incident]:
    """The open incidents a person takes part in, newest first."""
    return [incident for incident in open_ones(connection, shelf) if user in incident.participants]
