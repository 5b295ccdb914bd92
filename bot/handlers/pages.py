"""Reading the timeline: page by page with buttons, and the whole of it as a file."""

import re

from slack_bolt.app.async_app import AsyncApp

from bot.handlers.asking import Asking, Click
from bot.handlers.edges import on_click
from bot.handlers.services import Services
from bot.handlers.which import visible, which
from bot.views.message import Message
from bot.views.pages import EXPORT, TURN, page
from bot.views.refusals import told
from bot.workflows.incident import Incident
from bot.workflows.parsed import TimelineWords
from bot.workflows.timeline import Excerpt, ExportTimeline

ON_ITS_WAY = "The timeline of {incident} comes as a file in your messages with Warroom."


def register(app: AsyncApp, services: Services) -> None:
    """Take the buttons below a page."""

    on_click(app, services, re.compile(rf"{TURN}:.*"), page_clicked, in_place=True)
    on_click(app, services, EXPORT, export_clicked)


async def timeline_typed(services: Services, asking: Asking, words: TimelineWords) -> Message:
    """The newest page."""
    return await _page(services, await which(services, asking, words.incident), Excerpt.ALL, None)


async def page_clicked(services: Services, click: Click) -> Message:
    """Another page, or other lines."""
    incident = await visible(services, click.user, click.incident, click.channel)
    _, excerpt, number = [*click.value.split(":"), "", ""][:3]
    shown = Excerpt(excerpt) if excerpt in set(Excerpt) else Excerpt.ALL
    return await _page(services, incident, shown, int(number) if re.fullmatch("[0-9]{1,6}", number) else None)


async def export_clicked(services: Services, click: Click) -> Message:
    """The whole timeline, to this person alone."""
    incident = await visible(services, click.user, click.incident, click.channel)
    await services.engine.execute(ExportTimeline(incident=incident.id, by=click.user), receipt=click.receipt)
    return told(ON_ITS_WAY.format(incident=incident.name))


async def _page(services: Services, incident: Incident, excerpt: Excerpt, number: int | None) -> Message:
    part, lines = await services.queries.page(incident.id, excerpt, number)
    return page(incident, part, lines)
