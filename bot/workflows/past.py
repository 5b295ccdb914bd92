"""Incidents of the past that are like one of today, and why: titles, service, kind, contributing factors."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.workflows.incident import Ending, Incident
from bot.workflows.similar import ENOUGH, likeness, shared_words, stems, subject

SHOWN = 3  # of the past, the most similar
OF_SERVICE, OF_KIND = 0.5, 0.25  # what the same service, and the same kind, count beside a title that is the same
IN_COMMON = 2  # words of a factor that have to be the same, where it has so many


@dataclass(frozen=True, kw_only=True)
class Match:
    """An incident of the past, and what it has in common."""

    incident: Incident
    words: tuple[str, ...] = ()  # of its title
    service: bool = False
    kind: bool = False
    factors: tuple[str, ...] = ()  # of its contributing factors those that are of both
    told_by_title: tuple[str, ...] = ()  # and those that the title of the other one speaks of
    measure: float = 0.0


@dataclass(frozen=True)
class Sought:
    """What the past is searched for: each set by itself, so that neither crowds the other out."""

    titles: frozenset[str]
    factors: frozenset[str]


def traits_of(incident: Incident) -> frozenset[str]:
    """What an incident is found by: the stems of its title's words, its service, the stems of its factors' words."""
    return _of_title(incident) | _factors(stem for factor in incident.factors for stem in stems(factor.text))


def sought_by(incident: Incident) -> Sought:
    """What those that are like it are found by: their factors may be named in its title as well as in its own."""
    factors = {stem for factor in incident.factors for stem in stems(factor.text)}
    return Sought(_of_title(incident), _factors(factors.union(subject(incident.title))))


def like(incident: Incident, past: Iterable[Incident]) -> tuple[Match, ...]:
    """The most similar of the past ones, at most three; of two that are equally so the newer one first.

    A title that says the same is enough, and so is a contributing factor; a service is when a word, or the kind, is
    the same too.
    """
    found = [_match(incident, other) for other in past if other.id != incident.id and _counts(other)]
    alike = [match for match in found if match.measure]
    return tuple(sorted(alike, key=lambda match: (-match.measure, -match.incident.id))[:SHOWN])


def _counts(other: Incident) -> bool:
    """What goes on as another incident is told by that one."""
    return not other.is_open and other.ending is not Ending.MERGED


def _match(incident: Incident, other: Incident) -> Match:
    titles, words = likeness(incident.title, other.title), shared_words(other.title, incident.title)
    service = incident.service is not None and incident.service == other.service
    kind = incident.kind is not None and incident.kind == other.kind
    same, told = _shared_factors(incident, other)
    by_factor = max((*same.values(), *told.values()), default=0.0)
    enough = titles >= ENOUGH or by_factor or (service and (kind or bool(words)))
    measure = titles + by_factor + OF_SERVICE * service + OF_KIND * kind if enough else 0.0
    return Match(
        incident=other, words=words, service=service, kind=kind, factors=tuple(same), told_by_title=tuple(told),
        measure=measure,
    )  # fmt: skip


def _shared_factors(incident: Incident, other: Incident) -> tuple[dict[str, float], dict[str, float]]:
    """The factors of a past one that are the other's too, and those that its title speaks of, with how surely."""
    own, title = [stems(factor.text) for factor in incident.factors], frozenset(subject(incident.title))
    same, told = dict[str, float](), dict[str, float]()
    for factor in other.factors:
        words = stems(factor.text)
        if surely := max((_overlap(words, others) for others in own), default=0.0):
            same[factor.text] = surely
        elif surely := _overlap(words, title):
            told[factor.text] = surely
    return same, told


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """How much of the shorter is in the longer one, from 0 for too little to 1."""
    shared, shorter = len(one & other), min(len(one), len(other))
    if shared == 0 or (shared < IN_COMMON and one != other):
        return 0.0
    return shared / shorter if shared / shorter >= ENOUGH else 0.0


def _of_title(incident: Incident) -> frozenset[str]:
    service = {f"service:{incident.service}"} if incident.service else set()
    return frozenset({f"word:{stem}" for stem in subject(incident.title)} | service)


def _factors(of: Iterable[str]) -> frozenset[str]:
    return frozenset(f"factor:{stem}" for stem in of)
