"""The measures of an incident as a table: how long each step took, and who gave the moments it is made from."""

from dataclasses import dataclass

from bot.views.sources import Sources, linked
from bot.workflows.incident import Incident, Stamp
from bot.workflows.times import in_utc, lasting


@dataclass(frozen=True)
class Measure:
    """One measure: the time between two stamps, and what to ask when a stamp is not known."""

    name: str
    start: Stamp
    end: Stamp


STAMPS = {
    Stamp.IMPACT_STARTED: ("impact began", "when did customers begin to feel it?"),
    Stamp.DECLARED: ("declared", "when was it declared?"),
    Stamp.ACKNOWLEDGED: ("first role taken", "when did somebody take it on?"),
    Stamp.ANALYSED: ("containment began", "when was it understood well enough to act?"),
    Stamp.CONTAINED: ("contained", "when did the impact stop?"),
    Stamp.ERADICATED: ("recovery began", "when was the cause gone?"),
    Stamp.RESOLVED: ("resolved", "when was it over?"),
    Stamp.CLOSED: ("closed", "when was nothing left to do?"),
}
MEASURES = (
    Measure("Time to detect", Stamp.IMPACT_STARTED, Stamp.DECLARED),
    Measure("Time to acknowledge", Stamp.DECLARED, Stamp.ACKNOWLEDGED),
    Measure("Time to analyse", Stamp.DECLARED, Stamp.ANALYSED),
    Measure("Time to contain", Stamp.DECLARED, Stamp.CONTAINED),
    Measure("Time to eradicate", Stamp.DECLARED, Stamp.ERADICATED),
    Measure("Time to recover", Stamp.IMPACT_STARTED, Stamp.RESOLVED),
    Measure("Declared to resolved", Stamp.DECLARED, Stamp.RESOLVED),
)
OUT_OF_ORDER = "_unknown: the two moments are in the wrong order; which one is right?_"
CLOCK = "the clock"


def measures(sources: Sources) -> str:
    """The table, and the moments with whoever gave them."""
    incident = sources.incident
    rows = [_row(incident, measure) for measure in MEASURES]
    given = [_given(sources, stamp) for stamp in Stamp if stamp in incident.stamps]
    lines = ["| Measure | From | To | It took |", "|---|---|---|---|", *rows, ""]
    return "\n".join([*lines, "| Moment | When | Given by |", "|---|---|---|", *given])


def _row(incident: Incident, measure: Measure) -> str:
    names = (STAMPS[measure.start][0], STAMPS[measure.end][0])
    return f"| {measure.name} | {names[0]} | {names[1]} | {_took(incident, measure)} |"


def _took(incident: Incident, measure: Measure) -> str:
    start, end = incident.at(measure.start), incident.at(measure.end)
    missing = [STAMPS[stamp][1] for stamp in (measure.start, measure.end) if incident.at(stamp) is None]
    if start is None or end is None:
        return f"_unknown: {' And '.join(missing)}_"
    return lasting(end - start) if end >= start else OUT_OF_ORDER


def _given(sources: Sources, stamp: Stamp) -> str:
    moment = sources.incident.stamps[stamp]
    who = sources.person(moment.by, moment.set_at) if moment.by else CLOCK
    later = f", on {in_utc(moment.set_at)}" if moment.set_at != moment.at else ""
    when = linked(in_utc(moment.at), sources.of_stamp(stamp))
    return f"| {STAMPS[stamp][0]} | {when} | {who}{later} |"
