"""Moments and spans as people read them: moments in each reader's own zone, with UTC where Slack cannot say it."""

from datetime import UTC, date, datetime, timedelta

HOURS = timedelta(hours=12)


def when(moment: datetime, *, near: bool = False) -> str:
    """A moment in the reader's own zone and words; one that is `near` needs no date. Slack counts from 1970 on."""
    utc = moment.astimezone(UTC)
    if utc.timestamp() < 0:
        return in_utc(utc)
    form = "{time}" if near else "{date_short_pretty} {time}"
    return f"<!date^{int(utc.timestamp())}^{form}|{in_utc(utc)}>"


def named(day: date) -> str:
    """A day as everybody reads it, whatever their zone: `Fri 4 Dec 2026`."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def soon(moment: datetime, now: datetime) -> str:
    """A moment that is hours away at most by the clock alone, any other with its date."""
    return when(moment, near=abs(moment - now) <= HOURS)


def in_utc(moment: datetime) -> str:
    """A moment for texts that Slack does not render: `2026-11-23 07:30 UTC`."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(' ', 'minutes')} UTC"


def brief(moment: datetime, day: datetime) -> str:
    """The same where the day is clear: `07:30` on that day, `2026-11-24 07:30` on any other."""
    utc, date = moment.astimezone(UTC), day.astimezone(UTC).date()
    return f"{utc:%H:%M}" if utc.date() == date else f"{utc:%Y-%m-%d %H:%M}"


def lasting(span: timedelta) -> str:
    """A span in its two largest units: `45 s`, `12 min`, `1 h 5 min`, `2 d 3 h`; never less than nothing."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def roughly(span: timedelta) -> str:
    """A span where seconds say nothing: `under 1 min`, then as `lasting`."""
    return lasting(span) if span >= timedelta(minutes=1) else "under 1 min"
