"""Times of the past as people type them: “14:05”, “yesterday 22:10”, “20 min ago”, told by the clock they read."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from bot.workflows.commands import Refused
from bot.workflows.text import cut, escape
from bot.workflows.times import in_utc, when

NOON, MIDNIGHT = time(12), time(0)
TOLERANCE = timedelta(minutes=5)  # clocks differ: what is only so far ahead is now
LONGEST_AGO = timedelta(days=30)  # what is said to be longer ago is more likely a slip
EXAMPLES = "`14:05`, `yesterday 22:10`, `20 min ago`, `14:05 utc` or `2026-11-23 14:05`"
NOT_A_TIME = "“{text}” is not a time that Warroom can read. What works: {examples}."
AHEAD = "{when} is still to come. Say when it was: {examples}."
TOO_LONG_AGO = "{when} is more than {days} days ago. Say a time since then: {examples}."

# Zones whose letters mean one thing to everybody who types them; hours from UTC.
_ZONES = {
    "utc": 0, "gmt": 0, "z": 0, "cet": 1, "cest": 2, "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8,
    "pdt": -7,
}  # fmt: skip
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_DAY = r"(?P<day>today|yesterday|[0-9]{4}-[0-9]{2}-[0-9]{2})"
_NUMBER = r"[0-9]{1,4}(?:[.,][0-9]{1,2})? ?(?:minutes?|mins?|m|hours?|hrs?|h|days?|d)"
SPAN = rf"(?P<span>{_NUMBER}(?:(?: and|,)? ?{_NUMBER})?|an? (?:minute|hour|day)|half an hour)"
ZONE = rf"(?: ?(?P<zone>{'|'.join(_ZONES)}))?"
SPOKEN = r"(?:noon|midday|midnight)\b"
# A dot divides a version too: alone it makes a time only where nothing but a time is expected.
CLOCK = (
    r"(?:(?P<hour>[0-9]{1,2})(?:%s(?P<minute>[0-9]{2})(?::[0-5][0-9])?(?: ?(?P<half>[ap])\.?m\.?)?| ?(?P<only>[ap])m)"
    rf"|(?P<spoken>{SPOKEN}))"
)
_AT = rf"(?:{_DAY}(?:,? at |,? |t))?(?:at )?{CLOCK}{ZONE}(?P<after> yesterday| today)?"
_WHOLE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (_AT % "[:.]", rf"(?:since )?{SPAN}(?: ago)?", r"(?:just |right )?now")
)
_IN_FRONT = tuple(
    # “midnight jobs fail” does not begin with a time, “at midnight jobs fail” does.
    re.compile(
        rf"(?!{SPOKEN})(?:{pattern})(?![\w%]|[.:]\w)(?! ?(?:min|minutes|hours|h)\b)[ \t]*(?:[-–—:,.][ \t]+)?",
        re.IGNORECASE,
    )
    for pattern in (_AT % ":", rf"{SPAN} ago")
)
_PART = re.compile(r"([0-9]{1,4}(?:[.,][0-9]{1,2})?) ?([mhd])")
_LONGEST_TIME = 40  # characters of what can still be a time


@dataclass(frozen=True, kw_only=True)
class Clock:
    """The time `at` this moment, in UTC, and the zone whose clock somebody reads."""

    at: datetime
    zone: tzinfo = UTC
    longest: timedelta = LONGEST_AGO  # ago, of what is no slip


def is_time(text: str) -> bool:
    """Whether a text is a time and nothing else."""
    return _found(text) is not None


def moment(text: str, clock: Clock, field: str | None = None) -> datetime:
    """The moment a text says, in UTC; a bare clock time is the latest such moment that is not in the future.

    Raises:
        Refused: it is no time, or one that is still to come or too long ago; `field` is where it was filled in.
    """
    found = _found(text)
    at = _meant(found, clock) if found else None
    if at is None:
        raise _refused(NOT_A_TIME, field, text=escape(cut(text.strip(), _LONGEST_TIME)))
    return _past(at, clock, field)


def moment_in_front(text: str, clock: Clock) -> tuple[datetime | None, str]:
    """The moment a text begins with, and the words after it; None for one that merely begins with a number.

    Raises:
        Refused: the moment is still to come, or too long ago.
    """
    for pattern in _IN_FRONT:
        found = pattern.match(text)
        rest = text[found.end() :].strip() if found else ""
        at = _meant(found, clock) if found and rest else None
        if at is not None:
            return _past(at, clock, None), rest
    return None, text


def _found(text: str) -> re.Match[str] | None:
    tidy = " ".join(text.split())
    if len(tidy) > _LONGEST_TIME:
        return None
    return next((found for pattern in _WHOLE if (found := pattern.fullmatch(tidy))), None)


def _past(at: datetime, clock: Clock, field: str | None) -> datetime:
    if at > clock.at + TOLERANCE:
        raise _refused(AHEAD, field, when=_shown(at, field))
    if clock.at - at > clock.longest:
        raise _refused(TOO_LONG_AGO, field, when=_shown(at, field), days=clock.longest.days)
    return min(at, clock.at)


def _refused(reason: str, field: str | None, **about: object) -> Refused:
    """Beside a field of a form Slack shows plain text."""
    text = reason.format(**about, examples=EXAMPLES)
    return Refused(text.replace("`", "") if field else text, field=field)


def _shown(at: datetime, field: str | None) -> str:
    return in_utc(at) if field else when(at)


def _meant(found: re.Match[str], clock: Clock) -> datetime | None:
    parts = found.groupdict()
    if parts.get("hour") or parts.get("spoken"):
        return _on_the_clock(parts, clock)
    span = span_said(parts["span"].lower()) if parts.get("span") else timedelta()
    at = clock.at - span
    return at.replace(second=0, microsecond=0) if span else at


def span_said(words: str) -> timedelta:
    """The span in what matched `SPAN`, in small letters."""
    if words.startswith("half"):
        return timedelta(minutes=30)
    if words.startswith("a"):
        return _UNITS[words.split()[1][0]]
    return sum((float(count.replace(",", ".")) * _UNITS[unit] for count, unit in _PART.findall(words)), timedelta())


def _on_the_clock(parts: dict[str, str | None], clock: Clock) -> datetime | None:
    zone = zone_said(parts, clock)
    said = time_said(parts)
    today = (clock.at + TOLERANCE).astimezone(zone).date()
    day = (parts["day"] or parts["after"] or "").strip().lower()
    if said is None:
        return None
    if day == "yesterday":
        return at_of(clock.at.astimezone(zone).date() - timedelta(days=1), said, zone)
    if day == "today":
        return at_of(clock.at.astimezone(zone).date(), said, zone)
    if day:
        return _on_a_date(day, said, zone)
    latest = [at_of(today - timedelta(days=back), said, zone) for back in (0, 1)]
    return next((at for at in latest if at <= clock.at + TOLERANCE), latest[-1])


def time_said(parts: dict[str, str | None]) -> time | None:
    """The time of day in the parts of a match of `CLOCK`; None for one that no clock shows."""
    if spoken := parts.get("spoken"):
        return MIDNIGHT if spoken.lower() == "midnight" else NOON
    hour, half = int(parts["hour"] or 0), (parts["half"] or parts["only"] or "").lower()
    minute = int(parts["minute"] or 0)
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        return None
    return time(hour % 12 + (12 if half == "p" else 0) if half else hour, minute)


def zone_said(parts: dict[str, str | None], clock: Clock) -> tzinfo:
    """The zone in the parts of a match of `ZONE`, else that of the clock."""
    named = (parts["zone"] or "").lower()
    return timezone(timedelta(hours=_ZONES[named])) if named else clock.zone


def _on_a_date(day: str, said: time, zone: tzinfo) -> datetime | None:
    try:
        return at_of(date.fromisoformat(day), said, zone)
    except (ValueError, OverflowError):
        return None


def at_of(day: date, said: time, zone: tzinfo) -> datetime:
    """The moment of a time on a day in a zone, in UTC."""
    return datetime.combine(day, said, zone).astimezone(UTC)
