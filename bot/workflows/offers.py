"""The offers of roles that an incident remembers: which still stand, whose they are, and what is said of them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.workflows.commands import Refused
from bot.workflows.effects import CloseBrief, TellPrivately
from bot.workflows.incident import Handover, HandoverState, Incident, UserId
from bot.workflows.policy import RoleKey
from bot.workflows.text import escape, mention

NO_OFFER = "There is no such offer. If a role is to be handed over to you, ask its holder to offer it again."
OTHER = "`/incident handover {key} @somebody` offers it to somebody else."


def offer_numbered(incident: Incident, number: int) -> Handover:
    """The offer with this number.

    Raises:
        Refused: there is none.
    """
    found = next((offer for offer in incident.handovers if offer.number == number), None)
    if found is None:
        raise Refused(NO_OFFER)
    return found


def last_offer(incident: Incident, by: UserId, role: RoleKey | None) -> Handover | None:
    """The newest offer somebody made, of one role if it is named, however it stands."""
    mine = (made for made in reversed(incident.handovers) if made.holder == by and role in (None, made.role))
    return next(mine, None)


def offer_of(incident: Incident, role: RoleKey, holder: UserId | None) -> Handover | None:
    """The offer of a role that somebody made and that waits for an answer."""
    return next((made for made in standing(incident) if (made.role, made.holder) == (role, holder)), None)


def standing(incident: Incident) -> tuple[Handover, ...]:
    """The offers that wait for an answer."""
    return tuple(offer for offer in incident.handovers if stands(incident, offer))


def closing(offer: Handover, *, whole: bool = False) -> tuple[CloseBrief, ...]:
    """Say in the messages with an offer's buttons what became of it; `whole` leaves the brief of who accepted."""
    return tuple(CloseBrief(user=offer.to, number=offer.number, message=said, whole=whole) for said in offer.briefs)


def tell_holder(incident: Incident, offer: Handover, template: str) -> TellPrivately:
    """Let whoever offered a role know what became of it."""
    other = OTHER.format(key=escape(offer.role))
    text = worded(template, incident, offer.role, person=mention(offer.to), other=other)
    return TellPrivately(user=offer.holder, text=text)


def worded(template: str, incident: Incident, role: RoleKey, **words: str) -> str:
    """A sentence about a role of an incident; `words` are what else it names."""
    name = escape(incident.policy.role(role).name)
    return template.format(role=name, key=escape(role), incident=incident.name, **words)


def with_offers(incident: Incident, numbers: Sequence[int], **changes: Any) -> Incident:  # noqa: ANN401 - its fields
    """The incident with some of its offers changed."""
    offers = (replace(offer, **changes) if offer.number in numbers else offer for offer in incident.handovers)
    return replace(incident, handovers=tuple(offers))


def stands(incident: Incident, offer: Handover) -> bool:
    """Whether an offer can still be accepted."""
    holders = incident.holders(offer.role)
    waits = offer.state is HandoverState.OFFERED and incident.ending is None
    return waits and offer.holder in holders and offer.to not in holders and not is_shut_out(incident, offer)


def is_shut_out(incident: Incident, offer: Handover) -> bool:
    """Who left a private incident, or was taken out of it, does not come in again by accepting."""
    return incident.private and incident.left.get(offer.to, offer.at) > offer.at
