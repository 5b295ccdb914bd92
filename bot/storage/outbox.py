"""The outbox: effects waiting to be delivered, in lanes, under leases, until they are done or given up.

A row can be claimed when its needs are met, its time has come, nobody holds it, and no earlier row of its lane with
needs met is pending. All of that is one query, so any number of replicas share one outbox.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from bot.storage.codec import EFFECTS, encode_effect
from bot.storage.gathering import gathered
from bot.storage.pace import Budget, Errand, Pacing
from bot.storage.tables import DEAD, DONE, PENDING, incidents, outbox
from bot.workflows.commands import Effect, Rank
from bot.workflows.incident import Incident, IncidentId, Part

CHOICE = 4  # so many times what can be carried is looked at: what the pace puts off makes room for others
LEASE = timedelta(seconds=15)  # a call that begins inside the fence ends inside it
ON_ITS_WAY = timedelta(seconds=2)  # a request outlives the process that sent it by no more than this
UNPACED = Pacing(rate=lambda name: None, price=lambda errand: ())

Row = sa.Row[Any]

Lease = tuple[int, int]  # a row and which attempt at it


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """A claimed row. `uncertain_since` says that an earlier attempt may have reached Slack."""

    id: int
    key: str
    incident: IncidentId
    kind: str
    payload: dict[str, Any]
    holder: int
    attempts: int  # including this one
    uncertain_since: datetime | None
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Of a claim: for how long, how many at most, and of these so many only for what lets people in."""

    lease: timedelta
    limit: int
    kept: int = 0
    pacing: Pacing = UNPACED


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What was claimed, and how long until each turn of those that the pace has put off."""

    parcels: list[Parcel]
    turns: list[timedelta]


@dataclass(frozen=True, kw_only=True)
class Closed:
    """A row that was just closed, and the timeline entries whose evidence its message is."""

    incident: IncidentId
    entries: tuple[int, ...]


@dataclass(frozen=True)
class Letter:
    """A row that was given up, and Slack's name for why."""

    id: int
    kind: str
    error: str


@dataclass(frozen=True)
class Delay:
    """A row that waits long."""

    incident: IncidentId
    kind: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """How the outbox stands."""

    pending: int
    oldest: datetime | None
    dead: int


def add(connection: sa.Connection, incident: Incident, effect: Effect, entry: int | None, now: datetime) -> int:
    """Put an effect into its lane, and return its row; a state effect that waits there already is enough."""
    kind, lane = type(effect).__name__, effect.lane(incident)
    if effect.state and (waiting := _waits_already(connection, incident.id, kind)):
        return waiting
    needs = effect.needs if effect.needs is not None and not incident.knows(effect.needs) else None
    added = connection.execute(
        sa.insert(outbox).values(
            key=uuid4().hex, incident=incident.id, entry=entry, kind=kind, payload=encode_effect(effect), lane=lane,
            rank=effect.rank, needs=needs, status=PENDING, attempts=0, next_at=now, created_at=now,
        ).returning(outbox.c.id)
    )  # fmt: skip
    return int(added.scalar_one())


def _waits_already(connection: sa.Connection, incident: IncidentId, kind: str) -> int | None:
    """The same state effect if it waits unclaimed; it is locked, so it cannot be rendered before we commit."""
    same = (outbox.c.incident == incident) & (outbox.c.kind == kind)
    waiting = same & (outbox.c.status == PENDING) & outbox.c.holder.is_(None)
    return connection.execute(sa.select(outbox.c.id).where(waiting).with_for_update()).scalars().first()


def meet_needs(connection: sa.Connection, incident: IncidentId, parts: tuple[Part, ...]) -> None:
    """Let go what waited for these pieces of furnishing."""
    if parts:
        waiting = (outbox.c.incident == incident) & outbox.c.needs.in_([part.value for part in parts])
        connection.execute(sa.update(outbox).where(waiting).values(needs=None))


