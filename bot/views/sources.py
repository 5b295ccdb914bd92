"""What a draft is made from: the timeline, where each fact comes from, and how people and places are called in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from bot.views.lines import TimelineLine
from bot.views.markdown import literal, markdown
from bot.views.message import Names
from bot.views.permalink import message_link, person_link, room_link
from bot.workflows.incident import ChannelId, Held, Incident, Stamp, UserId
from bot.workflows.policy import Capacity
from bot.workflows.times import brief, in_utc

# The kinds of events that facts come from.
DECLARED = ("IncidentDeclared",)
BACKFILLED = ("IncidentBackfilled",)  # which gives every moment at once
GRADED = ("SeverityChanged", "IncidentDeclared")
TAKEN = ("RoleTaken", "HandoverAccepted")
UPDATED = ("UpdateSent",)
RESOLVED = ("IncidentResolved",)
MOVES = ("PhaseChanged", "IncidentResolved")
GIVEN_BY: Mapping[Stamp, tuple[str, ...]] = {
    Stamp.IMPACT_STARTED: ("ImpactBegan",),
    Stamp.DECLARED: DECLARED,
    Stamp.ACKNOWLEDGED: TAKEN,
    Stamp.ANALYSED: ("PhaseChanged",),
    Stamp.CONTAINED: ("ImpactContained",),
    Stamp.ERADICATED: ("PhaseChanged",),
    Stamp.RESOLVED: RESOLVED,
    Stamp.CLOSED: ("IncidentClosed",),
}


@dataclass(frozen=True)
class Sources:
    """An incident with its timeline; `url` is the workspace's address with a slash at its end."""

    incident: Incident
    lines: Sequence[TimelineLine]
    url: str
    names: Names = field(default_factory=dict)

    def of(self, line: TimelineLine) -> str:
        """The message itself; else the card, else the room. What the bot posted stands in the card's thread."""
        card = self.incident.card
        if line.evidence:
            own = card.ts if card and not line.marked and card.channel == line.evidence.channel else None
            return message_link(self.url, line.evidence, line.thread_ts or own)
        return self.home

    @property
    def home(self) -> str:
        """The card, else the room; empty where there is neither."""
        if self.incident.card:
            return message_link(self.url, self.incident.card)
        return room_link(self.url, self.incident.room.channel) if self.incident.room else ""

    def of_moment(self, at: datetime | None, *kinds: str) -> str:
        """Where something that happened at this very moment was said: an event of one of the kinds, or any; of several,
        one that has a message of its own."""
        lines = [line for line in self._by_moment.get(at, ()) if not kinds or line.kind in kinds] if at else []
        best = next((line for line in lines if line.evidence), None)
        return self.of(best) if best else self.home

    def at_moment(self, at: datetime) -> Sequence[TimelineLine]:
        """The events of a moment."""
        return self._by_moment.get(at, ())

    def of_stamp(self, stamp: Stamp) -> str:
        """Where a moment was given."""
        given = self.incident.stamps.get(stamp)
        return self.of_moment(given.set_at, *GIVEN_BY[stamp], *BACKFILLED) if given else self.home

    def of_kind(self, *kinds: str) -> str:
        """Where the newest of some kinds of events was said."""
        found = [line for line in self.lines if line.kind in kinds]
        return self.of(found[-1]) if found else self.home

    def clock(self, at: datetime, *kinds: str) -> str:
        """A moment in a table, linked to what was said then: the time alone on the day it was declared."""
        return linked(self.shown(at), self.of_moment(at, *kinds))

    def shown(self, at: datetime) -> str:
        """The same without its link."""
        return brief(at, self.incident.at(Stamp.DECLARED) or at)

    def moment(self, at: datetime, *kinds: str) -> str:
        """A moment, linked to what was said then."""
        return linked(in_utc(at), self.of_moment(at, *kinds))

    def person(self, user: UserId | None, moment: datetime | None = None) -> str:
        """A person by the role they held at a moment, else as the declarer, else as a responder; None is now."""
        held = [tenure for tenure in self.incident.tenures if tenure.covers(moment)]
        return self._called(user, held)

    def before(self, user: UserId | None, moment: datetime) -> str:
        """The same just before a moment: whoever takes a role does not hold it yet, and whoever gives it did."""
        return self._called(user, [tenure for tenure in self.incident.tenures if tenure.preceded(moment)])

    def named(self, user: UserId) -> str:
        """A person by name, linked; only the table of roles does this."""
        return f"[{literal(self.names.get(user, user))}]({person_link(self.url, user)})"

    def prose(self, text: str, moment: datetime | None = None, *, before: bool = False) -> str:
        """Slack text as Markdown; people by the roles they held at the moment it was said, or just before it."""

        def called(user: str) -> str:
            return self.before(UserId(user), moment) if before and moment else self.person(UserId(user), moment)

        return markdown(text, called, self._channel)

    def _called(self, user: UserId | None, held: Sequence[Held]) -> str:
        for rule in self.incident.policy.roles:
            holders = {tenure.user for tenure in held if tenure.role == rule.key}
            if user in holders:
                several = rule.capacity is Capacity.MANY and len(holders) > 1
                return f"a {literal(rule.name)}" if several else f"the {literal(rule.name)}"
        return "the declarer" if user == self.incident.declared_by else "a responder"

    def _channel(self, marked: str) -> str:
        ours = self.incident.room if self.incident.room and marked == self.incident.room.channel else None
        name = f"#{literal(ours.name)}" if ours else "another channel"
        return f"[{name}]({room_link(self.url, ChannelId(marked))})"

    @cached_property
    def by_number(self) -> dict[int | None, TimelineLine]:
        """Each line by the number it has in its incident."""
        return {line.seq: line for line in self.lines}

    @cached_property
    def _by_moment(self) -> dict[datetime, list[TimelineLine]]:
        """The events of each moment; what was marked has times of its own."""
        moments: dict[datetime, list[TimelineLine]] = {}
        for line in self.lines:
            if not line.marked:
                moments.setdefault(line.at, []).append(line)
        return moments


def linked(text: str, address: str) -> str:
    """Markdown for a text with its source, if it has one."""
    return f"[{text}]({address})" if address else text
