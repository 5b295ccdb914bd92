"""Similar incidents of the past: each with why it matches and what ended it."""

from collections.abc import Sequence

from bot.views.blocks import fitted, section
from bot.views.facts import ended, phase, room, title
from bot.views.message import TEXT_LIMIT, Message
from bot.workflows.incident import Incident
from bot.workflows.past import Match
from bot.workflows.text import escape, mention

SEEN_BEFORE = "Seen before? Similar incidents of the past:"
TWIN = (
    "{by} declared {other} in the same moment. If the two are the same, `/incident merge {merged} into {kept}` brings "
    "everybody together."
)
ALIKE = "Like {incident}, of the past:"
NONE = (
    "Nothing of the past is like {incident}: no title says the same, no incident of its service does, "
    "and no contributing factor is the same."
)
FACTORS = 2  # shown of each kind
TITLE_ROOM, WORDS_ROOM, FIX_ROOM = 200, 150, 200


def seen_before(incident: Incident, found: Sequence[Match], twins: Sequence[Incident]) -> Message:
    """What the thread of a new incident's card is told: what was declared in the same moment, and what is past."""
    past = [SEEN_BEFORE, *map(_row, found)] if found else []
    text = fitted("\n".join([*(_twin(incident, other) for other in twins), *past]), TEXT_LIMIT)
    return Message(text, [section(text)])


def alike(incident: Incident, found: Sequence[Match]) -> Message:
    """The answer to whoever asked."""
    if not found:
        return _listed(NONE.format(incident=incident.name), ())
    return _listed(ALIKE.format(incident=incident.name), found)


def why(match: Match) -> str:
    """What it has in common, in words."""
    policy, other = match.incident.policy, match.incident
    reasons = [
        f"same words: {fitted(escape(', '.join(match.words)), WORDS_ROOM)}" if match.words else "",
        f"same service: {escape(policy.service(other.service).name)}" if match.service and other.service else "",
        f"same kind: {escape(policy.kind(other.kind).name)}" if match.kind and other.kind else "",
    ]
    factors = (f"same contributing factor: {_factor(text)}" for text in match.factors[:FACTORS])
    told = (f"contributing factor then: {_factor(text)}" for text in match.told_by_title[:FACTORS])
    return "; ".join(filter(None, (*reasons, *factors, *told)))


def _factor(text: str) -> str:
    return fitted(escape(text), WORDS_ROOM)


def _listed(intro: str, found: Sequence[Match]) -> Message:
    text = fitted("\n".join([intro, *map(_row, found)]), TEXT_LIMIT)
    return Message(text, [section(text)])


def _twin(incident: Incident, other: Incident) -> str:
    # What is private is merged into nothing that everybody reads.
    kept, merged = sorted((incident, other), key=lambda one: (not one.private, one.id))
    named = f"{title(other, TITLE_ROOM)} ({room(other)})"
    return TWIN.format(by=mention(other.declared_by), other=named, merged=merged.name, kept=kept.name)


def _row(match: Match) -> str:
    other = match.incident
    where = f" (<#{other.room.channel}>)" if other.room else ""
    fix = f"\n    What ended it: {fitted(escape(' '.join(other.fix.split())), FIX_ROOM)}" if other.fix else ""
    return f"• {title(other, TITLE_ROOM)}{where}: {why(match)}. {ended(other) or phase(other)}{fix}"
