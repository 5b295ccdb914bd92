"""The measures of an incident as a table: how long each step took, and who gave the moments it is made from."""

from dataclasses import dataclass

from bot.views.sources import Sources, linked
from bot.workflows.incident import Ending, Incident, Stamp
from bot.workflows.times import in_utc, roughly


@dataclass(frozen=True)
class Measure:
    """One measure: the time between two stamps, and how it is called."""

    name: str
    start: Stamp
    end: Stamp


STAMPS = {
    Stamp.IMPACT_STARTED: "impact began",
    Stamp.DECLARED: "declared",  # when somebody noticed it, for one that was written down after the fact
    Stamp.ACKNOWLEDGED: "first role taken",
    Stamp.ANALYSED: "containment began",
    Stamp.CONTAINED: "impact stopped",
    Stamp.ERADICATED: "recovery began",
    Stamp.RESOLVED: "resolved",
    Stamp.CLOSED: "closed",
}
MEASURES = (
    Measure("Until it was declared", Stamp.IMPACT_STARTED, Stamp.DECLARED),
    Measure("Until somebody took a role", Stamp.DECLARED, Stamp.ACKNOWLEDGED),
    Measure("Until we knew enough to act", Stamp.DECLARED, Stamp.ANALYSED),
    Measure("Until the impact stopped", Stamp.DECLARED, Stamp.CONTAINED),
    Measure("Until the cause was gone", Stamp.DECLARED, Stamp.ERADICATED),
    Measure("Until it was resolved, from the declaration", Stamp.DECLARED, Stamp.RESOLVED),
    Measure("Until it was resolved, from the impact", Stamp.IMPACT_STARTED, Stamp.RESOLVED),
)
NOT_KNOWN = "_not known: {moments}_"
OUT_OF_ORDER = "_not known: the two moments are in the wrong order; which one is right?_"
CLOCK = "the clock"


def measures(sources: Sources) -> str:
    """The table, and the moments with whoever gave them."""
    incident = sources.incident
    false_alarm = incident.ending is Ending.CANCELLED  # of which nothing more will be known
    known = [measure for measure in MEASURES if not false_alarm or {measure.start, measure.end} <= {*incident.stamps}]
    rows = [_row(incident, measure) for measure in known]
    given = [_given(sources, stamp) for stamp in Stamp if stamp in incident.stamps]
    lines = ["| How long it took | From | To | Span |", "|---|---|---|---|", *rows, ""]
    return "\n".join([*lines, "| Moment | When | Given by |", "|---|---|---|", *given])


def _row(incident: Incident, measure: Measure) -> str:
    names = (STAMPS[measure.start], STAMPS[measure.end])
    return f"| {measure.name} | {names[0]} | {names[1]} | {_took(incident, measure)} |"


def _took(incident: Incident, measure: Measure) -> str:
    start, end = incident.at(measure.start), incident.at(measure.end)
    missing = [STAMPS[stamp] for stamp in (measure.start, measure.end) if incident.at(stamp) is None]
    if start is None or end is None:
        return NOT_KNOWN.format(moments=", ".join(missing))
    return roughly(end - start) if end >= start else OUT_OF_ORDER


def _given(sources: Sources, stamp: Stamp) -> str:
    moment = sources.incident.stamps[stamp]
    who = sources.person(moment.by, moment.set_at) if moment.by else CLOCK
    later = f", on {in_utc(moment.set_at)}" if moment.set_at != moment.at else ""
    when = linked(in_utc(moment.at), sources.of_stamp(stamp))
    return f"| {STAMPS[stamp]} | {when} | {who}{later} |"
