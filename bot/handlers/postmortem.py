"""The post-mortem draft, asked for with a word."""

from bot.handlers.asking import Asking
from bot.handlers.services import Services
from bot.handlers.which import which
from bot.views.facts import room
from bot.views.message import Message
from bot.views.refusals import told
from bot.workflows.incident import Incident
from bot.workflows.parsed import PostmortemWords
from bot.workflows.postmortem import PrepareDraft

FOLLOWS = "The draft of {incident}'s post-mortem follows as a file in {room}."
ASKED = "You asked for the draft of {incident}'s post-mortem a moment ago: it is in {room}, or on its way there."
STILL_OPEN = " The incident is still open, so a later one will know more."


async def draft_typed(services: Services, asking: Asking, words: PostmortemWords) -> Message:
    """Ask for a fresh draft."""
    incident = await which(services, asking, words.incident)
    command = PrepareDraft(incident=incident.id, by=asking.user)
    outcome = await services.engine.execute(command, receipt=asking.receipt)
    return told(ASKED.format(incident=incident.name, room=room(incident)) if outcome.repeated else follows(incident))


def follows(incident: Incident) -> str:
    """Where the draft will be, and how much it can know."""
    text = FOLLOWS.format(incident=incident.name, room=room(incident))
    return text + STILL_OPEN if incident.is_open else text
