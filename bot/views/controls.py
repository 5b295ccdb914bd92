"""The buttons of an incident, as they are on its card and in the tray: only those that can be used now."""

from bot.views.blocks import button, confirm
from bot.views.message import Block
from bot.workflows.incident import Incident
from bot.workflows.phases import following
from bot.workflows.policy import COMMANDER, Phase

CLAIM, ROLES, NOTE, SEVERITY, RESOLVE, CLOSE = "claim", "roles", "note", "severity", "resolve", "close"
UPDATE, NEXT = "update", "next"
SURE = (
    "The impact is over: updates stop, the room turns to learning, and a draft of the post-mortem is made. "
    "Stakeholders are told."
)
SURE_PRIVATE = "The impact is over: the room turns to learning, and a draft of the post-mortem is made."


def controls(incident: Incident) -> list[Block]:
    """The buttons that can be used now, none once the incident has ended."""
    if incident.ending is not None:
        return []
    number = str(incident.id)
    if not incident.is_open:
        return [button("Close", CLOSE, number)]
    sure = confirm(f"Resolve {incident.name}?", SURE_PRIVATE if incident.private else SURE, "Resolve", "Not yet")
    knows_commander = any(rule.key == COMMANDER for rule in incident.policy.roles)
    free = knows_commander and not incident.holders(COMMANDER)
    return [
        *([button("Take command", CLAIM, f"{number}:{COMMANDER}", style="primary")] if free else []),
        button("Update", UPDATE, number),
        button("Roles", ROLES, number),
        button("Note", NOTE, number),
        button("Severity", SEVERITY, number),
        *_onward(incident),
        button("Resolve", RESOLVE, number, confirm=sure),
    ]


def _onward(incident: Incident) -> list[Block]:
    """The way to the next phase; the last step is to resolve."""
    to = following(incident.phase)
    return [] if to is Phase.LEARNING else [button("Next phase", NEXT, f"{incident.id}:{to}")]
