"""The checklist of an incident: what is to be done in each phase, ticked by people and by what the bot sees."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.workflows.commands import Command, Effect, Entry, Event, Refused
from bot.workflows.effects import PostInRoom, ShowCard, TellPrivately
from bot.workflows.incident import Incident, Item, ItemState, Plan, UserId
from bot.workflows.membership import letting_in
from bot.workflows.over import check_goes_on
from bot.workflows.policy import COMMANDER, ItemRule, Phase, PhasePlan, Playbook
from bot.workflows.signs import called_for, stands
from bot.workflows.text import cut, escape, escape_prose, mention

REASON_LIMIT = 500
NOT_OPEN = "“{text}” is no longer open{by}. Undo that first if it is still to be done."
DONE_ALREADY = "“{text}” is done already. Undo it first if that was a slip."
SOMETIME = datetime.max.replace(tzinfo=UTC)  # after every time somebody said
_ORDER = tuple(Phase)


def plan_of(playbook: Playbook) -> Plan:
    """What an incident keeps of its playbook beside the items."""
    ready = tuple(rule.text for rule in playbook.items if rule.phase is Phase.PREPARATION)
    return Plan(
        key=playbook.key, name=playbook.name, version=playbook.version, phases=playbook.phases, ready=ready,
        roles=playbook.roles,
    )  # fmt: skip


def items_of(playbook: Playbook) -> tuple[Item, ...]:
    """The checklist as a new incident gets it, numbered in the order of the course; Preparation is for before it."""
    rules = sorted(playbook.items, key=lambda rule: _ORDER.index(rule.phase))
    return tuple(
        replace(_item(number, rule), playbook=playbook.key)
        for number, rule in enumerate((rule for rule in rules if rule.phase is not Phase.PREPARATION), start=1)
    )


def phase_plan(incident: Incident, phase: Phase | None = None) -> PhasePlan | None:
    """What the playbook says about a phase, the present one unless another is named; of several the first that says
    something, with what is true for all of them when it is over."""
    plans = [
        plan.phases[phase or incident.phase] for plan in incident.running if (phase or incident.phase) in plan.phases
    ]
    exits = tuple(dict.fromkeys(line for plan in plans for line in plan.exits))
    return replace(plans[0], exits=exits) if plans else None


def of_phase(incident: Incident, phase: Phase | None = None) -> tuple[Item, ...]:
    """The items of a phase that are shown, the present one unless another is named."""
    wanted = phase or incident.phase
    return tuple(item for item in incident.checklist if now_of(incident, item) is wanted and is_shown(incident, item))


def now_of(incident: Incident, item: Item) -> Phase:
    """The phase an item belongs to now: an open task goes along with the incident, so that nobody loses sight of it."""
    return incident.phase if item.given_by and item.state is ItemState.OPEN else item.phase


def is_shown(incident: Incident, item: Item) -> bool:
    """Whether people see an item: it is called for, or somebody has dealt with it."""
    return item.state is not ItemState.OPEN or called_for(incident, item)


def still_open(incident: Incident) -> tuple[Item, ...]:
    """What is still to be done in the present phase."""
    return tuple(item for item in of_phase(incident) if item.state is ItemState.OPEN)


def blocking(incident: Incident) -> tuple[Item, ...]:
    """What has to be done, or to be left out for a reason, before the phase is left."""
    return tuple(item for item in still_open(incident) if item.required)


def in_order(incident: Incident) -> list[Item]:
    """What is to be done now: what the phase is not left without, then tasks, the soonest first, then the rest."""
    if incident.ending is not None:
        return []
    return sorted(
        still_open(incident), key=lambda item: (not item.required, item.given_by is None, item.due_by or SOMETIME)
    )


def due_at(incident: Incident, item: Item) -> datetime | None:
    """By when an item is to be done, once its phase has begun and it is called for; None when it has no time."""
    if item.due_by is not None:
        return item.due_by
    if item.due is None or incident.phase_since is None or item.phase is not incident.phase:
        return None
    return max(incident.phase_since, item.called_at or incident.phase_since) + item.due


def doer(incident: Incident, item: Item) -> tuple[UserId, ...]:
    """Whose item it is: its owner's, else its role's, else the commander's; nobody when these are free."""
    if item.owner:
        return (item.owner,)
    return (item.role and incident.holders(item.role)) or incident.holders(COMMANDER)


def what_follows(incident: Incident, now: datetime) -> Sequence[Event]:
    """After every command: items that are called for by now, or no longer, and those that the bot sees done.

    One may follow from another: what is done may call for an item, which may be done as well.
    """
    events: list[Event] = []
    while incident.ending is None and (event := _calls(incident, now) or _ticks(incident, now)):
        incident = event.apply(incident)
        events.append(event)
    return events


