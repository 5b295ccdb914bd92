"""The house rules an incident runs under: severities, roles, kinds, cadence and nudges, with their defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import NewType

SeverityKey = NewType("SeverityKey", str)
RoleKey = NewType("RoleKey", str)

UNGRADED_RANK = 2  # an incident nobody has graded counts as the second grade
SEV1, SEV2, SEV3, SEV4 = (SeverityKey(f"sev{level}") for level in range(1, 5))

COMMANDER = RoleKey("commander")
TECHNICAL_LEAD = RoleKey("technical_lead")
COMMUNICATIONS_LEAD = RoleKey("communications_lead")
SCRIBE = RoleKey("scribe")


class Phase(StrEnum):
    """Where an incident stands; the order of the members is the order of the course."""

    PREPARATION = "preparation"  # the organisation's standing phase: be ready before it happens
    DETECTION = "detection"  # Detection & Analysis: notice and understand quickly
    CONTAINMENT = "containment"  # Containment & Eradication: stop the damage, remove the cause
    RECOVERY = "recovery"  # restore, validate, tell people
    LEARNING = "learning"  # Post-Incident Learning: the impact is over, the room turns to learning


class Capacity(StrEnum):
    """How many people may hold a role at once."""

    ONE = "one"
    MANY = "many"


@dataclass(frozen=True, kw_only=True)
class SeverityRule:
    """One grade of severity; `rank` 1 is the worst."""

    key: SeverityKey
    rank: int
    name: str  # what people read: "SEV1 critical"
    meaning: str  # when to choose it, one line
    emoji: str = ""  # a Slack shortcode such as ":red_circle:", never shown without the name


@dataclass(frozen=True, kw_only=True)
class RoleRule:
    """One role people can claim, with the duties its holder is told once, privately."""

    key: RoleKey
    name: str  # "incident commander"
    capacity: Capacity = Capacity.ONE
    duties: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()  # other words people type for it


@dataclass(frozen=True, kw_only=True)
class KindRule:
    """One kind of incident, offered in the declare modal."""

    key: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ServiceRule:
    """One service that incidents may be about."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()  # what else people type for it


@dataclass(frozen=True, kw_only=True)
class CadenceRule:
    """How often each audience is promised an update in one phase at one severity; None means only on change."""

    internal: timedelta | None = None
    executives: timedelta | None = None
    customers: timedelta | None = None
    first: timedelta | None = None  # the first internal update, when it is due sooner than the pace


@dataclass(frozen=True, kw_only=True)
class NudgeRule:
    """When people are reminded of what is missing; None (or False) switches a nudge off."""

    commander_missing: timedelta | None = timedelta(minutes=10)  # from the declaration
    commander_missing_worst: timedelta | None = timedelta(minutes=5)  # the same at the worst severity
    roles_empty: timedelta | None = timedelta(minutes=10)  # somebody leads, and the roles that are wanted are free
    severity_unset: timedelta | None = timedelta(minutes=10)  # from the declaration
    silence: timedelta | None = timedelta(minutes=30)  # from the last thing anybody wrote or did
    long_phase: bool = True  # when a phase takes longer than its playbook says
    overdue_items: bool = True  # when an item of the checklist is not done in its time
    long_in_role: timedelta | None = timedelta(hours=4)  # from when somebody took a role


class Sign(StrEnum):
    """What the bot sees for itself; an item of a checklist that names one ticks itself."""

    ROLE_CLAIMED = "claimed"  # somebody holds the item's `sign_role`
    SEVERITY_SET = "severity set"
    IMPACT_DESCRIBED = "impact described"  # somebody said what customers see
    IMPACT_START_KNOWN = "impact start known"
    STAKEHOLDERS_TOLD = "stakeholders told"  # the announcement stands
    UPDATE_SENT = "update sent"  # since the phase began
    CONTAINED = "contained"
    ACTION_GIVEN = "action given"  # somebody has something to do about it, by a day
    FIX_SAID = "fix said"  # what ended the impact was said when it was resolved
    RESOLVED = "resolved"
    DRAFT_MADE = "draft made"  # the post-mortem draft is in the room
    ROLES_FILLED = "roles filled"  # every role that is wanted has somebody
    PRIVATE = "private"  # only people who are invited see it
    CUSTOMERS_TOLD = "customers told"  # said when it was resolved: they know, or need not
    LINK_ADDED = "link added"  # a note with a web link, since the phase began
    NOTED = "noted"  # a note that begins with the item's `sign_word` and a colon


