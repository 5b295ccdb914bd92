"""Action items: what makes it less likely next time, each with an owner and a day, remembered until it is done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.workflows.commands import Command, Effect, Entry, Event, Refused
from bot.workflows.deadlines import morning_of, zone_named
from bot.workflows.effects import PostInRoom, RemindOfAction, TellPrivately
from bot.workflows.incident import ActionItem, ActionState, Ending, Incident, UserId
from bot.workflows.membership import letting_in
from bot.workflows.text import cut, escape, escape_prose, fingerprint, mention
from bot.workflows.times import named, when

TEXT_LIMIT, REASON_LIMIT = 300, 500
MOST = 50  # of one incident; a list nobody can finish is no plan
MORNING = timedelta(hours=8)  # before the end of the day: when its owner begins it, where the zone has no name
LAST_OFFSET = timedelta(hours=4)  # from 17:00 of a day anywhere between Hawaii and New Zealand back to that day in UTC
DAYS_BEFORE = timedelta(days=2)
DAY_AFTER, WEEKLY = timedelta(days=1), timedelta(days=7)
GIVEN = " gave action item "

# What one cannot see done: it begins nothing that ends.
_VAGUE_WORDS = """
be better careful consider discuss double-check enhance ensure explore feel fix have help improve
increase investigate keep learn look maintain make monitor more pay reduce remember remind rethink
retrain review see start stop support talk think try understand update we work address
"""
VAGUE = frozenset(_VAGUE_WORDS.split())


def next_reminder(incident: Incident, item: ActionItem) -> datetime | None:
    """When its owner is reminded next: two days before, on the day, weekly after; None once it is not open.

    One that was given when the morning of its day was over already is first remembered the day after.
    """
    if item.state is not ActionState.OPEN or incident.ending is Ending.CANCELLED:
        return None
    return next(at for at in _reminders(item) if at > (item.reminded or item.since or item.given_at))


def day_of(item: ActionItem) -> date:
    """The day an item is due on, the same for everybody."""
    return item.day or (item.due - LAST_OFFSET).date()


def is_vague(text: str) -> bool:
    """Whether it begins with a word that nobody can see done."""
    first = text.lower().split()[:1]
    return not first or first[0].strip(",.:;") in VAGUE


def action_numbered(incident: Incident, number: int) -> ActionItem:
    """The item with this number.

    Raises:
        Refused: there is none.
    """
    found = next((item for item in incident.actions if item.number == number), None)
    if found is None:
        raise Refused(f"{incident.name} has no action item {number}. `/incident actions {incident.name}` shows them.")
    return found


@dataclass(frozen=True, kw_only=True)
class AddAction(Command):
    """Give somebody something to do by a day; `due` is the end of it by the owner's clock, `zone` that clock's name."""

    text: str
    owner: UserId
    due: datetime
    by: UserId
    day: date | None = None
    zone: str = ""

    @property
    def twin(self) -> str:
        """The same thing to do for the same person by the same day, given by the same one."""
        return f"action:{self.incident}:{self.by}:{fingerprint(self.text, self.owner, self.day)}"

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        text = " ".join(self.text.split())
        if not text:
            raise Refused("Say what is to be done, beginning with a verb: `Add an alert for …`.", field="text")
        if len(text) > TEXT_LIMIT:
            raise Refused(f"An action item holds at most {TEXT_LIMIT} characters, this one has {len(text)}. Split it.",
                          field="text")  # fmt: skip
        if len(incident.actions) >= MOST:
            raise Refused(f"{incident.name} has {MOST} action items already: more than anybody will do.", field="text")
        item = ActionItem(
            number=len(incident.actions) + 1, text=text, owner=self.owner, due=self.due, given_by=self.by, given_at=now,
            day=self.day, zone=self.zone,
        )  # fmt: skip
        return [*letting_in(incident, self.owner, self.by), ActionGiven(item=item)]


@dataclass(frozen=True, kw_only=True)
class FinishAction(Command):
    """Say that it is done."""

    number: int
    by: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        item = action_numbered(incident, self.number)
        return [] if item.state is not ActionState.OPEN else [ActionEnded(item=item, by=self.by, at=now)]


@dataclass(frozen=True, kw_only=True)
class DropAction(Command):
    """Say that it will not be done, and why."""

    number: int
    by: UserId
    reason: str

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        item, reason = action_numbered(incident, self.number), cut(self.reason.strip(), REASON_LIMIT)
        if item.state is not ActionState.OPEN:
            return []
        if not reason:
            raise Refused("Say why it will not be done.", field="reason")
        return [ActionEnded(item=item, by=self.by, at=now, reason=reason)]


@dataclass(frozen=True, kw_only=True)
class ChangeAction(Command):
    """Give it to somebody else, or another day."""

    number: int
    owner: UserId
    due: datetime
    by: UserId
    day: date | None = None
    zone: str = ""

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        item = action_numbered(incident, self.number)
        if item.state is not ActionState.OPEN:
            raise Refused(f"Action item {item.number} is {item.state} already.", field="owner")
        changed = replace(item, owner=self.owner, due=self.due, day=self.day, zone=self.zone, since=now, reminded=None)
        if (item.owner, day_of(item)) == (self.owner, day_of(changed)):
            return []
        came = letting_in(incident, self.owner, self.by) if self.owner != item.owner else []
        return [*came, ActionChanged(item=item, changed=changed, by=self.by, at=now)]


@dataclass(frozen=True, kw_only=True)
class ActionGiven(Event):
    """Somebody has something to do."""

    item: ActionItem

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, actions=(*incident.actions, self.item))

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=_news(self.item), at=self.item.given_at, by=self.item.given_by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (PostInRoom(text=_news(self.item), evidence=True), *_tell_owner(incident, self.item, self.item.given_by))


@dataclass(frozen=True, kw_only=True)
class ActionEnded(Event):
    """It is done; or it will not be, for a reason."""

    item: ActionItem
    by: UserId
    at: datetime
    reason: str = ""

    def apply(self, incident: Incident) -> Incident:
        state = ActionState.DROPPED if self.reason else ActionState.DONE
        return _with(incident, replace(self.item, state=state, ended_by=self.by, ended_at=self.at, reason=self.reason))

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=self._news(), at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (PostInRoom(text=self._news(), evidence=True),)

    def _news(self) -> str:
        what = f"action item {self.item.number}: {escape_prose(self.item.text)}"
        if self.reason:
            return f"{mention(self.by)} dropped {what} ({escape_prose(self.reason)})"
        return f"{mention(self.by)} finished {what}"


@dataclass(frozen=True, kw_only=True)
class ActionChanged(Event):
    """It has another owner, or another day."""

    item: ActionItem
    changed: ActionItem  # as it is from now on; its reminders begin anew
    by: UserId
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        return _with(incident, self.changed)

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=self._news(), at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        told = _tell_owner(incident, self.changed, self.by) if self.changed.owner != self.item.owner else ()
        return (PostInRoom(text=self._news(), evidence=True), *told)

    def _news(self) -> str:
        return (
            f"{mention(self.by)} changed action item {self.item.number}: {escape_prose(self.item.text)} "
            f"({mention(self.changed.owner)}, by {named(day_of(self.changed))})"
        )


@dataclass(frozen=True, kw_only=True)
class ActionsRemembered(Event):
    """Owners were reminded of what they have to do."""

    numbers: tuple[int, ...]
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        for item in incident.actions:
            if item.number in self.numbers:
                incident = _with(incident, replace(item, reminded=self.at))
        return incident

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return [_reminding(incident, item) for item in incident.actions if item.number in self.numbers]


def _news(item: ActionItem) -> str:
    return (
        f"{mention(item.given_by)}{GIVEN}{item.number} to {mention(item.owner)}, by {named(day_of(item))}: "
        f"{escape_prose(item.text)}"
    )


def _tell_owner(incident: Incident, item: ActionItem, by: UserId) -> tuple[Effect, ...]:
    if item.owner == by:
        return ()
    following = next_reminder(incident, item)
    reminded = f"; you are reminded {when(following)}" if following else ""
    text = (
        f"{mention(by)} gave you action item {item.number} of {incident.name} {escape(cut(incident.title, 100))}, "
        f"by {named(day_of(item))}:\n{escape_prose(item.text)}\n"
        f"`/incident actions {incident.name}` has the buttons for it{reminded}."
    )
    return (TellPrivately(user=item.owner, text=text),)


def _reminding(incident: Incident, item: ActionItem) -> Effect:
    """To its owner; to the room when that is somebody who may not know of a private incident."""
    if incident.is_seen_by(item.owner):
        return RemindOfAction(user=item.owner, number=item.number)
    text = (
        f"Action item {item.number} is due by {named(day_of(item))}, and its owner {mention(item.owner)} is not here: "
        f"{escape_prose(item.text)}\nGive it to somebody who is: `/incident actions`."
    )
    return PostInRoom(text=text)


def _reminders(item: ActionItem) -> Iterator[datetime]:
    morning, count = _morning(item, timedelta()), 1
    yield _morning(item, -DAYS_BEFORE)
    yield morning
    if (item.since or item.given_at) >= morning:
        yield _morning(item, DAY_AFTER)
    while True:
        yield _morning(item, count * WEEKLY)
        count += 1


def _morning(item: ActionItem, later: timedelta) -> datetime:
    """When its owner begins its day, or one some days later or before."""
    zone = zone_named(item.zone)
    return morning_of(day_of(item) + later, zone) if zone else item.due - MORNING + later


def _with(incident: Incident, item: ActionItem) -> Incident:
    return replace(
        incident, actions=tuple(item if known.number == item.number else known for known in incident.actions)
    )
