"""Who takes part in an incident: whoever declared, joined or was given something to do, until they leave its room."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.workflows.commands import Command, Effect, Event, Refused
from bot.workflows.effects import CatchUp, LetIn
from bot.workflows.incident import COMMAND_LINE, ChannelId, Incident, Stamp, UserId

UNSEEN = "There is no incident INC-{number} you can see. `{command} list` shows the open ones."

LATE_AFTER = timedelta(minutes=10)  # whoever comes sooner misses nothing


def taking_in(incident: Incident, user: UserId) -> Incident:
    """The incident with somebody taking part in it, again if they had left."""
    people = incident.participants if user in incident.participants else (*incident.participants, user)
    left = {who: at for who, at in incident.left.items() if who != user}
    return replace(incident, participants=people, left=left)


def check_inside(incident: Incident, by: UserId) -> None:
    """Let pass who takes part, and everybody while it is public: it may have gone private under their hands.

    Raises:
        Refused: as if there were none of that number.
    """
    if incident.is_closed_to(by) and not incident.roles_of(by) and by != COMMAND_LINE:
        raise Refused(UNSEEN.format(number=incident.id, command="/incident"))


def letting_in(incident: Incident, user: UserId, by: UserId, *, guest: bool = False) -> list[Event]:
    """Whoever is given something that they cannot see is let into its room: of a private incident, or as a guest.

    Raises:
        Refused: whoever gives it is not in there.
    """
    if incident.is_seen_by(user, guest=guest):
        return []
    check_inside(incident, by)
    return [PersonJoined(user=user)]


@dataclass(frozen=True, kw_only=True)
class Join(Command):
    """A person wants to be in the room."""

    by: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        check_inside(incident, self.by)
        return [PersonJoined(user=self.by), *catching_up(incident, self.by, now)]


@dataclass(frozen=True, kw_only=True)
class TakePart(Command):
    """Somebody acts in the room of a private incident: so they are in it, whoever invited them."""

    by: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        return [PersonCameBack(user=self.by)] if _is_new(incident, self.by) else []


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
    """Somebody came into a channel, by whatever way; of interest when it is the room, and they had left or come late.

    Whoever comes into a private one takes part from then on: somebody in it invited them.
    """

    user: UserId
    channel: ChannelId
    at: datetime

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        left = incident.left.get(self.user)
        if incident.room is None or incident.room.channel != self.channel:
            return []
        if left is not None and left >= self.at:
            return []
        came = [PersonCameBack(user=self.user)] if left or _is_new(incident, self.user) else []
        return [*came, *catching_up(incident, self.user, self.at, inside=True)]


def catching_up(incident: Incident, user: UserId, at: datetime, *, inside: bool = False) -> list[Event]:
    """Whoever comes in late, and takes no part yet, is shown once what they missed."""
    begun = incident.backfilled or incident.at(Stamp.DECLARED)
    if incident.ending or not incident.policy.late_catchup or begun is None or at - begun < LATE_AFTER:
        return []
    known = user in incident.participants or user in incident.caught_up or incident.roles_of(user)
    return [] if known else [PersonCaughtUp(user=user, inside=inside)]


def _is_new(incident: Incident, user: UserId) -> bool:
    return incident.is_closed_to(user) and user not in incident.left


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
    """Somebody is in the room again who had left it, or was invited into a private one by hand."""

    user: UserId

    def apply(self, incident: Incident) -> Incident:
        return taking_in(incident, self.user)


@dataclass(frozen=True, kw_only=True)
class PersonCaughtUp(Event):
    """Somebody came in late: what they missed is shown to them, once for each person and incident."""

    user: UserId
    inside: bool = False  # they are in the room already

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, caught_up=(*incident.caught_up, self.user))

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (CatchUp(user=self.user, inside=self.inside),)
