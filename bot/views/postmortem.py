"""The draft of a post-mortem: facts with their sources, and questions where nobody knows yet."""

from collections.abc import Sequence
from datetime import datetime

from bot.views.actions import table
from bot.views.lines import TimelineLine
from bot.views.markdown import literal
from bot.views.measures import measures
from bot.views.message import NAMELESS, Names
from bot.views.permalink import room_link
from bot.views.review import phases, questions, readiness, updates
from bot.views.sources import Sources, linked
from bot.workflows.incident import CustomersTold, Held, Incident, Stamp
from bot.workflows.policy import Capacity, RoleKey
from bot.workflows.text import escape_prose
from bot.workflows.timeline import RIGHT
from bot.workflows.times import in_utc, lasting

UNGRADED = "_not graded: how bad was it?_"
MISSED = "_Did anybody miss them?_"
NOT_SAID = "_Not said yet: what did customers see, how many of them, and since when?_"
DELETED = "_A message stood here that somebody had marked; it was deleted since._"
EMPTY = "_A marked message; follow the link to read it._"
CORRECTED = " — _corrected since:_ {right}"
PREAMBLE = (
    "_A draft made from the timeline. People appear in it by their roles; who held which stands once, in the table of "
    "roles. We want to know what made sense then, and what made this possible. Every line links to where it comes "
    "from; where nobody has said something yet, there is a question in its place._"
)
TAKEN = "RoleTaken"
GRADED = ("SeverityChanged", "IncidentDeclared")
BEFORE_ROLES = frozenset({"IncidentDeclared", TAKEN})  # told with the roles of just before them
CUSTOMERS = {
    CustomersTold.YES: "yes",
    CustomersTold.NOT_YET: "not when it was resolved",
    CustomersTold.NOT_NEEDED: "they need not be told",
}
QUESTIONS = """\
## What happened

_Tell it in a few sentences for somebody who was not there: what broke, how it was noticed, what helped._

- [ ] What was the first sign, and who or what saw it?
- [ ] What was tried, what did it show, and what ended the impact?

## Contributing factors

_There is hardly ever one cause. What had to come together?_

- [ ] What changed shortly before, here or at somebody we depend on?
- [ ] Which safeguard was missing, switched off, or did not see it?
- [ ] What made the decisions of that hour look right with what was known then?

## What went well

- [ ] What helped to notice, to understand or to recover, and should stay that way?

## What was hard

- [ ] Where did people wait, search or guess? What did they miss: access, knowledge, a tool, a person?
- [ ] What reached stakeholders too late, or not at all?

## What we learnt

- [ ] What do we know about our systems and ourselves that we did not know before?
- [ ] Where were we lucky?
"""
ACTIONS = """\
## Action items

_Each begins with a verb and says how one sees that it is done. One owner, one date._

"""


def draft(incident: Incident, lines: Sequence[TimelineLine], url: str, now: datetime, names: Names = NAMELESS) -> str:
    """The draft as Markdown; `url` is the workspace's address with a slash at its end, `names` what people are."""
    sources = Sources(incident, lines, url, names)
    parts = [
        f"# Post-mortem of {incident.name}: {literal(incident.title)}",
        f"{PREAMBLE}\n\n_Made on {in_utc(now)}._",
        _summary(sources, now),
        questions(sources),
        _roles(sources),
        "## Measures\n\n" + measures(sources),
        phases(sources, now),
        updates(sources),
        _timeline(sources),
        readiness(incident),
        QUESTIONS.rstrip("\n"),
        ACTIONS + table(sources) + "\n",
    ]
    return "\n\n".join(part for part in parts if part)


def _summary(sources: Sources, now: datetime) -> str:
    incident = sources.incident
    declared = sources.of_kind("IncidentDeclared")
    rows = [
        f"- **Severity:** {_severity(sources)}",
        f"- **Duration:** {_duration(sources, now)}",
        f"- **What customers saw:** {_seen(sources)}",
    ]
    if incident.fix:
        where = linked("What ended it", sources.of_kind("IncidentResolved"))
        rows.append(f"- **{where}:** {sources.prose(escape_prose(incident.fix), incident.at(Stamp.RESOLVED))}")
    if incident.customers_told:
        where = linked(CUSTOMERS[incident.customers_told], sources.of_kind("IncidentResolved"))
        rows.append(f"- **Customers were told:** {where}")
    if incident.kind:
        rows.append(f"- **Kind:** {linked(literal(incident.policy.kind(incident.kind).name), declared)}")
    if incident.summary:
        where = linked("Said when it was declared", declared)
        rows.append(f"- **{where}:** {sources.prose(escape_prose(incident.summary), incident.at(Stamp.DECLARED))}")
    if incident.room:
        rows.append(f"- **Room:** [{literal(incident.room.name)}]({room_link(sources.url, incident.room.channel)})")
    return "## Summary\n\n" + "\n".join(rows)


