"""Hand-over: a role is offered to somebody with a brief, stays with its holder until they have it, and then moves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.workflows.commands import Command, Effect, Entry, Event, Refused
from bot.workflows.effects import BriefPerson
from bot.workflows.incident import Ending, Handover, HandoverState, Held, Incident, ItemState, Posted, UserId
from bot.workflows.offers import (
    NO_OFFER,
    closing,
    is_shut_out,
    last_offer,
    offer_numbered,
    offer_of,
    standing,
    stands,
    tell_holder,
    with_offers,
    worded,
)
from bot.workflows.over import check_goes_on
from bot.workflows.policy import RoleKey
from bot.workflows.roles import RoleTaken, check_role
from bot.workflows.text import escape, listed, mention
from bot.workflows.times import soon

WORRIES_LIMIT = 500
KEPT = 20  # offers that an incident remembers
KEPT_BRIEFS = 5  # messages with its buttons that an offer remembers

WHICH_ROLE = "Say which role: `/incident handover commander @somebody`. You hold {held} of {incident}."
NOT_YOURS = (
    "You are not {role} of {incident}: only who holds a role hands it over. "
    "`/incident role {key} @somebody` gives it to somebody at once."
)
YOURSELF = "You are {role} of {incident} already. Say who is to have it: `/incident handover {key} @somebody`."
THEIRS = "They are {role} of {incident} already. Choose somebody else: `/incident handover {key} @somebody`."
TOO_LONG = "Worries hold at most {limit} characters, and these have {length:,}. Say the worst one, and note the rest."
OVER = (
    "The offer of {role} of {incident} is over: another one replaced it, its holder no longer holds the role, the "
    "incident ended, or it goes on among others. Nothing was changed."
)
ANSWERED = {
    HandoverState.ACCEPTED: (
        "You took over as {role} of {incident} already; the card says who it is now. "
        "`/incident handover {key} @somebody` offers your role to somebody else."
    ),
    HandoverState.DECLINED: (
        "You said “Not now” to {role} of {incident}. If you can take it after all, ask its holder to offer it again."
    ),
    HandoverState.WITHDRAWN: "The offer of {role} of {incident} was withdrawn. Nothing was changed.",
    HandoverState.EXPIRED: (
        "The offer of {role} of {incident} is over, as it was not answered within the hour. Nothing was changed. "
        "If you can take it after all, ask its holder to offer it again."
    ),
}
TAKEN = (
    "{person} has accepted, and is {role} of {incident} now: there is nothing to withdraw. "
    "`/incident role {key} @somebody` gives it to somebody else."
)
NOTHING_OFFERED = "You offer no role of {incident} to anybody. `/incident handover` offers one."
WHICH_OFFER = "Say which role: `/incident handover withdraw commander`. You offer {offered} of {incident}."
DECLINED = "{person} cannot take over as {role} of {incident} now. You are still it. {other}"
ELSEWHERE = "{incident} goes on elsewhere, so your offer of the role of {role} to {person} is over."
DEACTIVATED = (
    "The account of {person} was deactivated, so your offer of the role of {role} of {incident} is over. {other}"
)
GONE = "{person} is no longer in the room of {incident}, so your offer of the role of {role} is over. {other}"


@dataclass(frozen=True, kw_only=True)
class OfferHandover(Command):
    """Whoever holds a role offers it to somebody."""

    role: RoleKey
    to: UserId
    by: UserId
    worries: str = ""

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        check_held(incident, self.role, self.by)
        worries = self.worries.strip()
        if self.to == self.by:
            raise Refused(worded(YOURSELF, incident, self.role), field="to")
        if self.to in incident.holders(self.role):
            raise Refused(worded(THEIRS, incident, self.role), field="to")
        if len(worries) > WORRIES_LIMIT:
            raise Refused(TOO_LONG.format(limit=WORRIES_LIMIT, length=len(worries)), field="worries")
        known = offer_of(incident, self.role, self.by)
        if known and (known.to, known.worries) == (self.to, worries):
            return []
        number = max((offer.number for offer in incident.handovers), default=0) + 1
        made = Handover(number=number, role=self.role, holder=self.by, to=self.to, at=now, worries=worries)
        replaced = [HandoversLapsed(numbers=(known.number,))] if known else []
        return [*replaced, HandoverOffered(offer=made)]


@dataclass(frozen=True, kw_only=True)
class AcceptHandover(Command):
    """Whoever a role was offered to has it from now on. `guest` says that they are one in this workspace."""

    number: int
    by: UserId
    guest: bool = False

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        offer = _own(incident, self.number, self.by)
        if offer.state is HandoverState.ACCEPTED and self.by in incident.holders(offer.role):
            return []
        _check_stands(incident, offer)
        return [
            HandoverAccepted(
                role=offer.role, holder=self.by, by=self.by, at=now, offer=offer, before=(offer.holder,),
                let_in=not incident.is_seen_by(self.by, guest=self.guest),
            )
        ]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DeclineHandover(Command):
    """Whoever a role was offered to cannot take it now."""

    number: int
    by: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        offer = _own(incident, self.number, self.by)
        if offer.state is HandoverState.DECLINED:
            return []
        _check_stands(incident, offer)
        return [HandoverDeclined(offer=offer)]


@dataclass(frozen=True, kw_only=True)
class WithdrawHandover(Command):
    """Whoever offered a role takes the offer back. Without `role` it is the only one they offer."""

    by: UserId
    role: RoleKey | None = None

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        own = [offer for offer in standing(incident) if offer.holder == self.by and self.role in (None, offer.role)]
        if not own:
            return self._again(incident)
        if len(own) > 1:
            names = listed(tuple(escape(incident.policy.role(offer.role).name) for offer in own))
            raise Refused(WHICH_OFFER.format(offered=names, incident=incident.name))
        return [HandoverWithdrawn(offer=own[0], at=now)]

    def _again(self, incident: Incident) -> Sequence[Event]:
        """Nothing for one that was withdrawn already; why not, for another that no longer stands."""
        last = last_offer(incident, self.by, self.role)
        if last and last.state is HandoverState.ACCEPTED and last.to in incident.holders(last.role):
            raise Refused(worded(TAKEN, incident, last.role, person=mention(last.to)))
        if last and last.state is HandoverState.WITHDRAWN and self.by in incident.holders(last.role):
            return []
        check_goes_on(incident)
        raise Refused(NOTHING_OFFERED.format(incident=incident.name))


@dataclass(frozen=True, kw_only=True)
class RecordBrief(Command):
    """A message with an offer's buttons stands there: it was sent, or somebody pressed one of them."""

    number: int
    message: Posted

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        offer = next((offer for offer in incident.handovers if offer.number == self.number), None)
        if offer is None or self.message in offer.briefs:
            return []
        return [BriefKnown(number=self.number, message=self.message)]


