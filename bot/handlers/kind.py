"""Saying which kind of incident it is."""

from bot.handlers.asking import Asking
from bot.handlers.services import Services
from bot.handlers.which import which
from bot.views.message import Message
from bot.views.refusals import asked
from bot.workflows.kind import SetKind, better_playbook
from bot.workflows.parsed import Choice, KindWords
from bot.workflows.text import cut, escape

IS = "The kind of {incident} is: {kind}."


async def kind_typed(services: Services, asking: Asking, words: KindWords) -> Message:
    """With a word; the playbook for that kind is one press away."""
    incident = await which(services, asking, words.incident)
    command = SetKind(incident=incident.id, kind=words.kind, by=asking.user)
    outcome = await services.engine.execute(command, receipt=asking.receipt)
    text = IS.format(incident=incident.name, kind=escape(services.policy.kind(words.kind).name))
    book = better_playbook(outcome.incident)
    label = cut(f"Playbook “{book.name}”", 75) if book else ""
    return asked(text, (Choice(label, f"playbook {incident.name} {book.key}"),) if book else ())
