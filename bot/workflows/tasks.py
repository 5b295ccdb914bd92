"""Tasks: items of the checklist that somebody gives in the room, with an owner and a time where these were said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.workflows.checklist import how_to_tick
from bot.workflows.commands import Command, Effect, Entry, Event, Refused
from bot.workflows.effects import ShowCard, TellPrivately
from bot.workflows.incident import Incident, Item, ItemState, UserId
from bot.workflows.membership import letting_in
from bot.workflows.over import check_goes_on
from bot.workflows.text import cut, escape, escape_prose, mention
from bot.workflows.times import when

SAME_TIME = timedelta(minutes=1)  # “in 20m” said twice within it is the same time
TEXT_LIMIT = 150  # as for the items of a playbook
MORE_LIMIT = 600  # of what *Help* shows beside it
MOST = 40  # of one incident; more than that is no checklist any more
NO_TEXT = "Say what is to be done, beginning with a verb: `Call the vendor`."
TOO_LONG = "A task holds at most {limit} characters, this one has {length}. Say it shorter, or make it two."
TOO_MANY = "{incident} has {most} tasks already. Those that are done stay on its checklist; take notes instead."


def next_number(incident: Incident) -> int:
    """The number of the next item; one that was ever given is never given again."""
    return max([incident.last_item, *(item.number for item in incident.checklist)]) + 1


@dataclass(frozen=True, kw_only=True)
class AddTask(Command):
    """Put something to be done on the checklist of the present phase; it need not be anybody's, nor have a time.

    What is given again in the same words while it is open is not given twice: a time that was said anew is set.
    """

    text: str
    by: UserId
    owner: UserId | None = None
    due_by: datetime | None = None
    more: str = ""  # what *Help* shows beside it
    guest: bool = False  # the owner is one in this workspace

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        text = " ".join(self.text.split())
        check_goes_on(incident)
        if not text:
            raise Refused(NO_TEXT, field="text")
        if len(text) > TEXT_LIMIT:
            raise Refused(TOO_LONG.format(limit=TEXT_LIMIT, length=len(text)), field="text")
        came = letting_in(incident, self.owner, self.by, guest=self.guest) if self.owner else []
        if standing := given(incident, self):
            anew = self.due_by and (standing.due_by is None or abs(self.due_by - standing.due_by) > SAME_TIME)
            return [*came, TaskTimed(item=replace(standing, due_by=self.due_by), by=self.by, at=now)] if anew else came
        if sum(item.given_by is not None for item in incident.checklist) >= MOST:
            raise Refused(TOO_MANY.format(incident=incident.name, most=MOST), field="text")
        number = next_number(incident)
        item = Item(
            number=number, key=f"task-{number}", phase=incident.phase, text=text, help=cut(self.more, MORE_LIMIT),
            owner=self.owner, given_by=self.by, due_by=self.due_by,
        )  # fmt: skip
        return [*came, TaskAdded(item=item, by=self.by, at=now)]


def given(incident: Incident, command: AddTask) -> Item | None:
    """The open task that says the very same: in these words, for the same person, given by the same one."""
    said = (command.by, command.owner, " ".join(command.text.split()))
    open_ones = (item for item in reversed(incident.checklist) if item.state is ItemState.OPEN)
    return next((item for item in open_ones if (item.given_by, item.owner, item.text) == said), None)


@dataclass(frozen=True, kw_only=True)
class TaskAdded(Event):
    """Somebody gave a task; its owner is told, unless they gave it to themselves."""

    item: Item
    by: UserId
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, checklist=(*incident.checklist, self.item), last_item=self.item.number)

    def tells(self, incident: Incident) -> Entry:
        gave = f"gave {mention(self.item.owner)}" if self.item.owner else "added"
        return Entry(text=f"{mention(self.by)} {gave} item {_what(self.item)}", at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (ShowCard(), *_owner_told(incident, self.item, self.by, "gave you"))


@dataclass(frozen=True, kw_only=True)
class TaskTimed(Event):
    """Somebody set the time of a task they gave; its owner is told, unless they gave it to themselves."""

    item: Item  # as it is now
    by: UserId
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        timed = replace(self.item, nudged=False)
        checklist = tuple(timed if item.number == timed.number else item for item in incident.checklist)
        return replace(incident, checklist=checklist)

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=f"{mention(self.by)} set the time of item {_what(self.item)}", at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (ShowCard(), *_owner_told(incident, self.item, self.by, "set the time of your"))


def _owner_told(incident: Incident, item: Item, by: UserId, did: str) -> tuple[Effect, ...]:
    """What the owner of a task reads of it, unless it is their own doing."""
    if item.owner is None or item.owner == by:
        return ()
    of = f"It is of {incident.name} {escape(cut(incident.title, 100))}. {how_to_tick(incident)}"
    return (TellPrivately(user=item.owner, text=f"{mention(by)} {did} item {_what(item)}\n{of}"),)


def _what(item: Item) -> str:
    by_when = f", by {when(item.due_by)}" if item.due_by else ""
    return f"{item.number}{by_when}: {escape_prose(item.text)}"
