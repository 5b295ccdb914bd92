"""The Home tab: shown when somebody opens it, and its buttons."""

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.handlers import declare
from bot.handlers.asking import Click
from bot.handlers.edges import on_click
from bot.handlers.postmortem import follows
from bot.handlers.services import Payload, Services
from bot.handlers.which import visible
from bot.views.blocks import modal, section
from bot.views.home import DECLARE, DRAFT
from bot.workflows.foreign import is_user, words
from bot.workflows.incident import UserId
from bot.workflows.parsed import Title
from bot.workflows.postmortem import PrepareDraft


def register(app: AsyncApp, services: Services) -> None:
    """Take the opening of the tab, and its buttons."""
    on_click(app, services, DECLARE, declare_clicked)
    on_click(app, services, DRAFT, draft_clicked)

    async def opened(ack: AsyncAck, body: Payload) -> None:
        await show(services, body)
        await ack()

    app.event("app_home_opened")(opened)


async def show(services: Services, body: Payload) -> None:
    """Publish the tab of somebody of the workspace; its neighbour, the messages, is Slack's own."""
    user = UserId(words(body, "event", "user"))
    if words(body, "event", "tab") != "home" or not is_user(user):
        return
    person = await services.people.person(user)
    if person is None or not (person.is_stranger or person.is_bot):
        await services.homes.opened(user, guest=person is not None and person.is_guest)


async def declare_clicked(services: Services, click: Click) -> None:
    """Open the form."""
    await declare.open_form(services, click.asking, Title(""))


async def draft_clicked(services: Services, click: Click) -> None:
    """Put a fresh draft into the room, and say so: a tab has no other place for an answer."""
    incident = await visible(services, click.user, click.incident)
    await services.engine.execute(PrepareDraft(incident=incident.id, by=click.user), receipt=click.receipt)
    view = modal(incident.name, [section(follows(incident))])
    await click.client.views_open(trigger_id=click.trigger_id, view=view)
