"""Who takes part in an incident: whoever declared, joined or was given something to do, until they leave its room."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.workflows.commands import Command, Effect, Event
from bot.workflows.effects import LetIn
from bot.workflows.incident import ChannelId, Incident, UserId


def taking_in(incident: Incident, user: UserId) -> Incident:
    """The incident with somebody taking part in it, again if they had left."""
    people = incident.participants if user in incident.participants else (*incident.participants, user)
    left = {who: at for who, at in incident.left.items() if who != user}
    return replace(incident, participants=people, left=left)


def letting_in(incident: Incident, user: UserId) -> list[Event]:
    """Whoever is given something of a private incident is let into its room: else they could not see what it is."""
    return [] if incident.is_seen_by(user) else [PersonJoined(user=user)]


@dataclass(frozen=True, kw_only=True)
class Join(Command):
    """A person wants to be in the room."""

    by: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        return [PersonJoined(user=self.by)]


@dataclass(frozen=True, kw_only=True)
class RecordLeft(Command):
    """Somebody left a channel, or was taken out of it; of interest when it is the room. `at` is when, by Slack's clock.

    An event that comes late, after they came in again, is known by its time.
    """

    user: UserId
    channel: ChannelId
    at: datetime

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        known = incident.left.get(self.user)
        if incident.room is None or incident.room.channel != self.channel or (known and known >= self.at):
            return []
        return [PersonLeft(user=self.user, at=self.at)]


@dataclass(frozen=True, kw_only=True)
class RecordCameIn(Command):
    """Somebody came into a channel, by whatever way; of interest when it is the room and they had left it."""

    user: UserId
    channel: ChannelId
    at: datetime

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        left = incident.left.get(self.user)
        if incident.room is None or incident.room.channel != self.channel or left is None or left >= self.at:
            return []
        return [PersonCameBack(user=self.user)]


@dataclass(frozen=True, kw_only=True)
class PersonJoined(Event):
    """Somebody asked to be let in, or was given something to do."""

    user: UserId

    def apply(self, incident: Incident) -> Incident:
        return taking_in(incident, self.user)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (LetIn(users=(self.user,)),)


@dataclass(frozen=True, kw_only=True)
class PersonLeft(Event):
    """Somebody is no longer in the room: a private incident is there for them no more."""

    user: UserId
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        people = tuple(user for user in incident.participants if user != self.user)
        return replace(incident, participants=people, left={**incident.left, self.user: self.at})


@dataclass(frozen=True, kw_only=True)
class PersonCameBack(Event):
    """Somebody who had left the room is in it again."""

    user: UserId

    def apply(self, incident: Incident) -> Incident:
        return taking_in(incident, self.user)
