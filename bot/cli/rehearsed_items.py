"""How somebody does an item in a rehearsal: what ticks it by itself where a person can do that, else the tick."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from bot.workflows.actions import AddAction
from bot.workflows.checklist import TickItem
from bot.workflows.commands import Command
from bot.workflows.incident import Incident, Item, UserId
from bot.workflows.phases import Contain
from bot.workflows.playbooks import counts_as
from bot.workflows.policy import Sign
from bot.workflows.severity import SetSeverity
from bot.workflows.started import SayStarted
from bot.workflows.timeline import AddNote
from bot.workflows.updates import Said, SendUpdate

EARLIER = timedelta(minutes=10)  # than the declaration: when customers began to feel it
DAYS = timedelta(days=7)  # until an action item is due
LINK = "https://example.com/what-we-saw"
# What is seen of what others do, or follows from something else: nobody does it for its own sake.
FOLLOWS = frozenset({
    Sign.ROLE_CLAIMED, Sign.ROLES_FILLED, Sign.PRIVATE, Sign.STAKEHOLDERS_TOLD, Sign.FIX_SAID, Sign.CUSTOMERS_TOLD,
    Sign.RESOLVED, Sign.DRAFT_MADE,
})  # fmt: skip


def deed(incident: Incident, item: Item, by: UserId, now: datetime, said: Said) -> Iterator[Command]:
    """The command that gets an item done, if somebody would give one."""
    if item.sign in (None, Sign.IMPACT_DESCRIBED):  # the impact is said in an update: whoever sends none ticks it
        yield TickItem(incident=incident.id, number=item.number, by=by)
    elif item.sign is Sign.UPDATE_SENT:
        yield SendUpdate(incident=incident.id, said=said, by=by)
    elif item.sign and item.sign not in FOLLOWS:
        yield _DEEDS[item.sign](incident, item, by, now)


def _severity(incident: Incident, item: Item, by: UserId, now: datetime) -> Command:
    return SetSeverity(incident=incident.id, severity=counts_as(incident) or incident.policy.severities[0].key, by=by)


_DEEDS: Mapping[Sign, Callable[[Incident, Item, UserId, datetime], Command]] = {
    Sign.SEVERITY_SET: _severity,
    Sign.IMPACT_START_KNOWN: lambda incident, item, by, now: SayStarted(
        incident=incident.id, by=by, began=min(now, incident.course[0].at) - EARLIER
    ),
    Sign.CONTAINED: lambda incident, item, by, now: Contain(incident=incident.id, by=by),
    Sign.ACTION_GIVEN: lambda incident, item, by, now: AddAction(
        incident=incident.id, text="Add an alert", owner=by, due=now + DAYS, by=by
    ),
    Sign.LINK_ADDED: lambda incident, item, by, now: AddNote(incident=incident.id, text=LINK, by=by),
    Sign.NOTED: lambda incident, item, by, now: AddNote(incident=incident.id, text=f"{item.sign_word}: …", by=by),
}
