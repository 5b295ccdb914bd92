"""What an incident is: one frozen value that every rule reads and every event replaces."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

# The whole of what an incident is made of is imported from here.
from bot.workflows.action_items import ActionItem as ActionItem
from bot.workflows.action_items import ActionState as ActionState
from bot.workflows.ids import ChannelId as ChannelId
from bot.workflows.ids import IncidentId as IncidentId
from bot.workflows.ids import MessageTs as MessageTs
from bot.workflows.ids import Posted as Posted
from bot.workflows.ids import UserId as UserId
from bot.workflows.items import Item as Item
from bot.workflows.items import ItemState as ItemState
from bot.workflows.items import Plan as Plan
from bot.workflows.policy import (
    DEFAULT_POLICY,
    Phase,
    Policy,
    RoleKey,
    SeverityKey,
    SeverityRule,
)
from bot.workflows.tenures import Handover as Handover
from bot.workflows.tenures import HandoverState as HandoverState
from bot.workflows.tenures import Held as Held

NOBODY = UserId("")  # before the declaration
COMMAND_LINE = UserId("command-line")  # stands for somebody who wrote with `python -m bot incident` and did not say who


class Ending(StrEnum):
    """How an incident ended for good; None while it has not."""

    CLOSED = "closed"  # the usual end, after Post-Incident Learning
    CANCELLED = "cancelled"  # a false alarm
    MERGED = "merged"  # goes on as another incident


class Fate(StrEnum):
    """What became of the incident another one goes on as."""

    RESOLVED = "resolved"
    CANCELLED = "cancelled"
    MERGED = "merged"  # into yet another one


class Stamp(StrEnum):
    """The moments measures are made from; one that is not known stays empty and is asked for in the review."""

    IMPACT_STARTED = "impact_started"  # when customers began to feel it
    DECLARED = "declared"  # when somebody said so
    ACKNOWLEDGED = "acknowledged"  # when the first role was claimed by a person
    ANALYSED = "analysed"  # when Containment & Eradication began
    CONTAINED = "contained"  # impact stopped, cause not gone
    ERADICATED = "eradicated"  # when Recovery began
    RESOLVED = "resolved"  # the impact is over
    CLOSED = "closed"  # nothing is left to do


class Part(StrEnum):
    """The furnishing of an incident, each piece done by one delivery; other deliveries wait for some of them."""

    ROOM = "room"  # the channel exists
    ENTRANCE = "entrance"  # the declarer has been let in, alone and first
    TOPIC = "topic"
    CARD = "card"  # the living card stands in the room
    PIN = "pin"  # and is pinned
    ANNOUNCEMENT = "announcement"  # stakeholders have been told


PUBLIC_PARTS = tuple(Part)
PRIVATE_PARTS = tuple(part for part in Part if part is not Part.ANNOUNCEMENT)


@dataclass(frozen=True, kw_only=True)
class Stamped:
    """A moment, who gave it and when they did: stamps can be set after the fact."""

    at: datetime
    by: UserId | None
    set_at: datetime


@dataclass(frozen=True, kw_only=True)
class Room:
    """The dedicated channel of an incident."""

    channel: ChannelId
    name: str
    archived: bool = False  # by us some time after the incident ended, or by somebody else
    archiving: bool = False  # Slack is asked to, once: what waits to be said there goes first
    kept: bool = False  # somebody brought it back after the incident ended: it is not archived again
    left: bool = False  # the incident went private, and goes on in another


@dataclass(frozen=True, kw_only=True)
class Linked:
    """Another incident this one is tied to: its number and room; of a private one nothing is said to others."""

    incident: IncidentId
    room: ChannelId | None = None
    private: bool = False


@dataclass(frozen=True, kw_only=True)
class Promise:
    """Stakeholders were promised an update; `told` are the reminders of it that were given, each once."""

    at: datetime  # by when
    made_at: datetime
    told: tuple[str, ...] = ()
    snoozed_until: datetime | None = None  # moves the reminder, never the promise
    asked_at: datetime | None = None  # when the room, or who leads, was last asked for an update that is overdue


@dataclass(frozen=True, kw_only=True)
class StatusUpdate:
    """What stakeholders were told last, in plain words."""

    number: int  # 1 for the first of an incident
    happening: str
    affected: str
    doing: str
    by: UserId
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Step:
    """A phase the incident went into: when, by whose word, and why where it was asked."""

    phase: Phase
    at: datetime
    by: UserId | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Told:
    """An update that stakeholders got, and by when it had been promised; None when it was not."""

    number: int
    sent: datetime
    promised: datetime | None = None
    happening: str = ""
    affected: str = ""


@dataclass(frozen=True, kw_only=True)
class Graded:
    """A severity the incident was given, and when."""

    severity: SeverityKey
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A promised update that was put to another time before it was due; None when nothing was promised any more."""

    promised: datetime
    to: datetime | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Activity:
    """The last thing that people are known to have written or done, and when it is looked at again."""

    at: datetime
    look_at: datetime
    nudged: bool = False  # the room was asked how it stands since


