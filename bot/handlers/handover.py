"""Hand-over: offered with a word or in a form, answered with a button of the brief."""

from slack_bolt.app.async_app import AsyncApp

from bot.handlers.asking import Asking, Click, Submission, number_of
from bot.handlers.edges import on_click, on_submit, refresh
from bot.handlers.persons import check_can_answer
from bot.handlers.services import Services
from bot.handlers.which import in_form, visible, which
from bot.views.handover import (
    ACCEPT,
    CALLBACK,
    DECLINE,
    HAND_OVER,
    WITHDRAW,
    accepted_text,
    declined_text,
    handover_form,
    offered,
    offered_view,
    withdrawn_text,
)
from bot.views.message import Message, View
from bot.views.refusals import told
from bot.views.roles import roles_modal
from bot.workflows.commands import Refused
from bot.workflows.handover import (
    NOTHING_OFFERED,
    AcceptHandover,
    DeclineHandover,
    HandoverWithdrawn,
    OfferHandover,
    RecordBrief,
    WithdrawHandover,
    check_held,
    only_role,
)
from bot.workflows.incident import Handover, Incident, UserId
from bot.workflows.membership import UNSEEN
from bot.workflows.offers import last_offer, offer_numbered, offer_of
from bot.workflows.parsed import HandoverWords, WithdrawWords
from bot.workflows.policy import RoleKey


def register(app: AsyncApp, services: Services) -> None:
    """Take the button of the roles' form, the form, and the two buttons of the brief."""
    on_click(app, services, HAND_OVER, handover_clicked)
    on_submit(app, services, CALLBACK, handover_filled_in)
    on_click(app, services, ACCEPT, accepted)
    on_click(app, services, DECLINE, declined)
    on_click(app, services, WITHDRAW, withdraw_clicked)


async def handover_typed(services: Services, asking: Asking, words: HandoverWords) -> Message | None:
    """Offer a role one holds; without a person the form asks for one."""
    incident = await which(services, asking, words.incident)
    role = words.role or only_role(incident, asking.user)
    if words.user is None:
        await _check(services, incident, role, asking.user)
        view = handover_form(incident, role)
        await asking.client.views_open(trigger_id=asking.trigger_id, view=view)
        return None
    command = OfferHandover(
        incident=incident.id, role=role, to=UserId(words.user), by=asking.user, worries=words.worries
    )
    after, offer = await _offer(services, command, asking.receipt)
    return offered(after, offer, offer_of(incident, role, asking.user), seen=await _sees(services, incident, offer.to))


async def withdraw_typed(services: Services, asking: Asking, words: WithdrawWords) -> Message:
    """Take the offer of a role back."""
    incident = await which(services, asking, words.incident)
    command = WithdrawHandover(incident=incident.id, role=words.role, by=asking.user)
    outcome = await services.engine.execute(command, receipt=asking.receipt)
    withdrawn = next((event.offer for event in outcome.events if isinstance(event, HandoverWithdrawn)), None)
    offer = withdrawn or last_offer(outcome.incident, asking.user, words.role)
    return told(withdrawn_text(incident, offer) if offer else NOTHING_OFFERED.format(incident=incident.name))


async def withdraw_clicked(services: Services, click: Click) -> None:
    """The button in the form for roles, which is then shown as it stands."""
    incident = await in_form(services, click.incident, click.user)
    role = RoleKey(click.value.partition(":")[2])
    command = WithdrawHandover(incident=incident.id, role=role, by=click.user)
    outcome = await services.engine.execute(command, receipt=click.receipt)
    await refresh(click.client, click.view_id or "", roles_modal(outcome.incident, click.user))


async def handover_clicked(services: Services, click: Click) -> None:
    """Open the form, laid over the one for roles."""
    if click.view_id:
        incident = await in_form(services, click.incident, click.user)
    else:
        incident = await visible(services, click.user, click.incident, click.channel)
    role = RoleKey(click.value.partition(":")[2])
    await _check(services, incident, role, click.user)
    show = click.client.views_push if click.view_id else click.client.views_open
    await show(trigger_id=click.trigger_id, view=handover_form(incident, role))


async def handover_filled_in(services: Services, form: Submission) -> View:
    """Offer the role of the form, which then says so; the form for roles below it, if there is one, shows it too."""
    number, _, role = form.about.partition(":")
    incident = await in_form(services, number_of(number), form.user)
    to = form.person("to")
    if to is None:
        raise Refused("Choose somebody.", field="to")
    command = OfferHandover(
        incident=incident.id, role=RoleKey(role), to=to, by=form.user, worries=form.text("worries")
    )  # fmt: skip
    after, offer = await _offer(services, command, form.receipt)
    if form.root_view_id != form.view_id:
        await refresh(form.client, form.root_view_id, roles_modal(after, form.user))
    before = offer_of(incident, command.role, form.user)
    return offered_view(after, offer, before, seen=await _sees(services, incident, to))


async def accepted(services: Services, click: Click) -> Message:
    """“I have it”."""
    incident, offer = await _offered(services, click)
    person = await services.people.person(click.user)
    guest = person is not None and person.is_guest
    command = AcceptHandover(incident=incident.id, number=offer.number, by=click.user, guest=guest)
    outcome = await services.engine.execute(command, receipt=click.receipt)
    return told(accepted_text(outcome.incident, offer))


async def declined(services: Services, click: Click) -> Message:
    """“Not now”."""
    incident, offer = await _offered(services, click)
    command = DeclineHandover(incident=incident.id, number=offer.number, by=click.user)
    await services.engine.execute(command, receipt=click.receipt)
    return told(declined_text(incident, offer, seen=await _sees(services, incident, click.user)))


async def _check(services: Services, incident: Incident, role: RoleKey, user: UserId) -> None:
    """Raise Refused when somebody cannot hand over this role, or may not: before the form for it is opened."""
    check_held(incident, role, user)
    await services.engine.check(OfferHandover(incident=incident.id, role=role, to=user, by=user))


async def _offer(services: Services, command: OfferHandover, receipt: str | None) -> tuple[Incident, Handover]:
    await check_can_answer(services, command.to, "to")
    after = (await services.engine.execute(command, receipt=receipt)).incident
    wanted = (command.role, command.by, command.to)
    return after, next(made for made in reversed(after.handovers) if (made.role, made.holder, made.to) == wanted)


async def _offered(services: Services, click: Click) -> tuple[Incident, Handover]:
    """The offer a button belongs to, for whom it was made to; they need not see the incident yet.

    The message it stands in may not be known, such as that of an attempt that Slack did not confirm: now it is.
    """
    incident = await services.queries.incident(click.incident)
    number = int(number_of(click.value.partition(":")[2]))
    if incident is None or not any((made.number, made.to) == (number, click.user) for made in incident.handovers):
        raise Refused(UNSEEN.format(number=click.incident, command="/incident"))
    if click.message:
        await services.engine.execute(RecordBrief(incident=incident.id, number=number, message=click.message))
    return incident, offer_numbered(incident, number)


async def _sees(services: Services, incident: Incident, user: UserId) -> bool:
    person = await services.people.person(user)
    return incident.is_seen_by(user, guest=person is not None and person.is_guest)
