"""Another playbook in the room: in place of the one an incident is run by, or beside it; what is finished stays."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.workflows.checklist import is_shown, items_of, plan_of
from bot.workflows.commands import Command, Effect, Entry, Event, Refused
from bot.workflows.effects import PostInRoom, ShowCard
from bot.workflows.incident import Incident, Item, ItemState, Plan, UserId
from bot.workflows.over import check_goes_on
from bot.workflows.policy import Phase, Playbook
from bot.workflows.tasks import next_number
from bot.workflows.text import counted, cut, escape, escape_prose, listed, mention

MOVED_ON = (
    "Somebody chose another playbook meanwhile: {incident} runs “{name}” now. If yours is to take its place all the "
    "same, open this once more."
)
AT_ONCE = 3  # playbooks of one incident; nobody follows more
KEPT_ITEMS = 200  # of those that left, which the report on playbooks counts
LEFT_ROOM = 800  # characters of what left, on the timeline
FULL = (
    "{incident} runs {most} playbooks already, and no more go beside them. Choose “In place of the present one” here: "
    "the first of them leaves, and this one takes its place."
)
_ORDER = tuple(Phase)


@dataclass(frozen=True, kw_only=True)
class UsePlaybook(Command):
    """Run the incident by another playbook, or by one more.

    Items of phases that are over do not come. What both playbooks have in the same words stays as it stands.
    """

    key: str
    by: UserId
    add: bool = False
    expects: str | None = None  # the playbook it is to take the place of, where somebody chose that

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        check_goes_on(incident)
        book = next((book for book in incident.policy.playbooks if book.key == self.key), None)
        if book is None:
            raise Refused("There is no such playbook here any more. Choose another.", field="playbook")
        if any((plan.key, plan.version) == (book.key, book.version) for plan in self._unmoved(incident)):
            return []
        before = incident.plan if not self.add else None
        if before and self.expects is not None and self.expects != before.key:
            raise Refused(MOVED_ON.format(incident=incident.name, name=escape(before.name)), field="playbook")
        running = [plan for plan in incident.running if plan.key not in (book.key, before and before.key)]
        if len(running) >= AT_ONCE:
            raise Refused(FULL.format(incident=incident.name, most=AT_ONCE), field="how")
        return [_change(incident, book, before, self.by, now)]

    def _unmoved(self, incident: Incident) -> tuple[Plan, ...]:
        """Where nothing changes when one of these is chosen."""
        return incident.running if self.add else incident.running[:1]


@dataclass(frozen=True, kw_only=True)
class PlaybookChanged(Event):
    """The incident is run by another playbook, or by one more."""

    plan: Plan
    before: Plan | None  # whose place it takes; None where it was added
    came: tuple[Item, ...]
    left: tuple[Item, ...]  # those that people saw
    gone: tuple[int, ...]  # all that left, also what nothing called for
    kept: tuple[int, ...]  # open items that are of the new one now
    by: UserId
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        stays = (item for item in incident.checklist if item.number not in self.gone)
        mine = tuple(replace(item, playbook=self.plan.key) if item.number in self.kept else item for item in stays)
        first = incident.plan is None or self.before is not None or incident.plan.key == self.plan.key
        last = max([incident.last_item, *(item.number for item in (*incident.checklist, *self.came))], default=0)
        went = (replace(item, at=self.at) for item in incident.checklist if item.number in self.gone)
        left = (*incident.left_items, *went)[-KEPT_ITEMS:]
        changed = replace(incident, checklist=(*mine, *self.came), last_item=last, left_items=left)
        others = tuple(self._ended(plan) for plan in incident.other_plans if not self._is_running(plan))
        if not first:
            return replace(changed, other_plans=(*others, self.plan))
        former = (replace(incident.plan, until=self.at),) if incident.plan else ()
        return replace(changed, plan=self.plan, other_plans=(*others, *former))

    def tells(self, incident: Incident) -> Entry:
        left = "; ".join(f"{item.number}. {escape_prose(item.text)}" for item in self.left)
        what = f". Open items that left: {cut(left, LEFT_ROOM)}" if left else ""
        return Entry(text=f"{mention(self.by)} {self._change()}{what}", at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        came = sum(is_shown(incident, item) for item in self.came)
        counts = [f"{counted(came, 'item')} came"] if came else []
        counts += [f"{counted(len(self.left), 'open one')} left"] if self.left else []
        text = f"{mention(self.by)} {self._change()}: {listed(tuple(counts), nothing='no item came or left')}."
        return (ShowCard(), PostInRoom(text=text, evidence=True))

    def _is_running(self, plan: Plan) -> bool:
        """Whether it is the same that ran beside the other, and now takes its place."""
        return (plan.key, plan.version, plan.until) == (self.plan.key, self.plan.version, None)

    def _ended(self, plan: Plan) -> Plan:
        """One of an older version goes when a newer one comes."""
        return replace(plan, until=self.at) if plan.key == self.plan.key and plan.until is None else plan

    def _change(self) -> str:
        name = f"“{escape(self.plan.name)}” (version {escape(self.plan.version)})"
        if self.before is None:
            return f"added the playbook {name}"
        return f"switched the playbook from “{escape(self.before.name)}” to {name}"


def _change(incident: Incident, book: Playbook, before: Plan | None, by: UserId, now: datetime) -> PlaybookChanged:
    """What leaves, what stays and what comes."""
    words = {_words(item) for item in items_of(book)}
    leaving = {book.key, before.key} if before else {book.key}  # of an older version of the same one too
    open_ones = [item for item in incident.checklist if _goes_with(incident, item, leaving)]
    leaves = [item for item in open_ones if _words(item) not in words]
    return PlaybookChanged(
        plan=replace(plan_of(book), since=now), before=before, came=_coming(incident, book, leaves, now),
        left=tuple(item for item in leaves if is_shown(incident, item)), gone=tuple(item.number for item in leaves),
        kept=tuple(item.number for item in open_ones if _words(item) in words), by=by, at=now,
    )  # fmt: skip


def _goes_with(incident: Incident, item: Item, books: Collection[str]) -> bool:
    """Whether it is open, and of one of these playbooks."""
    first = incident.first_plan
    of_book = (item.playbook or (first.key if first else "")) in books
    return of_book and item.state is ItemState.OPEN and item.given_by is None


def _coming(incident: Incident, book: Playbook, leaves: Sequence[Item], now: datetime) -> tuple[Item, ...]:
    """What of a playbook is not there yet, of the present phase and of those that follow, with numbers of its own."""
    there = {_words(item) for item in incident.checklist if item not in leaves}
    new = [item for item in items_of(book) if _words(item) not in there and _is_ahead(incident, item)]
    return tuple(_begun(incident, item, number, now) for number, item in enumerate(new, next_number(incident)))


def _words(item: Item) -> tuple[str, str]:
    """What makes two items of two playbooks the same."""
    return item.key, item.text


def _is_ahead(incident: Incident, item: Item) -> bool:
    return _ORDER.index(item.phase) >= _ORDER.index(incident.phase)


def _begun(incident: Incident, item: Item, number: int, now: datetime) -> Item:
    """An item as it comes in the middle of a phase: its time begins now, not when the phase did."""
    begun = now if item.phase is incident.phase and item.when is None else None
    return replace(item, number=number, called_at=begun)