def _calls(incident: Incident, now: datetime) -> "ItemsCalled | None":
    waiting = [item for item in incident.checklist if item.when and item.state is ItemState.OPEN]
    called = tuple(item.number for item in waiting if item.called_at is None and called_for(incident, item))
    gone = tuple(item.number for item in waiting if item.called_at is not None and not called_for(incident, item))
    return ItemsCalled(called=called, gone=gone, at=now) if called or gone else None


def _ticks(incident: Incident, now: datetime) -> "ItemsTicked | None":
    seen = tuple(item.number for item in incident.checklist if item.state is ItemState.OPEN and stands(incident, item))
    return ItemsTicked(numbers=seen, at=now) if seen else None


@dataclass(frozen=True, kw_only=True)
class TickItem(Command):
    """Say that an item is done."""

    number: int
    by: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        item = item_numbered(incident, self.number)
        if item.state is ItemState.DONE:
            return []
        return [ItemDone(number=item.number, text=item.text, by=self.by, at=now)]


@dataclass(frozen=True, kw_only=True)
class SkipItem(Command):
    """Leave an item out, and say why."""

    number: int
    by: UserId
    reason: str

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        item, reason = item_numbered(incident, self.number), cut(self.reason.strip(), REASON_LIMIT)
        if item.state is ItemState.DONE:
            raise Refused(DONE_ALREADY.format(text=escape_prose(item.text)), field="reason")
        if not reason:
            raise Refused(f"Say why it is left out: `/incident skip {item.number} the flag is off already`.",
                          field="reason")  # fmt: skip
        if item.state is ItemState.SKIPPED:
            return []
        return [ItemSkipped(number=item.number, text=item.text, by=self.by, at=now, reason=reason)]


@dataclass(frozen=True, kw_only=True)
class AssignItem(Command):
    """Give an item to somebody, or take it."""

    number: int
    to: UserId
    by: UserId
    guest: bool = False  # whoever it is given to is one in this workspace

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        item = item_numbered(incident, self.number)
        if item.owner == self.to:
            return []
        if item.state is not ItemState.OPEN:
            raise Refused(NOT_OPEN.format(text=escape_prose(item.text), by=_by(item)), field="owner")
        given = ItemAssigned(number=item.number, text=item.text, to=self.to, by=self.by)
        return [*letting_in(incident, self.to, self.by, guest=self.guest), given]


@dataclass(frozen=True, kw_only=True)
class UndoItem(Command):
    """Take a tick or a skip back; what had ticked itself is ticked by hand from then on."""

    number: int
    by: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        item = item_numbered(incident, self.number)
        if item.state is ItemState.OPEN:
            return []
        return [ItemUndone(number=item.number, text=item.text, by=self.by, at=now)]


def item_numbered(incident: Incident, number: int) -> Item:
    """The item with this number.

    Raises:
        Refused: there is none, or the incident has ended.
    """
    check_goes_on(incident)
    found = next((item for item in incident.checklist if item.number == number), None)
    if found is None:
        last = max((item.number for item in incident.checklist), default=0)
        raise Refused(
            f"{incident.name} has no item {number}. `/incident checklist` shows them: 1 to {last}."
            if last else f"{incident.name} has no checklist: no playbook was for it, and nobody gave a task."
        )  # fmt: skip
    return found


@dataclass(frozen=True, kw_only=True)
class ItemsCalled(Event):
    """Items are called for by what has changed, and have their time from now on; others no longer are."""

    at: datetime
    called: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()

    def apply(self, incident: Incident) -> Incident:
        for number in self.called:
            incident = _changed(incident, number, called_at=self.at, nudged=False)
        for number in self.gone:
            incident = _changed(incident, number, called_at=None)
        return incident

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (ShowCard(),)


@dataclass(frozen=True, kw_only=True)
class ItemsTicked(Event):
    """Items were done by what happened anyway; the timeline has that already."""

    numbers: tuple[int, ...]
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        for number in self.numbers:
            incident = _changed(incident, number, state=ItemState.DONE, by=None, at=self.at)
        return incident

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (ShowCard(),)


@dataclass(frozen=True, kw_only=True)
class ItemDone(Event):
    """Somebody did an item."""

    number: int
    text: str
    by: UserId
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        ended = _ended(incident, self.number)
        return _changed(ended, self.number, state=ItemState.DONE, by=self.by, at=self.at, reason="")

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=f"{mention(self.by)} ticked: {escape_prose(self.text)}", at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (ShowCard(),)


