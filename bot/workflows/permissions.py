"""Who may do what: everybody, unless the configuration asks for the commander or a user group."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from bot.workflows.commands import Command, Refused
from bot.workflows.incident import Incident, UserId
from bot.workflows.phases import Cancel, Close, Contain, MovePhase, Reopen, Resolve
from bot.workflows.policy import COMMANDER
from bot.workflows.roles import AssignRole, ClaimRole
from bot.workflows.severity import SetSeverity
from bot.workflows.text import listed, mention
from bot.workflows.updates import SendUpdate

EVERYONE, THE_COMMANDER = "everyone", "commander"


class Deed(StrEnum):
    """What the configuration may reserve; the member is the word in the file."""

    ROLE = "role"  # take a role, or give one
    SEVERITY = "severity"  # grade
    PHASE = "phase"  # move on or back, say that it is contained, reopen
    UPDATE = "update"  # tell stakeholders
    RESOLVE = "resolve"
    CLOSE = "close"
    CANCEL = "cancel"


DEEDS: Mapping[type[Command], Deed] = {
    ClaimRole: Deed.ROLE,
    AssignRole: Deed.ROLE,
    SetSeverity: Deed.SEVERITY,
    MovePhase: Deed.PHASE,
    Contain: Deed.PHASE,
    Reopen: Deed.PHASE,
    SendUpdate: Deed.UPDATE,
    Resolve: Deed.RESOLVE,
    Close: Deed.CLOSE,
    Cancel: Deed.CANCEL,
}
NAMED: Mapping[Deed, str] = {
    Deed.ROLE: "changes who holds which role of",
    Deed.SEVERITY: "grades",
    Deed.PHASE: "moves",
    Deed.UPDATE: "sends updates of",
    Deed.RESOLVE: "resolves",
    Deed.CLOSE: "closes",
    Deed.CANCEL: "cancels",
}
NO_COMMANDER = (
    "Here only the incident commander {deed} {incident}, and nobody is that yet. "
    "Take command first: `/incident claim commander`."
)
ONLY_COMMANDER = "Here only the incident commander {deed} {incident}: ask {people}."
ONLY_GROUP = "Here only <!subteam^{group}> {deed} {incident}: ask one of them in the room."


def asked_for(incident: Incident, command: Command) -> str:
    """Who may carry out a command: EVERYONE, THE_COMMANDER, or the id of a user group."""
    deed = DEEDS.get(type(command))
    who = incident.policy.permissions.get(deed, EVERYONE) if deed else EVERYONE
    # A free seat locks nobody out: whoever is there takes command.
    takes_command = isinstance(command, ClaimRole) and command.role == COMMANDER and not incident.holders(COMMANDER)
    return EVERYONE if takes_command else who


def check_permitted(incident: Incident, command: Command, by: UserId, members: Collection[UserId] | None) -> None:
    """Raise Refused when somebody may not; `members` are those of the group that is asked for.

    A group that Slack does not tell us about, None, locks nobody out: an incident does not wait for that.
    """
    who = asked_for(incident, command)
    if who == EVERYONE or (who == THE_COMMANDER and by in incident.holders(COMMANDER)):
        return
    deed = NAMED[DEEDS[type(command)]]
    if who == THE_COMMANDER:
        people = listed(tuple(map(mention, incident.holders(COMMANDER))))
        text = ONLY_COMMANDER if incident.holders(COMMANDER) else NO_COMMANDER
        raise Refused(text.format(deed=deed, incident=incident.name, people=people))
    if members is not None and by not in members:
        raise Refused(ONLY_GROUP.format(group=who, deed=deed, incident=incident.name))
