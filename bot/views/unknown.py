"""What nobody knows yet of an incident, as questions to a role: the draft never fills a gap by itself."""

import itertools
from collections.abc import Iterator
from datetime import timedelta

from bot.views.lines import TimelineLine
from bot.views.markdown import literal
from bot.views.sources import Sources, linked
from bot.workflows.incident import CustomersTold, Ending, Stamp
from bot.workflows.policy import (
    COMMANDER,
    COMMUNICATIONS_LEAD,
    SCRIBE,
    TECHNICAL_LEAD,
    UNGRADED_RANK,
    Phase,
    RoleKey,
)

GAP = timedelta(minutes=15)  # a silence worth a question in the worse grades
ASKED_GAPS = 5
SILENT = "the timeline says nothing {gaps}: what happened then?"
NO_SCRIBE = "Whoever was there (nobody was {role})"


def questions(sources: Sources) -> str:
    """What nobody knows yet, each question put to a role."""
    asked = [f"- [ ] **{_to(sources, role)}:** {text}" for role, text in _unknown(sources)]
    return "## Still to be found out\n\n" + "\n".join(asked) if asked else ""


def _to(sources: Sources, role: RoleKey) -> str:
    """Whom to ask: a role that somebody held, else the commander."""
    incident = sources.incident
    held = {tenure.role for tenure in incident.tenures}
    known = next((rule for rule in incident.policy.roles if rule.key == role), None)
    if role == SCRIBE and role not in held and known:
        return NO_SCRIBE.format(role=literal(known.name))
    named = next((rule for rule in incident.policy.roles if rule.key == COMMANDER), known)
    asked = known if role in held else named if COMMANDER in held else None
    return literal(asked.name[:1].upper() + asked.name[1:]) if asked else "Whoever knows"


def _unknown(sources: Sources) -> Iterator[tuple[RoleKey, str]]:
    incident = sources.incident
    if incident.ending is Ending.CANCELLED:
        return  # there was nothing to be felt
    if incident.severity is None:
        yield COMMANDER, "how bad was it, looking back?"
    if incident.at(Stamp.DECLARED) is None:
        yield TECHNICAL_LEAD, "when was it noticed, and by whom or what?"
    if incident.at(Stamp.IMPACT_STARTED) is None:
        yield TECHNICAL_LEAD, "since when did customers feel it, and what shows that?"
    if not incident.impact and not (incident.update and incident.update.affected):
        yield COMMUNICATIONS_LEAD, "what did customers see, and how many of them?"
    yield from _unknown_of_the_end(sources)
    yield from _silences(sources)


def _unknown_of_the_end(sources: Sources) -> Iterator[tuple[RoleKey, str]]:
    incident = sources.incident
    if incident.phase is not Phase.LEARNING:
        return
    if not incident.fix:
        yield TECHNICAL_LEAD, "what ended the impact?"
    if incident.at(Stamp.CONTAINED) is None:
        before = any(line.kind == "ImpactContained" for line in sources.lines)
        yield TECHNICAL_LEAD, f"when did the impact stop{' for good' if before else ''}?"
    if incident.customers_told in (None, CustomersTold.NOT_YET):
        yield COMMUNICATIONS_LEAD, "have customers been told that it is over?"


def _silences(sources: Sources) -> Iterator[tuple[RoleKey, str]]:
    """The longest silences of a worse incident, while it lasted; each end is linked."""
    incident = sources.incident
    rank = incident.worst.rank if incident.worst else UNGRADED_RANK
    declared, resolved = incident.at(Stamp.DECLARED), incident.at(Stamp.RESOLVED)
    if rank > UNGRADED_RANK or declared is None:
        return
    lines = [line for line in sources.lines if declared <= line.at <= (resolved or line.at)]
    pairs = itertools.pairwise(sorted(lines, key=lambda line: line.at))
    gaps = [(before, after) for before, after in pairs if after.at - before.at > GAP]
    longest = sorted(gaps, key=lambda gap: gap[0].at - gap[1].at)[:ASKED_GAPS]
    said = [
        f"{_when(sources, before)}–{_when(sources, after)}"
        for before, after in sorted(longest, key=lambda gap: gap[0].at)
    ]
    if said:
        yield SCRIBE, SILENT.format(gaps=", ".join(said))


def _when(sources: Sources, line: TimelineLine) -> str:
    own = line.marked or line.evidence
    return linked(sources.shown(line.at), sources.of(line) if own else sources.of_moment(line.at))