@dataclass(frozen=True, kw_only=True)
class When:
    """When an item is called for: all that is said has to hold; what is empty says nothing."""

    severities: tuple[SeverityKey, ...] = ()  # at one of these
    kinds: tuple[str, ...] = ()  # one of these
    services: tuple[str, ...] = ()  # about one of these
    held: tuple[RoleKey, ...] = ()  # each by somebody
    not_held: tuple[RoleKey, ...] = ()  # none of them
    done: tuple[str, ...] = ()  # the keys of other items, each of them done
    skipped: tuple[str, ...] = ()  # each of them left out


@dataclass(frozen=True, kw_only=True)
class ItemRule:
    """One item of a playbook's checklist."""

    key: str
    phase: Phase
    text: str  # an imperative, one line
    role: RoleKey | None = None  # whose it is
    required: bool = False  # the phase is not left without it, or a reason
    due: timedelta | None = None  # from the beginning of the phase
    help: str = ""
    sign: Sign | None = None
    sign_role: RoleKey | None = None
    sign_word: str = ""
    when: When | None = None  # None: always


@dataclass(frozen=True, kw_only=True)
class PhasePlan:
    """What a playbook says about one phase."""

    objective: str
    typically: timedelta | None = None
    exits: tuple[str, ...] = ()  # what is true when it is time to go on


@dataclass(frozen=True, kw_only=True)
class Applies:
    """Which incidents a playbook is for; what is empty says nothing."""

    kinds: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # of the title, where nobody said what kind it is
    services: tuple[str, ...] = ()  # only about these
    severities: tuple[SeverityKey, ...] = ()  # only at these


@dataclass(frozen=True, kw_only=True)
class Playbook:
    """How one sort of incident is run: per phase its plan and its checklist."""

    key: str  # the file's name, "service-outage"
    name: str
    version: str  # of the file's content, so that one sees by which one an incident was run
    applies: Applies = Applies()
    default: bool = False  # for every incident that no other is for
    owner: str = ""  # who looks after it: a person's id in Slack, or the name of a team
    reviewed: date | None = None  # when somebody last read it through; None for never
    review_every: timedelta | None = None  # how long a review counts; None for ever
    roles: tuple[RoleKey, ...] = ()  # wanted, besides a commander; empty leaves it to the severity
    phases: Mapping[Phase, PhasePlan] = field(default_factory=dict)
    items: tuple[ItemRule, ...] = ()


@dataclass(frozen=True, kw_only=True)
class InviteRule:
    """Whom Warroom invites by itself, and into which incidents; a condition that is empty says nothing."""

    name: str  # what people read: "payments on call"
    severities: tuple[SeverityKey, ...] = ()  # at one of these; none of them while nobody has graded it
    kinds: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    private: bool = False  # into private ones too
    people: tuple[str, ...] = ()  # ids of Slack
    groups: tuple[str, ...] = ()  # ids of user groups, asked for when it is time