@dataclass(frozen=True, kw_only=True)
class ItemSkipped(Event):
    """Somebody left an item out."""

    number: int
    text: str
    by: UserId
    at: datetime
    reason: str

    def apply(self, incident: Incident) -> Incident:
        return _changed(
            _ended(incident, self.number), self.number, state=ItemState.SKIPPED, by=self.by, at=self.at,
            reason=self.reason,
        )  # fmt: skip

    def tells(self, incident: Incident) -> Entry:
        said = f"<@{self.by}> left out “{escape_prose(self.text)}”: {escape_prose(self.reason)}"
        return Entry(text=said, at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (ShowCard(),)


@dataclass(frozen=True, kw_only=True)
class ItemAssigned(Event):
    """An item has somebody who does it; they are told, unless they took it themselves."""

    number: int
    text: str
    to: UserId
    by: UserId

    def apply(self, incident: Incident) -> Incident:
        return _changed(incident, self.number, owner=self.to)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        if self.to == self.by:
            return (ShowCard(),)
        what = f"an item of {incident.name}: {escape_prose(self.text)}"
        told = f"{mention(self.by)} gave you {what}\n{how_to_tick(incident)}"
        return (ShowCard(), TellPrivately(user=self.to, text=told))


@dataclass(frozen=True, kw_only=True)
class ItemUndone(Event):
    """Somebody took a tick back."""

    number: int
    text: str
    by: UserId
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        return _changed(
            incident, self.number, state=ItemState.OPEN, by=None, at=None, reason="", by_hand=True, nudged=False
        )  # fmt: skip

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=f"<@{self.by}> took back: {escape_prose(self.text)}", at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (ShowCard(),)


@dataclass(frozen=True, kw_only=True)
class ItemsOverdue(Event):
    """Items were not done in their time; whoever they belong to is told, once."""

    numbers: tuple[int, ...]

    def apply(self, incident: Incident) -> Incident:
        for number in self.numbers:
            incident = _changed(incident, number, nudged=True)
        return incident

    def effects(self, incident: Incident) -> Sequence[Effect]:
        people: dict[UserId | None, list[str]] = {}
        for item in incident.checklist:
            doers = tuple(filter(incident.is_seen_by, doer(incident, item)))
            for user in doers or (None,) if item.number in self.numbers else ():
                people.setdefault(user, []).append(f"{item.number}. {escape_prose(item.text)}")
        return [_reminder(incident, user, texts) for user, texts in people.items()]


def _reminder(incident: Incident, user: UserId | None, items: Sequence[str]) -> Effect:
    """To whoever the items belong to; to the room, quietly, when that is nobody."""
    begin = f"Still open on the checklist of {incident.name} {escape(cut(incident.title, 100))}, and due by now:"
    text = "\n".join([begin, *items, how_to_tick(incident)])
    return TellPrivately(user=user, text=text) if user else PostInRoom(text=text)


def how_to_tick(incident: Incident) -> str:
    """Where an item is ticked."""
    where = f" in <#{incident.room.channel}>" if incident.room else ""
    return f"Tick it on the card{where}, or leave it out with a reason."


def left_behind(incident: Incident, by: UserId, at: datetime, reason: str) -> Sequence[ItemSkipped]:
    """The required items that are left out because the phase is left for a reason."""
    return [ItemSkipped(number=item.number, text=item.text, by=by, at=at, reason=reason) for item in blocking(incident)]


def _item(number: int, rule: ItemRule) -> Item:
    return Item(
        number=number, key=rule.key, phase=rule.phase, text=rule.text, role=rule.role, required=rule.required,
        due=rule.due, help=rule.help, sign=rule.sign, sign_role=rule.sign_role, sign_word=rule.sign_word,
        when=rule.when,
    )  # fmt: skip


def _ended(incident: Incident, number: int) -> Incident:
    """The incident with an item put into the phase it ends in, where a task stays from then on."""
    item = next((item for item in incident.checklist if item.number == number), None)
    return _changed(incident, number, phase=now_of(incident, item)) if item else incident


def _changed(incident: Incident, number: int, **changes: object) -> Incident:
    checklist = tuple(
        replace(item, **changes) if item.number == number else item  # type: ignore[arg-type]
        for item in incident.checklist
    )
    return replace(incident, checklist=checklist)


def _by(item: Item) -> str:
    did = "ticked" if item.state is ItemState.DONE else "left out"
    return f": {mention(item.by)} {did} it" if item.by else f": it was {did} by itself"
