"""The buttons of an incident, as they are on its card and in the tray: only those that can be used now."""

from collections.abc import Collection

from bot.views.blocks import button, overflow
from bot.views.message import Block
from bot.workflows.course import following
from bot.workflows.incident import Incident, Stamp
from bot.workflows.permissions import ALL, Deed
from bot.workflows.policy import COMMANDER, Phase

CLAIM, ROLES, NOTE, SEVERITY, RESOLVE, CLOSE = "claim", "roles", "note", "severity", "resolve", "close"
UPDATE, NEXT, CHECKLIST, CONTAINED, MORE, REPAIR = "update", "next", "checklist", "contained", "more", "repair"
PRIVATE = "go_private"


def controls(incident: Incident, may: Collection[Deed] = ALL) -> list[Block]:
    """What can be used now: the next steps as buttons, the rest in a menu; nothing once the incident has ended.

    `may` is what somebody may do, where that is shown to them alone; on the card stands what anybody may.
    """
    if incident.ending is not None:
        return []
    number = str(incident.id)
    checklist = [button("Checklist", CHECKLIST, number)] if incident.checklist else []
    if not incident.is_open:
        return [*checklist, *([button("Close", CLOSE, number)] if Deed.CLOSE in may else [])]
    knows_commander = any(rule.key == COMMANDER for rule in incident.policy.roles)
    free = knows_commander and not incident.holders(COMMANDER)
    return [
        *([button("Take command", CLAIM, f"{number}:{COMMANDER}", style="primary")] if free else []),
        *([button("Update", UPDATE, number)] if Deed.UPDATE in may else []),
        *checklist,
        *_onward(incident, may),
        overflow(MORE, [(label, f"{number}:{what}") for label, what in _more(incident, may)]),
    ]


def in_menu(incident: Incident, what: str, may: Collection[Deed] = ALL) -> bool:
    """Whether something stands in the menu."""
    return incident.is_open and any(value == what for _, value in _more(incident, may))


def _onward(incident: Incident, may: Collection[Deed]) -> list[Block]:
    """The way to the next phase; the last step is to resolve."""
    to = following(incident.phase)
    if to is Phase.LEARNING:
        return [button("Resolve", RESOLVE, str(incident.id))] if Deed.RESOLVE in may else []
    return [button("Next phase", NEXT, f"{incident.id}:{to}")] if Deed.PHASE in may else []


def _more(incident: Incident, may: Collection[Deed]) -> list[tuple[str, str]]:
    """At most five, as Slack has it; the last are there where they fit."""
    severity = [("Severity", SEVERITY)] if Deed.SEVERITY in may else []
    stopped = incident.at(Stamp.CONTAINED) or Deed.PHASE not in may
    contained = [] if stopped else [("The impact has stopped", CONTAINED)]
    last = following(incident.phase) is Phase.LEARNING or Deed.RESOLVE not in may
    resolve = [] if last else [("Resolve", RESOLVE)]
    private = [] if incident.private else [("Make it private", PRIVATE)]
    always = [("Roles", ROLES), ("Note", NOTE)]
    return [*always, *severity, *contained, *resolve, ("Repair", REPAIR), *private][:5]
