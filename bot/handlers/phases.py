"""The course of an incident: resolving and closing, with a button or a word."""

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.engine import Outcome
from bot.handlers.asking import Asking, Click, Submission, number_of
from bot.handlers.edges import on_click, on_submit
from bot.handlers.services import Services
from bot.handlers.which import in_form, visible, which
from bot.views.controls import CLOSE, NEXT, RESOLVE
from bot.views.facts import phase
from bot.views.message import Message, View
from bot.views.phases import CLOSING, GOING_ON, RESOLVING, TOLD, closing_form, going_on_form, resolve_form
from bot.views.refusals import told
from bot.workflows.commands import Command, Refused
from bot.workflows.course import COURSE, ItemsOpen, following, just_arrived
from bot.workflows.endings import Cancel, Close, Resolve
from bot.workflows.incident import CustomersTold, Incident
from bot.workflows.over import over
from bot.workflows.parsed import CancelWords, CloseWords, ContainedWords, PhaseWords, ReopenWords, ResolveWords
from bot.workflows.phases import Contain, MovePhase, Reopen
from bot.workflows.policy import Phase
from bot.workflows.text import mention

CLOSED = "{incident} is closed."
STANDS = "{incident} is in {phase}."
LAST = "{incident} is in {phase}, its last phase. When nothing is left to do: `/incident close {incident}`."
ARRIVED = "{incident} came to {phase} a moment ago. If you want to go on from there, say so: `/incident {onward}`."
IS_CONTAINED = "Noted: the impact of {incident} has stopped."
WAS_CONTAINED = "It was said before that the impact of {incident} has stopped."
REOPENED = "{incident} is open again."
APART = "{incident} goes on by itself again, and is as it was: {phase}."
NEW_ROOM = "{incident} is open again. Its room is archived, so a new one is being opened …"
WAS_OPEN = "{incident} is open."
CANCELLED = "{incident} is cancelled."
QUICKER = (
    "{incident} is in {phase} already.{by} What you wrote still stands in the form behind this: put it on the timeline "
    "with `/incident note …`, so that it is not lost."
)


def register(app: AsyncApp, services: Services) -> None:
    """Take the buttons."""
    on_click(app, services, NEXT, next_clicked)
    on_click(app, services, RESOLVE, resolve_clicked)
    on_click(app, services, CLOSE, close_clicked)
    on_submit(app, services, GOING_ON, reason_written)
    on_submit(app, services, RESOLVING, resolve_written)
    on_submit(app, services, CLOSING, close_written)


async def phase_typed(services: Services, asking: Asking, words: PhaseWords) -> Message | None:
    """Go on to a phase, or back; what has to be asked first is asked in a form."""
    incident = await which(services, asking, words.incident)
    to = words.phase or following(incident.phase)
    if words.phase is None and incident.is_open and just_arrived(incident, services.now()):
        onward = "resolve" if to is Phase.LEARNING else f"phase {to}"
        return told(ARRIVED.format(incident=incident.name, phase=phase(incident), onward=onward))
    if to is Phase.LEARNING and incident.is_open:
        await services.engine.check(Resolve(incident=incident.id, by=asking.user))
        await _open(asking.client, asking.trigger_id, resolve_form(incident, words.reason))
        return None
    command = MovePhase(incident=incident.id, by=asking.user, to=to, reason=words.reason)
    return await _moved(services, command, asking)


async def next_clicked(services: Services, click: Click) -> Message | None:
    """The button for the next phase; one for a phase that others have left meanwhile moves nothing."""
    incident = await visible(services, click.user, click.incident, click.channel)
    to = _phase(click.value)
    if to is None or COURSE.index(to) <= COURSE.index(incident.phase):
        return told(STANDS.format(incident=incident.name, phase=phase(incident)))
    return await _moved(services, MovePhase(incident=incident.id, by=click.user, to=to), click)


async def reason_written(services: Services, form: Submission) -> None:
    """Go on, with the reason for leaving required items out."""
    incident = await in_form(services, number_of(form.about.partition(":")[0]), form.user)
    to = _phase(form.about)
    if to is None or COURSE.index(to) <= COURSE.index(incident.phase):
        raise _others_were_quicker(incident)
    command = MovePhase(incident=incident.id, by=form.user, to=to, reason=form.text("reason"))
    _check_counted(await services.engine.execute(command, receipt=form.receipt), form)


async def contained_typed(services: Services, asking: Asking, words: ContainedWords) -> Message:
    """The impact has stopped."""
    incident = await which(services, asking, words.incident)
    return await _done(
        services, Contain(incident=incident.id, by=asking.user), asking.receipt, IS_CONTAINED, WAS_CONTAINED
    )


async def reopen_typed(services: Services, asking: Asking, words: ReopenWords) -> Message:
    """It broke again."""
    incident = await which(services, asking, words.incident)
    command = Reopen(incident=incident.id, by=asking.user, reason=words.reason)
    outcome = await services.engine.execute(command, receipt=asking.receipt)
    if outcome.incident.room or not outcome.events:
        again = REOPENED if outcome.incident.is_open else APART
        text = again if outcome.events or outcome.repeated else WAS_OPEN
        return told(text.format(incident=outcome.incident.name, phase=phase(outcome.incident)))
    services.answers.when_open(outcome.incident.id, response_url=asking.response_url)
    return told(NEW_ROOM.format(incident=outcome.incident.name))


