"""Playbooks in the room: the form that chooses another or one more, by word and by button."""

from slack_bolt.app.async_app import AsyncApp

from bot.handlers.asking import Asking, Click, Submission, number_of
from bot.handlers.clock import clock_of
from bot.handlers.edges import on_click, on_submit, refresh
from bot.handlers.services import Services
from bot.handlers.which import in_form, which
from bot.views.checklist import PLAYBOOK, checklist_form
from bot.views.message import Message
from bot.views.playbooks import ADD, CHOOSING, listed_playbooks, playbook_form
from bot.workflows.commands import Refused
from bot.workflows.over import check_goes_on
from bot.workflows.parsed import PlaybooksWords, PlaybookWords
from bot.workflows.switching import UsePlaybook
from bot.workflows.text import escape


def register(app: AsyncApp, services: Services) -> None:
    """Take the button in the checklist's form, and the form that chooses."""
    on_click(app, services, PLAYBOOK, playbook_clicked)
    on_submit(app, services, CHOOSING, playbook_chosen)


async def playbook_typed(services: Services, asking: Asking, words: PlaybookWords) -> None:
    """Show what it is run by, and choose another."""
    incident = await which(
        services, asking, words.incident, lambda name: f"playbook {name} {escape(words.name)}".strip()
    )
    if words.name:
        check_goes_on(incident)
    await asking.client.views_open(trigger_id=asking.trigger_id, view=playbook_form(incident, words.name))


async def playbooks_typed(services: Services, asking: Asking, words: PlaybooksWords) -> Message:
    """All playbooks, and how their reviews stand."""
    clock = await clock_of(services, asking.user)
    return listed_playbooks(services.policy, clock.at.astimezone(clock.zone).date())


async def playbook_clicked(services: Services, click: Click) -> None:
    """The same, laid over the checklist."""
    incident = await in_form(services, click.incident, click.user)
    show = click.client.views_push if click.view_id else click.client.views_open
    await show(trigger_id=click.trigger_id, view=playbook_form(incident))


async def playbook_chosen(services: Services, form: Submission) -> None:
    """Use what was chosen; the checklist's form, if this one was laid over it, shows what came of it."""
    number, _, expects = form.about.partition(":")
    incident, key = await in_form(services, number_of(number), form.user), form.chosen("playbook")
    if key is None:
        raise Refused("Choose a playbook.", field="playbook")
    command = UsePlaybook(
        incident=incident.id, key=key, by=form.user, add=form.chosen("how") == ADD, expects=expects
    )  # fmt: skip
    outcome = await services.engine.execute(command, receipt=form.receipt)
    if form.root_view_id != form.view_id:
        await refresh(form.client, form.root_view_id, checklist_form(outcome.incident))
