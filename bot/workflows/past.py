"""Incidents of the past that are like one of today, and why: the words of their titles, their service, their kind."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.workflows.incident import Ending, Incident
from bot.workflows.similar import ENOUGH, likeness, shared_words, subject

SHOWN = 3  # of the past, the most similar
OF_SERVICE, OF_KIND = 0.5, 0.25  # what the same service, and the same kind, count beside a title that is the same


@dataclass(frozen=True, kw_only=True)
class Match:
    """An incident of the past, and what it has in common."""

    incident: Incident
    words: tuple[str, ...] = ()  # of its title
    service: bool = False
    kind: bool = False
    measure: float = 0.0


def traits_of(incident: Incident) -> frozenset[str]:
    """What an incident is found by: the stems of its title's words, and its service."""
    service = {f"service:{incident.service}"} if incident.service else set()
    return frozenset({f"word:{stem}" for stem in subject(incident.title)} | service)


def like(incident: Incident, past: Iterable[Incident]) -> tuple[Match, ...]:
    """The most similar of the past ones, at most three; of two that are equally so the newer one first.

    A title that says the same is enough; a service is when a word, or the kind, is the same too.
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
    enough = titles >= ENOUGH or (service and (kind or bool(words)))
    measure = titles + OF_SERVICE * service + OF_KIND * kind if enough else 0.0
    return Match(incident=other, words=words, service=service, kind=kind, measure=measure)
