"""The course of an incident: resolving and closing, with a button or a word."""

from slack_bolt.app.async_app import AsyncApp

from bot.handlers.asking import Asking, Click
from bot.handlers.edges import on_click
from bot.handlers.services import Services
from bot.handlers.which import visible, which
from bot.views.controls import CLOSE, NEXT, RESOLVE
from bot.views.facts import phase
from bot.views.message import Message
from bot.views.refusals import told
from bot.workflows.commands import Command
from bot.workflows.parsed import CancelWords, CloseWords, ContainedWords, PhaseWords, ReopenWords, ResolveWords
from bot.workflows.phases import COURSE, Cancel, Close, Contain, MovePhase, Reopen, Resolve
from bot.workflows.policy import Phase

RESOLVED = "{incident} is resolved. The draft of the post-mortem follows in its room."
WAS_RESOLVED = "{incident} was resolved already."
CLOSED = "{incident} is closed."
WAS_CLOSED = "{incident} was closed already."
STANDS = "{incident} is in {phase}."
CONTAINED = "Noted: the impact of {incident} has stopped."
WAS_CONTAINED = "It was said before that the impact of {incident} has stopped."
REOPENED = "{incident} is open again."
NEW_ROOM = "{incident} is open again. Its room is archived, so a new one is being opened …"
WAS_OPEN = "{incident} is open."
CANCELLED = "{incident} is cancelled."
WAS_CANCELLED = "{incident} had ended already."


def register(app: AsyncApp, services: Services) -> None:
    """Take the buttons."""
    on_click(app, services, NEXT, next_clicked)
    on_click(app, services, RESOLVE, resolve_clicked)
    on_click(app, services, CLOSE, close_clicked)


async def phase_typed(services: Services, asking: Asking, words: PhaseWords) -> Message:
    """Go on to a phase, or back."""
    incident = await which(services, asking, words.incident)
    command = MovePhase(incident=incident.id, by=asking.user, to=words.phase, reason=words.reason)
    return await _moved(services, command, asking.receipt)


async def next_clicked(services: Services, click: Click) -> Message:
    """The button for the next phase; one for a phase that others have left meanwhile moves nothing."""
    incident = await visible(services, click.user, click.incident, click.channel)
    wanted = click.value.partition(":")[2]
    to = Phase(wanted) if wanted in {phase.value for phase in Phase} else None
    if to is not None and COURSE.index(to) <= COURSE.index(incident.phase):
        return told(STANDS.format(incident=incident.name, phase=phase(incident)))
    return await _moved(services, MovePhase(incident=incident.id, by=click.user, to=to), click.receipt)


async def contained_typed(services: Services, asking: Asking, words: ContainedWords) -> Message:
    """The impact has stopped."""
    incident = await which(services, asking, words.incident)
    return await _done(
        services, Contain(incident=incident.id, by=asking.user), asking.receipt, (CONTAINED, WAS_CONTAINED)
    )


async def reopen_typed(services: Services, asking: Asking, words: ReopenWords) -> Message:
    """It broke again."""
    incident = await which(services, asking, words.incident)
    command = Reopen(incident=incident.id, by=asking.user, reason=words.reason)
    outcome = await services.engine.execute(command, receipt=asking.receipt)
    if outcome.incident.room or not outcome.events:
        text = REOPENED if outcome.events or outcome.repeated else WAS_OPEN
        return told(text.format(incident=outcome.incident.name))
    services.answers.when_open(outcome.incident.id, response_url=asking.response_url)
    return told(NEW_ROOM.format(incident=outcome.incident.name))


async def cancel_typed(services: Services, asking: Asking, words: CancelWords) -> Message:
    """It was a false alarm."""
    incident = await which(services, asking, words.incident)
    command = Cancel(incident=incident.id, by=asking.user, reason=words.reason)
    return await _done(services, command, asking.receipt, (CANCELLED, WAS_CANCELLED))


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


async def _moved(services: Services, command: MovePhase, receipt: str | None) -> Message:
    outcome = await services.engine.execute(command, receipt=receipt)
    return told(STANDS.format(incident=outcome.incident.name, phase=phase(outcome.incident)))


async def _done(services: Services, command: Command, receipt: str | None, texts: tuple[str, str]) -> Message:
    outcome = await services.engine.execute(command, receipt=receipt)
    news, old = texts
    return told((news if outcome.events or outcome.repeated else old).format(incident=outcome.incident.name))
