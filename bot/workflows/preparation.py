"""What the incidents there were say of being ready: the roles they called for, and that nobody took."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.workflows.evidence import counts
from bot.workflows.incident import Incident, Stamp
from bot.workflows.policy import RoleKey, RoleRule
from bot.workflows.roles import wanted_roles

LOOKED_BACK = timedelta(days=90)
LAST = 10  # of the incidents that called for a role: what went well since is seen soon
ENOUGH = 4  # of them, before it means anything
SELDOM = 0.5  # of them, in which nobody took it
BRIEF = timedelta(minutes=10)  # what is over sooner was over before anybody had to ask who takes a role


@dataclass(frozen=True, kw_only=True)
class Untaken:
    """A role that often nobody took: in how many of the last incidents that called for it."""

    role: RoleRule
    untaken: int
    called_for: int


def often_untaken(resolved: Iterable[Incident], now: datetime) -> tuple[Untaken, ...]:
    """The roles that nobody took in at least half of the last incidents that called for them, those most often first.

    Private incidents are left out, so that everybody may be told; so are false alarms, duplicates, what was written
    down later and what was over within ten minutes.
    """
    found = sorted(_told_by(resolved, now), key=lambda pair: pair[0], reverse=True)
    called: dict[RoleKey, list[tuple[RoleRule, bool]]] = {}
    for _, incident in found:
        taken = {tenure.role for tenure in incident.tenures}
        for rule in wanted_roles(incident):
            called.setdefault(rule.key, []).append((rule, rule.key in taken))
    roles = (_untaken(last[:LAST]) for last in called.values() if len(last) >= ENOUGH)
    seldom = [role for role in roles if role.untaken >= SELDOM * role.called_for]
    return tuple(sorted(seldom, key=lambda role: (-role.untaken / role.called_for, role.role.name)))


def _told_by(resolved: Iterable[Incident], now: datetime) -> Iterator[tuple[datetime, Incident]]:
    """Those that say something, each with when it was resolved."""
    for incident in resolved:
        over, began = incident.at(Stamp.RESOLVED), incident.at(Stamp.DECLARED)
        if incident.private or incident.is_open or not counts(incident) or over is None or began is None:
            continue
        if over >= now - LOOKED_BACK and over - began >= BRIEF:
            yield over, incident


def _untaken(last: list[tuple[RoleRule, bool]]) -> Untaken:
    return Untaken(role=last[0][0], untaken=sum(not taken for _, taken in last), called_for=len(last))
