"""People who go while they hold a role: out of the room, or out of a private one or the workspace: then it is free."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.workflows.commands import Command, Effect, Entry, Event
from bot.workflows.effects import PostInRoom, ShowAnnouncement, ShowCard, ShowTopic, aloud
from bot.workflows.handover import HandoversLapsed
from bot.workflows.incident import ActionState, ChannelId, Held, Incident, UserId
from bot.workflows.offers import standing
from bot.workflows.policy import COMMANDER, RoleKey
from bot.workflows.text import escape, listed, mention

LEFT = "{who} left the room, and is still {roles}. `/incident role {key} @somebody` gives that to somebody who is here."
OUT = "{who} left this room, and is no longer {roles}: only who is here knows of it. {take}"
GONE = "{who} can no longer be {roles}: the account was deactivated. {take}"
TAKE_COMMAND = "Take command with the button on the card, or `/incident claim commander`."
TAKE = "`/incident claim {key}` takes it."
ITEMS = " {count} of the action items {need} somebody else: `/incident actions`."
NUDGES_AGAIN = frozenset({"commander_missing", "roles_empty"})


@dataclass(frozen=True, kw_only=True)
class NoticeLeft(Command):
    """Somebody left a channel, perhaps the room, perhaps with a role of the incident."""

    user: UserId
    channel: ChannelId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        left = incident.room is not None and incident.room.channel == self.channel
        if not left or incident.ending is not None or not incident.roles_of(self.user):
            return []
        if incident.private:
            return [RolesVacated(user=self.user, roles=incident.roles_of(self.user), at=now, left=True)]
        return [HolderLeft(user=self.user, at=now)]


@dataclass(frozen=True, kw_only=True)
class NoticeDeactivated(Command):
    """Somebody's account was taken away."""

    user: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        asked = tuple(offer.number for offer in standing(incident) if offer.to == self.user)
        offers = [HandoversLapsed(numbers=asked, deactivated=True)] if asked else []
        return [*offers, *vacated(incident, (self.user,), now)]


def vacated(incident: Incident, users: Sequence[UserId], now: datetime) -> list[Event]:
    """Free the roles of people who are no longer there; nothing once the incident has ended."""
    if incident.ending is not None:
        return []
    return [RolesVacated(user=user, roles=roles, at=now) for user in users if (roles := incident.roles_of(user))]


@dataclass(frozen=True, kw_only=True)
class HolderLeft(Event):
    """Somebody who holds a role is no longer in the room of a public incident: they can still see to it."""

    user: UserId
    at: datetime

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=f"{mention(self.user)} left the room", at=self.at, by=self.user)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        roles = incident.roles_of(self.user)
        text = LEFT.format(who=mention(self.user), roles=_named(incident, roles), key=roles[0])
        return (PostInRoom(text=text, aloud=COMMANDER in roles),)


@dataclass(frozen=True, kw_only=True)
class RolesVacated(Event):
    """Somebody can hold no role any more: their account was taken away, or they left the private room."""

    user: UserId
    roles: tuple[RoleKey, ...]
    at: datetime
    left: bool = False  # the private room

    def apply(self, incident: Incident) -> Incident:
        left = {role: tuple(user for user in holders if user != self.user) for role, holders in incident.roles.items()}
        return replace(
            incident, roles=left, vacated_at=self.at, held=tuple(map(self._ended, incident.held)),
            nudged=tuple(kind for kind in incident.nudged if kind not in NUDGES_AGAIN),
        )  # fmt: skip

    def _ended(self, held: Held) -> Held:
        return replace(held, until=self.at) if (held.user, held.until) == (self.user, None) else held

    def tells(self, incident: Incident) -> Entry:
        who, roles = mention(self.user), _named(incident, self.roles)
        said = (
            f"{who} left the room, and is no longer {roles}"
            if self.left
            else (f"{who} is no longer {roles}: the account was deactivated")
        )
        return Entry(text=said, at=self.at, by=self.user if self.left else None)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        shown: tuple[Effect, ...] = (ShowCard(),)
        if COMMANDER in self.roles:
            shown = (ShowTopic(), ShowCard()) if incident.private else (ShowTopic(), ShowCard(), ShowAnnouncement())
        return (*shown, *aloud(incident, self._news(incident)))

    def _news(self, incident: Incident) -> str:
        take = TAKE_COMMAND if COMMANDER in self.roles else TAKE.format(key=self.roles[0])
        said = OUT if self.left else GONE
        text = said.format(who=mention(self.user), roles=_named(incident, self.roles), take=take)
        theirs = [item for item in incident.actions if item.owner == self.user and item.state is ActionState.OPEN]
        return text + (ITEMS.format(count=len(theirs), need="needs" if len(theirs) == 1 else "need") if theirs else "")


def _named(incident: Incident, roles: Sequence[RoleKey]) -> str:
    known = {rule.key: rule.name for rule in incident.policy.roles}
    return escape(listed(tuple(known.get(role, role) for role in roles)))
