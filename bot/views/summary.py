"""The summary of a draft: what happened, who was affected, how long, what ended it, and how bad it was."""

from collections.abc import Iterator
from datetime import datetime

from bot.views.links import ties
from bot.views.markdown import literal
from bot.views.permalink import room_link
from bot.views.sources import BACKFILLED, DECLARED, GRADED, RESOLVED, UPDATED, Sources, linked
from bot.workflows.felt import Felt, felt
from bot.workflows.incident import CustomersTold, Ending, Incident, Stamp
from bot.workflows.text import escape_prose
from bot.workflows.times import in_utc, lasting

NOT_SAID = "_not said yet_"
UNGRADED = "_not graded_"
WRONG_ORDER = "_not known: the moments are in the wrong order; which one is right?_"
CUSTOMERS = {
    CustomersTold.YES: "yes",
    CustomersTold.NOT_YET: "not yet, when it was resolved",
    CustomersTold.NOT_NEEDED: "they need not be told",
}
CUT_SHORT = {Ending.CANCELLED: "Cancelled", Ending.MERGED: "Merged"}  # ended without being resolved
ENDS = ("IncidentResolved", "IncidentCancelled")


def summary(sources: Sources, now: datetime) -> str:
    """What a reader wants to know first, in that order."""
    rows = [
        *_false_alarm(sources), *_happened(sources), *_affected(sources), *_lasted(sources, now), *_ended(sources),
        f"**Severity:** {_severity(sources)}", *_earlier_ends(sources), *_besides(sources),
    ]  # fmt: skip
    return "## Summary\n\n" + "\n".join(f"- {row}" for row in rows)


def _false_alarm(sources: Sources) -> Iterator[str]:
    incident = sources.incident
    cancelled = [line for line in sources.lines if line.kind == "IncidentCancelled"]
    if incident.ending is Ending.CANCELLED and incident.ended_at:
        reason = cancelled[-1].text.partition(f"{incident.name}: ")[2] if cancelled else ""
        when = sources.moment(incident.ended_at, "IncidentCancelled")
        said = sources.prose(reason, incident.ended_at) or NOT_SAID
        yield f"**Cancelled as a false alarm:** {said} ({when})"


def _happened(sources: Sources) -> Iterator[str]:
    first = next((told for told in sources.incident.told if told.happening), None)
    if first is None:
        where = linked("as it was declared", sources.of_kind(*DECLARED))
        yield f"**What happened:** {literal(sources.incident.title)} ({where})"
        return
    where = linked(f"from update {first.number}", sources.of_moment(first.sent, *UPDATED))
    yield f"**What happened:** {sources.prose(escape_prose(first.happening), first.sent)} ({where})"


def _affected(sources: Sources) -> Iterator[str]:
    """What the declarer wrote, and each update that said something else."""
    incident, declared = sources.incident, sources.incident.at(Stamp.DECLARED)
    said = {incident.impact: (linked("said when it was declared", sources.of_kind(*DECLARED)), declared)}
    for told in incident.told:
        where = linked(f"from update {told.number}", sources.of_moment(told.sent, *UPDATED))
        said.setdefault(told.affected, (where, told.sent))
    if (update := incident.update) and not any(told.affected for told in incident.told):
        where = linked(f"from update {update.number}", sources.of_moment(update.at, *UPDATED))
        said.setdefault(update.affected, (where, update.at))
    told_so = [f"{sources.prose(escape_prose(text), at)} ({where})" for text, (where, at) in said.items() if text]
    if told_so or incident.ending is not Ending.CANCELLED:
        yield f"**Who was affected:** {'; '.join(told_so) or NOT_SAID}"


def _lasted(sources: Sources, now: datetime) -> Iterator[str]:
    incident = sources.incident
    known, declared = felt(incident), incident.at(Stamp.DECLARED)
    if incident.ending is not Ending.CANCELLED or known.exact:
        yield f"**Customers felt it for:** {_felt(sources, known, now)}"
    end = incident.ended_at if incident.ending in CUT_SHORT else incident.at(Stamp.RESOLVED)
    if declared is None:
        yield from [f"**Resolved:** {sources.moment(end, *BACKFILLED)}"] if end else []
        return
    noticed = "noticed" if incident.backfilled else "declared"
    since = f"after it was {noticed} ({sources.moment(declared, *DECLARED)})"
    if end is None:
        yield f"**Not over yet:** {lasting(now - declared)} {since}"
        return
    word = CUT_SHORT.get(incident.ending, "Resolved") if incident.ending else "Resolved"
    yield f"**{word}:** {sources.moment(end, *ENDS)}, {lasting(end - declared)} {since}"


