"""When the impact began, said with a word; the declare form asks for it too."""

from bot.handlers.asking import Asking
from bot.handlers.clock import clock_of
from bot.handlers.services import Services
from bot.handlers.which import which
from bot.views.message import Message
from bot.views.refusals import told
from bot.workflows.moments import moment
from bot.workflows.parsed import StartedWords
from bot.workflows.started import SayStarted
from bot.workflows.times import when

SAID = "Noted: the impact of {incident} began {when}. Was it another time? Say it again and it is corrected."


async def started_typed(services: Services, asking: Asking, words: StartedWords) -> Message:
    """Say when the impact began, or correct it."""
    incident = await which(services, asking, words.incident)
    began = moment(words.text, await clock_of(services, asking.user))
    await services.engine.execute(SayStarted(incident=incident.id, began=began, by=asking.user), receipt=asking.receipt)
    return told(SAID.format(incident=incident.name, when=when(began)))
