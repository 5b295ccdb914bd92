"""What Slack is asked for, one class each: state that is shown as it is now, and news that is said once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from bot.workflows.commands import Effect, Rank
from bot.workflows.direct_effects import BriefPerson as BriefPerson
from bot.workflows.direct_effects import CloseBrief as CloseBrief
from bot.workflows.direct_effects import RemindOfAction as RemindOfAction
from bot.workflows.direct_effects import RemindPerson as RemindPerson
from bot.workflows.direct_effects import Rung as Rung
from bot.workflows.direct_effects import SendTimeline as SendTimeline
from bot.workflows.direct_effects import TellPrivately as TellPrivately
from bot.workflows.direct_effects import stands
from bot.workflows.incident import (
    Amiss,
    ChannelId,
    Incident,
    IncidentId,
    MessageTs,
    Part,
    UserId,
)
from bot.workflows.policy import COMMANDER, InviteRule
from bot.workflows.room_effects import ArchiveRoom as ArchiveRoom
from bot.workflows.room_effects import ComeBack as ComeBack
from bot.workflows.room_effects import LeaveRoom as LeaveRoom
from bot.workflows.room_effects import WithdrawAnnouncement as WithdrawAnnouncement


@dataclass(frozen=True, kw_only=True)
class InTheRoom(Effect):
    """Anything done in a room; not wanted when no room could be opened, nor in one that is archived or closed to us."""

    def wanted(self, incident: Incident) -> bool:
        return incident.hears


@dataclass(frozen=True, kw_only=True)
class OpenRoom(Effect):
    """Create the channel; the first of the two calls that put the declarer in the room."""

    provides: ClassVar[tuple[Part, ...]] = (Part.ROOM,)

    @property
    def rank(self) -> Rank:
        return Rank.ENTRANCE

    def lane(self, incident: Incident) -> str:
        return f"inc-{incident.id}:room"


@dataclass(frozen=True, kw_only=True)
class LetIn(InTheRoom):
    """Invite people into the room; `entrance` marks the declarer's own invitation, which goes alone and first.

    Into a private one only those come who still take part, or hold a role: others may have asked while it was public.
    """

    users: tuple[UserId, ...]
    entrance: bool = False
    needs: ClassVar[Part | None] = Part.ROOM

    def admitted(self, incident: Incident) -> tuple[UserId, ...]:
        """Who of them may come in by now."""
        return tuple(user for user in self.users if not incident.is_closed_to(user) or incident.roles_of(user))

    def wanted(self, incident: Incident) -> bool:
        return super().wanted(incident) and bool(self.admitted(incident))

    @property
    def rank(self) -> Rank:
        return Rank.ENTRANCE if self.entrance else Rank.PEOPLE

    @property
    def gives(self) -> tuple[Part, ...]:
        return (Part.ENTRANCE,) if self.entrance else ()

    def lane(self, incident: Incident) -> str:
        return f"inc-{incident.id}:people"


@dataclass(frozen=True, kw_only=True)
class InviteByRule(InTheRoom):
    """Invite the people and groups of the rules that fit: those that still do when it is time, behind the declarer."""

    rules: tuple[InviteRule, ...]
    private: bool = False  # as the incident was when it was asked for: going private invites nobody by rule
    aloud: bool = False  # what came of it is said for everyone in the room to see
    needs: ClassVar[Part | None] = Part.ROOM
    rank: ClassVar[Rank] = Rank.PEOPLE

    def fitting(self, incident: Incident) -> tuple[InviteRule, ...]:
        """The rules that fit by now: it may have been graded anew, or have gone private."""
        as_asked = incident.is_open and incident.private == self.private
        return tuple(rule for rule in self.rules if fits(rule, incident)) if as_asked else ()

    def wanted(self, incident: Incident) -> bool:
        return super().wanted(incident) and bool(self.fitting(incident))

    def lane(self, incident: Incident) -> str:
        return f"inc-{incident.id}:people"


def fits(rule: InviteRule, incident: Incident) -> bool:
    """Whether all that a rule says is true of an incident. Into a private one it invites only when it says so."""
    said = ((rule.severities, incident.severity), (rule.kinds, incident.kind), (rule.services, incident.service))
    return all(not wanted or is_so in wanted for wanted, is_so in said) and (rule.private or not incident.private)


@dataclass(frozen=True, kw_only=True)
class ShowTopic(InTheRoom):
    """Set the topic. It changes only with severity, phase and commander: each change posts a system message."""

    needs: ClassVar[Part | None] = Part.ENTRANCE
    state: ClassVar[bool] = True
    provides: ClassVar[tuple[Part, ...]] = (Part.TOPIC,)

    @property
    def rank(self) -> Rank:
        return Rank.UPKEEP

    def lane(self, incident: Incident) -> str:
        return f"inc-{incident.id}:topic"


@dataclass(frozen=True, kw_only=True)
class ShowCard(InTheRoom):
    """Post the room's card, or bring the one that stands there up to date."""

    needs: ClassVar[Part | None] = Part.ENTRANCE
    state: ClassVar[bool] = True
    provides: ClassVar[tuple[Part, ...]] = (Part.CARD,)

    def lane(self, incident: Incident) -> str:
        return f"inc-{incident.id}:card"


