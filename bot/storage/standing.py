"""How Warroom itself stands, read in one look: what waits, what was given up, what is overdue, what is open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.storage.tables import DEAD, PENDING, counters, due, incidents, outbox, pace

LATELY = timedelta(days=1)
UNGRADED = "unset"
LOOKED_AT = 300  # incidents whose promises are counted, besides the open ones
BEAT = "beat"  # the counter that is written to see whether anything can be


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What waits in the lanes of one kind."""

    waiting: int
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One look. Numbers only: nothing in it tells of a single incident."""

    lanes: Mapping[str, Queue]  # by kind of lane: posts, card, person …
    dead: int  # given up since the beginning
    given_up: Mapping[tuple[str, str], int]  # lately: how often, by effect and error
    overdue: int
    overdue_since: datetime | None
    open_by_severity: Mapping[str, int]
    closed_limits: tuple[str, ...]  # of Slack's, that nobody may draw on now


def look(connection: sa.Connection, now: datetime) -> Standing:
    """How things stand."""
    overdue, overdue_since = connection.execute(
        sa.select(sa.func.count(), sa.func.min(due.c.at, type_=due.c.at.type)).where(due.c.at <= now)
    ).one()
    severity = incidents.c.body["severity"].as_string()
    graded = sa.select(severity, sa.func.count()).where(incidents.c.is_open).group_by(severity)
    dead = (outbox.c.status == DEAD) & (outbox.c.status != PENDING)  # the second is what the index says
    closed = sa.select(pace.c.name).where(pace.c.closed_until > now).order_by(pace.c.name)
    return Standing(
        lanes=_lanes(connection),
        dead=connection.execute(sa.select(sa.func.count()).where(dead)).scalar_one(),
        given_up=_given_up(connection, now - LATELY),
        overdue=overdue, overdue_since=overdue_since,
        open_by_severity={row[0] or UNGRADED: row[1] for row in connection.execute(graded)},
        closed_limits=tuple(connection.execute(closed).scalars()),
    )  # fmt: skip


def promises(connection: sa.Connection, since: datetime, now: datetime) -> tuple[int, int]:
    """Of the updates promised for a time between two moments: how many were sent by then, and of how many."""
    told, standing = incidents.c.body["told"], incidents.c.body["promise"]["at"].as_string()
    newest = sa.select(incidents.c.id).order_by(incidents.c.id.desc()).limit(LOOKED_AT)
    asked = sa.select(told, standing, incidents.c.is_open).where(incidents.c.is_open | incidents.c.id.in_(newest))
    kept = of = 0
    for updates, promised, is_open in connection.execute(asked):
        pairs = [(datetime.fromisoformat(entry["promised"]), datetime.fromisoformat(entry["sent"]))
                 for entry in updates or () if entry.get("promised")]  # fmt: skip
        kept += sum(sent <= by for by, sent in pairs if since <= by <= now)
        of += sum(since <= by <= now for by, _ in pairs)
        of += bool(is_open and promised and since <= datetime.fromisoformat(promised) <= now)
    return kept, of


def beat(connection: sa.Connection, now: datetime) -> None:
    """Write something, to see whether anything can be written.

    Raises:
        bot.storage.database.DatabaseAway: it cannot; or another process wrote its first at the same moment.
    """
    second = int(now.timestamp())
    ours = counters.c.name == BEAT
    if not connection.execute(sa.update(counters).where(ours).values(value=second)).rowcount:
        connection.execute(sa.insert(counters).values(name=BEAT, value=second))


def lane_kind(lane: str) -> str:
    """What a lane is for, without whose it is: `inc-7:posts` is posts, `person:U1` is person."""
    owner, _, purpose = lane.partition(":")
    return purpose if owner.startswith("inc-") else owner


def _lanes(connection: sa.Connection) -> dict[str, Queue]:
    since = sa.func.min(outbox.c.created_at, type_=outbox.c.created_at.type)
    waiting = sa.select(outbox.c.lane, sa.func.count(), since).where(outbox.c.status == PENDING)
    found: dict[str, Queue] = {}
    for lane, count, oldest in connection.execute(waiting.group_by(outbox.c.lane)):
        kind = lane_kind(lane)
        before = found.get(kind, Queue(waiting=0, since=oldest))
        found[kind] = Queue(waiting=before.waiting + count, since=min(before.since, oldest))
    return found


def _given_up(connection: sa.Connection, since: datetime) -> dict[tuple[str, str], int]:
    lately = (outbox.c.settled_at >= since) & (outbox.c.status == DEAD) & (outbox.c.status != PENDING)
    columns = (outbox.c.kind, outbox.c.error)
    query = sa.select(*columns, sa.func.count()).where(lately).group_by(*columns)
    return {(kind, error or ""): count for kind, error, count in connection.execute(query)}
