"""The draft of a post-mortem: facts with their sources, and questions where nobody knows yet."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.views.lines import TimelineLine
from bot.views.markdown import literal, markdown
from bot.views.measures import measures
from bot.views.message import NAMELESS, Names
from bot.views.permalink import message_link, person_link, room_link
from bot.workflows.incident import ChannelId, Incident, Stamp, UserId
from bot.workflows.policy import Capacity
from bot.workflows.text import escape_prose
from bot.workflows.timeline import RIGHT
from bot.workflows.times import in_utc, lasting

NOT_SAID = "_Not said yet: what did customers see, how many of them, and since when?_"
DELETED = "_A message stood here that somebody had marked; it was deleted since._"
EMPTY = "_A marked message; follow the link to read it._"
CORRECTED = " — _corrected since:_ {right}"
PREAMBLE = (
    "_A draft made from the timeline. People appear in it by their roles; who held which stands once, in the table of "
    "roles. We want to know what made sense then, and what made this possible. Every line links to where it comes "
    "from; where nobody has said something yet, there is a question in its place._"
)
BEFORE_ROLES = frozenset({"IncidentDeclared", "RoleTaken"})  # events seen with the eyes of before
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

## Action items

_Each begins with a verb and says how one sees that it is done. One owner, one date._

| Action | Owner | Due |
|---|---|---|
| _What makes this less likely?_ |  |  |
| _What makes us notice it sooner?_ |  |  |
| _What makes the next recovery faster?_ |  |  |
"""


def draft(incident: Incident, lines: Sequence[TimelineLine], url: str, now: datetime, names: Names = NAMELESS) -> str:
    """The draft as Markdown; `url` is the workspace's address with a slash at its end, `names` what people are."""
    parts = [
        f"# Post-mortem of {incident.name}: {literal(incident.title)}",
        f"{PREAMBLE}\n\n_Made on {in_utc(now)}._",
        _summary(incident, url, now),
        _roles(incident, url, names),
        "## Measures\n\n" + measures(incident, lambda user: _person(incident, user)),
        _timeline(incident, lines, url),
        QUESTIONS,
    ]
    return "\n\n".join(parts)


def _summary(incident: Incident, url: str, now: datetime) -> str:
    seen = _prose(incident, escape_prose(incident.impact), url) if incident.impact else NOT_SAID
    rows = [
        f"- **Severity:** {literal(incident.grade.name) if incident.grade else '_not graded: how bad was it?_'}",
        f"- **Duration:** {_duration(incident, now)}",
        f"- **What customers saw:** {seen}",
    ]
    if incident.kind:
        rows.append(f"- **Kind:** {literal(incident.policy.kind(incident.kind).name)}")
    if incident.summary:
        rows.append(f"- **Said when it was declared:** {_prose(incident, escape_prose(incident.summary), url)}")
    if incident.room:
        rows.append(f"- **Room:** [{literal(incident.room.name)}]({room_link(url, incident.room.channel)})")
    return "## Summary\n\n" + "\n".join(rows)


def _duration(incident: Incident, now: datetime) -> str:
    began = incident.at(Stamp.IMPACT_STARTED) or incident.at(Stamp.DECLARED)
    resolved = incident.at(Stamp.RESOLVED)
    if began is None:
        return "_unknown_"
    since = "the impact began" if incident.at(Stamp.IMPACT_STARTED) else "it was declared"
    if resolved is None or incident.is_open:
        return f"not over yet; {lasting(now - began)} since {since} ({in_utc(began)})"
    return f"{lasting(resolved - began)}, from when {since} ({in_utc(began)}) to resolved ({in_utc(resolved)})"


