"""Tasks: items of the checklist that somebody gives in the room, with an owner and a time where these were said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.workflows.checklist import how_to_tick
from bot.workflows.commands import Command, Effect, Entry, Event, Refused
from bot.workflows.effects import ShowCard, TellPrivately
from bot.workflows.incident import Incident, Item, UserId
from bot.workflows.membership import letting_in
from bot.workflows.text import cut, escape, escape_prose, fingerprint, mention
from bot.workflows.times import when

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
    """Put something to be done on the checklist of the present phase; it need not be anybody's, nor have a time."""

    text: str
    by: UserId
    owner: UserId | None = None
    due_by: datetime | None = None
    more: str = ""  # what *Help* shows beside it

    @property
    def twin(self) -> str:
        """The same thing to do for the same person, given by the same one."""
        return f"task:{self.incident}:{self.by}:{fingerprint(self.text, self.owner)}"

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        text = " ".join(self.text.split())
        if incident.ending is not None:
            raise Refused(f"{incident.name} is {incident.ending}; its checklist is as it was.")
        if not text:
            raise Refused(NO_TEXT, field="text")
        if len(text) > TEXT_LIMIT:
            raise Refused(TOO_LONG.format(limit=TEXT_LIMIT, length=len(text)), field="text")
        if sum(item.given_by is not None for item in incident.checklist) >= MOST:
            raise Refused(TOO_MANY.format(incident=incident.name, most=MOST), field="text")
        number = next_number(incident)
        item = Item(
            number=number, key=f"task-{number}", phase=incident.phase, text=text, help=cut(self.more, MORE_LIMIT),
            owner=self.owner, given_by=self.by, due_by=self.due_by,
        )  # fmt: skip
        came = letting_in(incident, self.owner, self.by) if self.owner else ()
        return [*came, TaskAdded(item=item, by=self.by, at=now)]


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
        return Entry(text=f"{mention(self.by)} {gave} item {self._what()}", at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        if self.item.owner is None or self.item.owner == self.by:
            return (ShowCard(),)
        told = (
            f"{mention(self.by)} gave you item {self._what()}\n"
            f"It is of {incident.name} {escape(cut(incident.title, 100))}. {how_to_tick(incident)}"
        )
        return (ShowCard(), TellPrivately(user=self.item.owner, text=told))

    def _what(self) -> str:
        by_when = f", by {when(self.item.due_by)}" if self.item.due_by else ""
        return f"{self.item.number}{by_when}: {escape_prose(self.item.text)}"