def miss_needs(connection: sa.Connection, incident: IncidentId, parts: tuple[Part, ...]) -> None:
    """Hold back what needs pieces of furnishing that are gone: it goes out when they are there anew.

    What is on its way at this moment ends as it began; if it fails, it waits too.
    """
    for part in parts:
        kinds = [kind for kind, effect in EFFECTS.items() if effect.needs is part]
        theirs = (outbox.c.incident == incident) & (outbox.c.status == PENDING) & outbox.c.kind.in_(kinds)
        connection.execute(sa.update(outbox).where(theirs).values(needs=part.value))


def claim(connection: sa.Connection, holder: int, now: datetime, terms: Terms) -> Claim:
    """Take heads of lanes under a lease, as far as the pace allows, and first those that let people in.

    What has to wait is put off to its turn: then it is looked at again, in the order of ranks.
    """
    candidates = _heads(now).limit(terms.limit * CHOICE)
    rows = connection.execute(candidates.with_for_update(skip_locked=True, of=outbox)).all()
    chosen, put_off = _choose(connection, rows, now, terms)
    for row, wait in put_off:
        connection.execute(sa.update(outbox).where(outbox.c.id == row.id).values(next_at=now + wait))
    if chosen:
        connection.execute(
            sa.update(outbox).where(outbox.c.id.in_([row.id for row in chosen])).values(
                holder=holder, leased_until=now + terms.lease, attempts=outbox.c.attempts + 1,
                uncertain_since=sa.func.coalesce(outbox.c.uncertain_since, sa.literal(now, outbox.c.next_at.type)),
            )
        )  # fmt: skip
    parcels = [_parcel(row, holder, gathered(connection, row, now)) for row in chosen]
    return Claim(parcels=parcels, turns=[wait for _, wait in put_off])


def _choose(
    connection: sa.Connection, rows: Sequence[Row], now: datetime, terms: Terms
) -> tuple[list[Row], list[tuple[Row, timedelta]]]:
    """Which rows may go now, and which have to wait how long for their turn."""
    prices = {row.id: terms.pacing.price(_errand(row)) for row in rows}
    budget = Budget.of(connection, {name for names in prices.values() for name in names}, terms.pacing.rate, now)
    chosen: list[Row] = []
    put_off: list[tuple[Row, timedelta]] = []
    for row in rows:
        wait = budget.queue(prices[row.id])
        if wait:
            put_off.append((row, wait))
        elif len(chosen) < terms.limit - (terms.kept if row.rank > Rank.PEOPLE else 0):
            budget.take(prices[row.id])
            chosen.append(row)
    budget.save()
    return chosen, put_off


def _heads(now: datetime) -> sa.Select[Any]:
    """The heads of lanes whose time has come, with what their incident has in Slack already."""
    earlier = outbox.alias()
    waiting = (outbox.c.status == PENDING) & outbox.c.needs.is_(None) & outbox.c.holder.is_(None)
    # A newer version may ask for more than this one knows; such rows wait for one that does.
    ready = waiting & (outbox.c.next_at <= now) & outbox.c.kind.in_(EFFECTS)
    overtaken = sa.exists().where(
        (earlier.c.lane == outbox.c.lane) & (earlier.c.id < outbox.c.id)
        & (earlier.c.status == PENDING) & earlier.c.needs.is_(None)
    )  # fmt: skip
    has_card = incidents.c.body["card"]["ts"].as_string().is_not(None).label("has_card")
    has_announcement = incidents.c.body["announcement"]["ts"].as_string().is_not(None).label("has_announcement")
    theirs = outbox.join(incidents, incidents.c.id == outbox.c.incident)
    query = sa.select(outbox, has_card, has_announcement).select_from(theirs)
    return query.where(ready & ~overtaken).order_by(outbox.c.rank, outbox.c.id)


def _errand(row: Row) -> Errand:
    return Errand(
        kind=row.kind, payload=row.payload, incident=row.incident, has_card=row.has_card,
        has_announcement=row.has_announcement,
    )  # fmt: skip


