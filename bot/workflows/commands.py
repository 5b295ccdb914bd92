"""The three words everything is made of: a command decides, an event applies and tells, an effect is asked for."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import ClassVar

from bot.workflows.incident import Incident, IncidentId, Part, Posted, Stamp, Stamped, UserId

TWIN_WINDOW = timedelta(minutes=2)
AGAIN = timedelta(seconds=30)  # in which people try again what they were told had failed


class Refused(Exception):
    """The rules say no. The reason is what the person reads: what is the matter, and what to do instead.

    `field` names the modal input it is about; `offer` is a command a view can turn into the right button.
    """

    def __init__(self, reason: str, *, field: str | None = None, offer: "Command | None" = None) -> None:
        super().__init__(reason)
        self.reason, self.field, self.offer = reason, field, offer


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the timeline: what happened, when, by whom, and the message that shows it if there is one already."""

    text: str  # Slack mrkdwn, escaped; people as mentions
    at: datetime
    by: UserId | None = None
    source: Posted | None = None  # the message it was taken from
    corrects: int | None = None  # the number of the line it puts right


class Rank(IntEnum):
    """Who goes first where Slack sets the pace."""

    ENTRANCE = 0  # a room, and the declarer in it
    PEOPLE = 1
    WORDS = 2  # cards, announcements, news, reminders
    UPKEEP = 3


@dataclass(frozen=True, kw_only=True)
class Effect(ABC):
    """Something Slack is to be told or asked. Values only: it is stored with the incident and done later, once.

    `needs` is the furnishing it waits for. A `state` effect is rendered from the newest incident when it is
    delivered, so several waiting ones become one; any other effect is news and carries its own facts.
    """

    needs: ClassVar[Part | None] = None
    state: ClassVar[bool] = False
    provides: ClassVar[tuple[Part, ...]] = ()

    @property
    def rank(self) -> Rank:
        """Who goes before it, and behind it, among all lanes."""
        return Rank.WORDS

    @property
    def gives(self) -> tuple[Part, ...]:
        """The furnishing that is there when this one is done."""
        return self.provides

    @abstractmethod
    def lane(self, incident: Incident) -> str:
        """The queue it stands in; one lane is served strictly in order."""

    def wanted(self, incident: Incident) -> bool:
        """Asked just before sending: is this still worth saying?"""
        return True


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that has happened; a fact, in the past tense."""

    def apply(self, incident: Incident) -> Incident:
        """The incident after it."""
        return incident

    def tells(self, incident: Incident) -> Entry | None:
        """The line the timeline gets, seen from the incident after the event."""
        return None

    def effects(self, incident: Incident) -> Sequence[Effect]:
        """What Slack is to be told, seen from the incident after the event."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Command(ABC):
    """Somebody or something wants this to happen to one incident."""

    incident: IncidentId

    @property
    def twin(self) -> str:
        """Two commands with the same twin within `AGAIN` are one; empty where doing it twice does no harm anyway."""
        return ""

    @abstractmethod
    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        """The events that follow, none when there is nothing to do.

        Raises:
            Refused: when the rules say no.
        """


@dataclass(frozen=True, kw_only=True)
class Opening(Command):
    """A command that creates its incident; storage hands out the number in the same transaction."""

    incident: IncidentId = field(default=IncidentId(0))

    @property
    @abstractmethod
    def twin(self) -> str:
        """Two openings with the same twin within `TWIN_WINDOW` are one."""


def stamped(incident: Incident, stamp: Stamp, at: datetime, by: UserId | None) -> dict[Stamp, Stamped]:
    """The stamps with one more set; one that is known already stays."""
    return {stamp: Stamped(at=at, by=by, set_at=at), **incident.stamps}
