"""Merging a duplicate into another incident, and relating two; whoever says so has to be able to see both."""

from collections.abc import Sequence

from bot.handlers.asking import Asking
from bot.handlers.services import Services
from bot.handlers.which import visible, which
from bot.views.message import Message
from bot.views.past import alike
from bot.views.refusals import asked, told
from bot.workflows.commands import Command
from bot.workflows.incident import Incident, IncidentId, Linked, UserId
from bot.workflows.linking import Target
from bot.workflows.merging import Merge
from bot.workflows.parsed import Choice, MergeWords, RelatedWords, RelateWords
from bot.workflows.past import like
from bot.workflows.relating import Relate, Unrelate

MERGED = "{incident} goes on as {other}{room}. Was that a mistake? It can be undone."
OVER_THERE = "{other} is resolved: if this still goes on, `/incident reopen {other}`."
WAS_MERGED = "{incident} goes on as {other} already."
RELATED, WAS_RELATED = "{incident} and {other} are related.", "{incident} and {other} are related already."
UNRELATED, WAS_UNRELATED = "{incident} and {other} are no longer related.", "{incident} and {other} are not related."


async def merge_typed(services: Services, asking: Asking, words: MergeWords) -> Message:
    """This incident goes on as another one."""
    number = f"INC-{words.into}"
    incident = await which(services, asking, words.incident, lambda name: f"merge {name} into {number}")
    other = await visible(services, asking.user, IncidentId(words.into), asking.channel)
    command = Merge(incident=incident.id, into=Target.of(other), by=asking.user)
    outcome = await services.engine.execute(command, receipt=asking.receipt)
    if not (outcome.events or outcome.repeated):
        return told(WAS_MERGED.format(incident=incident.name, other=other.name))
    room = f" in <#{other.room.channel}>" if other.room else ""
    text = MERGED.format(incident=incident.name, other=other.name, room=room)
    text = text if other.is_open else f"{text} {OVER_THERE.format(other=other.name)}"
    return asked(text, (Choice("Undo the merge", f"reopen {incident.name}"),))


async def relate_typed(services: Services, asking: Asking, words: RelateWords) -> Message:
    """Two incidents have to do with each other, or nothing after all."""
    verb, number = "unrelate" if words.undo else "relate", f"INC-{words.to}"
    incident = await which(services, asking, words.incident, lambda name: f"{verb} {name} {number}")
    other = await visible(services, asking.user, IncidentId(words.to), asking.channel)
    target, make = Target.of(other), Unrelate if words.undo else Relate
    command: Command = make(incident=incident.id, to=target, by=asking.user)
    outcome = await services.engine.execute(command, receipt=asking.receipt)
    new, old = (UNRELATED, WAS_UNRELATED) if words.undo else (RELATED, WAS_RELATED)
    text = (new if outcome.events or outcome.repeated else old).format(incident=incident.name, other=other.name)
    return told(text) if words.undo else asked(text, (Choice("Undo", f"unrelate {incident.name} from {other.name}"),))


async def related_typed(services: Services, asking: Asking, words: RelatedWords) -> Message:
    """Which incidents of the past are like this one, of those that the person may see."""
    incident = await which(services, asking, words.incident)
    person = await services.people.person(asking.user)
    guest = person is not None and person.is_guest
    past = await services.queries.past_like(incident, asking.user)
    return alike(incident, like(incident, [other for other in past if other.is_seen_by(asking.user, guest=guest)]))


async def seen_links(services: Services, incident: Incident, user: UserId) -> frozenset[IncidentId]:
    """Of the private incidents it is tied to, those that a person takes part in: they read their numbers."""
    merged = (incident.merged_into,) if incident.merged_into else ()
    ties: Sequence[Linked] = (*merged, *incident.duplicates, *incident.related)
    found = [await services.queries.incident(number) for number in {link.incident for link in ties if link.private}]
    return frozenset(other.id for other in found if other and user in other.participants)
