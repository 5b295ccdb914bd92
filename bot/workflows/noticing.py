"""What others do to an incident's places: noticed, said once where somebody can read it, and never fought over."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.workflows.commands import Command, Effect, Entry, Event
from bot.workflows.effects import PostInRoom, ShowAnnouncement, ShowCard, ShowTopic, aloud, missed_draft
from bot.workflows.furnishing import released
from bot.workflows.incident import Amiss, ChannelId, Incident, Part, Posted, Room, UserId
from bot.workflows.text import escape, mention


class Change(StrEnum):
    """What happened to a channel."""

    ARCHIVED = "archived"
    BROUGHT_BACK = "brought_back"  # from the archive
    TAKEN_OUT = "taken_out"  # Warroom, or it can no longer see the channel
    LET_IN = "let_in"  # Warroom again


SHUT = frozenset({Change.ARCHIVED, Change.TAKEN_OUT})
INVITE = "type `/invite @Warroom` there"

# In the order of: what happened on the timeline, what is said, both with {who}, {room} and {name}.
TOLD = {
    Change.ARCHIVED: "{who} archived the room",
    Change.BROUGHT_BACK: "{who} brought the room back from the archive",
    Change.TAKEN_OUT: "{who} took Warroom out of the room",
    Change.LET_IN: "Warroom is in the room again",
}
SAID = {
    Change.ARCHIVED: (
        ":warning: {who} archived {room}, the room of {name}: nothing can be written there. "
        "Bring it back from the archive, or type `/incident repair {name}` anywhere to go on in a new one."
    ),
    Change.BROUGHT_BACK: "{who} brought this room back from the archive. What happened since: `/incident timeline`.",
    Change.TAKEN_OUT: (
        ":warning: {who} took Warroom out of {room}, the room of {name}: it can neither read nor write there. "
        f"To bring it back, {INVITE}, or `/incident repair {{name}}` anywhere."
    ),
    Change.LET_IN: "Warroom is here again. What happened meanwhile: `/incident timeline`.",
}
CUT_OFF = {
    Change.ARCHIVED: (
        ":warning: {who} archived {place}, where {name} is announced: stakeholders read nothing new there. "
        "Bring it back from the archive, then `/incident repair`."
    ),
    Change.TAKEN_OUT: (
        ":warning: {who} took Warroom out of {place}, where {name} is announced: stakeholders read nothing new there. "
        f"To bring it back, {INVITE}, or `/incident repair` here."
    ),
}
UNPINNED = "{who} unpinned the card. It stays so; `/incident repair` pins it again."
LOCKED_OUT = "Slack no longer takes what Warroom says ({error}): nothing can be posted"
ACCEPTED = "Slack takes what Warroom says again"
ACCEPTED_NEWS = (
    ":warning: Slack took nothing from Warroom for a while: its token had been taken away. "
    "What could not be said meanwhile follows; `/incident timeline` has all of it."
)
SOMEBODY = "Somebody"


@dataclass(frozen=True, kw_only=True)
class NoticeChannel(Command):
    """Something happened to a channel: the room, or the one where the announcement stands, or neither of them.

    `releases` is the furnishing that will not come because of it.
    """

    channel: ChannelId
    change: Change
    by: UserId | None = None
    releases: tuple[Part, ...] = ()

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        events: list[Event] = []
        room, place = incident.room, incident.announcement
        if room and room.channel == self.channel and _is_news(incident, room, self.change):
            events.append(RoomChanged(change=self.change, by=self.by, at=now))
        if place and place.channel == self.channel:
            cut_off = self.change in SHUT
            if cut_off is not (Amiss.UNANNOUNCED in incident.amiss) and not incident.private:
                events.append(AnnouncementCutOff(change=self.change, by=self.by, at=now))
        return [*released(incident, self.releases), *events]


@dataclass(frozen=True, kw_only=True)
class NoticeRenamed(Command):
    """A channel has another name."""

    channel: ChannelId
    name: str

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        room = incident.room
        if room is None or room.channel != self.channel or room.name == self.name:
            return []
        return [RoomRenamed(name=self.name, at=now)]


@dataclass(frozen=True, kw_only=True)
class NoticeUnpinned(Command):
    """A pin was taken off a message, perhaps the card."""

    message: Posted
    by: UserId | None = None

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        known = Amiss.UNPINNED in incident.amiss or incident.ending is not None
        return [] if known or incident.card != self.message else [CardUnpinned(by=self.by, at=now)]


@dataclass(frozen=True, kw_only=True)
class NoticeDeleted(Command):
    """A message was deleted, perhaps the card or the announcement: they are posted again."""

    message: Posted

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        if incident.ending is not None:
            return []
        if incident.card == self.message and incident.hears:
            return [MessageLost(part=Part.CARD)]
        lost = incident.announcement == self.message and not incident.private
        return [MessageLost(part=Part.ANNOUNCEMENT)] if lost else []


@dataclass(frozen=True, kw_only=True)
class NoticeLockedOut(Command):
    """Slack takes nothing from Warroom any more; `error` is its name for why."""

    error: str

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        return [] if Amiss.LOCKED_OUT in incident.amiss else [LockedOut(error=self.error, at=now)]


@dataclass(frozen=True, kw_only=True)
class NoticeAccepted(Command):
    """Slack takes what Warroom says again."""

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        return [Accepted(at=now)] if Amiss.LOCKED_OUT in incident.amiss else []


@dataclass(frozen=True, kw_only=True)
class RoomChanged(Event):
    """The room can no longer be written in, or again."""

    change: Change
    by: UserId | None
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        if incident.room is None:
            return incident
        archived = incident.room.archived if self.change is Change.TAKEN_OUT else self.change is Change.ARCHIVED
        kept = self.change is Change.BROUGHT_BACK and incident.ending is not None
        room = replace(incident.room, archived=archived, kept=kept or incident.room.kept)
        if self.change is Change.TAKEN_OUT:
            return replace(incident, room=room, amiss=with_(incident, Amiss.OUTSIDE))
        if self.change is Change.LET_IN:
            return replace(incident, room=room, amiss=without(incident, Amiss.OUTSIDE), failed=())
        return replace(incident, room=room)

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=TOLD[self.change].format(who=_who(self.by)), at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        if incident.ending is not None or incident.room is None:
            return ()
        room = mention_of(incident.room.channel)
        text = SAID[self.change].format(who=_who(self.by), room=room, name=incident.name)
        if self.change in SHUT:
            return aloud(incident, text)
        return (ShowTopic(), ShowCard(), PostInRoom(text=text, aloud=True), *missed_draft(incident))


@dataclass(frozen=True, kw_only=True)
class AnnouncementCutOff(Event):
    """The channel where the announcement stands can no longer be written in, or again."""

    change: Change
    by: UserId | None
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        if self.change in SHUT:
            return replace(incident, amiss=with_(incident, Amiss.UNANNOUNCED))
        return replace(incident, amiss=without(incident, Amiss.UNANNOUNCED), failed=())

    def tells(self, incident: Incident) -> Entry:
        if self.change not in SHUT:
            return Entry(text="Stakeholders can be told again", at=self.at)
        did = "archived" if self.change is Change.ARCHIVED else "took Warroom out of"
        text = f"Stakeholders can no longer be told: {_who(self.by)} {did} the announcements channel"
        return Entry(text=text, at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        if incident.ending is not None or incident.announcement is None:
            return ()
        if self.change not in SHUT:
            return (ShowAnnouncement(), PostInRoom(text="Stakeholders can be told again."))
        place = mention_of(incident.announcement.channel)
        return aloud(incident, CUT_OFF[self.change].format(who=_who(self.by), place=place, name=incident.name))


@dataclass(frozen=True, kw_only=True)
class RoomRenamed(Event):
    """The room has another name. Our texts link to it, so they are right as they are."""

    name: str
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, room=incident.room and replace(incident.room, name=self.name))

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=f"The room was renamed to #{escape(self.name)}", at=self.at)


@dataclass(frozen=True, kw_only=True)
class CardUnpinned(Event):
    """Somebody took the pin off the card, and may have a reason: it is not pinned again unasked."""

    by: UserId | None
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, amiss=with_(incident, Amiss.UNPINNED))

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=f"{_who(self.by)} unpinned the card", at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (PostInRoom(text=UNPINNED.format(who=_who(self.by))),)


@dataclass(frozen=True, kw_only=True)
class MessageLost(Event):
    """The card or the announcement was deleted; that it is made again is told when it is there."""

    part: Part

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (ShowCard(),) if self.part is Part.CARD else (ShowAnnouncement(),)


@dataclass(frozen=True, kw_only=True)
class LockedOut(Event):
    """Slack takes nothing any more, so this can be told nowhere in it but in answers to what people type."""

    error: str
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, amiss=with_(incident, Amiss.LOCKED_OUT))

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=LOCKED_OUT.format(error=escape(self.error)), at=self.at)


@dataclass(frozen=True, kw_only=True)
class Accepted(Event):
    """Slack takes what we say again."""

    at: datetime

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, amiss=without(incident, Amiss.LOCKED_OUT))

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=ACCEPTED, at=self.at)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return aloud(incident, ACCEPTED_NEWS)


def with_(incident: Incident, *what: Amiss) -> tuple[Amiss, ...]:
    """What is amiss, and this too."""
    return (*without(incident, *what), *what)


def without(incident: Incident, *what: Amiss) -> tuple[Amiss, ...]:
    """What is amiss but for this."""
    return tuple(known for known in incident.amiss if known not in what)


def mention_of(channel: ChannelId) -> str:
    """A channel as Slack links it."""
    return f"<#{channel}>"


def _is_news(incident: Incident, room: Room, change: Change) -> bool:
    outside = Amiss.OUTSIDE in incident.amiss
    return {
        Change.ARCHIVED: not room.archived,
        Change.BROUGHT_BACK: room.archived,
        Change.TAKEN_OUT: not room.archived and not outside,
        Change.LET_IN: outside,
    }[change]


def _who(by: UserId | None) -> str:
    return mention(by) if by else SOMEBODY
