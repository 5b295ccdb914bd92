"""What happens in a rehearsal, in plain lines: when, what sort of thing, and what."""

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import singledispatch

from bot.cli.rehearsal import Happening
from bot.views.terminal import printed
from bot.workflows import actions, checklist, declare, due, endings, phases, roles, severity, started, timeline, updates
from bot.workflows.checklist import due_at, is_shown, phase_plan, still_open
from bot.workflows.commands import Event
from bot.workflows.course import PHASES
from bot.workflows.effects import InviteByRule, PostInRoom, RemindPerson, RemindRoom, Rung, TellPrivately
from bot.workflows.incident import Incident, Item, ItemState, UserId
from bot.workflows.policy import InviteRule, Phase, RoleKey
from bot.workflows.text import listed
from bot.workflows.times import HOURS, lasting

WIDTH, TIME, SORT = 88, 7, 11  # of a line, and of the two columns before its words
NOBODY_ASKED = "whoever declared it"
RUNGS = {
    Rung.SOON: "asks {who} for the update promised by {at}",
    Rung.MISSED: "no update by {at} as promised: asks {who}",
    Rung.OVERDUE: "no update by {at} as promised: tells {who}, for everybody to see",
}
NEXT = "sent by the {who}; the next one is promised by {at}"
NO_NEXT = "sent by the {who}; the next one comes when something changes"
SORTS: Mapping[type[Event], str] = {
    severity.SeverityChanged: "severity",
    started.ImpactBegan: "done",
    timeline.NoteAdded: "note",
    phases.ImpactContained: "contained",
    actions.ActionGiven: "action",
    checklist.ItemDone: "done",
    checklist.ItemSkipped: "left out",
}
RESOLVED = "Resolved after {span}. What is left to do afterwards stands above."
STOPPED = "Not resolved after {span}; there it was stopped."
ASKED = "What Warroom itself asked or told people, besides the card:"
QUIET = "Warroom itself asked nobody for anything."
COUNTED = {
    "nudge": "nudge: the room, quietly, what is missing",
    "reminder": "reminder: somebody, for a promised update",
    "climbs": "climbs: one step further up, as it had not come",
    "overdue": "overdue: somebody, what they have not done of the checklist",
}
UNDONE = "Nobody did:"
AGAIN = "{nudge} (once more)"
NEXT_DAY = "-- the next day --"
CHAPTERS = ("phase", "resolved")  # stand apart, with their time
PLAYER = re.compile(r"@U0[A-Z0-9_]+")
STAMP = re.compile(r"\d{4}-\d\d-\d\d (\d\d:\d\d) UTC")


@dataclass(frozen=True)
class Line:
    """One thing that happened: what sort of thing it is, and what."""

    sort: str
    text: str


def lines(happening: Happening) -> list[Line]:
    """What is worth telling of it, with the items that appeared by it."""
    told = [line for event, after in happening.seen for line in (*_told(event, after), *_invited(event, after))]
    before = {item.number for item in still_open(happening.before)} if happening.before.course else set()
    appeared = [item for item in still_open(happening.after) if item.number not in before]
    return [*told, *(Line("to do", _item(happening.after, item)) for item in appeared)]


def _invited(event: Event, incident: Incident) -> Iterator[Line]:
    """Whom rules want in the room by it; who is in a group is known when it is time."""
    for effect in event.effects(incident):
        if isinstance(effect, InviteByRule):
            yield Line("invited", "; ".join(map(_rule, effect.rules)))


def _rule(rule: InviteRule) -> str:
    return f"{rule.name}: {listed((*rule.people, *(f'the group {group}' for group in rule.groups)))}"


def page(happenings: Iterable[Happening]) -> Iterator[str]:
    """The lines of all that happens, with the time where it is another, and the sort where it is another."""
    last: tuple[datetime, str] | None = None
    nudges: set[str] = set()
    for happening in happenings:
        for line in lines(happening):
            told = replace(line, text=AGAIN.format(nudge=line.text.split(". ")[0])) if line.text in nudges else line
            yield from _written(happening.at, told, last)
            last = happening.at, line.sort
            nudges |= {line.text} if line.sort == "nudge" else set()


def _written(at: datetime, line: Line, last: tuple[datetime, str] | None) -> Iterator[str]:
    """One line below the last one, of which the moment and the sort are known."""
    before, sort = last or (None, "")
    if line.sort in CHAPTERS:
        yield ""
    if before and before.date() != at.date():
        yield NEXT_DAY
    new = before != at or line.sort in CHAPTERS
    head = f"{f'{at:%H:%M}' if new else '':<{TIME}}{line.sort if new or line.sort != sort else '':<{SORT}}"
    yield textwrap.fill(line.text, WIDTH, initial_indent=head, subsequent_indent=" " * (TIME + SORT + 3))


