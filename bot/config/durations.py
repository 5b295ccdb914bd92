"""Durations as people write them: `20s`, `15m`, `2h`, `1h30m`, `3d`."""

import re
from datetime import timedelta

EXPECTED = "expected a duration such as 15m, 20s, 2h or 1h30m"
LONGEST = timedelta(days=365)

_WRITTEN = re.compile(r"(?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,5})s)?")


def duration(written: object) -> timedelta:
    """The span that is written.

    Raises:
        ValueError: it is not a duration, is zero, or is longer than a year.
    """
    found = _WRITTEN.fullmatch(written.replace(" ", "").lower()) if isinstance(written, str) else None
    if found is None:
        raise ValueError(EXPECTED)
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if not timedelta() < span <= LONGEST:
        raise ValueError(f"{EXPECTED}, more than nothing and at most a year")
    return span
