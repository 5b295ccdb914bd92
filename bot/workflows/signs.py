"""What the bot sees of an incident by itself: which items are called for, and which are done."""

from collections.abc import Callable, Mapping

from bot.workflows.incident import CustomersTold, Incident, Item, ItemState, Part, Stamp
from bot.workflows.playbooks import counts_as
from bot.workflows.policy import Phase, Sign
from bot.workflows.roles import wanted_but_free

_ORDER = tuple(Phase)


def called_for(incident: Incident, item: Item) -> bool:
    """Whether all that an item's `when` says holds; conditions name items by their keys."""
    when = item.when
    if when is None:
        return True
    chosen = ((when.severities, counts_as(incident)), (when.kinds, incident.kind), (when.services, incident.service))
    if any(wanted and found not in wanted for wanted, found in chosen):
        return False
    held = [bool(incident.holders(role)) for role in when.held] + [not incident.holders(role) for role in when.not_held]
    done = [_is(incident, key, ItemState.DONE) for key in when.done]
    skipped = [_is(incident, key, ItemState.SKIPPED) for key in when.skipped]
    return all((*held, *done, *skipped))


def stands(incident: Incident, item: Item) -> bool:
    """Whether the bot sees that an item is done."""
    if item.sign is None or item.by_hand or _ORDER.index(item.phase) > _ORDER.index(incident.phase):
        return False
    if not called_for(incident, item):
        return False
    if item.sign is Sign.ROLE_CLAIMED:
        return item.sign_role is not None and bool(incident.holders(item.sign_role))
    return item.sign_word in incident.noted if item.sign is Sign.NOTED else _SIGNS[item.sign](incident)


def labels(incident: Incident, note: str) -> tuple[str, ...]:
    """What the checklist waits for and a note begins with: `changes: release 4.2 at 13:30`."""
    before, colon, after = note.partition(":")
    begins = " ".join(before.split()).lower()
    return (begins,) if colon and after.strip() and any(item.sign_word == begins for item in incident.checklist) else ()


def _is(incident: Incident, key: str, state: ItemState) -> bool:
    return any(item.key == key and item.state is state for item in incident.checklist)


def _updated(incident: Incident) -> bool:
    since = incident.phase_since
    return incident.update is not None and since is not None and incident.update.at >= since


def _linked(incident: Incident) -> bool:
    since = incident.phase_since
    return incident.linked_at is not None and since is not None and incident.linked_at >= since


_SIGNS: Mapping[Sign, Callable[[Incident], bool]] = {
    Sign.SEVERITY_SET: lambda incident: incident.severity is not None,
    Sign.IMPACT_DESCRIBED: lambda incident: bool(
        incident.impact or (incident.update is not None and incident.update.affected)
    ),
    Sign.IMPACT_START_KNOWN: lambda incident: incident.at(Stamp.IMPACT_STARTED) is not None,
    Sign.STAKEHOLDERS_TOLD: lambda incident: incident.knows(Part.ANNOUNCEMENT) and incident.announcement is not None,
    Sign.UPDATE_SENT: _updated,
    Sign.CONTAINED: lambda incident: incident.at(Stamp.CONTAINED) is not None,
    Sign.ACTION_GIVEN: lambda incident: bool(incident.actions),
    Sign.FIX_SAID: lambda incident: bool(incident.fix),
    Sign.RESOLVED: lambda incident: incident.at(Stamp.RESOLVED) is not None,
    Sign.DRAFT_MADE: lambda incident: incident.draft_at is not None,
    Sign.ROLES_FILLED: lambda incident: not wanted_but_free(incident),
    Sign.PRIVATE: lambda incident: incident.private,
    Sign.CUSTOMERS_TOLD: lambda incident: incident.customers_told in (CustomersTold.YES, CustomersTold.NOT_NEEDED),
    Sign.LINK_ADDED: _linked,
}
