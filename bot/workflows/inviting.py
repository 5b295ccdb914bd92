"""Invited by rule: whom the configuration wants in the room of such an incident, behind its declarer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.workflows.commands import Command, Effect, Entry, Event
from bot.workflows.effects import InviteByRule, PostInRoom, fits
from bot.workflows.incident import ChannelId, Incident, UserId
from bot.workflows.membership import catching_up, taking_in
from bot.workflows.text import cut, escape, listed, mention

SHOWN = 20  # people who are named in one message; of more, their number is
NAMES_ROOM = 500  # characters for the names of rules
REASON_ROOM = 2000  # and for who is not there, and why
NOBODY_PAGED = "Nobody was paged: call whoever is needed now."


def inviting(before: Incident | None, after: Incident) -> tuple[Effect, ...]:
    """Ask for the people of the rules that fit an incident now and did not before; `before` is None at the declaration.

    What is written down after the fact alarms nobody.
    """
    if after.backfilled:
        return ()
    rules = tuple(rule for rule in after.policy.invites if fits(rule, after) and not (before and fits(rule, before)))
    return (InviteByRule(rules=rules, private=after.private, aloud=before is not None),) if rules else ()


@dataclass(frozen=True, kw_only=True)
class RecordInvited(Command):
    """The people of some rules were invited: who is in the room by it, and who is not for which reason.

    Of no interest any more when the incident goes on in another room meanwhile: they came into the one of before.
    """

    room: ChannelId
    rules: tuple[str, ...]  # their names
    invited: tuple[UserId, ...]
    outside: tuple[str, ...] = ()  # who or which group, and why, in words for people
    aloud: bool = False

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        here = incident.room is not None and incident.room.channel == self.room
        invited = tuple(user for user in self.invited if user not in incident.left)
        if not (here and (invited or self.outside)):
            return []
        aloud = self.aloud or bool(self.outside)
        came = PeopleInvited(rules=self.rules, invited=invited, outside=self.outside, aloud=aloud, at=now)
        late = [event for user in invited for event in catching_up(incident, user, now, inside=True)]
        return [came, *late]


@dataclass(frozen=True, kw_only=True)
class PeopleInvited(Event):
    """People were invited by rule. A private incident has them in it from then on; another, once they act."""

    rules: tuple[str, ...]
    invited: tuple[UserId, ...]
    outside: tuple[str, ...]
    aloud: bool
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        if not incident.private:
            return incident
        for user in self.invited:
            incident = taking_in(incident, user)
        return incident

    def tells(self, incident: Incident) -> Entry:
        outside = f". Not invited: {self._outside()}" if self.outside else ""
        return Entry(text=f"Invited by rule ({self._rules()}): {self._people()}{outside}", at=self.at)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        outside = f"\nNot invited: {self._outside()}." if self.outside else ""
        text = f"Invited by rule ({self._rules()}): {self._people()}.{outside}\n{NOBODY_PAGED}"
        return (PostInRoom(text=text, aloud=self.aloud, evidence=True),)

    def _rules(self) -> str:
        return cut(escape(", ".join(self.rules)), NAMES_ROOM)

    def _people(self) -> str:
        named = tuple(map(mention, self.invited[:SHOWN]))
        more = len(self.invited) - len(named)
        return listed((*named, f"{more} more") if more else named)

    def _outside(self) -> str:
        return cut(escape("; ".join(self.outside)), REASON_ROOM)
