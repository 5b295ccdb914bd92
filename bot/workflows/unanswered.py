"""Offers of roles that nobody answers, and roles held for long: who is asked and when, and when an offer ends."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.workflows.commands import Effect, Event
from bot.workflows.effects import BriefPerson, PostInRoom, TellPrivately
from bot.workflows.incident import Handover, HandoverState, Held, Incident
from bot.workflows.offers import closing, standing, tell_holder, with_offers, worded
from bot.workflows.text import mention
from bot.workflows.times import lasting

ASK_AGAIN_AFTER = timedelta(minutes=5)  # both are asked again; as long after that the room is told
ENDS_AFTER = timedelta(minutes=45)  # after the room was told: nobody is to find a role theirs by an offer of yesterday
ROOM = 3  # the room is told in place of people when it is asked for the third time

AGAIN = "{person} has not answered yet, and was asked again: you are still {role} of {incident}. {other}"
UNANSWERED = (
    "{holder} would like to hand over as {role}, and {person} has not answered. {holder} is still it. "
    "Who can take it: agree with {holder}, then `/incident role {key} @your-name`."
)
EXPIRED = (
    "Nobody has answered, so the offer of the role of {role} of {incident} to {person} is over. "
    "You are still it. {other}"
)
LONG = (
    "You have been {role} of {incident} for {long}. Somebody fresh sees more: `/incident handover {key} @somebody` "
    "offers it to them with a brief, and you keep it until they have it. So does *Hand over* in the form *Roles*."
)


@dataclass(frozen=True, kw_only=True)
class HandoversUnanswered(Event):
    """Nobody answered for a while: both are asked again, then the room is told, quietly and once; then it is over."""

    numbers: tuple[int, ...]
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        for offer in self._offers(incident):
            state = offer.state if offer.asked < ROOM else HandoverState.EXPIRED
            incident = with_offers(incident, [offer.number], asked=offer.asked + 1, asked_at=self.at, state=state)
        return incident

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return [effect for offer in self._offers(incident) for effect in _asked_again(incident, offer)]

    def _offers(self, incident: Incident) -> list[Handover]:
        return [offer for offer in incident.handovers if offer.number in self.numbers]


@dataclass(frozen=True, kw_only=True)
class LongInRole(Event):
    """People who have held a role for long were asked whether they want to hand it over."""

    tenures: tuple[Held, ...]
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        held = tuple(replace(held, nudged=True) if held in self.tenures else held for held in incident.held)
        return replace(incident, held=held)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return [
            TellPrivately(
                user=held.user, text=worded(LONG, incident, held.role, long=lasting(self.at - (held.since or self.at)))
            )
            for held in self.tenures if incident.is_seen_by(held.user)
        ]  # fmt: skip


def asked_next(incident: Incident) -> dict[int, datetime]:
    """When each offer is asked about again; once the room was told of it, when it is over."""
    waits = {offer: ASK_AGAIN_AFTER if offer.asked < ROOM else ENDS_AFTER for offer in standing(incident)}
    return {offer.number: (offer.asked_at or offer.at) + wait for offer, wait in waits.items()}


def long_in_role(incident: Incident) -> dict[Held, datetime]:
    """When each holder of a role is asked whether they want to hand it over: once for each time they hold it."""
    wait = incident.policy.nudges.long_in_role
    offered = {(offer.role, offer.holder) for offer in standing(incident)}
    now = [
        held for held in incident.held
        if held.until is None and not held.nudged and held.user in incident.holders(held.role)
        and (held.role, held.user) not in offered
    ]  # fmt: skip
    return {held: held.since + wait for held in now if wait and held.since}


def _asked_again(incident: Incident, offer: Handover) -> Sequence[Effect]:
    if offer.state is HandoverState.EXPIRED:
        return (tell_holder(incident, offer, EXPIRED), *closing(offer))
    if offer.asked < ROOM:
        return (BriefPerson(user=offer.to, number=offer.number), tell_holder(incident, offer, AGAIN))
    text = worded(UNANSWERED, incident, offer.role, person=mention(offer.to), holder=mention(offer.holder))
    return (PostInRoom(text=text),)
