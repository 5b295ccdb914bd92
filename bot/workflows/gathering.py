"""What waited long for Slack is told together: a room is not flooded with single lines once Slack is back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate, takewhile

from bot.workflows.effects import PostInRoom
from bot.workflows.times import when

MOST_ALONE = 5  # so many may come one by one
WAITED = timedelta(seconds=30)  # a burst that is sent at once comes as it was written
TEXT_ROOM = 3500  # characters of one message; what does not fit comes in the next
HEAD = ":hourglass: What had to wait for Slack, in the order it was said:"


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A message for the room that nobody tried to send yet: since when it waits, and its entry of the timeline."""

    since: datetime
    effect: PostInRoom
    entry: int | None


def together(waiting: Sequence[Waiting], now: datetime) -> tuple[int, PostInRoom] | None:
    """How many of the first are told in one message, and that message; None when they come one by one.

    Only what stands on the timeline too: whether a nudge is still worth its words is asked when it is sent. Nothing is
    left out or cut: it is what the room would have been told, each with the time when it was said.
    """
    quiet = list(takewhile(lambda one: one.effect.evidence and not one.effect.aloud, waiting))
    if len(quiet) <= MOST_ALONE or now - quiet[0].since < WAITED:
        return None
    lines = [f"• {when(one.since)} {one.effect.text}" for one in quiet]
    lengths = accumulate((len(line) + 1 for line in lines), initial=len(HEAD))
    count = sum(length <= TEXT_ROOM for length in lengths) - 1
    if count < 2:
        return None
    entries = tuple(one.entry for one in quiet[1:count] if one.entry is not None)
    return count, replace(quiet[0].effect, text="\n".join([HEAD, *lines[:count]]), entries=entries)