def _parcel(row: Row, holder: int, payload: dict[str, Any]) -> Parcel:
    return Parcel(
        id=row.id, key=row.key, incident=row.incident, kind=row.kind, payload=payload, holder=holder,
        attempts=row.attempts + 1, uncertain_since=row.uncertain_since, created_at=row.created_at,
    )  # fmt: skip


def settle(connection: sa.Connection, row_id: int, now: datetime, error: str | None = None) -> Closed | None:
    """Close a row: done, or dead with its error. None when it was closed already."""
    open_row = (outbox.c.id == row_id) & (outbox.c.status == PENDING)
    row = connection.execute(
        sa.select(outbox.c.incident, outbox.c.entry, outbox.c.payload).where(open_row).with_for_update()
    ).one_or_none()
    if row is None:
        return None
    values = {"status": DEAD if error else DONE, "error": error, "settled_at": now, "holder": None}
    connection.execute(sa.update(outbox).where(outbox.c.id == row_id).values(**values, leased_until=None))
    own = () if row.entry is None else (row.entry,)
    return Closed(incident=row.incident, entries=(*own, *row.payload.get("entries", ())))


def put_back(connection: sa.Connection, parcel: Parcel, next_at: datetime, error: str, *, certain: bool) -> None:
    """Give a row back to be tried again, unless its lease has passed to somebody else meanwhile.

    `certain` says that this attempt did not reach Slack, nor any before it.
    """
    values: dict[str, Any] = {"holder": None, "leased_until": None, "next_at": next_at, "error": error}
    if certain:
        values["uncertain_since"] = None
    ours = (outbox.c.id == parcel.id) & (outbox.c.status == PENDING) & (outbox.c.holder == parcel.holder)
    same = outbox.c.attempts == parcel.attempts  # we may hold it anew, after our first lease was voided
    connection.execute(sa.update(outbox).where(ours & same).values(**values))


def hasten(connection: sa.Connection, now: datetime, except_error: str) -> int:
    """End the pauses after failures, but for those after one error; returns how many."""
    pausing = (outbox.c.status == PENDING) & outbox.c.holder.is_(None) & (outbox.c.next_at > now)
    failed = outbox.c.error.is_not(None) & (outbox.c.error != except_error)
    found = sa.select(outbox.c.id).where(pausing & failed).with_for_update(skip_locked=True)
    rows = connection.execute(found).scalars().all()
    if rows:
        connection.execute(sa.update(outbox).where(outbox.c.id.in_(rows)).values(next_at=now))
    return len(rows)


def free(connection: sa.Connection, dead: set[int] | None, lapsed: Collection[Lease] = ()) -> int:
    """Void the leases of dead holders (of all for None), and those that lasted too long; returns how many.

    What a process asked of Slack in its last moment may still be on its way: it is looked for a little later.
    """
    held = outbox.c.holder.is_not(None) & (outbox.c.status == PENDING)
    of_lapsed = sa.tuple_(outbox.c.id, outbox.c.attempts).in_(list(lapsed)) if lapsed else sa.false()
    void = sa.true() if dead is None else outbox.c.holder.in_(dead) | of_lapsed
    # Rows that somebody works on at this moment are passed over: waiting for them could end in a deadlock.
    query = sa.select(outbox.c.id, outbox.c.leased_until).where(held & void).with_for_update(skip_locked=True)
    found = connection.execute(query).all()
    for row in found:
        arrived = row.leased_until - LEASE + ON_ITS_WAY
        freed = sa.update(outbox).where(outbox.c.id == row.id)
        connection.execute(freed.values(holder=None, leased_until=None, next_at=arrived))
    return len(found)


def bring_forward(connection: sa.Connection, now: datetime) -> None:
    """After the clock was put back: nothing waits for a time that was reckoned by the clock of before."""
    waiting = (outbox.c.status == PENDING) & (outbox.c.next_at > now)
    connection.execute(sa.update(outbox).where(waiting).values(next_at=now))


