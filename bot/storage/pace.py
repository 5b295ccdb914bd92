"""The pace: how soon Slack may be asked for something again, in rows that all replicas share.

Each limit is a bucket of tokens that come back one by one, kept as the moment when it will be full again (the generic
cell rate algorithm): one row, one write, nothing to count.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.storage.tables import pace
from bot.workflows.incident import IncidentId

NOW = timedelta(0)
LONGEST_REFILL = timedelta(minutes=2)  # a moment further ahead was written before the clock was put back
LONGEST_CLOSED = timedelta(hours=1)  # likewise


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A bucket of `size` tokens; an empty one gets the next after `interval`."""

    size: int
    interval: timedelta


@dataclass(frozen=True, kw_only=True)
class Errand:
    """What a waiting row is about, as far as its calls can be told from it."""

    kind: str
    payload: Mapping[str, Any]
    incident: IncidentId
    has_card: bool
    has_announcement: bool


@dataclass(frozen=True, kw_only=True)
class Pacing:
    """The limits by name, and the limits each call of an errand counts against; a name without a rate is free."""

    rate: Callable[[str], Rate | None]
    price: Callable[[Errand], tuple[str, ...]]


@dataclass
class _Bucket:
    rate: Rate
    full_at: datetime
    closed_until: datetime | None
    line: timedelta = NOW  # how far ahead those have queued that were sent away in this transaction

    def wait(self, now: datetime) -> timedelta:
        opens = self.full_at - self.rate.interval * (self.rate.size - 1)
        return max(NOW, opens - now, (self.closed_until or now) - now) + self.line

    def take(self, now: datetime) -> None:
        self.full_at = max(self.full_at, now) + self.rate.interval


@dataclass
class Budget:
    """What may be asked of Slack now: the rows of some limits, locked until the transaction ends."""

    connection: sa.Connection
    now: datetime
    _buckets: dict[str, _Bucket] = field(default_factory=dict)
    _drawn_on: set[str] = field(default_factory=set)

    @classmethod
    def of(
        cls, connection: sa.Connection, names: Iterable[str], rate: Callable[[str], Rate | None], now: datetime
    ) -> "Budget":
        """Lock the rows of these limits, in one order for everyone."""
        rates = {name: found for name in sorted(set(names)) if (found := rate(name))}
        budget = cls(connection, now)
        if rates:
            _make_rows(connection, rates, now)
            query = sa.select(pace).where(pace.c.name.in_(rates)).order_by(pace.c.name).with_for_update()
            for row in connection.execute(query):
                closed = row.closed_until if row.closed_until and row.closed_until > now else None
                budget._buckets[row.name] = _Bucket(
                    rates[row.name],
                    min(row.full_at, now + LONGEST_REFILL),
                    closed and min(closed, now + LONGEST_CLOSED),
                )
        return budget

    def wait(self, names: Iterable[str]) -> timedelta:
        """How long until a call that counts against these may be made; zero for at once."""
        return max((self._buckets[name].wait(self.now) for name in names if name in self._buckets), default=NOW)

    def take(self, names: Iterable[str]) -> None:
        """Count calls against these; a name that stands there twice is counted twice."""
        for name in names:
            if name in self._buckets:
                self._buckets[name].take(self.now)
                self._drawn_on.add(name)

    def queue(self, names: Iterable[str]) -> timedelta:
        """The same as `wait`, behind everybody who queued before in this transaction; nothing is taken."""
        wait = self.wait(names)
        for name in set(names) & self._buckets.keys():
            if self._buckets[name].wait(self.now) > NOW:
                self._buckets[name].line += self._buckets[name].rate.interval
        return wait

    def save(self) -> None:
        """Store what was taken."""
        for name in sorted(self._drawn_on):
            drawn = sa.update(pace).where(pace.c.name == name).values(full_at=self._buckets[name].full_at)
            self.connection.execute(drawn)


def close(connection: sa.Connection, name: str, until: datetime, now: datetime) -> None:
    """Slack said when it wants to be asked again: nobody asks before. Of two answers the later moment holds."""
    _make_rows(connection, (name,), now)
    sooner = pace.c.closed_until.is_(None) | (pace.c.closed_until < sa.literal(until, pace.c.closed_until.type))
    connection.execute(sa.update(pace).where((pace.c.name == name) & sooner).values(closed_until=until))


def forget_before(connection: sa.Connection, moment: datetime) -> int:
    """Drop the limits nobody has come near since; returns how many."""
    old = (pace.c.full_at < moment) & (pace.c.closed_until.is_(None) | (pace.c.closed_until < moment))
    return connection.execute(sa.delete(pace).where(old)).rowcount


def _make_rows(connection: sa.Connection, names: Iterable[str], now: datetime) -> None:
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    rows = [{"name": name, "full_at": now} for name in names]
    connection.execute(insert(pace).values(rows).on_conflict_do_nothing())