@dataclass(frozen=True, kw_only=True)
class BriefKnown(Event):
    """It is known where a brief stands; where its offer is over already, its buttons go at once."""

    number: int
    message: Posted

    def apply(self, incident: Incident) -> Incident:
        briefs = (*offer_numbered(incident, self.number).briefs, self.message)
        return with_offers(incident, [self.number], briefs=briefs[-KEPT_BRIEFS:])

    def effects(self, incident: Incident) -> Sequence[Effect]:
        offer = offer_numbered(incident, self.number)
        if offer.state is HandoverState.OFFERED:
            return ()
        return closing(replace(offer, briefs=(self.message,)), whole=offer.state is HandoverState.ACCEPTED)


@dataclass(frozen=True, kw_only=True)
class HandoverOffered(Event):
    """A role was offered to somebody."""

    offer: Handover

    def apply(self, incident: Incident) -> Incident:
        # What stands is kept whatever comes; of what is over the newest.
        over = [offer.number for offer in incident.handovers if offer.state is not HandoverState.OFFERED]
        dropped = over[: max(len(incident.handovers) + 1 - KEPT, 0)]
        kept = (offer for offer in incident.handovers if offer.number not in dropped)
        return replace(incident, handovers=(*kept, self.offer))

    def tells(self, incident: Incident) -> Entry:
        role, offer = escape(incident.policy.role(self.offer.role).name), self.offer
        text = f"{mention(offer.holder)} offered the role of {role} to {mention(offer.to)}"
        return Entry(text=text, at=offer.at, by=offer.holder)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (BriefPerson(user=self.offer.to, number=self.offer.number),)