def leases(connection: sa.Connection) -> set[Lease]:
    """Every lease there is now."""
    held = outbox.c.holder.is_not(None) & (outbox.c.status == PENDING)
    return {(row.id, row.attempts) for row in connection.execute(sa.select(outbox.c.id, outbox.c.attempts).where(held))}


def holders(connection: sa.Connection) -> set[int]:
    """Everyone who holds a lease now."""
    query = sa.select(outbox.c.holder).where(outbox.c.holder.is_not(None) & (outbox.c.status == PENDING)).distinct()
    return set(connection.execute(query).scalars())


def backlog(connection: sa.Connection) -> Backlog:
    """How many wait, since when, and how many were given up."""
    waiting = outbox.c.status == PENDING
    oldest = sa.func.min(outbox.c.created_at, type_=outbox.c.created_at.type)
    count, since = connection.execute(sa.select(sa.func.count(), oldest).where(waiting)).one()
    dead = connection.execute(sa.select(sa.func.count()).where(outbox.c.status == DEAD)).scalar_one()
    return Backlog(pending=count, oldest=since, dead=dead)


def held_up(connection: sa.Connection, before: datetime, incident: IncidentId | None = None) -> list[Delay]:
    """What could have been delivered before a moment and still was not, of one incident or of all, oldest first."""
    late = (outbox.c.status == PENDING) & outbox.c.needs.is_(None) & (outbox.c.created_at < before)
    query = sa.select(outbox.c.incident, outbox.c.kind, outbox.c.created_at).where(late).order_by(outbox.c.id)
    if incident is not None:
        query = query.where(outbox.c.incident == incident)
    return [Delay(*row) for row in connection.execute(query)]


def waiting(connection: sa.Connection, incident: IncidentId) -> int:
    """How many deliveries of an incident wait."""
    theirs = (outbox.c.incident == incident) & (outbox.c.status == PENDING)
    return connection.execute(sa.select(sa.func.count()).where(theirs)).scalar_one()


def dead_letters(connection: sa.Connection, limit: int = 20) -> list[tuple[IncidentId, str, str]]:
    """What was given up, newest first: incident, kind, error."""
    query = sa.select(outbox.c.incident, outbox.c.kind, outbox.c.error).where(outbox.c.status == DEAD)
    return [
        (row[0], row[1], row[2] or "") for row in connection.execute(query.order_by(outbox.c.id.desc()).limit(limit))
    ]


def given_up(connection: sa.Connection, incident: IncidentId, kinds: Collection[str], since: datetime) -> list[Letter]:
    """What of an incident was given up since a moment, of some kinds, oldest first."""
    query = sa.select(outbox.c.id, outbox.c.kind, outbox.c.error).where(
        (outbox.c.incident == incident) & (outbox.c.status == DEAD) & outbox.c.kind.in_(kinds)
        & (outbox.c.settled_at >= since)
    )  # fmt: skip
    return [Letter(row.id, row.kind, row.error or "") for row in connection.execute(query.order_by(outbox.c.id))]


def revive(connection: sa.Connection, incident: Incident, ids: Sequence[int], now: datetime) -> None:
    """Try again what was given up; whether it had arrived after all is looked up first, as after any doubt."""
    query = sa.select(outbox.c.id, outbox.c.kind).where(
        (outbox.c.incident == incident.id) & (outbox.c.status == DEAD) & outbox.c.id.in_(ids)
    )
    for row in connection.execute(query.with_for_update()).all():
        needs = EFFECTS[row.kind].needs if row.kind in EFFECTS else None
        values = {
            "status": PENDING, "attempts": 0, "error": None, "settled_at": None, "next_at": now, "created_at": now,
            "needs": needs if needs is not None and not incident.knows(needs) else None,
        }  # fmt: skip
        connection.execute(sa.update(outbox).where(outbox.c.id == row.id).values(**values))


def forget_before(connection: sa.Connection, moment: datetime) -> int:
    """Drop what was done before a moment; what was given up stays for people to see. Returns how many."""
    old = (outbox.c.status == DONE) & (outbox.c.settled_at < moment)
    return connection.execute(sa.delete(outbox).where(old)).rowcount
