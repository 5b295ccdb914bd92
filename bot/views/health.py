"""Is Warroom well? First a line one can trust, then the facts."""

from collections.abc import Sequence
from datetime import datetime

from bot.views.blocks import fitted, section
from bot.views.message import TEXT_LIMIT, Message
from bot.workflows.health import GivenUp, Health, Ledger, Trouble, troubles
from bot.workflows.text import counted, escape
from bot.workflows.times import lasting, when

WELL = "*Warroom is well.*"
TROUBLE = "*Warroom has trouble:* {what}. What to do: {do}."
MORE_TROUBLE = "*And:* {what}. What to do: {do}."
UNSAID = "• What waits and what was promised is not known: the database does not say."
SHOWN = 5  # kinds of things that were given up


def health_text(health: Health, now: datetime) -> Message:
    """How Warroom stands."""
    head = "\n".join(_first(troubles(health, now)))
    facts = "\n".join([_running(health, now), _slack(health, now), *_ledger(health.ledger, now), _limits(health)])
    return Message(fitted(f"{head}\n{facts}", TEXT_LIMIT), [section(head), section(facts)])


def _first(found: Sequence[Trouble]) -> list[str]:
    if not found:
        return [WELL]
    worst, *others = found
    return [
        TROUBLE.format(what=worst.what, do=worst.do),
        *(MORE_TROUBLE.format(what=trouble.what, do=trouble.do) for trouble in others),
    ]


def _running(health: Health, now: datetime) -> str:
    replicas = health.ledger.replicas if health.ledger else 1
    share = f"; {replicas} processes share the work" if replicas > 1 else ""
    return f"• Version {health.version}, up since {when(health.since)} ({lasting(now - health.since)}){share}."


def _slack(health: Health, now: datetime) -> str:
    heard = f"it sent something {lasting(now - health.heard_at)} ago" if health.heard_at else "it sent nothing yet"
    state = "not connected" if health.checks.get("slack") else "connected"
    return f"• Slack: {state} over {health.over}; {heard}."


def _ledger(ledger: Ledger | None, now: datetime) -> list[str]:
    if ledger is None:
        return [UNSAID]
    waits = "Nothing waits to be delivered"
    if ledger.oldest:
        waits = f"{ledger.waiting} to be delivered, the oldest since {lasting(now - ledger.oldest)}"
    given_up = ", ".join(map(_given_up, ledger.given_up[:SHOWN])) or "nothing"
    promises = f"{ledger.kept} of {ledger.promised} kept" if ledger.promised else "none were made"
    return [
        f"• {waits}.",
        f"• Given up within a day: {given_up}.",
        f"• Promised updates of the last 7 days: {promises}.",
    ]


def _given_up(one: GivenUp) -> str:
    times = f" ({one.times} times)" if one.times > 1 else ""
    return f"to {one.what}{times}, because {escape(one.why)}"


def _limits(health: Health) -> str:
    closed = health.ledger.closed if health.ledger else ()
    waits = f" Waited for now: {', '.join(closed)}." if closed else ""
    count = sum(health.throttled.values())
    if not count:
        return f"• Slack has not asked for patience within an hour.{waits}"
    methods = ", ".join(f"{method} {times}" for method, times in sorted(health.throttled.items()))
    return f"• Slack asked for patience {counted(count, 'time')} within an hour ({methods}).{waits}"
