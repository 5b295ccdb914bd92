"""What a playbook says that cannot be: it names what is not there, waits for what never comes, or says nothing."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import islice

from bot.config.checking import Raw
from bot.config.playbook_parts import CLAIMED, MOST_ITEMS, MOST_KEYS, AppliesPart, WhenPart, day_of
from bot.config.problems import Place, Problem
from bot.workflows.policy import Phase, Policy

NAMED = ("done", "skipped")  # the conditions that name other items
NEVER_BOTH = (("held", "not_held"), ("done", "skipped"))
PHASES = [phase.value for phase in Phase]
AHEAD = timedelta(days=1)  # east of Greenwich a day begins sooner

Known = dict[str, tuple[str, Sequence[str]]]  # for each field what it names is called, and what of that there is


def contradictions(values: object, policy: Policy, today: date | None) -> Iterator[Problem]:
    """All of it, in no order. What is of a wrong kind in `values`, the file as YAML has read it, is passed over here.

    `today` is the day it is in UTC; without it a review may be of any day.
    """
    file, known = _fields(values), _known(policy)
    applies = _fields(file.get("applies"))
    yield from _unknown(file, known, (), ("kinds", "roles"))
    yield from _unknown(applies, known, ("applies",), ("kinds", "services", "severities"))
    for place, item in _items(file):
        yield from _unknown_in(item, known, place)
        yield from _never(item, place)
        yield from _silent(item.get("when"), (*place, "when"), WhenPart.model_fields)
    yield from _silent(file.get("applies"), ("applies",), AppliesPart.model_fields)
    yield from _repeated(file)
    yield from _not_there(file)
    yield from _circles(file)
    yield from _not_yet(file, today)


def claimed(written: object) -> str | None:
    """The role in `commander claimed`."""
    return written.removesuffix(CLAIMED) if isinstance(written, str) and written.endswith(CLAIMED) else None


def _known(policy: Policy) -> Known:
    roles = ("a role", [str(rule.key) for rule in policy.roles])
    return {
        "kinds": ("a kind", [kind.key for kind in policy.kinds]),
        "services": ("a service", [service.key for service in policy.services]),
        "severities": ("a severity", [str(rule.key) for rule in policy.severities]),
        "roles": roles,
        "held": roles,
        "not_held": roles,
    }


def _fields(value: object) -> Raw:
    return value if isinstance(value, dict) else {}


def _words(part: Raw, field: str) -> list[tuple[int, str]]:
    """The texts of a list, with their places in it; one alone may stand without brackets."""
    written = part.get(field)
    listed = [written] if isinstance(written, str) else written if isinstance(written, list) else []
    return [(index, word) for index, word in enumerate(listed[:MOST_KEYS]) if isinstance(word, str)]


def _items(file: Raw) -> list[tuple[Place, Raw]]:
    """The items of all phases, as many as there may be."""
    lists = ((phase, _fields(content).get("items")) for phase, content in _fields(file.get("phases")).items())
    found = (
        (("phases", phase, "items", index), item)
        for phase, items in lists
        for index, item in enumerate(items if isinstance(items, list) else [])
        if isinstance(item, dict)
    )
    return list(islice(found, MOST_ITEMS * len(PHASES)))


def _unknown(part: Raw, known: Known, place: Place, fields: Sequence[str]) -> Iterator[Problem]:
    for field in fields:
        what, there = known[field]
        for index, word in _words(part, field):
            if word not in there:
                yield Problem(place=(*place, field, index), text=_is_not(word, what, there))


def _unknown_in(item: Raw, known: Known, place: Place) -> Iterator[Problem]:
    what, there = known["roles"]
    for field, role in (("role", item.get("role")), ("done_when", claimed(item.get("done_when")))):
        if isinstance(role, str) and role not in there:
            yield Problem(place=(*place, field), text=_is_not(role, what, there))
    conditions = ("severities", "kinds", "services", "held", "not_held")
    yield from _unknown(_fields(item.get("when")), known, (*place, "when"), conditions)


def _is_not(word: str, what: str, there: Sequence[str]) -> str:
    return f"{word!r} is not {what} here; known are {', '.join(there) or 'none'}"


def _never(item: Raw, place: Place) -> Iterator[Problem]:
    """Conditions of which one holds only while the other does not."""
    when = _fields(item.get("when"))
    for one, other in NEVER_BOTH:
        there = {word for _, word in _words(when, one)}
        for index, word in _words(when, other):
            if word in there:
                text = f"{word!r} stands below {one} too; both never hold at once"
                yield Problem(place=(*place, "when", other, index), text=text)


def _silent(written: object, place: Place, fields: Iterable[str]) -> Iterator[Problem]:
    if written == {}:
        yield Problem(place=place, text=f"expected at least one of {', '.join(fields)} below it")


def _repeated(file: Raw) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, item in _items(file):
        key = item.get("key")
        if isinstance(key, str) and key in seen:
            yield Problem(place=(*place, "key"), text=f"{key!r} is taken by an earlier item")
        seen.add(str(key))


def _not_there(file: Raw) -> Iterator[Problem]:
    """Conditions on items that are not in the file, or only come later: such an item would never be called for."""
    phases = {str(item.get("key")): str(place[1]) for place, item in _items(file)}
    for place, own, key in _named(file):
        where = phases.get(key)
        if where is None or where == Phase.PREPARATION:
            yield Problem(place=place, text=f"{key!r} is no item of an incident here")
        elif {where, own} <= {*PHASES} and PHASES.index(where) > PHASES.index(own):
            yield Problem(place=place, text=f"{key!r} comes only later, in {where}")


def _named(file: Raw) -> Iterator[tuple[Place, str, str]]:
    """Each item that a condition names: where, in which phase, and its key."""
    for place, item in _items(file):
        for field in NAMED:
            words = _words(_fields(item.get("when")), field)
            yield from (((*place, "when", field, index), str(place[1]), key) for index, key in words)


def _circles(file: Raw) -> Iterator[Problem]:
    """Items that wait for each other: none of them would ever be called for."""
    waits: dict[str, set[str]] = {}
    for _, item in _items(file):
        waits.setdefault(str(item.get("key")), _awaited(item))  # of two with one key the first has it
    for place, item in _items(file):
        own, reached, ahead = str(item.get("key")), set[str](), _awaited(item)
        while ahead - reached:
            reached |= ahead
            ahead = {further for key in ahead for further in waits.get(key, ())}
        if own in reached:
            yield Problem(place=(*place, "when"), text=f"{own!r} waits for itself")


def _awaited(item: Raw) -> set[str]:
    return {word for field in NAMED for _, word in _words(_fields(item.get("when")), field)}


def _not_yet(file: Raw, today: date | None) -> Iterator[Problem]:
    """A review of a day that is still to come would keep the playbook from ever being overdue."""
    day = day_of(file.get("reviewed"))
    if day and today and day > today + AHEAD:
        text = f"expected a day that has been, found '{day}' (today is {today} in UTC)"
        yield Problem(place=("reviewed",), text=text)
