"""The course in the words of people who wait for its end: what stakeholders read under the announcement."""

from collections.abc import Mapping
from datetime import datetime

from bot.workflows.actions import day_of
from bot.workflows.incident import ActionState, CustomersTold, Incident, Stamp
from bot.workflows.text import escape_prose
from bot.workflows.times import lasting, named, when

NOT_TOLD = " Customers have not been told yet."
UNHEARD = " Nobody has said that customers were told."
CUSTOMERS: Mapping[CustomersTold | None, str] = {
    None: "",
    CustomersTold.YES: " Customers have been told.",
    CustomersTold.NOT_YET: NOT_TOLD,
    CustomersTold.NOT_NEEDED: "",
}


def back_again(reason: str, now: str, *, reopened: bool) -> str:
    """That it goes back, and why where that was said; `now` is what is done now, as a sentence."""
    if not reason:
        return f"{'It goes on after all' if reopened else 'We go a step back'}. {now}"
    why = f"{reason[:1].upper()}{reason[1:]}".rstrip(".")
    end = "" if why[-1:] in "!?…" else "."
    return f"{escape_prose(why)}{end} So {'it goes on' if reopened else 'we go a step back'}. {now}"


def resolved(incident: Incident, at: datetime) -> str:
    """That it is over: since when, after how long, what ended it, and whether customers know."""
    declared = incident.at(Stamp.DECLARED)
    took = f", {lasting(at - declared)} after it was declared" if declared else ""
    told = CUSTOMERS[incident.customers_told]
    return f"Resolved {when(at, near=True)}{took}: the impact is over.{ended_by(incident.fix)}{told}"


def ended_by(fix: str) -> str:
    """What ended the impact, as a sentence after another; nothing where nobody said it."""
    return f" What ended it: {escape_prose(fix)}" + ("" if fix[-1:] in ".!?" else ".") if fix else ""


def closed(incident: Incident) -> str:
    """That it is closed, and what is left to do all the same."""
    left = [item for item in incident.actions if item.state is ActionState.OPEN]
    untold = UNHEARD if incident.customers_told is CustomersTold.NOT_YET else ""
    if not left:
        return f"Closed.{untold}" if untold else "Closed: nothing is left to do."
    last = named(max(map(day_of, left)))
    many = f"{len(left)} action items are still open, the last due by {last}"
    return f"Closed. {many if len(left) > 1 else f'1 action item is still open, due by {last}'}.{untold}"
