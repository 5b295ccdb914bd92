"""The edge of work in the background: whatever goes wrong in one round of it is logged, and the next round follows."""

from collections.abc import Awaitable
from typing import TypeVar

import structlog

log = structlog.get_logger()

T = TypeVar("T")


async def guarded(work: Awaitable[T], failure: str, **about: object) -> T | None:
    """The outcome of some work; None, after a line in the log that says `failure`, when it raised."""
    try:
        return await work
    except Exception:  # one of the three edges
        log.exception(failure, **about)
        return None
