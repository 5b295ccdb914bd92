"""Which incident is meant: the room's, the one with the number, the one the person is in; else they are asked."""

from collections.abc import Callable

from bot.handlers.asking import Asking
from bot.handlers.services import Services
from bot.workflows.commands import Refused
from bot.workflows.incident import ChannelId, Incident, IncidentId, UserId
from bot.workflows.membership import UNSEEN as UNKNOWN
from bot.workflows.membership import TakePart

WHICH = "Which incident do you mean?"
NONE_OPEN = "No incident is open that you can see. Say its number: `{command} {words}`."
SHOWN_CHOICES = 10


class Unclear(Refused):
    """It could be several incidents; each choice is the same words again with a number."""

    def __init__(self, reason: str, choices: tuple[tuple[Incident, str], ...]) -> None:
        super().__init__(reason)
        self.choices = choices


async def which(
    services: Services, asking: Asking, number: int | None, again: Callable[[str], str] | None = None
) -> Incident:
    """The incident that is meant. `again` makes the words that mean the same with a number such as `INC-7`.

    Raises:
        Refused: there is none of that number that the person may see, or none at all.
        Unclear: it could be several.
    """
    if number is not None:
        return await visible(services, asking.user, IncidentId(number), asking.channel)
    if asking.room:
        return await _entered(services, asking.room, asking.user)
    mine = await services.queries.of_person(asking.user)
    if len(mine) == 1:
        return mine[0]
    found = mine or await seen_by(services, asking.user)
    words = again or (lambda name: f"{asking.text} {name}")
    if not found:
        raise Refused(NONE_OPEN.format(command=asking.command, words=words("INC-7")))
    raise Unclear(WHICH, tuple((incident, words(incident.name)) for incident in found[:SHOWN_CHOICES]))


async def visible(services: Services, user: UserId, number: IncidentId, channel: ChannelId | None = None) -> Incident:
    """An incident by its number, if this person may know of it; being in its room is enough, or where it is announced.

    Raises:
        Refused: there is none of that number, or it is private; the answer is the same.
    """
    incident = await services.queries.incident(number)
    if incident and _is_told(incident, channel):
        return await _entered(services, incident, user)
    if incident and await _may_see(services, incident, user):
        return incident
    raise Refused(UNKNOWN.format(number=number, command="/incident"))


async def in_form(services: Services, number: IncidentId, user: UserId) -> Incident:
    """The incident of a form: whoever sends it was let in when it opened, people invited by hand included.

    Raises:
        Refused: there is none of that number, or it is private and they are not in it by now; the answer is the same.
    """
    incident = await services.queries.incident(number)
    if incident is None or incident.is_closed_to(user):
        raise Refused(UNKNOWN.format(number=number, command="/incident"))
    return incident


async def seen_by(services: Services, user: UserId) -> list[Incident]:
    """The open incidents that a person may know of, newest first."""
    guest = await _guest(services, user)
    return [incident for incident in await services.queries.open_ones() if incident.is_seen_by(user, guest=guest)]


async def _entered(services: Services, incident: Incident, user: UserId) -> Incident:
    """The incident, with this person taking part where it is private: they stand in its room."""
    if not incident.is_closed_to(user) or user in incident.left:
        return incident
    return (await services.engine.execute(TakePart(incident=incident.id, by=user))).incident


async def _may_see(services: Services, incident: Incident, user: UserId) -> bool:
    if user in incident.participants or not incident.is_seen_by(user):
        return user in incident.participants
    return not await _guest(services, user)


async def _guest(services: Services, user: UserId) -> bool:
    """Whether somebody is a guest; not one of whom Slack does not tell us in time."""
    person = await services.people.person(user)
    return person is not None and person.is_guest


def _is_told(incident: Incident, channel: ChannelId | None) -> bool:
    """Whether a channel is its room, or the one where it is announced to whoever is there."""
    announced = incident.announcement if not incident.private else None
    places = {incident.room.channel if incident.room else None, announced.channel if announced else None}
    return channel is not None and channel in places
