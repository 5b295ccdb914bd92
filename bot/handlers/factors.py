"""Contributing factors: named, withdrawn and listed by word."""

from bot.handlers.asking import Asking
from bot.handlers.services import Services
from bot.handlers.which import which
from bot.views.factors import listed_factors, named_answer, withdrawn_answer
from bot.views.message import Message
from bot.workflows.factors import NameFactor, WithdrawFactor, named
from bot.workflows.parsed import FactorWords
from bot.workflows.text import escape


async def factor_typed(services: Services, asking: Asking, words: FactorWords) -> Message:
    """Name one, withdraw one, or read those that were named."""
    said = f"drop {words.withdrawn}" if words.withdrawn else escape(words.text)
    incident = await which(services, asking, words.incident, lambda name: f"factor {name} {said}".strip())
    if words.withdrawn:
        drop = WithdrawFactor(incident=incident.id, number=words.withdrawn, by=asking.user)
        after = await services.engine.execute(drop, receipt=asking.receipt)
        return withdrawn_answer(after.incident, words.withdrawn)
    if not words.text:
        return listed_factors(incident)
    command = NameFactor(incident=incident.id, text=words.text, by=asking.user)
    outcome = await services.engine.execute(command, receipt=asking.receipt)
    factor = named(outcome.incident, words.text)
    return named_answer(outcome.incident, factor) if factor else listed_factors(outcome.incident)
