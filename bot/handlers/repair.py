"""Repair: typed, or chosen from the menu; what is missing is looked for and made after the answer."""

from bot.handlers.asking import Asking, Click
from bot.handlers.services import Services
from bot.handlers.which import visible, which
from bot.views.message import Message
from bot.views.refusals import told
from bot.views.repair import LOOKING
from bot.workflows.parsed import RepairWords


async def repair_typed(services: Services, asking: Asking, words: RepairWords) -> Message:
    """Make what is missing of an incident in Slack."""
    incident = await which(services, asking, words.incident)
    services.repairs.begin(incident.id, asking.user, asking.response_url, anew=words.anew)
    return told(LOOKING.format(incident=incident.name))


async def repair_clicked(services: Services, click: Click) -> Message:
    """The same from the menu."""
    incident = await visible(services, click.user, click.incident, click.channel)
    services.repairs.begin(incident.id, click.user, click.response_url)
    return told(LOOKING.format(incident=incident.name))
