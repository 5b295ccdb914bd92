"""What a review looks back on: phases and checklists, updates promised and sent, what nobody knows yet."""

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.views.markdown import literal
from bot.views.sources import MOVES, Sources, linked
from bot.workflows.incident import CustomersTold, Incident, Item, ItemState, Stamp, Step
from bot.workflows.phases import PHASES
from bot.workflows.policy import (
    COMMANDER,
    COMMUNICATIONS_LEAD,
    SCRIBE,
    TECHNICAL_LEAD,
    UNGRADED_RANK,
    Phase,
    RoleKey,
)
from bot.workflows.text import escape_prose
from bot.workflows.times import in_utc, lasting

GAP = timedelta(minutes=15)  # a silence worth a question in the worse grades
ASKED_GAPS = 5
LATE_AFTER = timedelta(minutes=1)


def phases(sources: Sources, now: datetime) -> str:
    """The phases in the order they were gone through, and what of their checklists was left out or is open."""
    incident = sources.incident
    if not incident.course:
        return ""
    ends = [*(step.at for step in incident.course[1:]), incident.at(Stamp.CLOSED) or now]
    rows = [_phase(sources, step, end) for step, end in zip(incident.course, ends, strict=True)]
    table = "\n".join(["| Phase | Began | Lasted | Usually | Checklist |", "|---|---|---|---|---|", *rows])
    left = "\n".join(_left_out(sources, item) for item in incident.checklist if item.state is ItemState.SKIPPED)
    left_phases = {step.phase for step in incident.course} - ({incident.phase} if incident.ending is None else set())
    undone = [item for item in incident.checklist if item.state is ItemState.OPEN and item.phase in left_phases]
    undone_lines = "\n".join(f"- {item.number}. {literal(item.text)}" for item in undone)
    return "\n\n".join(
        part for part in (
            f"## Phases\n\n{_run_by(incident)}{table}",
            f"Left out, with the reason given:\n\n{left}" if left else "",
            f"Never ticked. _Was it not needed, or not seen?_\n\n{undone_lines}" if undone_lines else "",
        ) if part
    )  # fmt: skip


def updates(sources: Sources) -> str:
    """Every update with the minute it was promised for and the minute it was sent."""
    told = sources.incident.told
    if not told:
        return "## Status updates\n\nNone was sent. _Who waited for one?_"
    rows = [
        f"| {linked(f'Update {update.number}', sources.of_moment(update.sent, 'UpdateSent'))} "
        f"| {in_utc(update.promised) if update.promised else 'not promised'} | {in_utc(update.sent)} "
        f"| {_kept(update.promised, update.sent)} |"
        for update in told
    ]  # fmt: skip
    head = ["| Update | Promised by | Sent | |", "|---|---|---|---|"]
    return "## Status updates\n\n" + "\n".join([*head, *rows])


def questions(sources: Sources) -> str:
    """What nobody knows yet, each question put to a role."""
    asked = [f"- [ ] **{_to(sources.incident, role)}:** {text}" for role, text in _unknown(sources)]
    return "## Still to be found out\n\n" + "\n".join(asked) if asked else ""


def readiness(incident: Incident) -> str:
    """What should have been in place before, as questions."""
    ready = incident.plan.ready if incident.plan else ()
    if not ready:
        return ""
    rows = "\n".join(f"- [ ] {literal(text)}" for text in ready)
    return f"## Preparation\n\n_Which of these were in place, and did they hold?_\n\n{rows}"


def _phase(sources: Sources, step: Step, end: datetime) -> str:
    plan = sources.incident.plan.phases.get(step.phase) if sources.incident.plan else None
    usually = lasting(plan.typically) if plan and plan.typically else "–"
    items = [item for item in sources.incident.checklist if item.phase is step.phase]
    done = sum(item.state is ItemState.DONE for item in items)
    progress = f"{done} of {len(items)} done" if items else "–"
    name = literal(PHASES[step.phase].name) + (f" ({literal(step.reason)})" if step.reason else "")
    so_far = " so far" if step is sources.incident.course[-1] and sources.incident.ending is None else ""
    return f"| {name} | {sources.moment(step.at, *MOVES)} | {lasting(end - step.at)}{so_far} | {usually} | {progress} |"


def _left_out(sources: Sources, item: Item) -> str:
    who = sources.person(item.by, item.at)
    required = ", required" if item.required else ""
    words = f"{literal(item.text)} ({literal(PHASES[item.phase].name)}{required})"
    why = sources.prose(escape_prose(item.reason), item.at)
    return f"- {linked(words, sources.of_moment(item.at, 'ItemSkipped', *MOVES))}: {why} (said by {who})"


def _run_by(incident: Incident) -> str:
    if incident.plan is None:
        return ""
    return f"Run by the playbook “{literal(incident.plan.name)}”, version {literal(incident.plan.version)}.\n\n"


def _kept(promised: datetime | None, sent: datetime) -> str:
    if promised is None:
        return ""
    late = sent - promised
    return f"{lasting(late)} late" if late > LATE_AFTER else "in time"


def _to(incident: Incident, role: RoleKey) -> str:
    known = next((rule for rule in incident.policy.roles if rule.key == role), None)
    return literal(known.name[:1].upper() + known.name[1:]) if known else "Whoever knows"


def _unknown(sources: Sources) -> Iterator[tuple[RoleKey, str]]:
    incident = sources.incident
    if incident.severity is None:
        yield COMMANDER, "how bad was it, looking back?"
    if incident.at(Stamp.IMPACT_STARTED) is None:
        yield TECHNICAL_LEAD, "since when did customers feel it, and what shows that?"
    if not incident.impact and not (incident.update and incident.update.affected):
        yield COMMUNICATIONS_LEAD, "what did customers see, and how many of them?"
    yield from _unknown_of_the_end(incident)
    yield from _gaps(sources)


def _unknown_of_the_end(incident: Incident) -> Iterator[tuple[RoleKey, str]]:
    if incident.phase is not Phase.LEARNING:
        return
    if not incident.fix:
        yield TECHNICAL_LEAD, "what ended the impact?"
    if incident.at(Stamp.CONTAINED) is None:
        yield TECHNICAL_LEAD, "when did the impact stop?"
    if incident.customers_told in (None, CustomersTold.NOT_YET):
        yield COMMUNICATIONS_LEAD, "have customers been told that it is over?"


def _gaps(sources: Sources) -> Iterator[tuple[RoleKey, str]]:
    """The longest silences of a worse incident, while it lasted."""
    incident = sources.incident
    rank = incident.worst.rank if incident.worst else UNGRADED_RANK
    declared, resolved = incident.at(Stamp.DECLARED), incident.at(Stamp.RESOLVED)
    if rank > UNGRADED_RANK or declared is None:
        return
    times = sorted(line.at for line in sources.lines if declared <= line.at <= (resolved or line.at))
    gaps = [(before, after) for before, after in itertools.pairwise(times) if after - before > GAP]
    longest = sorted(sorted(gaps, key=lambda gap: gap[0] - gap[1])[:ASKED_GAPS])
    for before, after in longest:
        yield SCRIBE, f"what happened between {in_utc(before)} and {in_utc(after)}? The timeline says nothing."
