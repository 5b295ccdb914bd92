"""Roles: taken with a button, a form or a word, given in a form or with a word."""

from slack_bolt.app.async_app import AsyncApp

from bot.handlers.asking import Asking, Click, Submission, receipt_for
from bot.handlers.edges import on_click, on_submit, refresh
from bot.handlers.persons import check_can_answer
from bot.handlers.services import Services
from bot.handlers.which import in_form, visible, which
from bot.views.controls import CLAIM, ROLES
from bot.views.facts import role_name
from bot.views.message import Message, View
from bot.views.refusals import told
from bot.views.roles import CALLBACK, GIVES, roles_modal
from bot.workflows.commands import Refused
from bot.workflows.incident import Incident, UserId
from bot.workflows.parsed import AssignWords, ClaimWords
from bot.workflows.policy import COMMANDER, RoleKey
from bot.workflows.roles import AssignRole, ClaimRole
from bot.workflows.text import mention

YOU_ARE = "You are {role} of {incident}."
THEY_ARE = "{person} is {role} of {incident}."


def register(app: AsyncApp, services: Services) -> None:
    """Take the buttons and the form."""
    on_click(app, services, CLAIM, claim_clicked)
    on_click(app, services, ROLES, roles_clicked)
    on_submit(app, services, CALLBACK, roles_given)


async def claim_typed(services: Services, asking: Asking, words: ClaimWords) -> Message:
    """Take a role oneself."""
    incident = await which(services, asking, words.incident)
    return await _claim(services, incident, words.role, asking.user, asking.receipt)


async def assign_typed(services: Services, asking: Asking, words: AssignWords) -> Message:
    """Give a role to somebody."""
    incident = await which(services, asking, words.incident)
    to = UserId(words.user)
    await _give(services, AssignRole(incident=incident.id, role=words.role, to=to, by=asking.user), asking.receipt)
    return told(THEY_ARE.format(person=mention(to), role=_said(incident, words.role), incident=incident.name))


async def claim_clicked(services: Services, click: Click) -> Message | None:
    """The button on the card, or in the form, which is then shown as it stands."""
    role = RoleKey(click.value.partition(":")[2])
    if click.view_id is None:
        incident = await visible(services, click.user, click.incident, click.channel)
        return await _claim(services, incident, role, click.user, click.receipt)
    incident = await in_form(services, click.incident, click.user)
    command = ClaimRole(incident=incident.id, role=role, by=click.user)
    outcome = await services.engine.execute(command, receipt=click.receipt)
    await refresh(click.client, click.view_id, roles_modal(outcome.incident, click.user))
    return None


async def roles_clicked(services: Services, click: Click) -> None:
    """Open the form."""
    incident = await visible(services, click.user, click.incident, click.channel)
    await click.client.views_open(trigger_id=click.trigger_id, view=roles_modal(incident, click.user))


async def roles_given(services: Services, form: Submission) -> View | None:
    """One command for each role that was given; those already done are not done again when one is refused.

    Command goes last: where only the commander gives roles, whoever gives theirs away gives the others, too.
    """
    incident = await in_form(services, form.incident, form.user)
    for rule in sorted(services.policy.roles, key=lambda rule: rule.key == COMMANDER):
        block = f"{GIVES}{rule.key}"
        to = form.person(block)
        if to is None:
            continue
        command = AssignRole(incident=incident.id, role=rule.key, to=to, by=form.user)
        try:
            await _give(services, command, receipt_for("view", f"{form.view_id}:{rule.key}"))
        except Refused as refused:
            raise Refused(refused.reason, field=block) from refused
    return None


async def _claim(services: Services, incident: Incident, role: RoleKey, user: UserId, receipt: str | None) -> Message:
    await services.engine.execute(ClaimRole(incident=incident.id, role=role, by=user), receipt=receipt)
    return told(YOU_ARE.format(role=_said(incident, role), incident=incident.name))


async def _give(services: Services, command: AssignRole, receipt: str | None) -> None:
    await check_can_answer(services, command.to, "to")
    await services.engine.execute(command, receipt=receipt)


def _said(incident: Incident, role: RoleKey) -> str:
    name = role_name(incident, role)
    return name[:1].lower() + name[1:]
