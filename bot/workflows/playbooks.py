"""Which playbook an incident is run by: the one that says most about it, else the one for all others."""

import re

from bot.workflows.incident import Incident
from bot.workflows.policy import UNGRADED_RANK, Applies, Playbook, SeverityKey


def fitting(incident: Incident) -> Playbook | None:
    """The playbook for an incident as it is now: whose words say most about it, the first of several that say as much;
    else the one for all others, if there is one."""
    books = incident.policy.playbooks
    told = {book.key: _told(book.applies, incident) for book in books}
    best = max((book for book in books if told[book.key]), key=lambda book: told[book.key], default=None)
    return best or next((book for book in books if book.default), None)


def counts_as(incident: Incident) -> SeverityKey | None:
    """Its severity; while nobody has graded it, the second grade."""
    if incident.severity:
        return incident.severity
    return next((rule.key for rule in incident.policy.severities if rule.rank == UNGRADED_RANK), None)


def _told(applies: Applies, incident: Incident) -> tuple[int, ...]:
    """What a playbook says that is true of an incident, the weightiest first; empty when it is not for it."""
    if applies.severities and counts_as(incident) not in applies.severities:
        return ()
    if applies.services and incident.service not in applies.services:
        return ()
    words = sum(_stands_in(word, incident.title) for word in applies.words)
    of_kind = incident.kind is not None and incident.kind in applies.kinds
    titled = words > 0 if applies.words else not applies.kinds
    fits = of_kind if applies.kinds and incident.kind else titled  # whoever says what kind it is knows better
    told = (int(bool(applies.services)), words, int(of_kind), int(bool(applies.severities)))
    return told if fits and any(told) else ()


def _stands_in(word: str, title: str) -> bool:
    """Whether a title has a word, or several in a row, as whole words."""
    written = r"\s+".join(map(re.escape, word.lower().split()))
    return re.search(rf"(?<!\w){written}(?!\w)", title.lower()) is not None