def _felt(sources: Sources, known: Felt, now: datetime) -> str:
    """How long, from when to when and who said so; of an end nobody has given, that it is not known."""
    if not known.in_order:
        return WRONG_ORDER
    before = _stopped_before(sources, known)
    if known.began is None:
        return f"_not known since when_; {_until(sources, known)}{before}"
    since = _given(sources, Stamp.IMPACT_STARTED)
    if known.span is None:
        return f"{lasting(now - known.began)} so far, since {since}{before}"
    most = "" if known.exact else "at most "
    return f"{most}{lasting(known.span)}, from {since} to {_until(sources, known).removeprefix('until ')}{before}"


def _until(sources: Sources, known: Felt) -> str:
    if known.stopped:
        who = sources.person(sources.incident.stamps[Stamp.CONTAINED].by, known.stopped)
        return f"until {_given(sources, Stamp.CONTAINED)} (said by {who})"
    if known.over:
        return f"until {_given(sources, Stamp.RESOLVED)} at the latest, when it was resolved"
    return "it goes on"


def _stopped_before(sources: Sources, known: Felt) -> str:
    """That the impact had stopped once, and came back."""
    once = [line.at for line in sources.lines if line.kind == "ImpactContained" and line.at != known.stopped]
    return f"; it had stopped {sources.moment(once[0], 'ImpactContained')}, and came back" if once else ""


def _given(sources: Sources, stamp: Stamp) -> str:
    """A stamp with the link to where it was given."""
    at = sources.incident.stamps[stamp].at
    return linked(in_utc(at), sources.of_stamp(stamp))


def _ended(sources: Sources) -> Iterator[str]:
    incident = sources.incident
    resolved = incident.at(Stamp.RESOLVED)
    if resolved is None or incident.ending is Ending.CANCELLED:
        return
    where = sources.of_kind(*RESOLVED)
    if incident.fix:
        yield f"**What ended it:** {sources.prose(escape_prose(incident.fix), resolved)} ({linked('source', where)})"
    if incident.customers_told:
        yield f"**Customers know that it is over:** {linked(CUSTOMERS[incident.customers_told], where)}"


def _severity(sources: Sources) -> str:
    """The grade; the worst it had too, where that was another one."""
    incident = sources.incident
    worst, last = incident.worst, incident.grade
    if worst is None:
        return UNGRADED
    had = [graded.at for graded in incident.grades if graded.severity == worst.key]
    worst_was = linked(literal(worst.name), sources.of_moment(had[0] if had else incident.at(Stamp.DECLARED), *GRADED))
    if last is None or worst.key == last.key:
        return worst_was
    at = incident.grades[-1].at if incident.grades else None
    last_is = linked(literal(last.name), sources.of_moment(at, *GRADED))
    return f"{worst_was} at its worst; {last_is} {_at_last(incident)}"


def _at_last(incident: Incident) -> str:
    if incident.ending is Ending.CANCELLED:
        return "when it was cancelled"
    return "now" if incident.is_open else "when it was resolved"


def _earlier_ends(sources: Sources) -> Iterator[str]:
    """Each end that turned out to be none: after it the course can only go on when it is opened again."""
    lines = sorted(sources.lines, key=lambda line: line.seq)
    for index, line in enumerate(lines):
        if line.kind not in ENDS:
            continue
        again = next((later for later in lines[index:] if later.kind == "PhaseChanged"), None)
        if again:
            ended, reopened = (sources.prose(part.text, part.at) for part in (line, again))
            when, then = (linked(in_utc(part.at), sources.of(part)) for part in (line, again))
            yield f"**Ended once already:** {ended} ({when}); {reopened} ({then})"


def _besides(sources: Sources) -> Iterator[str]:
    incident, declared = sources.incident, sources.of_kind(*DECLARED)
    if incident.kind:
        where = sources.of_kind("KindSet") or declared
        yield f"**Kind:** {linked(literal(incident.policy.kind(incident.kind).name), where)}"
    if incident.service:
        where = sources.of_kind("ServiceSet") or declared
        yield f"**Service:** {linked(literal(incident.policy.service(incident.service).name), where)}"
    if incident.summary:
        said = sources.prose(escape_prose(incident.summary), incident.at(Stamp.DECLARED))
        yield f"**Said when it was declared:** {said} ({linked('source', declared)})"
    if tied := ties(incident):
        yield f"**Other incidents:** {sources.prose('; '.join(tied))}"
    if incident.room:
        yield f"**Room:** [{literal(incident.room.name)}]({room_link(sources.url, incident.room.channel)})"
