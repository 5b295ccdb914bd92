"""The draft of a post-mortem: facts with their sources, and questions where nobody knows yet."""

from collections.abc import Sequence
from datetime import datetime

from bot.views.actions import table
from bot.views.chronicle import chronicle
from bot.views.factors import factor_rows
from bot.views.lines import TimelineLine
from bot.views.markdown import literal
from bot.views.measures import measures
from bot.views.message import NAMELESS, Names
from bot.views.review import phases, readiness, updates
from bot.views.sources import TAKEN, Sources
from bot.views.summary import summary
from bot.views.unknown import questions
from bot.workflows.incident import Held, Incident
from bot.workflows.policy import Capacity, RoleKey
from bot.workflows.times import in_utc

MISSED = "_Did anybody miss them?_"
PREAMBLE = (
    "_A draft of {now}, made from the timeline. Facts link to the message they come from, or to the card; what nobody "
    "has said yet is a question. Times are UTC. People are called by the role they held at that moment, except where "
    "somebody wrote a name: this is about what made it possible, not about who._"
)
QUESTIONS = """\
## What happened

_Tell it in a few sentences for somebody who was not there: what broke, how it was noticed, what helped._

- [ ] What was the first sign, and who or what saw it?
- [ ] What was tried, what did it show, and what ended the impact?

## Contributing factors

_There is hardly ever one cause. What had to come together?_

{factors}- [ ] What changed shortly before, here or at a supplier?
- [ ] Which safeguard was missing, switched off, or did not catch it?
- [ ] What made the decisions of that time look right with what was known then?

## What went well

- [ ] What helped us notice, understand or recover, and should stay?

## What was hard

- [ ] Where did people wait, search or guess? What did they lack: access, knowledge, a tool, a person?
- [ ] What reached stakeholders too late, or not at all?

## What we learnt

- [ ] What do we know about our systems and ourselves that we did not know before?
- [ ] Where were we lucky?
"""
ACTIONS = """\
## Action items

_Each begins with a verb and says how we will know it is done. One owner, one day._

"""


def draft(incident: Incident, lines: Sequence[TimelineLine], url: str, now: datetime, names: Names = NAMELESS) -> str:
    """The draft as Markdown; `url` is the workspace's address with a slash at its end, `names` what people are."""
    sources = Sources(incident, lines, url, names)
    parts = [
        f"# Post-mortem of {incident.name}: {literal(incident.title)}",
        summary(sources, now) + "\n\n" + PREAMBLE.format(now=in_utc(now)),
        questions(sources),
        _roles(sources),
        "## Measures\n\n" + measures(sources),
        phases(sources, now),
        updates(sources),
        "## Timeline\n\n" + chronicle(sources),
        readiness(incident),
        QUESTIONS.format(factors=factor_rows(sources)).rstrip("\n"),
        ACTIONS + table(sources) + "\n",
    ]
    return "\n\n".join(part for part in parts if part)


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
        return f" ({sources.clock(held.since, *TAKEN)}–{sources.clock(held.until, *TAKEN)})"
    return (
        f" (from {sources.clock(held.since, *TAKEN)})"
        if held.since
        else f" (until {sources.clock(held.until, *TAKEN)})"
        if held.until
        else ""
    )
