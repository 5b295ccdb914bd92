"""Who may do what: everybody, unless the configuration asks for the commander or a user group."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from bot.workflows.commands import Command, Refused
from bot.workflows.course import following
from bot.workflows.endings import Cancel, Close, Resolve
from bot.workflows.handover import OfferHandover
from bot.workflows.incident import Incident, UserId
from bot.workflows.merging import Merge
from bot.workflows.phases import Contain, MovePhase, Reopen
from bot.workflows.policy import COMMANDER, Phase
from bot.workflows.roles import AssignRole, ClaimRole
from bot.workflows.severity import SetSeverity
from bot.workflows.text import listed, mention
from bot.workflows.updates import SendUpdate

EVERYONE, THE_COMMANDER = "everyone", "commander"


class Deed(StrEnum):
    """What the configuration may reserve; the member is the word in the file."""

    ROLE = "role"  # take a role, give one, or hand one over
    SEVERITY = "severity"  # grade
    PHASE = "phase"  # move on or back, say that it is contained, reopen
    UPDATE = "update"  # tell stakeholders
    RESOLVE = "resolve"
    CLOSE = "close"
    CANCEL = "cancel"  # end what is not over: as a false alarm, or by a merge


DEEDS: Mapping[type[Command], Deed] = {
    ClaimRole: Deed.ROLE,
    AssignRole: Deed.ROLE,
    OfferHandover: Deed.ROLE,  # whoever has it then only says yes to what was permitted
    SetSeverity: Deed.SEVERITY,
    MovePhase: Deed.PHASE,
    Contain: Deed.PHASE,
    Reopen: Deed.PHASE,
    SendUpdate: Deed.UPDATE,
    Resolve: Deed.RESOLVE,
    Close: Deed.CLOSE,
    Cancel: Deed.CANCEL,
    Merge: Deed.CANCEL,
}
ALL = frozenset(Deed)
NAMED: Mapping[Deed, str] = {
    Deed.ROLE: "changes who holds which role of",
    Deed.SEVERITY: "grades",
    Deed.PHASE: "moves",
    Deed.UPDATE: "sends updates of",
    Deed.RESOLVE: "resolves",
    Deed.CLOSE: "closes",
    Deed.CANCEL: "cancels",
}
NAMED_BY_COMMAND: Mapping[type[Command], str] = {Merge: "merges"}
NO_COMMANDER = (
    "Here only the incident commander {deed} {incident}, and nobody is that yet. "
    "Take command first: `/incident claim commander`."
)
ONLY_COMMANDER = "Here only the incident commander {deed} {incident}: ask {people}."
ONLY_GROUP = "Here only <!subteam^{group}> {deed} {incident}: ask one of them in the room."


def asked_for(incident: Incident, command: Command) -> str:
    """Who may carry out a command: EVERYONE, THE_COMMANDER, or the id of a user group."""
    deed = deed_of(incident, command)
    who = incident.policy.permissions.get(deed, EVERYONE) if deed else EVERYONE
    return EVERYONE if isinstance(command, ClaimRole) and _is_harmless(incident, command) else who


def deed_of(incident: Incident, command: Command) -> Deed | None:
    """What a command does, of what can be reserved; on to the last phase is to resolve, whichever way one goes."""
    if isinstance(command, MovePhase) and (command.to or following(incident.phase)) is Phase.LEARNING:
        return Deed.RESOLVE
    return DEEDS.get(type(command))


def may(incident: Incident, deed: Deed, by: UserId, members: Collection[UserId] | None) -> bool:
    """Whether somebody may do something; `members` are those of the group that is asked for, None where Slack does not
    say."""
    who = incident.policy.permissions.get(deed, EVERYONE)
    if who in (EVERYONE, THE_COMMANDER):
        return who == EVERYONE or by in incident.holders(COMMANDER)
    return members is None or by in members


def _is_harmless(incident: Incident, claim: ClaimRole) -> bool:
    """A free seat locks nobody out: whoever is there takes command. Claiming what one holds changes nothing."""
    holders = incident.holders(claim.role)
    return claim.by in holders or (claim.role == COMMANDER and not holders)


def check_permitted(incident: Incident, command: Command, by: UserId, members: Collection[UserId] | None) -> None:
    """Raise Refused when somebody may not; `members` are those of the group that is asked for.

    A group that Slack does not tell us about, None, locks nobody out: an incident does not wait for that.
    """
    who, done = asked_for(incident, command), deed_of(incident, command)
    if done is None or who == EVERYONE or may(incident, done, by, members):
        return
    deed = NAMED_BY_COMMAND.get(type(command), NAMED[done])
    if who == THE_COMMANDER:
        people = listed(tuple(map(mention, incident.holders(COMMANDER))))
        text = ONLY_COMMANDER if incident.holders(COMMANDER) else NO_COMMANDER
        raise Refused(text.format(deed=deed, incident=incident.name, people=people))
    raise Refused(ONLY_GROUP.format(group=who, deed=deed, incident=incident.name))