CadenceTable = Mapping[tuple[SeverityKey, Phase], CadenceRule]


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Everything an installation may configure about how incidents run."""

    severities: tuple[SeverityRule, ...]
    roles: tuple[RoleRule, ...]
    kinds: tuple[KindRule, ...]
    services: tuple[ServiceRule, ...] = ()
    cadence: CadenceTable = field(default_factory=dict)
    nudges: NudgeRule = NudgeRule()
    playbooks: tuple[Playbook, ...] = ()
    archive_after: timedelta | None = timedelta(days=7)  # a room, after its incident ended; None never
    guests_may_declare: bool = False
    permissions: Mapping[str, str] = field(default_factory=dict)  # see workflows/permissions.py; absent: everyone may
    invites: tuple[InviteRule, ...] = ()
    late_catchup: bool = True  # whoever comes into a room late is shown what they missed

    def severity(self, key: SeverityKey | None) -> SeverityRule | None:
        """The rule for a severity, or None when it is unset or no longer configured."""
        return next((rule for rule in self.severities if rule.key == key), None)

    def role(self, key: RoleKey) -> RoleRule:
        """The rule for a role; a role that is no longer configured is shown by its key."""
        return next((rule for rule in self.roles if rule.key == key), RoleRule(key=key, name=key.replace("_", " ")))

    def kind(self, key: str) -> KindRule:
        """The rule for a kind; one that is no longer configured is shown by its key."""
        return next((rule for rule in self.kinds if rule.key == key), KindRule(key=key, name=key.replace("_", " ")))

    def service(self, key: str) -> ServiceRule:
        """The rule for a service; one that is no longer configured is shown by its key."""
        gone = ServiceRule(key=key, name=key.replace("_", " "))
        return next((rule for rule in self.services if rule.key == key), gone)


def _minutes(internal: int, executives: int | None, customers: int | None, first: int | None = None) -> CadenceRule:
    spans = [None if value is None else timedelta(minutes=value) for value in (internal, executives, customers, first)]
    return CadenceRule(internal=spans[0], executives=spans[1], customers=spans[2], first=spans[3])


DEFAULT_SEVERITIES = (
    SeverityRule(key=SEV1, rank=1, name="SEV1 critical", emoji=":red_circle:",
                 meaning="most or all customers hit, or data lost or exposed"),
    SeverityRule(key=SEV2, rank=2, name="SEV2 major", emoji=":large_orange_circle:",
                 meaning="many customers or a key function hit, no good workaround"),
    SeverityRule(key=SEV3, rank=3, name="SEV3 minor", emoji=":large_yellow_circle:",
                 meaning="some customers hit, a workaround exists"),
    SeverityRule(key=SEV4, rank=4, name="SEV4 low", emoji=":large_blue_circle:",
                 meaning="cosmetic or internal only"),
)  # fmt: skip

DEFAULT_ROLES = (
    RoleRule(key=COMMANDER, name="incident commander", aliases=("commander", "ic", "incident lead"), duties=(
        "You decide and keep the big picture; others fix.",
        "Give every task a name and a time, and ask “any strong objections?” before a risky step.",
        "Ask first: what do customers see, since when, what changed, who is needed?",
    )),
    RoleRule(key=TECHNICAL_LEAD, name="technical lead", capacity=Capacity.MANY,
             aliases=("tech lead", "tech", "ops"), duties=(
        "You lead diagnosis and repair; changes to production go through you.",
        "One change at a time: say what you expect and how to undo it.",
    )),
    RoleRule(key=COMMUNICATIONS_LEAD, name="communications lead",
             aliases=("communications", "comms", "comms lead"), duties=(
        "You are the single voice to stakeholders; post on the promised minute, also when nothing is new.",
        "Say what people see and when they hear next; leave guesses about the end out.",
    )),
    RoleRule(key=SCRIBE, name="scribe", aliases=("notes", "note taker"), duties=(
        "You keep the timeline: `/incident note …`, or react with :pushpin: to what matters.",
        "Write down decisions, what was ruled out, and open questions.",
    )),
)  # fmt: skip

DEFAULT_KINDS = (
    KindRule(key="outage", name="Service outage"),
    KindRule(key="degraded", name="Degraded performance"),
    KindRule(key="bad_deploy", name="Bad deploy or configuration change"),
    KindRule(key="data", name="Data loss or corruption"),
    KindRule(key="security", name="Security breach"),
    KindRule(key="third_party", name="Third-party failure"),
    KindRule(key="capacity", name="Capacity"),
    KindRule(key="network", name="Network or DNS"),
)

DEFAULT_CADENCE: CadenceTable = {
    (SEV1, Phase.DETECTION): _minutes(15, 30, 20, first=5),
    (SEV1, Phase.CONTAINMENT): _minutes(15, 30, 20),
    (SEV1, Phase.RECOVERY): _minutes(30, 60, 60),
    (SEV2, Phase.DETECTION): _minutes(30, 60, 30),
    (SEV2, Phase.CONTAINMENT): _minutes(30, 60, 30),
    (SEV2, Phase.RECOVERY): _minutes(60, None, 60),
    (SEV3, Phase.DETECTION): _minutes(60, None, None),
    (SEV3, Phase.CONTAINMENT): _minutes(60, None, None),
    (SEV3, Phase.RECOVERY): _minutes(120, None, None),
}

DEFAULT_POLICY = Policy(
    severities=DEFAULT_SEVERITIES, roles=DEFAULT_ROLES, kinds=DEFAULT_KINDS, cadence=DEFAULT_CADENCE
)
