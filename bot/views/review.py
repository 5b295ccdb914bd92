"""What a review looks back on: phases and checklists, updates promised and sent, what was ready before."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.views.markdown import literal
from bot.views.sources import DECLARED, GRADED, MOVES, UPDATED, Sources, linked
from bot.workflows.checklist import is_shown, now_of, of_phase, phase_plan
from bot.workflows.course import PHASES
from bot.workflows.incident import Incident, Item, ItemState, Plan, Stamp, Step
from bot.workflows.policy import Phase
from bot.workflows.text import escape_prose, listed
from bot.workflows.times import lasting, roughly

LATE_AFTER = timedelta(minutes=1)  # what is said to be late
JUST_BEGUN = timedelta(minutes=1)
CHANGED = "PlaybookChanged"
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
    undone = [
        item
        for item in incident.checklist
        if item.state is ItemState.OPEN and now_of(incident, item) in gone and is_shown(incident, item)
    ]
    parts = [
        f"## Phases\n\n{_run_by(sources)}" + "\n".join([*head, *_visits(sources, now)]),
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


def readiness(incident: Incident) -> str:
    """What should have been in place before, as questions."""
    ready = tuple(dict.fromkeys(text for plan in incident.running for text in plan.ready))
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
    plan = phase_plan(incident, phase)
    return lasting(plan.typically) if plan and plan.typically else "–"


def _left_out(sources: Sources, item: Item) -> str:
    who = sources.person(item.by, item.at)
    required = ", required" if item.required else ""
    words = f"{literal(item.text)} ({literal(PHASES[item.phase].name)}{required})"
    why = sources.prose(escape_prose(item.reason), item.at)
    return f"- {linked(words, sources.of_moment(item.at, 'ItemSkipped', *MOVES))}: {why} (said by {who})"


def _run_by(sources: Sources) -> str:
    """The playbooks in the order they were chosen, and until when where another took the place of one."""
    incident = sources.incident
    known = (*((incident.plan,) if incident.plan else ()), *incident.other_plans)
    if not known:
        return ""
    named = [
        _named(sources, plan) for plan in sorted(known, key=lambda plan: plan.since.timestamp() if plan.since else 0)
    ]
    return f"Run by the playbook{'s' if len(named) > 1 else ''} {listed(tuple(named))}.\n\n"


def _named(sources: Sources, plan: Plan) -> str:
    since = f", from {sources.clock(plan.since, CHANGED)} on" if plan.since else ""
    until = f", until {sources.shown(plan.until)}" if plan.until else ""
    return f"“{literal(plan.name)}” (version {literal(plan.version)}{since}{until})"


def _kept(promised: datetime | None, sent: datetime) -> str:
    if promised is None:
        return ""
    late = sent - promised
    return f"{lasting(late)} late" if late >= LATE_AFTER else "in time"
