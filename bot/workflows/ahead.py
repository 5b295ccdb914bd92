"""Times to come as people type them behind what is to be done: “in 20m”, “at 15:00”, “by friday”."""

import re
from datetime import date, datetime, time, timedelta

from bot.workflows.commands import Refused
from bot.workflows.deadlines import LONGEST, checked, day_behind, end_of
from bot.workflows.moments import CLOCK, SPAN, ZONE, Clock, at_of, span_said, time_said, zone_said
from bot.workflows.text import cut, escape
from bot.workflows.times import HOURS, in_utc

LAST_MINUTE = time(23, 59)
EXAMPLES = "in 20m, at 15:00, tomorrow 9:30 or by friday"
NOT_A_TIME = "“{text}” is not a time to come that Warroom can read. What works: {examples}."
OVER = "{when} is over already. Say a time to come: {examples}."
TOO_FAR = "{when} is more than a year away. Say a time before that: {examples}."

_SHOWN = 40  # characters of what was typed that a sentence repeats
_LONGEST_TIME = 60  # characters at the end of a text that can still be a time
_DAY = r"(?P<day>today|tomorrow)"
_BEFORE = r"(?:^|(?<=[\s,;(]))"
_BY = r"(?:by|until|before|due)"
_AT = rf"{CLOCK % ':'}{ZONE}(?P<after> today| tomorrow)?[.)]?$"
_BEHIND = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_BEFORE}(?:in|within) {SPAN}[.)]?$",
        rf"{_BEFORE}(?:{_BY} )?(?:at |{_DAY},? (?:at )?){_AT}",
        rf"{_BEFORE}{_BY} {_AT}",
    )
)
_LIKE_A_TIME = re.compile(rf"{_BEFORE}(?:in|within|at|{_BY}) -?[0-9][\w:.,]*(?: (?:[ap]m|\w+))?[.)]?$", re.IGNORECASE)


def time_behind(text: str, clock: Clock, within: timedelta = HOURS) -> tuple[datetime | None, str]:
    """The moment to come that ends a text, in UTC, and the words before it; None where there is none.

    A bare clock time is the next such moment, if that is today or comes `within` so long: “what happened at 13:40” is
    no task for tomorrow. A day is its end, as it is for action items.

    Raises:
        Refused: the moment is over, or more than a year away.
    """
    tail = text[-_LONGEST_TIME:]
    for pattern in _BEHIND:
        found = pattern.search(tail)
        at = _meant(found, clock, within) if found else None
        if found and at is not None:
            before = text[: len(text) - len(tail) + found.start()]
            return _to_come(at, clock), before.rstrip(" ,;(-–—")
    day, before = day_behind(text, clock.at.astimezone(clock.zone).date())
    return (_end_of(day, clock), before) if day else (None, text)


def looks_like_a_time(text: str) -> str:
    """What ends a text as a time would, though it is none that `time_behind` takes; empty where nothing does."""
    found = _LIKE_A_TIME.search(text[-_LONGEST_TIME:])
    return found[0] if found else ""


def time_to_come(text: str, clock: Clock, field: str) -> datetime | None:
    """The moment that was filled in, with or without “at” in front; None for an empty field.

    Raises:
        Refused: it is no time, it is over, or more than a year away.
    """
    words = " ".join(text.split())
    if not words:
        return None
    try:
        for said in (words, f"in {words}", f"at {words}", f"by {words}"):
            at, before = time_behind(said, clock, timedelta(days=1))
            if at is not None and not before:
                return at
    except Refused as refused:
        raise Refused(refused.reason.replace("`", ""), field=field) from refused
    raise Refused(NOT_A_TIME.format(text=escape(cut(words, _SHOWN)), examples=EXAMPLES), field=field)


def _meant(found: re.Match[str], clock: Clock, within: timedelta) -> datetime | None:
    parts = found.groupdict()
    if parts.get("span"):
        return clock.at + span_said(parts["span"].lower())
    said, zone = time_said(parts), zone_said(parts, clock)
    if said is None:
        return None
    today = clock.at.astimezone(zone).date()
    day = (parts.get("day") or parts["after"] or "").strip().lower()
    if day:
        return at_of(today + timedelta(days=day == "tomorrow"), said, zone)
    following = next(at for at in (at_of(today + timedelta(days=on), said, zone) for on in (0, 1, 2)) if at > clock.at)
    near = following - clock.at <= within or following.astimezone(zone).date() == today
    return following if near else None


def _end_of(day: date, clock: Clock) -> datetime:
    """By when something is due on a day; on the present one, when its evening has begun, its last minute."""
    at = end_of(checked(day, clock.at.astimezone(clock.zone).date()), clock.zone)
    return at if at > clock.at else at_of(day, LAST_MINUTE, clock.zone)


def _to_come(at: datetime, clock: Clock) -> datetime:
    if at <= clock.at:
        raise Refused(OVER.format(when=in_utc(at), examples=EXAMPLES))
    if at - clock.at > LONGEST:
        raise Refused(TOO_FAR.format(when=in_utc(at), examples=EXAMPLES))
    return at
