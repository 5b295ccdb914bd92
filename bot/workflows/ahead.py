"""Times to come as people type them behind what is to be done: “in 20m”, “at 15:00”, “by friday”."""

import re
from datetime import date, datetime, time, timedelta

from bot.workflows.commands import Refused
from bot.workflows.deadlines import LONGEST, WEEKDAY, checked, day_behind, end_of
from bot.workflows.deadlines import day as day_said
from bot.workflows.moments import CLOCK, MIDNIGHT, SPAN, SPOKEN, ZONE, Clock, at_of, span_said, time_said, zone_said
from bot.workflows.text import cut, escape
from bot.workflows.times import HOURS, in_utc

LAST_MINUTE = time(23, 59)
EXAMPLES = "in 20m, at 15:00, by noon, tomorrow 9:30, on friday at 10:00 or by friday"
NOT_A_TIME = "“{text}” is not a time to come that Warroom can read. What works: {examples}."
OVER = "{when} is over already. Say a time to come: {examples}."
TOO_FAR = "{when} is more than a year away. Say a time before that: {examples}."

_SHOWN = 40  # characters of what was typed that a sentence repeats
_LONGEST_TIME = 60  # characters at the end of a text that can still be a time
_NEAR_DAY = "today|tonight|tomorrow"
_SAID_DAY = rf"(?:(?:this |next )?(?:{WEEKDAY})|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})"
_BEFORE = r"(?:^|(?<=[\s,;(]))"
_BY = r"(?:by|until|before|due)"
_AT = rf"{CLOCK % ':'}{ZONE}(?P<after>,? (?:(?:{_NEAR_DAY})|(?:on )?{_SAID_DAY}))?[.)]?$"
_BEHIND = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_BEFORE}(?:in|within) (?:{SPAN}|(?P<minutes>[0-9]{{1,3}}))[.)]?$",
        # Before the clock alone, which is only a part of it; “what broke friday 10:00” is more likely over.
        rf"{_BEFORE}(?P<on>(?:{_BY}|on) )?(?P<day>{_SAID_DAY}),? (?(on)(?:at )?|at ){_AT}",
        rf"{_BEFORE}(?:{_BY} )?(?:at |(?P<day>{_NEAR_DAY}),? (?:at )?){_AT}",
        rf"{_BEFORE}{_BY} {_AT}",
    )
)
_LIKE_A_TIME = re.compile(
    rf"{_BEFORE}(?:(?:in|within|at|{_BY}) (?:-?[0-9][\w:.,]*(?: (?:[ap]m|\w+))?|{SPOKEN})"
    rf"|{_SAID_DAY} [0-9]{{1,2}}(?::[0-9]{{2}}|[ap]m)"
    rf"|(?:{_BY} )?(?:{_NEAR_DAY}|{_SAID_DAY}) (?:morning|noon|afternoon|evening|night))[.)]?$"
    rf"|^(?:in|within|at|{_BY}) [0-9]{{1,4}}(?:[:.][0-9]{{2}})? ?(?:minutes?|mins?|m|hours?|hrs?|h|[ap]m)?(?=[\s,:])",
    re.IGNORECASE,
)


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
        # A bare number may be minutes or an hour.
        for said in (words, *(() if words.isdigit() else (f"in {words}",)), f"at {words}", f"by {words}"):
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
    if parts.get("minutes"):
        return clock.at + timedelta(minutes=int(parts["minutes"]))
    said, zone = time_said(parts), zone_said(parts, clock)
    if said is None:
        return None
    today = clock.at.astimezone(zone).date()
    midnight = parts["spoken"] is not None and said == MIDNIGHT
    if words := parts.get("day") or parts["after"]:
        named = day_said(words.lower().strip(", "), today)
        # Midnight is the end of the day it is said of.
        said = _evening(said) if words.lower().strip(", ") == "tonight" and _has_no_half(parts) else said
        return at_of(checked(named, today) + timedelta(days=midnight), said, zone) if named else None
    following = next(at for at in (at_of(today + timedelta(days=on), said, zone) for on in (0, 1, 2)) if at > clock.at)
    near = following - clock.at <= within or following.astimezone(zone).date() == today
    return following if near or (midnight and not found[0].lower().startswith("at")) else None


def _has_no_half(parts: dict[str, str | None]) -> bool:
    return not (parts["half"] or parts["only"] or parts["spoken"])


def _evening(said: time) -> time:
    """“Tonight at 9:30” is no morning."""
    return said.replace(hour=said.hour + 12) if 0 < said.hour < 12 else said


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