def ends(happenings: Sequence[Happening], now: datetime) -> Iterator[str]:
    """How it ended, how often people were asked, and what nobody did."""
    incident = happenings[-1].after
    yield (STOPPED if incident.is_open else RESOLVED).format(span=lasting(now - happenings[0].at))
    sorts = Counter(line.sort for happening in happenings for line in lines(happening) if line.sort in COUNTED)
    yield ASKED if sorts else QUIET
    yield from (f"{sorts[sort]:>6} x {words}" for sort, words in COUNTED.items() if sort in sorts)
    left = [item for item in incident.checklist if _undone(incident, item)]
    if left:
        yield UNDONE
        yield from (f"{item.number:>6}. {item.text}" for item in left)


def _undone(incident: Incident, item: Item) -> bool:
    gone = {step.phase for step in incident.course} - ({Phase.LEARNING})
    return item.state is not ItemState.DONE and item.phase in gone and is_shown(incident, item)


def who(incident: Incident, user: UserId) -> str:
    """Somebody by the roles they hold."""
    held = tuple(_role(incident, role) for role in incident.roles_of(user))
    return f"the {listed(held)}" if held else NOBODY_ASKED


@singledispatch
def _told(event: Event, incident: Incident) -> Iterator[Line]:
    """What people did stands on the timeline, in its words; what only Slack brings about is of no interest here."""
    entry, sort = event.tells(incident), SORTS.get(type(event))
    if entry and sort:
        yield Line(sort, _words(incident, entry.text))


def _item(incident: Incident, item: Item) -> str:
    at = due_at(incident, item)
    by = [f"by {at:%H:%M}" if item.due and item.due <= HOURS else f"within {lasting(item.due or timedelta())}"]
    facts = [*([_role(incident, item.role)] if item.role else []), *(by if at else [])]
    facts += ["required"] if item.required else []
    return f"{item.number}. {item.text}" + (f" ({', '.join(facts)})" if facts else "")


def _role(incident: Incident, role: RoleKey) -> str:
    return incident.policy.role(role).name


def _numbered(incident: Incident, number: int) -> str:
    return next(f"{item.number}. {item.text}" for item in incident.checklist if item.number == number)


def _words(incident: Incident, text: str) -> str:
    """A message as one line, people by their roles and moments by the clock."""
    plain = STAMP.sub(r"\1", " ".join(printed(text).split()))
    return PLAYER.sub(lambda found: who(incident, UserId(found[0][1:])), plain)


def _phase(incident: Incident) -> str:
    plan = phase_plan(incident)
    usually = f" Usually {lasting(plan.typically)}." if plan and plan.typically else ""
    return f"{PHASES[incident.phase].name}: {plan.objective if plan else PHASES[incident.phase].objective}{usually}"


@_told.register
def _declared(event: declare.IncidentDeclared, incident: Incident) -> Iterator[Line]:
    yield Line("declared", _phase(incident))


@_told.register
def _taken(event: roles.RoleTaken, incident: Incident) -> Iterator[Line]:
    yield Line("role", f"{_role(incident, event.role)} is taken")


@_told.register
def _moved(event: phases.PhaseChanged, incident: Incident) -> Iterator[Line]:
    yield Line("phase", _phase(incident))


@_told.register
def _resolved(event: endings.IncidentResolved, incident: Incident) -> Iterator[Line]:
    yield Line("resolved", _phase(incident))


@_told.register
def _ticked(event: checklist.ItemsTicked, incident: Incident) -> Iterator[Line]:
    for number in event.numbers:
        yield Line("by itself", _numbered(incident, number))


@_told.register
def _reminded(event: due.ReminderGiven, incident: Incident) -> Iterator[Line]:
    for effect in event.effects(incident):
        if isinstance(effect, RemindPerson | RemindRoom):
            asked = who(incident, effect.user) if isinstance(effect, RemindPerson) else "the room"
            sort = "reminder" if effect.rung is Rung.SOON else "climbs"
            yield Line(sort, RUNGS[effect.rung].format(who=asked, at=f"{effect.promised:%H:%M}"))


@_told.register
def _overdue(event: checklist.ItemsOverdue, incident: Incident) -> Iterator[Line]:
    numbers = {f"{number}.": number for number in event.numbers}
    for effect in event.effects(incident):
        if isinstance(effect, TellPrivately | PostInRoom):
            asked = who(incident, effect.user) if isinstance(effect, TellPrivately) else "the room, quietly"
            own = [numbers[begin] for line in effect.text.splitlines() if (begin := line.split(" ")[0]) in numbers]
            yield Line("overdue", f"tells {asked}: " + "; ".join(_numbered(incident, number) for number in own))


@_told.register
def _nudged(event: due.NudgeGiven | due.Listened, incident: Incident) -> Iterator[Line]:
    for effect in event.effects(incident):
        if isinstance(effect, PostInRoom):
            yield Line("nudge", f"tells the room, quietly: {_words(incident, effect.text)}")


@_told.register
def _sent(event: updates.UpdateSent, incident: Incident) -> Iterator[Line]:
    promise = event.promise
    by = who(incident, event.update.by).removeprefix("the ")
    yield Line("update", NEXT.format(who=by, at=f"{promise.at:%H:%M}") if promise else NO_NEXT.format(who=by))
