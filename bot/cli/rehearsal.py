"""A playbook played through in memory: the real commands, events and due times, with people who keep to simple rules.

Each wanted role is taken, one a minute, except those that are missing. Whoever holds a role does what is theirs: its
items a minute before they are due (those without a time spread over the usual length of the phase), and the promised
updates a minute after the reminder. What belongs to a missing role nobody does. The commander goes on when the usual
length of the phase is over; what is required and still open is waited for five minutes more, then left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.cli.rehearsed_items import deed
from bot.workflows.cadence import rule_of
from bot.workflows.checklist import blocking, due_at, phase_plan, still_open
from bot.workflows.commands import Command, Event
from bot.workflows.course import following
from bot.workflows.declare import Declaration, Declare
from bot.workflows.due import DueKind, FallDue, due_times
from bot.workflows.endings import Resolve
from bot.workflows.furnishing import RecordPart, RecordRoom
from bot.workflows.incident import (
    ChannelId,
    CustomersTold,
    Incident,
    IncidentId,
    Item,
    MessageTs,
    Part,
    Posted,
    Room,
    UserId,
)
from bot.workflows.membership import RecordCameIn
from bot.workflows.phases import MovePhase
from bot.workflows.policy import COMMANDER, COMMUNICATIONS_LEAD, Phase, Policy, RoleKey, SeverityKey
from bot.workflows.postmortem import RecordDraft
from bot.workflows.road import gone_through
from bot.workflows.roles import ClaimRole, wanted_but_free
from bot.workflows.updates import Said, SendUpdate

NUMBER = IncidentId(1)
DECLARER = UserId("U0DECLARER")
ROOM = Room(channel=ChannelId("C0ROOM"), name="inc-1")
MINUTE = timedelta(minutes=1)
IMPATIENCE = timedelta(minutes=5)  # after the usual length of a phase, until the commander goes on all the same
USUALLY = timedelta(hours=1)  # the length of a phase whose playbook says none
LATER = "it is looked at afterwards"
SAID = Said(happening="How it stands now.", affected="Whom it concerns.")


@dataclass(frozen=True, kw_only=True)
class Cast:
    """What is played: by which rules, how bad, when, without whom, and whether people do more than take their roles."""

    policy: Policy
    at: datetime
    severity: SeverityKey | None = None
    kind: str | None = None
    service: str | None = None
    private: bool = False
    without: tuple[RoleKey, ...] = ()
    idle: bool = False


@dataclass(frozen=True, kw_only=True)
class Happening:
    """Something that happened at a minute: the command, and each event of it with the incident before and after."""

    at: datetime
    command: Command
    before: Incident
    seen: tuple[tuple[Event, Incident], ...]

    @property
    def after(self) -> Incident:
        """The incident when all of it had happened."""
        return self.seen[-1][1]


@dataclass
class Rehearsal:
    """One incident in memory, minute by minute."""

    cast: Cast
    now: datetime = field(init=False)
    heard: datetime = field(init=False)
    incident: Incident = field(init=False)

    def __post_init__(self) -> None:
        self.now = self.heard = self.cast.at
        self.incident = Incident(id=NUMBER, policy=self.cast.policy)

    def minutes(self, until: datetime) -> Iterator[Happening]:
        """What happens, in its order, until the incident is resolved or the time is over."""
        yield from self._all(self._opening())
        while self.now < until and self.incident.is_open:
            self.now += MINUTE
            yield from self._falls_due()
            yield from self._all(self._people())
        if not self.incident.is_open:
            yield from self._all([RecordDraft(incident=NUMBER)])

    def _opening(self) -> Iterator[Command]:
        cast = self.cast
        said = Declaration(
            title="a rehearsal", severity=cast.severity, kind=cast.kind, service=cast.service, private=cast.private
        )
        yield Declare(said=said, by=DECLARER)
        yield RecordRoom(incident=NUMBER, room=ROOM)
        for part in self.incident.parts[1:]:
            posted = Posted(channel=ROOM.channel, ts=MessageTs("1.1"))
            yield RecordPart(
                incident=NUMBER, part=part, posted=posted if part in (Part.CARD, Part.ANNOUNCEMENT) else None
            )

    def _falls_due(self) -> Iterator[Happening]:
        """Everything whose time has come, as the scheduler would have it."""
        while fallen := self._next_due():
            kind, at = fallen
            heard = self.heard if kind is DueKind.SILENCE else None
            yield from self._all([FallDue(incident=NUMBER, kind=kind, due_at=at, heard=heard)])

    def _next_due(self) -> tuple[DueKind, datetime] | None:
        times = [(at, kind) for kind, at in due_times(self.incident).items() if at <= self.now]
        return (min(times)[1], min(times)[0]) if times else None

    def _all(self, commands: "Sequence[Command] | Iterator[Command]") -> Iterator[Happening]:
        for command in commands:
            before = self.incident
            seen = gone_through(before, command.decide(before, self.now), self.now)
            if not seen:
                continue
            self.incident = seen[-1][1]
            if hasattr(command, "by"):
                self.heard = self.now
            yield Happening(at=self.now, command=command, before=before, seen=tuple(seen))

    def _people(self) -> Iterator[Command]:
        """What people do in this minute."""
        yield from self._claims()
        if self.cast.idle:
            return
        yield from self._updates()
        yield from self._items()
        yield from self._goes_on()

    def _claims(self) -> Iterator[Command]:
        free = [rule.key for rule in wanted_but_free(self.incident) if rule.key not in self.cast.without]
        if free:
            who = player(free[0])
            yield RecordCameIn(incident=NUMBER, user=who, channel=ROOM.channel, at=self.now)  # a private one is closed
            yield ClaimRole(incident=NUMBER, role=free[0], by=who)

    def _updates(self) -> Iterator[Command]:
        """The promised update, when its holder was reminded of it in an earlier minute."""
        promise, lead = self.incident.promise, self.incident.holders(COMMUNICATIONS_LEAD)
        if lead and promise and promise.told and promise.at - self.now < IMPATIENCE:
            yield SendUpdate(incident=NUMBER, said=self._said(), by=lead[0])

    def _said(self) -> Said:
        return Said(happening=SAID.happening, affected=SAID.affected, next_in=rule_of(self.incident).internal)

    def _items(self) -> Iterator[Command]:
        began = self.incident.phase_since or self.cast.at
        untimed = [item for item in self.incident.checklist if item.phase is self.incident.phase and item.due is None]
        for item in still_open(self.incident):
            due = due_at(self.incident, item)
            at = due - MINUTE if due else began + self._usually() * (untimed.index(item) + 1) / (len(untimed) + 1)
            doer = self._doer(item)
            if doer and at <= self.now and item in still_open(self.incident):
                yield from deed(self.incident, item, doer, self.now, self._said())

    def _doer(self, item: Item) -> UserId | None:
        """Who does an item: somebody in its role; the commander does what is of no role, but nobody else's."""
        return next(iter(self.incident.holders(item.role or COMMANDER)), None)

    def _usually(self) -> timedelta:
        plan = phase_plan(self.incident)
        return plan.typically if plan and plan.typically else USUALLY

    def _goes_on(self) -> Iterator[Command]:
        commander, began = self.incident.holders(COMMANDER), self.incident.phase_since or self.cast.at
        over = began + self._usually() - MINUTE
        if not commander or self.now < over or (blocking(self.incident) and self.now < over + MINUTE + IMPATIENCE):
            return
        reason = LATER if blocking(self.incident) else ""
        if following(self.incident.phase) is not Phase.LEARNING:
            yield MovePhase(incident=NUMBER, by=commander[0], reason=reason)
            return
        told = CustomersTold.YES if self.incident.holders(COMMUNICATIONS_LEAD) else CustomersTold.NOT_YET
        yield Resolve(
            incident=NUMBER, by=commander[0], fix="what was done about it", customers_told=told, reason=reason
        )  # fmt: skip


def player(role: RoleKey) -> UserId:
    """Who takes a role."""
    return UserId(f"U0{role.upper()}")
