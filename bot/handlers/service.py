"""Saying which service an incident is about."""

from bot.handlers.asking import Asking
from bot.handlers.services import Services
from bot.handlers.which import which
from bot.views.message import Message
from bot.views.refusals import told
from bot.workflows.parsed import ServiceWords
from bot.workflows.service import SetService
from bot.workflows.text import escape

ABOUT = "{incident} is about {service}."


async def service_typed(services: Services, asking: Asking, words: ServiceWords) -> Message:
    """With a word."""
    incident = await which(services, asking, words.incident)
    command = SetService(incident=incident.id, service=words.service, by=asking.user)
    await services.engine.execute(command, receipt=asking.receipt)
    name = escape(services.policy.service(words.service).name)
    return told(ABOUT.format(incident=incident.name, service=name))