def _severity(sources: Sources) -> str:
    """The grade; the worst it had too, where that was another one."""
    incident = sources.incident
    worst, last = incident.worst, incident.grade
    if worst is None:
        return UNGRADED
    had = [graded.at for graded in incident.grades if graded.severity == worst.key]
    worst_link = sources.of_moment(had[0] if had else incident.at(Stamp.DECLARED), *GRADED)
    if last is None or worst.key == last.key:
        return linked(literal(worst.name), worst_link)
    when = "now" if incident.ending is None and incident.is_open else "in the end"
    last_link = sources.of_moment(incident.grades[-1].at if incident.grades else None, *GRADED)
    return f"{linked(literal(worst.name), worst_link)} at its worst, {linked(literal(last.name), last_link)} {when}"


def _seen(sources: Sources) -> str:
    """What the declarer wrote, and what the last update said; two that differ are both told."""
    incident, update = sources.incident, sources.incident.update
    declared = incident.at(Stamp.DECLARED)
    said = [(incident.impact, "said when it was declared", sources.of_kind("IncidentDeclared"), declared)]
    if update and update.affected != incident.impact:
        said.append(
            (update.affected, f"from update {update.number}", sources.of_moment(update.at, "UpdateSent"), update.at)
        )
    told = [
        f"{sources.prose(escape_prose(text), at)} ({linked(name, where)})" for text, name, where, at in said if text
    ]
    return "; ".join(told) or NOT_SAID


def _duration(sources: Sources, now: datetime) -> str:
    incident = sources.incident
    known = Stamp.IMPACT_STARTED in incident.stamps
    began = incident.at(Stamp.IMPACT_STARTED) or incident.at(Stamp.DECLARED)
    resolved = incident.at(Stamp.RESOLVED)
    if began is None:
        return "_unknown_"
    since = "the impact began" if known else "it was declared"
    when = linked(in_utc(began), sources.of_stamp(Stamp.IMPACT_STARTED if known else Stamp.DECLARED))
    if resolved is None or incident.is_open:
        return f"not over yet; {lasting(now - began)} since {since} ({when})"
    end = sources.moment(resolved, "IncidentResolved")
    return f"{lasting(resolved - began)}, from when {since} ({when}) to resolved ({end})"


def _roles(sources: Sources) -> str:
    incident = sources.incident
    keys = [rule.key for rule in incident.policy.roles]
    held = dict.fromkeys([*keys, *(tenure.role for tenure in incident.tenures)])
    rows = [
        f"| {literal(incident.policy.role(role).name)} | {who} |" for role in held if (who := _holders(sources, role))
    ]
    rows.append(f"| declared by | {sources.named(incident.declared_by)} |")
    taken = {tenure.role for tenure in incident.tenures}
    free = [rule.name for rule in incident.policy.roles if rule.key not in taken]
    left = f"\n\nNever taken: {literal(', '.join(free))}. {MISSED}" if free else ""
    return "## Roles\n\n| Role | Held by |\n|---|---|\n" + "\n".join(rows) + left


def _holders(sources: Sources, role: RoleKey) -> str:
    """Everybody who held a role, with the times; one after the other where only one may hold it."""
    tenures = [tenure for tenure in sources.incident.tenures if tenure.role == role]
    alone = sources.incident.policy.role(role).capacity is Capacity.ONE
    return (", then " if alone else ", ").join(f"{sources.named(held.user)}{_when(sources, held)}" for held in tenures)


def _when(sources: Sources, held: Held) -> str:
    if held.since and held.until:
        return f" ({sources.clock(held.since, TAKEN)}–{sources.clock(held.until, TAKEN)})"
    return (
        f" (from {sources.clock(held.since, TAKEN)})"
        if held.since
        else f" (until {sources.clock(held.until, TAKEN)})"
        if held.until
        else ""
    )


def _timeline(sources: Sources) -> str:
    return "## Timeline\n\nAll times are UTC.\n\n" + "\n".join(rows(sources))


def rows(sources: Sources, *, numbered: bool = False) -> list[str]:
    """Each line with its link and, where somebody put it right, the correction beside it."""
    corrections = {line.seq: line for line in sources.lines if line.corrects}
    return [
        f"- {f'({line.seq}) ' if numbered else ''}{_moment(line, sources)} "
        f"{_capital(_said(line, sources))}{_put_right(sources, corrections.get(line.corrected or 0))}"
        for line in sources.lines
    ]


def _put_right(sources: Sources, correction: TimelineLine | None) -> str:
    if correction is None:
        return ""
    return CORRECTED.format(right=sources.prose(correction.text.partition(RIGHT)[2], correction.recorded_at))


def _moment(line: TimelineLine, sources: Sources) -> str:
    return linked(in_utc(line.at).removesuffix(" UTC"), sources.of(line))


def _said(line: TimelineLine, sources: Sources) -> str:
    """What a line says; a note may be about an earlier time than it was written at, and whoever wrote it has the
    role of then."""
    if not line.marked:
        return sources.prose(line.text, line.recorded_at, before=line.kind in BEFORE_ROLES)
    if line.deleted:
        return DELETED
    said = sources.prose(escape_prose(line.text), line.at) or EMPTY
    files = f" (with {', '.join(literal(name) for name in line.files)})" if line.files else ""
    return f"{sources.person(line.by, line.at)}: {said}{files}" if line.by else f"{said}{files}"


def _capital(line: str) -> str:
    """A person's role begins the sentence, as most lines do."""
    return line[0].upper() + line[1:] if line.startswith(("the ", "a ")) else line