@dataclass(frozen=True, kw_only=True)
class PinCard(InTheRoom):
    """Pin the card."""

    needs: ClassVar[Part | None] = Part.CARD
    provides: ClassVar[tuple[Part, ...]] = (Part.PIN,)

    @property
    def rank(self) -> Rank:
        return Rank.UPKEEP

    def lane(self, incident: Incident) -> str:
        return f"inc-{incident.id}:pin"

    def wanted(self, incident: Incident) -> bool:
        return incident.card is not None


@dataclass(frozen=True, kw_only=True)
class ShowAnnouncement(Effect):
    """Announce the incident to stakeholders, or bring the announcement up to date; never for a private one."""

    needs: ClassVar[Part | None] = Part.ENTRANCE
    state: ClassVar[bool] = True
    provides: ClassVar[tuple[Part, ...]] = (Part.ANNOUNCEMENT,)

    def lane(self, incident: Incident) -> str:
        return "announcements"

    def wanted(self, incident: Incident) -> bool:
        return not (incident.private or incident.unannounced)


@dataclass(frozen=True, kw_only=True)
class PostInRoom(InTheRoom):
    """Say something in the room: in the card's thread, or for everyone to see when `aloud`."""

    text: str
    aloud: bool = False
    evidence: bool = False  # the message it becomes is the evidence of the timeline entry it came with
    entries: tuple[int, ...] = ()  # and of these, when several were gathered into one
    nudge: str = ""  # of this kind: not said any more when its reason has gone meanwhile
    asked: datetime | None = None  # which time, where the room is asked again and again who takes command
    needs: ClassVar[Part | None] = Part.CARD

    def wanted(self, incident: Incident) -> bool:
        return super().wanted(incident) and self.asked in (None, incident.command_asked_at)

    def lane(self, incident: Incident) -> str:
        return f"inc-{incident.id}:posts"


@dataclass(frozen=True, kw_only=True)
class PostUnderAnnouncement(Effect):
    """Tell stakeholders, in the announcement's thread."""

    text: str
    needs: ClassVar[Part | None] = Part.ANNOUNCEMENT

    def lane(self, incident: Incident) -> str:
        return "announcements"

    def wanted(self, incident: Incident) -> bool:
        return not incident.private and incident.announcement is not None


@dataclass(frozen=True, kw_only=True)
class TellSource(InTheRoom):
    """Tell the thread of the message an incident was declared from where it goes on; never for a private incident."""

    channel: ChannelId
    ts: MessageTs
    needs: ClassVar[Part | None] = Part.ENTRANCE

    def lane(self, incident: Incident) -> str:
        return f"inc-{incident.id}:source"

    def wanted(self, incident: Incident) -> bool:
        return super().wanted(incident) and not incident.private


@dataclass(frozen=True, kw_only=True)
class RecallPast(InTheRoom):
    """Name similar incidents of the past in the card's thread, if there are any; never private ones."""

    needs: ClassVar[Part | None] = Part.CARD

    @property
    def rank(self) -> Rank:
        return Rank.UPKEEP

    def lane(self, incident: Incident) -> str:
        return f"inc-{incident.id}:past"


@dataclass(frozen=True, kw_only=True)
class RemindRoom(InTheRoom):
    """The same, to everyone in the room."""

    rung: Rung
    promised: datetime
    late: timedelta | None = None
    asked: datetime | None = None  # which time, where it is asked again and again
    needs: ClassVar[Part | None] = Part.CARD

    def lane(self, incident: Incident) -> str:
        return f"inc-{incident.id}:posts"

    def wanted(self, incident: Incident) -> bool:
        return super().wanted(incident) and stands(incident, self.promised, self.rung, self.asked)


