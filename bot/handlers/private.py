"""Going private: asked for by word or from the menu, and confirmed in a form that says what stays readable."""

from contextlib import suppress

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.handlers.asking import Asking, Click, Submission
from bot.handlers.edges import TROUBLE, on_click, on_submit
from bot.handlers.persons import check_can_answer
from bot.handlers.services import Services
from bot.handlers.which import in_form, visible, which
from bot.views.controls import PRIVATE
from bot.views.declare import no_private
from bot.views.message import View
from bot.views.private import GOING, INVITED, opening_view, private_form
from bot.workflows.commands import Refused
from bot.workflows.incident import Incident, UserId
from bot.workflows.parsed import PrivateWords
from bot.workflows.private import GoPrivate, check_can_go, takes_part

MEMBERS = 1000  # of a room, in one page
NO_ROOM = "{why} So {incident} cannot go on in one."


def register(app: AsyncApp, services: Services) -> None:
    """Take the button and the form."""
    on_click(app, services, PRIVATE, private_clicked)
    on_submit(app, services, GOING, confirmed)


async def private_typed(services: Services, asking: Asking, words: PrivateWords) -> None:
    """Ask, with the command."""
    incident = await which(services, asking, words.incident)
    await _open(services, asking.client, asking.trigger_id, incident, asking.user)


async def private_clicked(services: Services, click: Click) -> None:
    """Ask, from the menu."""
    incident = await visible(services, click.user, click.incident, click.channel)
    await _open(services, click.client, click.trigger_id, incident, click.user)


async def confirmed(services: Services, form: Submission) -> View:
    """Go private; the form turns into the link when the new room is there."""
    incident = await in_form(services, form.incident, form.user)
    _check_rooms(services, incident)
    invited = tuple([user for user in form.people(INVITED) if await _can_come(services, user)])
    inside = await _is_inside(form.client, incident, form.user)
    command = GoPrivate(incident=incident.id, by=form.user, invited=invited, inside=inside)
    outcome = await services.engine.execute(command, receipt=form.receipt)
    services.answers.when_open(incident.id, view_id=form.view_id)
    return opening_view(outcome.incident)


async def _open(
    services: Services, client: AsyncWebClient, trigger_id: str, incident: Incident, user: UserId
) -> None:  # fmt: skip
    check_can_go(incident, user, inside=await _is_inside(client, incident, user))
    _check_rooms(services, incident)
    await client.views_open(trigger_id=trigger_id, view=private_form(incident, user))


async def _can_come(services: Services, user: UserId) -> bool:
    """Whether somebody can be invited; one of those who were proposed may be gone meanwhile, and holds nobody up.

    Raises:
        Refused: it is nobody of this workspace.
    """
    person = await services.people.person(user)
    if person and person.is_gone:
        return False
    await check_can_answer(services, user, INVITED)
    return True


async def _is_inside(client: AsyncWebClient, incident: Incident, user: UserId) -> bool:
    """Whether Slack has somebody in the room who is not known to take part; no, where it does not say."""
    if takes_part(incident, user) or incident.room is None:
        return False
    with suppress(*TROUBLE):
        pages = await client.conversations_members(channel=incident.room.channel, limit=MEMBERS)
        async for page in pages:
            if user in page["members"]:
                return True
    return False


def _check_rooms(services: Services, incident: Incident) -> None:
    """Let pass where there can be private rooms.

    Raises:
        Refused: the app lacks a permission for them.
    """
    missing = services.installation.missing_for_private()
    if missing:
        raise Refused(NO_ROOM.format(why=no_private(missing), incident=incident.name))
