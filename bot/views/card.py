"""The card of an incident, pinned in its room and edited in place, and the room's topic."""

from dataclasses import dataclass
from datetime import datetime

from bot.views.blocks import actions, context, fitted, section
from bot.views.checklist import on_card, on_card_text, progress
from bot.views.controls import controls
from bot.views.facts import (
    began,
    commander,
    ended,
    grade,
    heading,
    holders,
    impact,
    kind,
    marked_grade,
    next_update,
    people,
    phase,
    role_name,
    service,
    since,
)
from bot.views.links import ties
from bot.views.message import NAMELESS, TEXT_LIMIT, Block, Message, Names
from bot.workflows.course import objective
from bot.workflows.furnishing import SETTING_UP_AFTER
from bot.workflows.incident import Incident, Part, Stamp
from bot.workflows.policy import COMMANDER
from bot.workflows.text import escape, escape_prose, listed, mention
from bot.workflows.times import when

TOPIC_LIMIT = 250  # characters, Slack's own limit
IMPACT_ROOM = 1200
SUMMARY_ROOM = 800
ROLES_ROOM = 1500

SETTING_UP = "Setting up {done}/{all}: {missing}"
STILL_MISSING = {
    Part.ROOM: "the room",
    Part.ENTRANCE: "letting the declarer in",
    Part.TOPIC: "the topic",
    Part.CARD: "this card",
    Part.PIN: "pinning this card",
    Part.ANNOUNCEMENT: "telling stakeholders",
}
FORMER = "This goes on from {rooms}, which Slack keeps as it was."
WAITS = "Slack is slow to take what Warroom has for it. Since {when} waits: {whats}. It comes by itself."
PRIVATE = "Private: only people who are invited see this incident, and it is not announced."


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What Slack has not taken for long: since when, and what, in words such as "set the room's topic"."""

    since: datetime
    whats: tuple[str, ...]


def card(incident: Incident, now: datetime, waiting: Waiting | None = None) -> Message:
    """The living card: what is wrong, how bad, who leads, where it stands, and what one can do."""
    paragraphs = [_what(incident, now), _who(incident)]
    late = WAITS.format(when=when(waiting.since), whats=listed(waiting.whats)) if waiting else ""
    notes = [
        PRIVATE if incident.private else "",
        "\n".join(ties(incident)),
        _former(incident),
        _setting_up(incident, now),
        late,
    ]
    notes = [note for note in notes if note]
    buttons, done = controls(incident), [line for line in (progress(incident),) if line]
    blocks: list[Block] = [section(heading(incident)), *map(section, paragraphs), *map(context, notes)]
    blocks += [*map(section, done), *on_card(incident)]
    if buttons:
        blocks.append(actions(buttons))
    words = [heading(incident), *paragraphs, *notes, *done, *on_card_text(incident)]
    return Message(fitted("\n".join(words), TEXT_LIMIT), blocks)


def topic(incident: Incident, names: Names = NAMELESS) -> str:
    """The room's topic: severity, phase and, until it has ended, commander; it changes only with these.

    Slack links nothing in a topic (conversations.setTopic), so the commander is called by name where it is known.
    """
    if incident.ending is not None:
        return fitted(f"{grade(incident)} · {phase(incident)}", TOPIC_LIMIT)
    called = tuple(escape(names[user]) if user in names else mention(user) for user in incident.holders(COMMANDER))
    leads = listed(called, nothing="nobody yet")
    return fitted(f"{grade(incident)} · {phase(incident)} · Incident commander: {leads}", TOPIC_LIMIT)


def _what(incident: Incident, now: datetime) -> str:
    lines = [
        f"{marked_grade(incident)} · *{phase(incident)}*{_objective(incident)}",
        f"What customers see: {impact(incident, IMPACT_ROOM)}",
        *([began(incident)] if began(incident) else []),
        *([f"*{next_update(incident, now)}*"] if incident.is_open else []),
    ]
    if incident.summary:
        lines.append(fitted(escape_prose(incident.summary), SUMMARY_ROOM))
    if incident.kind:
        lines.append(f"Kind: {kind(incident)}")
    if incident.service:
        lines.append(f"Service: {service(incident)}")
    return "\n".join(lines)


def _objective(incident: Incident) -> str:
    return "" if incident.ending else f": {objective(incident)}"


def _who(incident: Incident) -> str:
    others = [rule.key for rule in incident.policy.roles if rule.key != COMMANDER]
    retired = [role for role in incident.roles if role != COMMANDER and role not in others]
    roles = [f"{role_name(incident, role)}: {holders(incident, role)}" for role in (*others, *retired)]
    lines = [
        f"*Incident commander: {commander(incident)}*",
        fitted("\n".join(roles), ROLES_ROOM),
        f"{_origin(incident)}{_over(incident)}",
    ]
    return "\n".join(line for line in lines if line)


def _origin(incident: Incident) -> str:
    by = people((incident.declared_by,))
    if incident.backfilled:
        return f"Written down after the fact by {by}, {when(incident.backfilled)}"
    return f"Declared by {by}, {since(incident)}"


def _over(incident: Incident) -> str:
    over = "" if incident.is_open else ended(incident)
    return f". {over[0].upper()}{over[1:]}" if over else ""


def _former(incident: Incident) -> str:
    """The last rooms it was in before; they are archived, and can still be read."""
    rooms = tuple(f"<#{former.channel}>" for former in incident.former_rooms[-3:])
    return FORMER.format(rooms=listed(rooms)) if rooms else ""


def _setting_up(incident: Incident, now: datetime) -> str:
    """Which furnishing is still missing; the card itself is there as soon as anyone reads this."""
    declared = incident.at(Stamp.DECLARED)
    missing = [part for part in incident.parts if part is not Part.CARD and not incident.knows(part)]
    if not missing or declared is None or now - declared <= SETTING_UP_AFTER:
        return ""
    count = len(incident.parts)
    left = ", ".join(STILL_MISSING[part] for part in missing)
    return SETTING_UP.format(done=count - len(missing), all=count, missing=left)
