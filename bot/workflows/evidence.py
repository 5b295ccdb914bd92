"""What became of the items of playbooks in the incidents there were: which are of use, and which nobody needs."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.workflows.checklist import is_shown
from bot.workflows.incident import Ending, Incident, Item, ItemState
from bot.workflows.policy import Phase

NEVER_OF_USE = 3  # so often somebody came to an item, and nobody did it, before it is asked whether it is still right


class Became(StrEnum):
    """What became of an item in one incident."""

    BY_ITSELF = "by_itself"  # it ticked itself
    BY_HAND = "by_hand"
    SKIPPED = "skipped"  # left out, with a reason
    OPEN = "open"  # its phase was left, and it was not dealt with
    NOT_YET = "not_yet"  # its phase goes on
    NEVER_REACHED = "never_reached"  # the incident was never in its phase
    NOT_CALLED_FOR = "not_called_for"  # its `when` never held
    LEFT = "left"  # it went with its playbook, which another took the place of


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What became of one item; the words are its newest, and reasons those of incidents everybody may know of."""

    key: str
    phase: Phase
    text: str
    became: Counter[Became] = field(default_factory=Counter)
    late: int = 0
    reasons: tuple[tuple[str, str], ...] = ()  # the incident's name, and why it was left out

    @property
    def is_doubtful(self) -> bool:
        """Whether people came to it several times, and nobody ever did it."""
        seen = self.became[Became.SKIPPED] + self.became[Became.OPEN]
        done = self.became[Became.BY_ITSELF] + self.became[Became.BY_HAND]
        return done == 0 and seen >= NEVER_OF_USE


@dataclass(frozen=True, kw_only=True)
class BookEvidence:
    """What became of the items of one playbook, and in how many incidents each of its versions was run."""

    key: str
    name: str
    versions: Counter[str] = field(default_factory=Counter)
    incidents: int = 0
    items: tuple[Evidence, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Report:
    """The evidence of some incidents; `tasks` are what was given in the rooms of those everybody may know of."""

    books: tuple[BookEvidence, ...]
    incidents: int
    private: int
    tasks_given: int
    tasks: tuple[tuple[str, str], ...]  # the incident's name, and the words


def counts(incident: Incident) -> bool:
    """Whether an incident says something about playbooks: not a false alarm, a duplicate, or one written down later."""
    return incident.ending not in (Ending.CANCELLED, Ending.MERGED) and incident.backfilled is None


def report(incidents: Iterable[Incident]) -> Report:
    """What became of the items of all playbooks, those of private incidents counted without a word of theirs."""
    looked_at = [incident for incident in incidents if counts(incident)]
    open_to_all = [incident for incident in looked_at if not incident.private]
    return Report(
        books=tuple(sorted(_books(looked_at), key=lambda book: (-book.incidents, book.key))),
        incidents=len(looked_at), private=len(looked_at) - len(open_to_all),
        tasks_given=sum(item.given_by is not None for incident in looked_at for item in incident.checklist),
        tasks=tuple((of.name, item.text) for of in open_to_all for item in of.checklist if item.given_by),
    )  # fmt: skip


def became(incident: Incident, item: Item) -> Became:
    """What became of an item."""
    if item.state is ItemState.DONE:
        return Became.BY_HAND if item.by else Became.BY_ITSELF
    if item.state is ItemState.SKIPPED:
        return Became.SKIPPED
    if all(step.phase is not item.phase for step in incident.course if not item.at or step.at <= item.at):
        return Became.NEVER_REACHED
    if not is_shown(incident, item):
        return Became.NOT_CALLED_FOR
    if item in incident.left_items:
        return Became.LEFT
    return Became.NOT_YET if item.phase is incident.phase and incident.ending is None else Became.OPEN


def was_late(incident: Incident, item: Item) -> bool:
    """Whether it was done, or left out, after its time; or is not yet, and somebody was told so."""
    begun = _begun(incident, item)
    if item.state is ItemState.OPEN or item.at is None or item.due is None or begun is None:
        return item.nudged
    return item.at > begun + item.due


def _begun(incident: Incident, item: Item) -> datetime | None:
    """When its time began: with the last time its phase did before it was dealt with, or when it was called for."""
    before = [step.at for step in incident.course if step.phase is item.phase and (not item.at or step.at <= item.at)]
    return max(before[-1], item.called_at or before[-1]) if before else None


def _books(incidents: Sequence[Incident]) -> Iterator[BookEvidence]:
    books: dict[str, BookEvidence] = {}
    for incident in incidents:
        plans = {plan.key: plan for plan in (incident.plan, *incident.other_plans) if plan}
        for plan in plans.values():
            known = books.get(plan.key) or BookEvidence(key=plan.key, name=plan.name)
            versions = known.versions + Counter([plan.version])
            items = _with_items(known.items, incident, _of_book(incident, plan.key))
            books[plan.key] = replace(
                known, name=plan.name, versions=versions, incidents=known.incidents + 1, items=items
            )
    yield from books.values()


def _of_book(incident: Incident, key: str) -> Iterator[Item]:
    """Its items; and those that left with it and did not come again, each once, as it left last."""
    first = incident.first_plan
    original = first.key if first else ""
    here = [item for item in incident.checklist if item.given_by is None and (item.playbook or original) == key]
    gone = {item.key: item for item in incident.left_items if (item.playbook or original) == key}
    there = {item.key for item in here}
    yield from here
    yield from (item for item in gone.values() if item.key not in there)


def _with_items(known: tuple[Evidence, ...], incident: Incident, items: Iterable[Item]) -> tuple[Evidence, ...]:
    found = {evidence.key: evidence for evidence in known}
    for item in items:
        before = found.get(item.key) or Evidence(key=item.key, phase=item.phase, text=item.text)
        told = item.state is ItemState.SKIPPED and not incident.private
        found[item.key] = replace(
            before, text=item.text, phase=item.phase, became=before.became + Counter([became(incident, item)]),
            late=before.late + was_late(incident, item),
            reasons=(*before.reasons, (incident.name, item.reason)) if told else before.reasons,
        )  # fmt: skip
    order = tuple(Phase)
    return tuple(sorted(found.values(), key=lambda evidence: order.index(evidence.phase)))