@dataclass(frozen=True, kw_only=True)
class HandoverAccepted(RoleTaken):
    """A role moved to whom it was offered to, and with it what the one who held it had still to do.

    What belongs to another role that they keep stays theirs.
    """

    offer: Handover
    let_in: bool = False  # they were not told what it is about before

    def apply(self, incident: Incident) -> Incident:
        taken, old = super().apply(incident), self.offer.holder
        others = tuple(user for user in taken.holders(self.role) if user != old)
        moved = replace(
            taken,
            roles={**taken.roles, self.role: others},
            held=tuple(map(self._closed, taken.held)),
        )
        kept = moved.roles_of(old)
        moved = replace(
            moved,
            checklist=tuple(
                replace(item, owner=self.holder)
                if (item.owner, item.state) == (old, ItemState.OPEN) and item.role not in kept else item
                for item in taken.checklist
            ),
        )  # fmt: skip
        return with_offers(moved, [self.offer.number], state=HandoverState.ACCEPTED)

    def _closed(self, held: Held) -> Held:
        ends = (held.role, held.user, held.until) == (self.role, self.offer.holder, None)
        return replace(held, until=self.at) if ends else held

    def tells(self, incident: Incident) -> Entry:
        role, old = escape(incident.policy.role(self.role).name), mention(self.offer.holder)
        times = f"offered {soon(self.offer.at, self.at)}, accepted {soon(self.at, self.at)}"
        text = f"{mention(self.holder)} took over the role of {role} from {old} ({times})"
        return Entry(text=text, at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        told = (BriefPerson(user=self.holder, number=self.offer.number),) if self.let_in else ()
        return (*super().effects(incident), *told, *closing(self.offer, whole=not self.let_in))

    def _news(self, incident: Incident) -> str:
        role = escape(incident.policy.role(self.role).name)
        return f"{mention(self.holder)} has taken over as {role} from {mention(self.offer.holder)}"


@dataclass(frozen=True, kw_only=True)
class HandoverDeclined(Event):
    """Somebody cannot take a role now; only who offered it is told."""

    offer: Handover

    def apply(self, incident: Incident) -> Incident:
        return with_offers(incident, [self.offer.number], state=HandoverState.DECLINED)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (tell_holder(incident, self.offer, DECLINED), *closing(self.offer))


@dataclass(frozen=True, kw_only=True)
class HandoverWithdrawn(Event):
    """Whoever offered a role took the offer back; the brief says so."""

    offer: Handover
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        return with_offers(incident, [self.offer.number], state=HandoverState.WITHDRAWN)

    def tells(self, incident: Incident) -> Entry:
        role, offer = escape(incident.policy.role(self.offer.role).name), self.offer
        text = f"{mention(offer.holder)} withdrew the offer of the role of {role} to {mention(offer.to)}"
        return Entry(text=text, at=self.at, by=offer.holder)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return closing(self.offer)


@dataclass(frozen=True, kw_only=True)
class HandoversLapsed(Event):
    """Offers that no longer stand; their buttons go, and whoever presses one all the same is told.

    So is whoever offered a role to somebody who can no longer take it, or before a merge: nobody else tells them.
    """

    numbers: tuple[int, ...]
    deactivated: bool = False  # the accounts of those who were asked

    def apply(self, incident: Incident) -> Incident:
        return with_offers(incident, self.numbers, state=HandoverState.LAPSED)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        gone = [offer for offer in incident.handovers if offer.number in self.numbers]
        told = [tell_holder(incident, offer, why) for offer in gone if (why := self._why(incident, offer))]
        return [*told, *(effect for offer in gone for effect in closing(offer))]

    def _why(self, incident: Incident, offer: Handover) -> str:
        """What its holder does not know by themselves."""
        if self.deactivated:
            return DEACTIVATED
        if is_shut_out(incident, offer):
            return GONE
        return ELSEWHERE if incident.ending is Ending.MERGED else ""


def check_held(incident: Incident, role: RoleKey, by: UserId) -> None:
    """Raise Refused when somebody cannot hand over this role."""
    check_role(incident, role)
    if by not in incident.holders(role):
        raise Refused(worded(NOT_YOURS, incident, role), field="to")


def only_role(incident: Incident, user: UserId) -> RoleKey:
    """The one role that somebody holds.

    Raises:
        Refused: they hold none, or several.
    """
    held = [rule for rule in incident.policy.roles if user in incident.holders(rule.key)]
    if len(held) == 1:
        return held[0].key
    names = listed(tuple(escape(rule.name) for rule in held), nothing="no role")
    raise Refused(WHICH_ROLE.format(held=names, incident=incident.name))


def lapsed(incident: Incident) -> Sequence[Event]:
    """After every command: the offers that no longer stand."""
    gone = [offer for offer in incident.handovers if offer.state is HandoverState.OFFERED]
    numbers = tuple(offer.number for offer in gone if not stands(incident, offer))
    return [HandoversLapsed(numbers=numbers)] if numbers else []


def _check_stands(incident: Incident, offer: Handover) -> None:
    if not stands(incident, offer):
        raise Refused(worded(ANSWERED.get(offer.state, OVER), incident, offer.role))


def _own(incident: Incident, number: int, by: UserId) -> Handover:
    """The offer, for whom it was made to: anybody else is told that there is none."""
    offer = offer_numbered(incident, number)
    if offer.to != by:
        raise Refused(NO_OFFER)
    return offer
