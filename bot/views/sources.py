"""What a draft is made from: the timeline, where each fact comes from, and how people and places are called in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from bot.views.lines import TimelineLine
from bot.views.markdown import literal, markdown
from bot.views.message import Names
from bot.views.permalink import message_link, person_link, room_link
from bot.workflows.incident import ChannelId, Incident, UserId
from bot.workflows.policy import Capacity
from bot.workflows.times import in_utc


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

    def of_moment(self, at: datetime | None) -> str:
        """Where something that happened at this very moment was said."""
        line = self._by_moment.get(at) if at else None
        return self.of(line) if line else self.home

    def of_kind(self, *kinds: str) -> str:
        """Where the newest of some kinds of events was said."""
        found = [line for line in self.lines if line.kind in kinds]
        return self.of(found[-1]) if found else self.home

    def moment(self, at: datetime) -> str:
        """A moment, linked to what was said then."""
        return linked(in_utc(at), self.of_moment(at))

    def person(self, user: UserId | None) -> str:
        """A person by the role they hold, else as the declarer, else as a responder."""
        held = [rule for rule in self.incident.policy.roles if user in self.incident.holders(rule.key)]
        if held:
            rule = held[0]
            several = rule.capacity is Capacity.MANY and len(self.incident.holders(rule.key)) > 1
            return f"a {literal(rule.name)}" if several else f"the {literal(rule.name)}"
        return self.before_roles(user)

    def before_roles(self, user: UserId | None) -> str:
        """The same with the eyes of before: whoever took a role did not hold it yet."""
        return "the declarer" if user == self.incident.declared_by else "a responder"

    def named(self, user: UserId) -> str:
        """A person by name, linked; only the table of roles does this."""
        return f"[{literal(self.names.get(user, user))}]({person_link(self.url, user)})"

    def prose(self, text: str, *, before_roles: bool = False) -> str:
        """Slack text as Markdown."""
        called = self.before_roles if before_roles else self.person
        return markdown(text, lambda user: called(UserId(user)), self._channel)

    def _channel(self, marked: str) -> str:
        ours = self.incident.room if self.incident.room and marked == self.incident.room.channel else None
        name = f"#{literal(ours.name)}" if ours else "another channel"
        return f"[{name}]({room_link(self.url, ChannelId(marked))})"

    @cached_property
    def _by_moment(self) -> dict[datetime, TimelineLine]:
        """The first event of each moment; what was marked has times of its own."""
        return {line.at: line for line in reversed(self.lines) if not line.marked}


def linked(text: str, address: str) -> str:
    """Markdown for a text with its source, if it has one."""
    return f"[{text}]({address})" if address else text
