"""When stakeholders are promised the next update: the pace of severity and phase, and what moves a promise."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.workflows.commands import Effect, Event
from bot.workflows.effects import ShowAnnouncement, ShowCard
from bot.workflows.incident import Incident, Moved, Promise, Stamp
from bot.workflows.policy import UNGRADED_RANK, CadenceRule
from bot.workflows.times import soon

SOONEST = timedelta(minutes=5)  # nobody is asked for an update sooner than this


def rule_of(incident: Incident) -> CadenceRule:
    """The promised pace at its severity and in its phase; without a rule there are updates only on change."""
    grades = sorted(incident.policy.severities, key=lambda rule: rule.rank)
    counts_as = incident.severity or next((rule.key for rule in grades[UNGRADED_RANK - 1 :] or grades), None)
    rule = incident.policy.cadence.get((counts_as, incident.phase)) if counts_as else None
    return rule or CadenceRule()


def pace(incident: Incident) -> timedelta | None:
    """How long after an update the next one is due, None for on change; the very first may be due sooner."""
    rule = rule_of(incident)
    first = rule.first if incident.update is None else None
    return min(first, rule.internal) if first and rule.internal else rule.internal or first


def promised(incident: Incident, now: datetime) -> Promise | None:
    """The promise as severity and phase have it, from the last update on; None for on change, or when it is over."""
    span, last = pace(incident), incident.update.at if incident.update else incident.at(Stamp.DECLARED)
    if span is None or last is None or not incident.is_open:
        return None
    return Promise(at=max(last + span, now + min(SOONEST, span)), made_at=now)


def moved(before: Incident, after: Incident, now: datetime) -> "PromiseMoved | None":
    """The event that follows when a change of severity or phase changes the pace, and with it the promise.

    What is open again needs a promise also at the pace it had: what ended it took the promise away.

    A promise that is overdue is not put off by it: it stays until it is kept, or nothing is promised any more.
    """
    if not after.is_open or (pace(before) == pace(after) and (before.is_open or pace(after) is None)):
        return None
    stood, promise = before.promise.at if before.promise else None, promised(after, now)
    if stood and promise and stood <= now and promise.at > stood:
        return None
    return PromiseMoved(promise=promise, before=stood, at=now)


@dataclass(frozen=True, kw_only=True)
class PromiseMoved(Event):
    """The next update is due at another time than was said; what moved it tells so in its own news."""

    promise: Promise | None
    before: datetime | None
    at: datetime

    @property
    def news(self) -> str:
        """A sentence for the news of what moved it."""
        if self.promise is None:
            due = f" (one was due by {soon(self.before, self.at)})" if self.before else ""
            return f"No more timed updates{due}: the next comes when something changes."
        moved = self.before is not None and _minute(self.before) != _minute(self.promise.at)
        before = f" instead of {soon(self.before, self.at)}" if self.before and moved else ""
        return f"Next update by {soon(self.promise.at, self.promise.made_at)}{before}."

    def apply(self, incident: Incident) -> Incident:
        to = self.promise.at if self.promise else None
        moves = (Moved(promised=self.before, to=to, at=self.at),) if self.before and self.before != to else ()
        return replace(incident, promise=self.promise, moves=(*incident.moves, *moves))

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (ShowCard(),) if incident.private else (ShowCard(), ShowAnnouncement())


def _minute(at: datetime) -> datetime:
    """A moment as people read it."""
    return at.replace(second=0, microsecond=0)
