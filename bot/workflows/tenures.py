"""Who held which role when, and how it was offered to somebody else."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.workflows.ids import Posted, UserId
from bot.workflows.policy import RoleKey


@dataclass(frozen=True, kw_only=True)
class Held:
    """A role somebody held: since when, None where nobody wrote that down; until when, None while they still do."""

    role: RoleKey
    user: UserId
    since: datetime | None = None
    until: datetime | None = None
    nudged: bool = False  # its holder was asked, after a long time, whether they want to hand it over

    def covers(self, moment: datetime | None) -> bool:
        """Whether it was held at a moment; None asks for now."""
        if moment is None:
            return self.until is None
        return (self.since is None or self.since <= moment) and (self.until is None or moment < self.until)

    def preceded(self, moment: datetime) -> bool:
        """Whether it is known to have been held just before a moment, at which roles may have changed."""
        return self.since is not None and self.since < moment and (self.until is None or moment <= self.until)


class HandoverState(StrEnum):
    """How the offer of a role stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # by whoever made it
    EXPIRED = "expired"  # nobody answered for long
    LAPSED = "lapsed"  # replaced by another, or its holder lost the role, or the incident ended or went private


@dataclass(frozen=True, kw_only=True)
class Handover:
    """A role that its holder offers to somebody, and keeps until they accept."""

    number: int  # within the incident, from 1
    role: RoleKey
    holder: UserId
    to: UserId
    at: datetime
    worries: str = ""  # what the holder would watch
    state: HandoverState = HandoverState.OFFERED
    asked: int = 1  # how often people were asked; the third time it is the room, and then it is over
    asked_at: datetime | None = None  # when they were asked last, if that was later than the offer
    briefs: tuple[Posted, ...] = ()  # the direct messages with its buttons, as far as it is known where they stand
