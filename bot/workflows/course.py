"""The course of an incident: its phases in their order, what people read about them, and what leaving one asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.workflows.checklist import blocking, left_behind, phase_plan
from bot.workflows.commands import AGAIN, Effect, Event, Refused
from bot.workflows.effects import PostUnderAnnouncement, ShowAnnouncement
from bot.workflows.incident import Incident, Item, Stamp, UserId
from bot.workflows.policy import Phase
from bot.workflows.text import escape, escape_prose

REASON_LIMIT = 500


@dataclass(frozen=True, kw_only=True)
class PhaseRule:
    """What people read about a phase."""

    name: str
    objective: str
    doing: str  # what it means to somebody who waits for the end of it


PHASES: Mapping[Phase, PhaseRule] = {
    Phase.PREPARATION: PhaseRule(name="Preparation", objective="Be ready before it happens.", doing="Preparing"),
    Phase.DETECTION: PhaseRule(
        name="Detection & Analysis", objective="Notice and understand quickly.", doing="Finding out what is wrong"
    ),
    Phase.CONTAINMENT: PhaseRule(
        name="Containment & Eradication",
        objective="Stop the damage, remove the cause.",
        doing="Stopping the damage and removing its cause",
    ),
    Phase.RECOVERY: PhaseRule(
        name="Recovery", objective="Restore, validate, tell people.", doing="Restoring the service"
    ),
    Phase.LEARNING: PhaseRule(
        name="Post-Incident Learning",
        objective="Learn, and fix what made it possible.",
        doing="Over. We are writing down what happened",
    ),
}


# The course, in its order; Preparation is the organisation's own and no part of an incident.
COURSE: tuple[Phase, ...] = (Phase.DETECTION, Phase.CONTAINMENT, Phase.RECOVERY, Phase.LEARNING)
ORDER = tuple(Phase)
# What is known once a phase has begun, and no longer known when the incident goes back to before it.
BEGUN: Mapping[Phase, tuple[Stamp, ...]] = {
    Phase.CONTAINMENT: (Stamp.ANALYSED,),
    Phase.RECOVERY: (Stamp.ERADICATED,),
    Phase.LEARNING: (Stamp.RESOLVED, Stamp.CLOSED),
}


CONTAINED = "The impact has stopped. Removing its cause"
STOCK = frozenset({CONTAINED, *(rule.doing for rule in PHASES.values())})  # what is said where nobody said more


def objective(incident: Incident, phase: Phase | None = None) -> str:
    """What a phase is for, the present one unless another is named, as its playbook says it; mrkdwn, escaped."""
    plan = phase_plan(incident, phase)
    return escape(plan.objective) if plan else PHASES[phase or incident.phase].objective


def doing(incident: Incident) -> str:
    """What is being done as far as the phase tells, in plain words."""
    stopped = incident.at(Stamp.CONTAINED) and incident.phase in (Phase.DETECTION, Phase.CONTAINMENT)
    return CONTAINED if stopped else PHASES[incident.phase].doing


def following(phase: Phase) -> Phase:
    """The phase after this one; the last stays the last."""
    after = [later for later in COURSE if ORDER.index(later) > ORDER.index(phase)]
    return after[0] if after else COURSE[-1]


def just_arrived(incident: Incident, now: datetime) -> bool:
    """Whether the phase began so lately that a bare `next` may mean the step that was just taken."""
    return len(incident.course) > 1 and now - incident.course[-1].at < AGAIN


class ItemsOpen(Refused):
    """The phase of an `incident` has required items that are not done: a reason is asked for; `items` are they."""

    def __init__(self, incident: Incident, items: tuple[Item, ...]) -> None:
        listed = "\n".join(f"• {item.number}. {escape_prose(item.text)}" for item in items)
        phase = escape(PHASES[incident.phase].name)
        super().__init__(
            f"{phase} still has required items open:\n{listed}\nDo them, or say why they are left out: "
            "with the button on the card, or with a reason after the phase.",
            field="reason",
        )
        self.incident, self.items = incident, items


def left_out(incident: Incident, by: UserId, now: datetime, reason: str) -> Sequence[Event]:
    """What leaving the phase leaves out.

    Raises:
        ItemsOpen: required items are open, and there is no reason.
    """
    items = blocking(incident)
    if items and not reason:
        raise ItemsOpen(incident, items)
    return left_behind(incident, by, now, reason)


def told(incident: Incident, text: str) -> tuple[Effect, ...]:
    """What stakeholders hear of it; nothing of a private incident."""
    return () if incident.private else (ShowAnnouncement(), PostUnderAnnouncement(text=text))
