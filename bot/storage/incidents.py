"""Incidents: the number, loading with a lock, saving with a version, and the ways to look one up."""

from datetime import UTC, datetime

import sqlalchemy as sa

from bot.storage.codec import decode_incident, encode_incident
from bot.storage.tables import counters, due, incidents
from bot.workflows.due import DueKind
from bot.workflows.incident import ChannelId, Incident, IncidentId, Stamp, UserId
from bot.workflows.policy import Policy

LOOKED_AT = 300  # of the incidents that are over


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
        "declared_at": incident.at(Stamp.DECLARED),
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


def announced_in(connection: sa.Connection, channel: ChannelId, policy: Policy) -> list[Incident]:
    """The open incidents whose announcement stands in a channel."""
    there = incidents.c.body["announcement"]["channel"].as_string() == channel
    query = sa.select(incidents.c.body).where(incidents.c.is_open & there).order_by(incidents.c.id)
    return [decode_incident(body, policy) for body in connection.execute(query).scalars()]


def unfinished(connection: sa.Connection, policy: Policy) -> list[Incident]:
    """Those that have not ended, oldest first."""
    query = sa.select(incidents.c.body).where(incidents.c.body["ending"].as_string().is_(None))
    return [decode_incident(body, policy) for body in connection.execute(query.order_by(incidents.c.id)).scalars()]


def open_ones(connection: sa.Connection, policy: Policy) -> list[Incident]:
    """The open incidents, newest first."""
    query = sa.select(incidents.c.body).where(incidents.c.is_open).order_by(incidents.c.id.desc())
    return [decode_incident(body, policy) for body in connection.execute(query).scalars()]


def resolved_since(connection: sa.Connection, moment: datetime, policy: Policy) -> list[Incident]:
    """Those that are over and were resolved since a moment, the newest first; only the last declared are looked at."""
    over = sa.select(incidents.c.id, incidents.c.body).where(~incidents.c.is_open).order_by(incidents.c.id.desc())
    last = over.limit(LOOKED_AT).subquery()
    resolved = last.c.body["stamps"][Stamp.RESOLVED.value]["at"].as_string()
    # Moments are stored in UTC as ISO 8601 writes them, so that their texts have their order.
    query = sa.select(last.c.body).where(resolved >= f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}")
    found = connection.execute(query.order_by(last.c.id.desc())).scalars()
    return [decode_incident(body, policy) for body in found]


def with_actions(connection: sa.Connection, policy: Policy) -> list[Incident]:
    """Those with action items that are still to be done: each has a row for when somebody is reminded next."""
    rows = sa.select(due.c.incident).where(due.c.kind == DueKind.ACTIONS_DUE.value)
    query = sa.select(incidents.c.body).where(incidents.c.id.in_(rows)).order_by(incidents.c.id.desc())
    return [decode_incident(body, policy) for body in connection.execute(query).scalars()]


def of_person(connection: sa.Connection, user: UserId, policy: Policy) -> list[Incident]:
    """The open incidents a person takes part in, newest first."""
    return [incident for incident in open_ones(connection, policy) if user in incident.participants]