@dataclass(frozen=True, kw_only=True)
class FetchMessage(InTheRoom):
    """Read a marked message from Slack when the room's rows do not hold it."""

    channel: ChannelId
    ts: MessageTs
    thread_ts: MessageTs | None = None
    needs: ClassVar[Part | None] = Part.ROOM

    @property
    def rank(self) -> Rank:
        return Rank.UPKEEP

    def lane(self, incident: Incident) -> str:
        return f"inc-{incident.id}:messages"


@dataclass(frozen=True, kw_only=True)
class FileDraft(InTheRoom):
    """Render the post-mortem draft and put it into the room as a file, after everything said before it."""

    needs: ClassVar[Part | None] = Part.CARD

    def lane(self, incident: Incident) -> str:
        return f"inc-{incident.id}:posts"


@dataclass(frozen=True, kw_only=True)
class CatchUp(InTheRoom):
    """Show somebody who came into the room late what they missed, so that only they see it; behind their invitation.

    Whoever is `inside` already holds up nobody's invitation.
    """

    user: UserId
    inside: bool = False
    needs: ClassVar[Part | None] = Part.ROOM
    rank: ClassVar[Rank] = Rank.PEOPLE

    def lane(self, incident: Incident) -> str:
        return f"inc-{incident.id}:{'catchups' if self.inside else 'people'}"

    def wanted(self, incident: Incident) -> bool:
        return super().wanted(incident) and not (incident.is_closed_to(self.user) or self.user in incident.left)


@dataclass(frozen=True, kw_only=True)
class CopyDraft(InTheRoom):
    """Copy the first draft into the room's canvas, once: from then on it is the people's who correct it there."""

    needs: ClassVar[Part | None] = Part.CARD

    @property
    def rank(self) -> Rank:
        return Rank.UPKEEP

    def lane(self, incident: Incident) -> str:
        return f"inc-{incident.id}:canvas"

    def wanted(self, incident: Incident) -> bool:
        return super().wanted(incident) and incident.canvas is None


class Tie(StrEnum):
    """What another incident is told of this one."""

    MERGED = "merged"  # it goes on there
    REOPENED = "reopened"  # it goes on by itself again
    RELATED = "related"
    UNRELATED = "unrelated"
    FATE = "fate"  # it ended, or goes on again
    HIDDEN = "hidden"  # it went private: its number and room are named to others no more


@dataclass(frozen=True, kw_only=True)
class TellOther(Effect):
    """Let another incident know what ties it to this one: delivered as a command to that one, and never to Slack.

    The parcel is closed in the transaction of that command, so that it counts once. Not when it is no longer so.
    """

    other: IncidentId
    tie: Tie
    by: UserId

    def lane(self, incident: Incident) -> str:
        return f"inc-{incident.id}:others"

    def wanted(self, incident: Incident) -> bool:
        if self.tie is Tie.MERGED:
            return incident.merged_into is not None and incident.merged_into.incident == self.other
        return self.tie is not Tie.RELATED or any(link.incident == self.other for link in incident.related)


def aloud(incident: Incident, text: str) -> tuple[Effect, ...]:
    """Say something where somebody can still read it: in the room, else to stakeholders, else to who leads.

    Nothing of a private incident is said outside of it: where its room is closed, only its own people are told.
    """
    if incident.hears:
        return (PostInRoom(text=text, aloud=True),)
    if not incident.private and incident.announcement and Amiss.UNANNOUNCED not in incident.amiss:
        return (PostUnderAnnouncement(text=text),)
    return tuple(TellPrivately(user=user, text=text) for user in leading(incident))


def missed_draft(incident: Incident) -> tuple[Effect, ...]:
    """The draft of an incident that was resolved while nothing could be put into its room."""
    return (FileDraft(),) if not incident.is_open and incident.draft_at is None else ()


def leading(incident: Incident) -> tuple[UserId, ...]:
    """Who leads it; while nobody does, who declared it, or whoever is in it if they did not come along."""
    return incident.holders(COMMANDER) or (reachable(incident),)


def reachable(incident: Incident) -> UserId:
    """Who is told what concerns nobody in particular: the declarer, unless it went private without them."""
    away = incident.is_closed_to(incident.declared_by)
    return incident.participants[0] if away and incident.participants else incident.declared_by
