"""What one person is told in their messages with Warroom, and for how long it is worth telling."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.workflows.commands import Effect, Rank
from bot.workflows.incident import ActionState, HandoverState, Incident, Posted, UserId


class Rung(StrEnum):
    """How far the reminder of a promised update has climbed."""

    SOON = "soon"
    MISSED = "missed"
    OVERDUE = "overdue"


@dataclass(frozen=True, kw_only=True)
class TellPrivately(Effect):
    """Send one person a direct message; not when they left the room of a private incident meanwhile."""

    user: UserId
    text: str

    def lane(self, incident: Incident) -> str:
        return f"person:{self.user}"

    def wanted(self, incident: Incident) -> bool:
        return not incident.is_closed_to(self.user)


@dataclass(frozen=True, kw_only=True)
class RemindPerson(Effect):
    """Remind somebody of the promised update, with a draft to send; not when it was sent, or somebody else asked."""

    user: UserId
    rung: Rung
    promised: datetime
    late: timedelta | None = None  # how much later than it was due this was asked for
    asked: datetime | None = None  # which time, where it is asked again and again

    def lane(self, incident: Incident) -> str:
        return f"person:{self.user}"

    def wanted(self, incident: Incident) -> bool:
        return stands(incident, self.promised, self.rung, self.asked) and not incident.is_closed_to(self.user)


@dataclass(frozen=True, kw_only=True)
class RemindOfAction(Effect):
    """Remind somebody of an action item, with the buttons for it; not when it is done or somebody else's by now."""

    user: UserId
    number: int

    def lane(self, incident: Incident) -> str:
        return f"person:{self.user}"

    def wanted(self, incident: Incident) -> bool:
        return not incident.is_closed_to(self.user) and any(
            item.number == self.number and item.state is ActionState.OPEN and item.owner == self.user
            for item in incident.actions
        )


@dataclass(frozen=True, kw_only=True)
class BriefPerson(Effect):
    """Brief somebody on a role that is offered to them, or that they have taken over; not once the offer is over."""

    user: UserId
    number: int

    def lane(self, incident: Incident) -> str:
        return f"person:{self.user}"

    def wanted(self, incident: Incident) -> bool:
        # Who left a private room may be offered a role of it: they are told no more than its number and the role.
        still = (HandoverState.OFFERED, HandoverState.ACCEPTED)
        return any(offer.number == self.number and offer.state in still for offer in incident.handovers)


@dataclass(frozen=True, kw_only=True)
class CloseBrief(Effect):
    """Say in a brief what became of its offer, in place of the buttons; `whole` leaves the brief of who accepted."""

    user: UserId
    number: int
    message: Posted
    whole: bool = False

    @property
    def rank(self) -> Rank:
        return Rank.UPKEEP

    def lane(self, incident: Incident) -> str:
        return f"person:{self.user}"

    def wanted(self, incident: Incident) -> bool:
        return any(
            offer.number == self.number and offer.state is not HandoverState.OFFERED for offer in incident.handovers
        )


@dataclass(frozen=True, kw_only=True)
class SendTimeline(Effect):
    """Send somebody the whole timeline as a file, in their messages with the bot, if they may still know of it."""

    user: UserId

    def wanted(self, incident: Incident) -> bool:
        return not incident.is_closed_to(self.user)

    @property
    def rank(self) -> Rank:
        return Rank.UPKEEP

    def lane(self, incident: Incident) -> str:
        return f"person:{self.user}"


def stands(incident: Incident, promised: datetime, rung: Rung, asked: datetime | None = None) -> bool:
    """Whether a reminder is still worth sending: the promise has not moved, the reminder climbed no further, and it was
    not given again since."""
    promise = incident.promise
    if asked and promise and promise.asked_at != asked:
        return False
    if not incident.is_open or promise is None or promise.at != promised:
        return False
    higher = list(Rung)[list(Rung).index(rung) + 1 :]
    return not any(f"update_{later.value}" in promise.told for later in higher)