def _roles(incident: Incident, url: str, names: Names) -> str:
    held = [(incident.policy.role(role).name, users) for role, users in incident.roles.items() if users]
    rows = [f"| {literal(name)} | {', '.join(_named(user, url, names) for user in users)} |" for name, users in held]
    rows.append(f"| declared by | {_named(incident.declared_by, url, names)} |")
    free = [rule.name for rule in incident.policy.roles if not incident.holders(rule.key)]
    left = f"\n\nNever taken: {literal(', '.join(free))}. _Was that right for this incident?_" if free else ""
    return "## Roles\n\n| Role | Held by |\n|---|---|\n" + "\n".join(rows) + left


def _named(user: UserId, url: str, names: Names) -> str:
    return f"[{literal(names.get(user, user))}]({person_link(url, user)})"


def _timeline(incident: Incident, lines: Sequence[TimelineLine], url: str) -> str:
    return "## Timeline\n\nAll times are UTC.\n\n" + "\n".join(rows(incident, lines, url))


def rows(incident: Incident, lines: Sequence[TimelineLine], url: str, *, numbered: bool = False) -> list[str]:
    """Each line with its link and, where somebody put it right, the correction beside it."""
    corrections = {line.seq: line for line in lines if line.corrects}
    return [
        f"- {f'({line.seq}) ' if numbered else ''}{_moment(line.at, incident, line, url)} "
        f"{_capital(_said(incident, line, url))}{_put_right(incident, corrections.get(line.corrected or 0), url)}"
        for line in lines
    ]


def _put_right(incident: Incident, correction: TimelineLine | None, url: str) -> str:
    if correction is None:
        return ""
    return CORRECTED.format(right=_prose(incident, correction.text.partition(RIGHT)[2], url))


def _moment(at: datetime, incident: Incident, line: TimelineLine, url: str) -> str:
    stamp = in_utc(at).removesuffix(" UTC")
    address = _source(incident, line, url)
    return f"[{stamp}]({address})" if address else stamp


def _source(incident: Incident, line: TimelineLine, url: str) -> str:
    """The message itself; else the card, else the room. What the bot posted stands in the card's thread."""
    card = incident.card
    if line.evidence:
        own = card.ts if card and not line.marked and card.channel == line.evidence.channel else None
        return message_link(url, line.evidence, line.thread_ts or own)
    if card:
        return message_link(url, card)
    return room_link(url, incident.room.channel) if incident.room else ""


def _said(incident: Incident, line: TimelineLine, url: str) -> str:
    if not line.marked:
        # Whoever took a role did not hold it yet, and had other things in mind than what they would be later.
        person = _before_roles if line.kind in BEFORE_ROLES else _person
        return _prose(incident, line.text, url, person)
    if line.deleted:
        return DELETED
    said = _prose(incident, escape_prose(line.text), url) or EMPTY
    files = f" (with {', '.join(literal(name) for name in line.files)})" if line.files else ""
    return f"{_person(incident, line.by)}: {said}{files}" if line.by else f"{said}{files}"


def _prose(incident: Incident, text: str, url: str, person: Callable[[Incident, UserId], str] | None = None) -> str:
    called = person or _person

    def channel(marked: str) -> str:
        ours = incident.room if incident.room and marked == incident.room.channel else None
        name = f"#{literal(ours.name)}" if ours else "another channel"
        return f"[{name}]({room_link(url, ChannelId(marked))})"

    return markdown(text, lambda user: called(incident, UserId(user)), channel)


def _before_roles(incident: Incident, user: UserId) -> str:
    return "the declarer" if user == incident.declared_by else "a responder"


def _capital(line: str) -> str:
    """A person's role begins the sentence, as most lines do."""
    return line[0].upper() + line[1:] if line.startswith(("the ", "a ")) else line


def _person(incident: Incident, user: UserId | None) -> str:
    """A person by the role they hold, else as the declarer, else as a responder."""
    held = [rule for rule in incident.policy.roles if user in incident.holders(rule.key)]
    if held:
        rule = held[0]
        several = rule.capacity is Capacity.MANY and len(incident.holders(rule.key)) > 1
        return f"a {literal(rule.name)}" if several else f"the {literal(rule.name)}"
    return _before_roles(incident, user) if user else "a responder"
