"""Is Warroom itself well? What counts as trouble, and what to do about each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.workflows.text import counted, escape
from bot.workflows.times import lasting

LONG_WAIT = timedelta(minutes=2)  # of something that is to be said; the alert in deploy/alerts.yml says the same
LATE = timedelta(seconds=30)  # of something that has fallen due


@dataclass(frozen=True, kw_only=True)
class GivenUp:
    """What could not be done lately, why, and how often."""

    what: str  # as in "post in the room"
    why: str
    times: int


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """What the database knows: numbers, of private incidents too, and no names."""

    replicas: int
    waiting: int = 0
    oldest: datetime | None = None  # of what waits
    overdue_since: datetime | None = None
    given_up: tuple[GivenUp, ...] = ()  # within a day
    kept: int = 0  # promised updates of the last week that were sent by their minute,
    promised: int = 0  # and all of them
    closed: tuple[str, ...] = ()  # Slack's methods that nobody may call at the moment


@dataclass(frozen=True, kw_only=True)
class Health:
    """How Warroom stands. `checks` are those of /readyz, each with what is the matter, empty when it is well."""

    version: str
    since: datetime  # when this process began
    over: str  # how Slack reaches it: Socket Mode or HTTP
    checks: Mapping[str, str]
    heard_at: datetime | None = None
    throttled: Mapping[str, int] = field(default_factory=dict)  # by method, within an hour, by this process
    ledger: Ledger | None = None  # None when the database does not say


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What is the matter, and what to do; Slack mrkdwn."""

    what: str
    do: str


_CHECKS: Mapping[str, tuple[str, str]] = {
    "database": ("the database {problem}", "see that it runs and that its disk has room"),
    "schema": ("the database is not as this version needs it ({problem})", "run `python -m bot migrate`"),
    "disk": ("the disk is nearly full ({problem})", "make room where the database file is"),
    "slack": ("Slack: {problem}", "run `python -m bot doctor`, and look at https://slack-status.com"),
    "clock": ("reminders do not go out ({problem})", "restart Warroom: nothing is lost"),
    "deliveries": ("nothing is delivered ({problem})", "restart Warroom: nothing is lost"),
}


def troubles(health: Health, now: datetime) -> list[Trouble]:
    """Everything that is the matter, the worst first."""
    found = [_of_check(name, problem) for name, problem in health.checks.items() if problem]
    ledger = health.ledger
    if ledger and ledger.oldest and now - ledger.oldest > LONG_WAIT:
        waiting = counted(ledger.waiting, "delivery waits", "deliveries wait")
        what = f"{waiting}, the oldest for {lasting(now - ledger.oldest)}"
        found.append(Trouble(what=what, do="tell people what cannot wait yourself; the rest follows in its order"))
    if ledger and ledger.overdue_since and now - ledger.overdue_since > LATE:
        late = lasting(now - ledger.overdue_since)
        found.append(Trouble(what=f"reminders are late by {late}", do="restart Warroom: nothing is lost"))
    return found


def _of_check(name: str, problem: str) -> Trouble:
    what, do = _CHECKS.get(name, ("{problem}", "look at Warroom's log"))
    return Trouble(what=what.format(problem=escape(problem)), do=do)
