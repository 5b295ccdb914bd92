"""What a review looks back on: phases and checklists, updates promised and sent, what nobody knows yet."""

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.views.markdown import literal
from bot.views.sources import DECLARED, GRADED, MOVES, UPDATED, Sources, linked
from bot.workflows.checklist import of_phase
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
from bot.workflows.times import in_utc, lasting, roughly

GAP = timedelta(minutes=15)  # a silence worth a question in the worse grades
ASKED_GAPS = 5
LATE_AFTER = timedelta(minutes=1)  # what is said to be late
JUST_BEGUN = timedelta(minutes=1)
LEFT_OUT = "Left out, with the reason given:"
UNDONE = "Never ticked. _Was it not needed, or not seen?_"
NONE_SENT = "None was sent. _Who waited for one?_"
MOVED = "Promises that a change of severity or phase moved:"


def phases(sources: Sources, now: datetime) -> str:
    """The phases in the order they were gone through, and what of their checklists was left out or is open."""
    incident = sources.incident
    if not incident.course:
        return ""
    head = ["| Phase | Began | Lasted | Usually | Checklist |", "|---|---|---|---|---|"]
    left = [_left_out(sources, item) for item in incident.checklist if item.state is ItemState.SKIPPED]
    gone = {step.phase for step in incident.course} - ({incident.phase} if incident.ending is None else set())
    undone = [item for item in incident.checklist if item.state is ItemState.OPEN and item.phase in gone]
    parts = [
        f"## Phases\n\n{_run_by(incident)}" + "\n".join([*head, *_visits(sources, now)]),
        "\n".join([LEFT_OUT, "", *left]) if left else "",
        "\n".join([UNDONE, "", *(f"- {literal(item.text)}" for item in undone)]) if undone else "",
    ]
    return "\n\n".join(part for part in parts if part)


def updates(sources: Sources) -> str:
    """Every update with the minute it was promised for and the minute it was sent; and the promises that moved."""
    incident = sources.incident
    rows = [
        f"| {linked(f'Update {update.number}', sources.of_moment(update.sent, *UPDATED))} "
        f"| {sources.shown(update.promised) if update.promised else 'not promised'} | {sources.shown(update.sent)} "
        f"| {_kept(update.promised, update.sent)} |"
        for update in incident.told
    ]  # fmt: skip
    head = ["| Update | Promised by | Sent | Kept |", "|---|---|---|---|"]
    moves = [
        f"- {sources.clock(move.at, *MOVES, *GRADED)}: {sources.shown(move.to) if move.to else 'none'} "
        f"instead of {sources.shown(move.promised)}"
        for move in incident.moves
    ]
    parts = ["\n".join([*head, *rows]) if rows else NONE_SENT, "\n".join([MOVED, "", *moves]) if moves else ""]
    return "## Status updates\n\n" + "\n\n".join(part for part in parts if part)


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


def _visits(sources: Sources, now: datetime) -> Iterator[str]:
    """A row for each time a phase was gone into. How its checklist stood in the end is told by the last of them."""
    incident = sources.incident
    last = {step.phase: number for number, step in enumerate(incident.course)}
    begins = [*(step.at for step in incident.course[1:]), incident.ended_at or incident.at(Stamp.CLOSED) or now]
    for number, (step, end) in enumerate(zip(incident.course, begins, strict=True)):
        goes_on = number == len(incident.course) - 1 and incident.ending is None
        if goes_on and step.phase is Phase.LEARNING and end - step.at < JUST_BEGUN:
            continue  # nothing can be said of it yet
        before = incident.course[number - 1] if number else None
        progress = _progress(incident, step.phase) if last[step.phase] == number else ""
        name, began = literal(PHASES[step.phase].name), sources.clock(step.at, *MOVES, *DECLARED)
        took = f"{roughly(end - step.at)}{' so far' if goes_on else ''}"
        yield f"| {name}{_again(step, before)} | {began} | {took} | {_usually(incident, step.phase)} | {progress} |"


def _again(step: Step, before: Step | None) -> str:
    """Why it went back; why required items were left out on the way on is told with them."""
    order = tuple(Phase)
    back = before and order.index(step.phase) <= order.index(before.phase)
    return f", again: {literal(step.reason)}" if back and step.reason else ""


def _progress(incident: Incident, phase: Phase) -> str:
    items = of_phase(incident, phase)
    done = sum(item.state is ItemState.DONE for item in items)
    return f"{done} of {len(items)} done" if items else "–"


def _usually(incident: Incident, phase: Phase) -> str:
    plan = incident.plan.phases.get(phase) if incident.plan else None
    return lasting(plan.typically) if plan and plan.typically else "–"


def _left_out(sources: Sources, item: Item) -> str:
    who = sources.person(item.by, item.at)
    required = ", required" if item.required else ""
    words = f"{literal(item.text)} ({literal(PHASES[item.phase].name)}{required})"
    why = sources.prose(escape_prose(item.reason), item.at)
    return f"- {linked(words, sources.of_moment(item.at, 'ItemSkipped', *MOVES))}: {why} (said by {who})"


def _run_by(incident: Incident) -> str:
    if incident.plan is None:
        return ""
    return f"Run by the playbook “{literal(incident.plan.name)}”.\n\n"


def _kept(promised: datetime | None, sent: datetime) -> str:
    if promised is None:
        return ""
    late = sent - promised
    return f"{lasting(late)} late" if late >= LATE_AFTER else "in time"


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
