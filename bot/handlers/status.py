"""Questions about incidents: how one stands, which are open, what one can do and type."""

from bot.handlers.asking import Asking
from bot.handlers.linking import seen_links
from bot.handlers.services import Services
from bot.handlers.which import seen_by, which
from bot.views import help as views
from bot.views.catchup import catchup
from bot.views.message import Message
from bot.views.status import SHOWN_LINES, listing, status
from bot.workflows.parsed import (
    CatchupWords,
    HelpWords,
    ListWords,
    Malformed,
    Overview,
    Question,
    StatusWords,
    Tray,
    TrayWithTitle,
)


async def show_status(services: Services, asking: Asking, words: StatusWords) -> Message:
    """How an incident stands."""
    incident = await which(services, asking, words.incident)
    lines = await services.queries.newest(incident.id, SHOWN_LINES)
    return status(incident, lines, services.now(), await seen_links(services, incident, asking.user))


async def show_catchup(services: Services, asking: Asking, words: CatchupWords) -> Message:
    """What somebody needs who was not there."""
    incident = await which(services, asking, words.incident)
    lines = await services.queries.timeline(incident.id)
    return catchup(incident, lines, services.now(), await seen_links(services, incident, asking.user))


async def show_list(services: Services, asking: Asking, words: ListWords) -> Message:
    """The open incidents this person may know of."""
    return listing(await seen_by(services, asking.user))


async def show_overview(services: Services, asking: Asking, words: Overview) -> Message:
    """The bare command outside a room."""
    return views.overview(await seen_by(services, asking.user), asking.command)


async def show_tray(services: Services, asking: Asking, words: Tray) -> Message:
    """The bare command in a room."""
    return await _tray(services, asking)


async def show_tray_with_title(services: Services, asking: Asking, words: TrayWithTitle) -> Message:
    """Free text in a room."""
    return await _tray(services, asking, words)


async def _tray(services: Services, asking: Asking, words: TrayWithTitle | None = None) -> Message:
    incident = await which(services, asking, None)
    may = await services.engine.deeds(incident, asking.user)
    return views.tray(incident, asking.command, words, viewer=asking.user, may=may)


async def show_help(services: Services, asking: Asking, words: HelpWords) -> Message:
    """What one can type."""
    return views.help_text(words.verb, asking.command)


async def ask_back(services: Services, asking: Asking, words: Question) -> Message:
    """It could mean several things."""
    return views.question(words, private=asking.room is not None and asking.room.private)


async def say_what_does_not_fit(services: Services, asking: Asking, words: Malformed) -> Message:
    """A verb with something that does not fit."""
    return views.malformed(words, asking.command)
