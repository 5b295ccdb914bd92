"""Grading: with a word, or in the form."""

from slack_bolt.app.async_app import AsyncApp

from bot.handlers.asking import Asking, Click, Submission
from bot.handlers.edges import on_click, on_submit
from bot.handlers.services import Services
from bot.handlers.which import in_form, visible, which
from bot.views.controls import SEVERITY
from bot.views.facts import grade
from bot.views.message import Message
from bot.views.refusals import told
from bot.views.severity import CALLBACK, severity_modal
from bot.workflows.parsed import SeverityWords
from bot.workflows.policy import SeverityKey
from bot.workflows.severity import SetSeverity

GRADED = "{incident} is {grade}."


def register(app: AsyncApp, services: Services) -> None:
    """Take the button and the form."""
    on_click(app, services, SEVERITY, severity_clicked)
    on_submit(app, services, CALLBACK, severity_chosen)


async def severity_typed(services: Services, asking: Asking, words: SeverityWords) -> Message:
    """Grade with a word."""
    incident = await which(services, asking, words.incident)
    command = SetSeverity(incident=incident.id, severity=words.severity, by=asking.user)
    outcome = await services.engine.execute(command, receipt=asking.receipt)
    return told(GRADED.format(incident=incident.name, grade=grade(outcome.incident)))


async def severity_clicked(services: Services, click: Click) -> None:
    """Open the form."""
    incident = await visible(services, click.user, click.incident, click.channel)
    await services.engine.check(SetSeverity(incident=incident.id, severity=SeverityKey(""), by=click.user))
    await click.client.views_open(trigger_id=click.trigger_id, view=severity_modal(incident))


async def severity_chosen(services: Services, form: Submission) -> None:
    """Grade with the form."""
    incident = await in_form(services, form.incident, form.user)
    severity = SeverityKey(form.chosen("severity") or "")
    command = SetSeverity(incident=incident.id, severity=severity, by=form.user)
    await services.engine.execute(command, receipt=form.receipt)