class Amiss(StrEnum):
    """What others did to the places of an incident; said once, and so until somebody puts it right."""

    OUTSIDE = "outside"  # Warroom is no longer in the room
    UNPINNED = "unpinned"  # the card is in the room, but not pinned
    UNANNOUNCED = "unannounced"  # Warroom can no longer write where the announcement stands
    LOCKED_OUT = "locked_out"  # Slack takes nothing from Warroom


@dataclass(frozen=True, kw_only=True)
class Factor:
    """A contributing factor: something that had to come together with others for it to happen, never a person."""

    number: int  # within the incident, from 1
    text: str
    by: UserId
    at: datetime
    withdrawn: bool = False  # it was none after all


class CustomersTold(StrEnum):
    """Whether customers know that it is over, as whoever resolved it said."""

    YES = "yes"
    NOT_YET = "not yet"
    NOT_NEEDED = "not needed"


@dataclass(frozen=True, kw_only=True)
class Incident:
    """The state of one incident. Its timeline and its room's messages are kept beside it, never in it."""

    id: IncidentId
    title: str = ""
    summary: str = ""  # what did not fit the title
    impact: str = ""  # what customers see, in the declarer's words
    kind: str | None = None
    service: str | None = None  # which one it is about, by its key
    severity: SeverityKey | None = None  # None counts as the second grade until somebody grades it
    grades: tuple[Graded, ...] = ()  # every severity it was given, the present one last
    private: bool = False
    phase: Phase = Phase.DETECTION
    course: tuple[Step, ...] = ()  # the phases it went through, the present one last
    ending: Ending | None = None
    ended_at: datetime | None = None  # when it was closed, cancelled or merged
    merged_into: Linked | None = None  # what it goes on as
    fate: Fate | None = None  # what became of that one; None while it goes on, or is hidden from here
    duplicates: tuple[Linked, ...] = ()  # those that go on as this one
    related: tuple[Linked, ...] = ()
    backfilled: datetime | None = None  # when it was written down, for one that was declared after the fact
    unannounced: bool = False  # stakeholders hear nothing of it, as whoever wrote it down had it
    declared_by: UserId = NOBODY
    stamps: Mapping[Stamp, Stamped] = field(default_factory=dict)
    roles: Mapping[RoleKey, tuple[UserId, ...]] = field(default_factory=dict)
    held: tuple[Held, ...] = ()  # who held which role when, the oldest first; read it as `tenures`
    participants: tuple[UserId, ...] = ()  # everyone who declared, joined or was given something, until they leave
    left: Mapping[UserId, datetime] = field(default_factory=dict)  # who left the room, or was taken out of it, and when
    caught_up: tuple[UserId, ...] = ()  # who came into the room late and was shown what they missed
    marked: tuple[MessageTs, ...] = ()  # messages of the room that are on the timeline
    promise: Promise | None = None  # None where updates come only on change
    update: StatusUpdate | None = None
    told: tuple[Told, ...] = ()  # every update, as it was promised and sent
    moves: tuple[Moved, ...] = ()  # every promise that a change of severity or phase moved
    plan: Plan | None = None  # None where no playbook was for it
    other_plans: tuple[Plan, ...] = ()  # those added in the room, and those that another took the place of
    checklist: tuple[Item, ...] = ()
    left_items: tuple[Item, ...] = ()  # that went with their playbook undone, the newest; `at` is when
    last_item: int = 0  # the highest number an item was given later than at the declaration
    noted: Mapping[str, datetime] = field(default_factory=dict)  # what the checklist waits for in a note, and when
    linked_at: datetime | None = None  # when somebody last noted a web link
    fix: str = ""  # what ended the impact, in the words of whoever resolved it
    customers_told: CustomersTold | None = None
    canvas: str | None = None  # Slack's id of the canvas the first draft was copied into
    named_factors: tuple[Factor, ...] = ()  # also those that were withdrawn; read it as `factors`
    actions: tuple[ActionItem, ...] = ()
    handovers: tuple[Handover, ...] = ()  # the newest offers of roles, however they stand
    draft_at: datetime | None = None  # when the newest draft of the post-mortem was put into the room
    activity: Activity | None = None
    nudged: tuple[str, ...] = ()  # nudges that have been given, each once
    command_asked_at: datetime | None = None  # when the room was last asked who takes command
    furnished: tuple[Part, ...] = ()
    failed: tuple[str, ...] = ()  # what could not be delivered and why, each said aloud once
    amiss: tuple[Amiss, ...] = ()
    vacated_at: datetime | None = None  # when somebody last had to give up a role without a successor
    repaired_at: datetime | None = None  # when what was missing was last asked for
    room: Room | None = None
    former_rooms: tuple[Room, ...] = ()  # those it went on from when it was reopened
    card: Posted | None = None
    announcement: Posted | None = None
    newer: Mapping[str, object] = field(
        default_factory=dict, compare=False, repr=False
    )  # a later version's, kept as it is
    policy: Policy = field(default=DEFAULT_POLICY, compare=False, repr=False)  # never stored

    @property
    def name(self) -> str:
        """How people call it: `INC-7`."""
        return f"INC-{self.id}"

    @property
    def is_open(self) -> bool:
        """Whether the impact still goes on, as far as anyone has said."""
        return self.ending is None and self.phase is not Phase.LEARNING

    @property
    def phase_since(self) -> datetime | None:
        """When the present phase began."""
        return self.course[-1].at if self.course else None

    @property
    def running(self) -> tuple[Plan, ...]:
        """The playbooks it is run by now, the one that says what a phase is for first."""
        first = (self.plan,) if self.plan else ()
        return (*first, *(plan for plan in self.other_plans if plan.until is None))

    @property
    def first_plan(self) -> Plan | None:
        """The playbook it was declared with."""
        return next((plan for plan in (self.plan, *self.other_plans) if plan and plan.since is None), None)

    @property
    def grade(self) -> SeverityRule | None:
        """The rule for its severity, or None while it is ungraded."""
        return self.policy.severity(self.severity)

    @property
    def worst(self) -> SeverityRule | None:
        """The worst grade it ever had, or None while it is ungraded."""
        had = [self.policy.severity(graded.severity) for graded in self.grades]
        return min((rule for rule in (*had, self.grade) if rule), key=lambda rule: rule.rank, default=None)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The furnishing it needs; a private one is never announced, nor one that was quietly written down."""
        return PRIVATE_PARTS if self.private or self.unannounced else PUBLIC_PARTS

    @property
    def hears(self) -> bool:
        """Whether something can be said in its room, as far as we know."""
        return self.room is not None and not self.room.archived and Amiss.OUTSIDE not in self.amiss

    def knows(self, part: Part) -> bool:
        """Whether a piece of the furnishing is done, or was given up so that nothing waits for it."""
        return part in self.furnished

    def at(self, stamp: Stamp) -> datetime | None:
        """The moment of a stamp, or None while it is unknown."""
        stamped = self.stamps.get(stamp)
        return stamped.at if stamped else None

    def holders(self, role: RoleKey) -> tuple[UserId, ...]:
        """Who holds a role now."""
        return self.roles.get(role, ())

    @property
    def tenures(self) -> tuple[Held, ...]:
        """Who held which role when; one that was taken before this was written down has no beginning."""
        written = {(held.role, held.user) for held in self.held if held.until is None}
        now = [(role, user) for role, users in self.roles.items() for user in users]
        return (*(Held(role=role, user=user) for role, user in now if (role, user) not in written), *self.held)

    @property
    def factors(self) -> tuple[Factor, ...]:
        """The contributing factors people named and still hold to."""
        return tuple(factor for factor in self.named_factors if not factor.withdrawn)

    def is_seen_by(self, user: UserId, *, guest: bool = False) -> bool:
        """Whether somebody may know of it: a private incident is there only for its participants.

        For a guest of the workspace every incident is so, as Slack shows guests only the channels they were invited to.
        """
        return user in self.participants or not (self.private or guest)

    def is_closed_to(self, user: UserId) -> bool:
        """Whether somebody may know no more of it: they left a private one, or never took part in it.

        What they opened before, or what was asked for them while it was public, is shut.
        """
        return self.private and user not in self.participants

    def roles_of(self, user: UserId) -> tuple[RoleKey, ...]:
        """The roles a person holds now."""
        return tuple(role for role, holders in self.roles.items() if user in holders)
