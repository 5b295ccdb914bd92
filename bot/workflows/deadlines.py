"""Days to come as people type them: “by friday”, “by 4 dec”, “in 2 weeks”, told by the calendar they read."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from bot.workflows.commands import Refused
from bot.workflows.text import cut, escape

MORNING = time(9)  # when somebody begins a day
END_OF_DAY = time(17)  # what is due on a day is due by then
LONGEST = timedelta(days=366)
EXAMPLES = "`by friday`, `by 4 dec`, `in 2 weeks` or `by 2026-12-04`"
NOT_A_DAY = "“{text}” is not a day that Warroom can read. What works: {examples}."
OVER = "{day} is over already. Say a day to come: {examples}."
TOO_FAR = "{day} is more than a year away. Say a day before that: {examples}."

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAY = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _DAYS)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FRIDAY = 4
_UNITS = {"day": 1, "week": 7}
_IN = re.compile(r"(?:in |within )?(an?|one|two|three|[0-9]{1,3}) (day|week|month)s?")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DOTTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})(?:\.([0-9]{4})?)?")
_NAMED = re.compile(r"(?:([0-9]{1,2})(?:st|nd|rd|th)?(?: of)? ([a-z]{3,9})|([a-z]{3,9}) ([0-9]{1,2})(?:st|nd|rd|th)?)"
                    r"(?:,? ([0-9]{4}))?")  # fmt: skip
_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
_BEGINS = re.compile(r"(?:^|[\s,;(])(by|until|before|due|on|in|within|am)\s", re.IGNORECASE)
_PARTED = re.compile(r"([^;)]*)([;)]?)\s*(.*)", re.DOTALL)
_LONGEST_WORDS = 40  # characters of what can still be a day


def day(text: str, today: date) -> date | None:
    """The day a text says; None when it says none, or one that no calendar has. A bare weekday is the next one."""
    words = " ".join(text.lower().rstrip(".!) ").split())
    words = re.sub(r"^(?:by|until|before|due|on)(?: the)? ", "", words)
    if len(words) > _LONGEST_WORDS:
        return None
    try:
        return _spoken(words, today) or _spanned(words, today) or _written(words, today)
    except (ValueError, OverflowError):
        return None


def checked(found: date, today: date, field: str | None = None) -> date:
    """The day again.

    Raises:
        Refused: it is over, or more than a year away; `field` is where it was filled in.
    """
    if found < today:
        raise Refused(OVER.format(day=found.isoformat(), examples=EXAMPLES), field=field)
    if found - today > LONGEST:
        raise Refused(TOO_FAR.format(day=found.isoformat(), examples=EXAMPLES), field=field)
    return found


def day_behind(text: str, today: date) -> tuple[date | None, str]:
    """The day that ends a text, or a part of it, and the words without it; None where there is none."""
    for found in reversed(list(_BEGINS.finditer(text))):
        begun = found.start(1)
        said, mark, more = _PARTED.match(text[begun:]).groups()  # type: ignore[union-attr]
        meant = day(said, today)
        if meant:
            return meant, f"{text[:begun].rstrip(' ,;(')}{'; ' if mark and more else ''}{more}"
    for words in _last_words(text):
        meant = day(words, today)
        if meant:
            return meant, text[: -len(words)].rstrip(" ,;(")
    return None, text


def unreadable(text: str, field: str) -> Refused:
    """What is said of a text that is no day."""
    return Refused(NOT_A_DAY.format(text=escape(cut(text.strip(), _LONGEST_WORDS)), examples=EXAMPLES), field=field)


def end_of(found: date, zone: tzinfo) -> datetime:
    """The moment by which something is due on a day, in UTC."""
    return datetime.combine(found, END_OF_DAY, zone).astimezone(UTC)


def morning_of(found: date, zone: tzinfo) -> datetime:
    """When somebody begins a day, in UTC."""
    return datetime.combine(found, MORNING, zone).astimezone(UTC)


def zone_name(zone: tzinfo) -> str:
    """What a zone is kept as; empty for an offset alone."""
    return zone.key if isinstance(zone, ZoneInfo) else ""


def zone_named(name: str) -> tzinfo | None:
    """The zone again; None where there is no name, or this machine does not know it."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def _last_words(text: str) -> Iterator[str]:
    """The last words alone, where they can only be a day: `2026-12-04`, `tomorrow`."""
    last = re.search(r"(?:^|\s)([0-9]{4}-[0-9]{2}-[0-9]{2}|tomorrow|today)[.)]?$", text, re.IGNORECASE)
    if last:
        yield text[last.start(1) :]


def _spoken(words: str, today: date) -> date | None:
    if words in ("today", "tonight", "eod", "end of day"):
        return today
    if words == "tomorrow":
        return today + timedelta(days=1)
    if words in ("end of week", "end of the week", "eow", "this week"):
        return today + timedelta(days=(_FRIDAY - today.weekday()) % 7)
    if words == "next week":
        return today + timedelta(days=7 - today.weekday() + _FRIDAY)
    if words in ("end of month", "end of the month", "eom", "this month"):
        return _months_on(today.replace(day=1), 1) - timedelta(days=1)
    named = words.removeprefix("next ").removeprefix("this ")
    index = next((at for at, name in enumerate(_DAYS) if named in (name, name[:3])), None)
    return None if index is None else today + timedelta(days=(index - today.weekday() - 1) % 7 + 1)


def _spanned(words: str, today: date) -> date | None:
    found = _IN.fullmatch(words)
    if found is None:
        return None
    count = _WORDS.get(found[1]) or int(found[1])
    return _months_on(today, count) if found[2] == "month" else today + timedelta(days=count * _UNITS[found[2]])


def _written(words: str, today: date) -> date | None:
    if iso := _ISO.fullmatch(words):
        return date(int(iso[1]), int(iso[2]), int(iso[3]))
    if dotted := _DOTTED.fullmatch(words):
        return _to_come(int(dotted[1]), int(dotted[2]), dotted[3], today)
    named = _NAMED.fullmatch(words)
    if named is None:
        return None
    month = (named[2] or named[3])[:3]
    return _to_come(int(named[1] or named[4]), _MONTHS.index(month) + 1, named[5], today)


def _to_come(number: int, month: int, year: str | None, today: date) -> date:
    """The day in the year that was named, else the next one of its kind."""
    if year:
        return date(int(year), month, number)
    found = date(today.year, month, number)
    return found if found >= today else date(today.year + 1, month, number)


def _months_on(start: date, months: int) -> date:
    """The same day of a later month, or its last where it has fewer."""
    index = start.month - 1 + months
    year, month = start.year + index // 12, index % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(start.day, last))
