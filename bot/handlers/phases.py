"""The course of an incident: resolving and closing, with a button or a word."""

from slack_bolt.app.async_app import AsyncApp

from bot.handlers.asking import Asking, Click
from bot.handlers.edges import on_click
from bot.handlers.services import Services
from bot.handlers.which import visible, which
from bot.views.controls import CLOSE, RESOLVE
from bot.views.message import Message
from bot.views.refusals import told
from bot.workflows.commands import Command
from bot.workflows.parsed import CloseWords, ResolveWords
from bot.workflows.phases import Close, Resolve

RESOLVED = "{incident} is resolved. The draft of the post-mortem follows in its room."
WAS_RESOLVED = "{incident} was resolved already."
CLOSED = "{incident} is closed."
WAS_CLOSED = "{incident} was closed already."


def register(app: AsyncApp, services: Services) -> None:
    """Take the buttons."""
    on_click(app, services, RESOLVE, resolve_clicked)
    on_click(app, services, CLOSE, close_clicked)


async def resolve_typed(services: Services, asking: Asking, words: ResolveWords) -> Message:
    """The impact is over."""
    incident = await which(services, asking, words.incident)
    return await _resolve(services, Resolve(incident=incident.id, by=asking.user), asking.receipt)


async def resolve_clicked(services: Services, click: Click) -> Message:
    """The button, after its question was answered with yes."""
    incident = await visible(services, click.user, click.incident, click.channel)
    return await _resolve(services, Resolve(incident=incident.id, by=click.user), click.receipt)


async def close_typed(services: Services, asking: Asking, words: CloseWords) -> Message:
    """Nothing is left to do."""
    incident = await which(services, asking, words.incident)
    return await _close(services, Close(incident=incident.id, by=asking.user, reason=words.reason), asking.receipt)


async def close_clicked(services: Services, click: Click) -> Message:
    """The button of a resolved incident."""
    incident = await visible(services, click.user, click.incident, click.channel)
    return await _close(services, Close(incident=incident.id, by=click.user), click.receipt)


async def _resolve(services: Services, command: Resolve, receipt: str | None) -> Message:
    return await _done(services, command, receipt, (RESOLVED, WAS_RESOLVED))


async def _close(services: Services, command: Close, receipt: str | None) -> Message:
    return await _done(services, command, receipt, (CLOSED, WAS_CLOSED))


async def _done(services: Services, command: Command, receipt: str | None, texts: tuple[str, str]) -> Message:
    outcome = await services.engine.execute(command, receipt=receipt)
    news, old = texts
    return told((news if outcome.events or outcome.repeated else old).format(incident=outcome.incident.name))
