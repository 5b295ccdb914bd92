"""Action items: what somebody does by a day so that it is less likely next time."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.workflows.ids import UserId


class ActionState(StrEnum):
    """How an action item stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True)
class ActionItem:
    """What somebody does by a day so that it is less likely next time."""

    number: int  # within the incident, from 1
    text: str
    owner: UserId
    due: datetime  # the end of its day, by its owner's clock
    given_by: UserId
    given_at: datetime
    state: ActionState = ActionState.OPEN
    ended_by: UserId | None = None
    ended_at: datetime | None = None
    reason: str = ""  # why it was dropped
    reminded: datetime | None = None  # when its owner was reminded last
    day: date | None = None  # the day that was said, the same for everybody; None in those of an older version
    zone: str = ""  # whose clock its owner reads, such as `Europe/Berlin`; empty where only an offset is known
    since: datetime | None = None  # when it was given this owner and this day, if that was later
