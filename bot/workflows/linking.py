"""What one incident says of another: its number and its room, and nothing of one that others may not see."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from bot.workflows.commands import Effect, Event
from bot.workflows.effects import ShowAnnouncement, ShowCard, aloud
from bot.workflows.incident import ChannelId, Ending, Fate, Incident, IncidentId, Linked

WENT_PRIVATE = (
    "What {incident} goes on as went private, and goes on among those who were invited. Who is needed there: ask them. "
    "`/incident reopen {incident}` brings this one back."
)
HIDDEN = "another incident"  # its number alone would tell that there is one


@dataclass(frozen=True, kw_only=True)
class Target:
    """Another incident, as it was when somebody named it. What changes meanwhile is seen to when it hears of it."""

    id: IncidentId
    room: ChannelId | None = None
    private: bool = False
    ending: Ending | None = None
    merged_into: Linked | None = None

    @classmethod
    def of(cls, incident: Incident) -> Self:
        """What has to be known of an incident that is named."""
        return cls(
            id=incident.id, room=incident.room.channel if incident.room else None, private=incident.private,
            ending=incident.ending, merged_into=incident.merged_into,
        )  # fmt: skip

    @property
    def name(self) -> str:
        """How people call it."""
        return f"INC-{self.id}"

    @property
    def link(self) -> Linked:
        """What is kept of it."""
        return Linked(incident=self.id, room=self.room, private=self.private)


@dataclass(frozen=True, kw_only=True)
class LinkHidden(Event):
    """Another incident went private: from here on it is named to nobody here."""

    other: Linked

    def apply(self, incident: Incident) -> Incident:
        into = incident.merged_into
        return replace(
            incident, merged_into=self._now(into) if into else None, fate=self._fate(incident),
            duplicates=tuple(map(self._now, incident.duplicates)), related=tuple(map(self._now, incident.related)),
        )  # fmt: skip

    def effects(self, incident: Incident) -> Sequence[Effect]:
        shown: tuple[Effect, ...] = (ShowCard(),) if incident.private else (ShowCard(), ShowAnnouncement())
        into = incident.merged_into
        if into is None or into.incident != self.other.incident:
            return shown
        return (*shown, *aloud(incident, WENT_PRIVATE.format(incident=incident.name)))

    def _fate(self, incident: Incident) -> Fate | None:
        into = incident.merged_into
        return None if into and into.incident == self.other.incident else incident.fate

    def _now(self, link: Linked) -> Linked:
        return self.other if link.incident == self.other.incident else link


def named_by(incident: Incident, other: Linked) -> bool:
    """Whether an incident still names another one that is private by now."""
    into = (incident.merged_into,) if incident.merged_into else ()
    links = (*into, *incident.duplicates, *incident.related)
    return any(link.incident == other.incident and not link.private for link in links)


def link_of(incident: Incident) -> Linked:
    """What others keep of an incident."""
    return Target.of(incident).link


def named(link: Linked) -> str:
    """An incident by its number and the link to its room; a private one only as `another incident`."""
    if link.private:
        return HIDDEN
    return f"INC-{link.incident} (<#{link.room}>)" if link.room else f"INC-{link.incident}"


def among(links: Sequence[Linked], number: IncidentId) -> bool:
    """Whether an incident is among those that are kept."""
    return any(link.incident == number for link in links)


def without(links: Sequence[Linked], number: IncidentId) -> tuple[Linked, ...]:
    """The others of them."""
    return tuple(link for link in links if link.incident != number)
