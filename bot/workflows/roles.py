"""Roles: claimed by whoever is quickest, assigned by anyone, and never held by one person too many."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.workflows.commands import Command, Effect, Entry, Event, Refused, stamped
from bot.workflows.effects import LetIn, PostInRoom, ShowAnnouncement, ShowCard, ShowTopic, TellPrivately
from bot.workflows.incident import Held, Incident, Stamp, UserId
from bot.workflows.membership import PersonJoined, check_inside, taking_in
from bot.workflows.over import check_goes_on
from bot.workflows.policy import (
    COMMANDER,
    COMMUNICATIONS_LEAD,
    SCRIBE,
    TECHNICAL_LEAD,
    UNGRADED_RANK,
    Capacity,
    RoleKey,
    RoleRule,
)
from bot.workflows.text import escape, listed, mention

TWO_HATS = (COMMANDER, COMMUNICATIONS_LEAD)
TWO_HATS_WARNING = "One person is commander and communications lead in a critical incident: better two."


@dataclass(frozen=True, kw_only=True)
class ClaimRole(Command):
    """A person takes a role that is free."""

    role: RoleKey
    by: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        check_inside(incident, self.by)
        check_role(incident, self.role)
        holders = incident.holders(self.role)
        if self.by in holders:
            return _back_in(incident, self.by)
        rule = incident.policy.role(self.role)
        if holders and rule.capacity is Capacity.ONE:
            raise Refused(
                f"{listed(tuple(map(mention, holders)))} is already {escape(rule.name)} of {incident.name}. "
                f"To take over, agree in the room and assign it: `/incident role {rule.key} @your-name`."
            )
        return [RoleTaken(role=self.role, holder=self.by, by=self.by, at=now)]


@dataclass(frozen=True, kw_only=True)
class AssignRole(Command):
    """Somebody gives a role to a person, in place of whoever holds it."""

    role: RoleKey
    to: UserId
    by: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        check_inside(incident, self.by)
        check_role(incident, self.role)
        holders = incident.holders(self.role)
        if self.to in holders:
            return _back_in(incident, self.to)
        before = holders if incident.policy.role(self.role).capacity is Capacity.ONE else ()
        return [RoleTaken(role=self.role, holder=self.to, by=self.by, at=now, before=before)]


def _back_in(incident: Incident, holder: UserId) -> list[Event]:
    """Who holds the role already is let in again, if they left the room."""
    return [PersonJoined(user=holder)] if holder in incident.left else []


def check_role(incident: Incident, role: RoleKey) -> None:
    """Raise Refused when the role is unknown or the incident has ended."""
    if not any(rule.key == role for rule in incident.policy.roles):
        known = ", ".join(escape(rule.name) for rule in incident.policy.roles)
        raise Refused(f"There is no role “{escape(role)}” here. The roles are {known}.", field="role")
    check_goes_on(incident)


def wanted_but_free(incident: Incident) -> tuple[RoleRule, ...]:
    """The roles an incident wants and nobody holds."""
    return tuple(rule for rule in wanted_roles(incident) if not incident.holders(rule.key))


def wanted_roles(incident: Incident) -> tuple[RoleRule, ...]:
    """The roles an incident wants: a commander always, and those its playbooks name."""
    named = {role for plan in incident.running for role in plan.roles}
    wanted = {COMMANDER} | (named or _graded(incident))
    return tuple(rule for rule in incident.policy.roles if rule.key in wanted)


def _graded(incident: Incident) -> set[RoleKey]:
    """What the severity wants where the playbook says nothing: in the worse two grades, or while it is not graded,
    somebody who leads the repair and somebody who speaks; in the worst a scribe too."""
    rank = incident.grade.rank if incident.grade else UNGRADED_RANK
    wanted = {TECHNICAL_LEAD, COMMUNICATIONS_LEAD} if rank <= UNGRADED_RANK else set()
    return wanted | ({SCRIBE} if rank == 1 else set())


def one_head_two_hats(incident: Incident) -> bool:
    """Whether, at the worst severity, one person is commander and communications lead at once."""
    grade = incident.grade
    commander, communications = (set(incident.holders(role)) for role in TWO_HATS)
    return bool(commander & communications) and grade is not None and grade.rank == 1


def two_hats_warning(incident: Incident) -> str:
    """What is added to the news that gave one person both roles in a critical incident; empty when it did not."""
    return f" {TWO_HATS_WARNING}" if one_head_two_hats(incident) else ""


@dataclass(frozen=True, kw_only=True)
class RoleTaken(Event):
    """A person holds a role from now on; whoever held a role for one gives it up: those are `before`, and are told."""

    role: RoleKey
    holder: UserId
    by: UserId
    at: datetime
    before: tuple[UserId, ...] = ()

    def apply(self, incident: Incident) -> Incident:
        alone = incident.policy.role(self.role).capacity is Capacity.ONE
        holders = (self.holder,) if alone else (*incident.holders(self.role), self.holder)
        return replace(
            taking_in(incident, self.holder),
            roles={**incident.roles, self.role: holders},
            held=(*(self._given_up(incident, held) for held in incident.tenures), self._tenure()),
            stamps=stamped(incident, Stamp.ACKNOWLEDGED, self.at, self.holder),
        )

    def _given_up(self, incident: Incident, held: Held) -> Held:
        alone = incident.policy.role(self.role).capacity is Capacity.ONE
        return replace(held, until=self.at) if alone and held.role == self.role and held.until is None else held

    def _tenure(self) -> Held:
        return Held(role=self.role, user=self.holder, since=self.at)

    def tells(self, incident: Incident) -> Entry:
        role, own = escape(incident.policy.role(self.role).name), self.holder == self.by
        given = f"gave the role of {role} to {mention(self.holder)}"
        did = f"took the role of {role}{self._from(' from ')}" if own else f"{given}{self._from(', in place of ')}"
        return Entry(text=f"{mention(self.by)} {did}", at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        heard: list[Effect] = [LetIn(users=(self.holder,)), ShowCard()]
        if self.role == COMMANDER:
            heard.append(ShowTopic())
            if not incident.private:
                heard.append(ShowAnnouncement())
        warning = two_hats_warning(incident) if self.role in TWO_HATS else ""
        heard.append(PostInRoom(text=f"{self._news(incident)}.{warning}", evidence=True))
        heard.append(TellPrivately(user=self.holder, text=self._brief(incident)))
        return [*heard, *(TellPrivately(user=user, text=self._gone(incident)) for user in self._bereft())]

    def _news(self, incident: Incident) -> str:
        role, instead = escape(incident.policy.role(self.role).name), self._from(", in place of ")
        if self.holder == self.by:
            return f"{mention(self.holder)} is {role}{instead}"
        return f"{mention(self.by)} made {mention(self.holder)} {role}{instead}"

    def _from(self, words: str) -> str:
        others = tuple(mention(user) for user in self.before if user != self.by or user == self.holder)
        return f"{words}{listed(others)}" if others else ""

    def _bereft(self) -> tuple[UserId, ...]:
        """Who held it and did not give it away themselves."""
        return tuple(user for user in self.before if user != self.by)

    def _gone(self, incident: Incident) -> str:
        role = escape(incident.policy.role(self.role).name)
        gave = "took over" if self.holder == self.by else f"gave {mention(self.holder)}"
        return f"{mention(self.by)} {gave} your role of {role} of {incident.name}. You no longer hold it."

    def _brief(self, incident: Incident) -> str:
        rule = incident.policy.role(self.role)
        duties = "".join(f"\n• {duty}" for duty in rule.duties)
        where = f" in <#{incident.room.channel}>" if incident.room else ""
        return f"You are {escape(rule.name)} of {incident.name} “{escape(incident.title)}”{where}.{duties}"