async def cancel_typed(services: Services, asking: Asking, words: CancelWords) -> Message:
    """It was a false alarm."""
    incident = await which(services, asking, words.incident)
    command = Cancel(incident=incident.id, by=asking.user, reason=words.reason)
    return await _done(services, command, asking.receipt, CANCELLED)


async def contained_clicked(services: Services, click: Click) -> Message:
    """The same from the card's menu."""
    incident = await visible(services, click.user, click.incident, click.channel)
    return await _done(
        services, Contain(incident=incident.id, by=click.user), click.receipt, IS_CONTAINED, WAS_CONTAINED
    )


async def resolve_typed(services: Services, asking: Asking, words: ResolveWords) -> Message | None:
    """Ask what fixed it, and whether customers know."""
    incident = await which(services, asking, words.incident)
    await services.engine.check(Resolve(incident=incident.id, by=asking.user))
    return await _ask(asking.client, asking.trigger_id, incident, words.fix)


async def resolve_clicked(services: Services, click: Click) -> Message | None:
    """The same with the button."""
    incident = await visible(services, click.user, click.incident, click.channel)
    await services.engine.check(Resolve(incident=incident.id, by=click.user))
    return await _ask(click.client, click.trigger_id, incident)


async def resolve_written(services: Services, form: Submission) -> None:
    """The impact is over."""
    incident = await in_form(services, form.incident, form.user)
    chosen = form.chosen("told")
    command = Resolve(
        incident=incident.id, by=form.user, fix=form.text("fix"), reason=form.text("reason"),
        customers_told=CustomersTold(chosen) if chosen in {str(told) for told in TOLD} else None,
    )  # fmt: skip
    _check_counted(await services.engine.execute(command, receipt=form.receipt), form)


async def close_typed(services: Services, asking: Asking, words: CloseWords) -> Message | None:
    """Nothing is left to do."""
    incident = await which(services, asking, words.incident)
    return await _close(services, Close(incident=incident.id, by=asking.user, reason=words.reason), asking)


async def close_clicked(services: Services, click: Click) -> Message | None:
    """The button of a resolved incident."""
    incident = await visible(services, click.user, click.incident, click.channel)
    return await _close(services, Close(incident=incident.id, by=click.user), click)


async def close_written(services: Services, form: Submission) -> None:
    """Close, with the reason for leaving required items out."""
    incident = await in_form(services, form.incident, form.user)
    command = Close(incident=incident.id, by=form.user, reason=form.text("reason"))
    outcome = await services.engine.execute(command, receipt=form.receipt)
    if not (outcome.events or outcome.repeated):
        raise Refused(over(outcome.incident))


async def _close(services: Services, command: Close, asked: Asking | Click) -> Message | None:
    """Close; where required items are open, the form that shows them is the answer."""
    try:
        return await _done(services, command, asked.receipt, CLOSED)
    except ItemsOpen as no:
        await _open(asked.client, asked.trigger_id, closing_form(no.incident))
        return None


async def _moved(services: Services, command: MovePhase, asked: Asking | Click) -> Message | None:
    """Move; where required items are open, the form that shows them is the answer."""
    try:
        outcome = await services.engine.execute(command, receipt=asked.receipt)
    except ItemsOpen as no:
        await _open(
            asked.client, asked.trigger_id, going_on_form(no.incident, command.to or following(no.incident.phase))
        )
        return None
    stands = STANDS if outcome.events or outcome.repeated or outcome.incident.is_open else LAST
    return told(stands.format(incident=outcome.incident.name, phase=phase(outcome.incident)))


async def _ask(client: AsyncWebClient, trigger_id: str, incident: Incident, fix: str = "") -> Message | None:
    if not incident.is_open:
        return told(over(incident))
    await _open(client, trigger_id, resolve_form(incident, fix))
    return None


async def _open(client: AsyncWebClient, trigger_id: str, view: View) -> None:
    await client.views_open(trigger_id=trigger_id, view=view)


def _check_counted(outcome: Outcome, form: Submission) -> None:
    """Let what counted pass, now or when the same form came before.

    Raises:
        Refused: somebody else was quicker, so that the words of this form went nowhere.
    """
    last = outcome.incident.course[-1].by if outcome.incident.course else None
    if not outcome.events and not (outcome.repeated and last == form.user):
        raise _others_were_quicker(outcome.incident)


def _others_were_quicker(incident: Incident) -> Refused:
    step = incident.course[-1] if incident.course else None
    by = f" {mention(step.by)} was quicker." if step and step.by else ""
    return Refused(QUICKER.format(incident=incident.name, phase=phase(incident), by=by))


def _phase(value: str) -> Phase | None:
    """The phase that a button or a form carries behind the incident's number."""
    wanted = value.partition(":")[2]
    return Phase(wanted) if wanted in set(COURSE) else None


async def _done(services: Services, command: Command, receipt: str | None, news: str, old: str = "") -> Message:
    """What came of a command; where nothing did, what is `old`, else how the incident ended."""
    outcome = await services.engine.execute(command, receipt=receipt)
    if outcome.events or outcome.repeated:
        return told(news.format(incident=outcome.incident.name))
    return told(old.format(incident=outcome.incident.name) if old else over(outcome.incident))
