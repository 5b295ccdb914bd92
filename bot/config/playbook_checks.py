"""What a playbook names that is not there: kinds, severities and roles of the configuration, and its own items."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.config.playbook_parts import CLAIMED, ItemPart, PlaybookFile
from bot.config.problems import Place, Problem
from bot.workflows.policy import Phase, Policy

NAMED = ("done", "skipped")  # the conditions that name other items


@dataclass(frozen=True)
class _Known:
    """What a playbook may name of the configuration, each with what it is called."""

    kinds: tuple[str, Sequence[str]]
    services: tuple[str, Sequence[str]]
    severities: tuple[str, Sequence[str]]
    roles: tuple[str, Sequence[str]]


def contradictions(part: PlaybookFile, policy: Policy) -> Iterator[Problem]:
    """All of it, in no order."""
    known = _Known(
        kinds=("a kind", [kind.key for kind in policy.kinds]),
        services=("a service", [service.key for service in policy.services]),
        severities=("a severity", [str(rule.key) for rule in policy.severities]),
        roles=("a role", [str(rule.key) for rule in policy.roles]),
    )
    yield from _unknown(part.kinds, known.kinds, ("kinds",))
    yield from _unknown(part.applies.kinds, known.kinds, ("applies", "kinds"))
    yield from _unknown(part.applies.services, known.services, ("applies", "services"))
    yield from _unknown(part.applies.severities, known.severities, ("applies", "severities"))
    yield from _unknown(part.roles, known.roles, ("roles",))
    for place, item in _items(part):
        yield from _unknown_in(item, known, place)
    yield from _repeated(part)
    yield from _not_there(part)
    yield from _circles(part)


def claimed(item: ItemPart) -> str | None:
    """The role in `commander claimed`."""
    written = item.done_when or ""
    return written.removesuffix(CLAIMED) if written.endswith(CLAIMED) else None


def _items(part: PlaybookFile) -> Iterator[tuple[Place, ItemPart]]:
    for phase, content in part.phases.items():
        for index, item in enumerate(content.items):
            yield ("phases", phase, "items", index), item


def _unknown(words: Iterable[str], known: tuple[str, Sequence[str]], place: Place) -> Iterator[Problem]:
    what, there = known
    for index, word in enumerate(words):
        if word not in there:
            yield Problem(place=(*place, index), text=_is_not(word, what, there))


def _unknown_in(item: ItemPart, known: _Known, place: Place) -> Iterator[Problem]:
    what, there = known.roles
    for field, role in (("role", item.role), ("done_when", claimed(item))):
        if role and role not in there:
            yield Problem(place=(*place, field), text=_is_not(role, what, there))
    conditions = {
        "severities": known.severities, "kinds": known.kinds, "services": known.services,
        "held": known.roles, "not_held": known.roles,
    }  # fmt: skip
    for field, kind in conditions.items():
        yield from _unknown(getattr(item.when, field), kind, (*place, "when", field))


def _is_not(word: str, what: str, there: Sequence[str]) -> str:
    return f"{word!r} is not {what} here; known are {', '.join(there) or 'none'}"


def _repeated(part: PlaybookFile) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, item in _items(part):
        if item.key in seen:
            yield Problem(place=(*place, "key"), text=f"{item.key!r} is taken by an earlier item")
        seen.add(item.key)


def _not_there(part: PlaybookFile) -> Iterator[Problem]:
    """Conditions on items that are not in the file, or only come later: such an item would never be called for."""
    order = [phase.value for phase in Phase]
    phases = {item.key: str(place[1]) for place, item in _items(part)}
    for place, own, key in _named(part):
        where = phases.get(key)
        if where is None or where == Phase.PREPARATION:
            yield Problem(place=place, text=f"{key!r} is no item of an incident here")
        elif order.index(where) > order.index(own):
            yield Problem(place=place, text=f"{key!r} comes only later, in {where}")


def _named(part: PlaybookFile) -> Iterator[tuple[Place, str, str]]:
    """Each item that a condition names: where, in which phase, and its key."""
    for place, item in _items(part):
        for field in NAMED:
            keys = getattr(item.when, field)
            yield from (((*place, "when", field, index), str(place[1]), key) for index, key in enumerate(keys))


def _circles(part: PlaybookFile) -> Iterator[Problem]:
    """Items that wait for each other: none of them would ever be called for."""
    waits = {item.key: {*item.when.done, *item.when.skipped} for _, item in _items(part)}
    for place, item in _items(part):
        reached, ahead = set[str](), set(waits[item.key])
        while ahead - reached:
            reached |= ahead
            ahead = {further for key in ahead for further in waits.get(key, ())}
        if item.key in reached:
            yield Problem(place=(*place, "when"), text=f"{item.key!r} waits for itself")
