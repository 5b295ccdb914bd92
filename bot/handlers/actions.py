"""Action items: given by word or form, listed, finished, changed and dropped."""

from datetime import date

from slack_bolt.app.async_app import AsyncApp

from bot.handlers.asking import Asking, Click, Submission, number_of
from bot.handlers.clock import clock_of
from bot.handlers.edges import on_click, on_submit
from bot.handlers.persons import check_can_answer
from bot.handlers.services import Services
from bot.handlers.which import in_form, visible, which
from bot.views.actions import (
    ACTION,
    CHANGE,
    CHANGING,
    DONE,
    DROP,
    DROPPING,
    GIVING,
    change_form,
    drop_form,
    give_form,
    given_text,
    listed_actions,
)
from bot.views.message import Message, View
from bot.views.refusals import GONE_BUTTON, told
from bot.workflows.actions import (
    AddAction,
    ChangeAction,
    DropAction,
    FinishAction,
    action_numbered,
    day_of,
    is_vague,
)
from bot.workflows.commands import Refused
from bot.workflows.deadlines import checked, day_behind, end_of, zone_name
from bot.workflows.incident import ActionItem, Incident, UserId
from bot.workflows.membership import PersonJoined
from bot.workflows.parsed import ActionsWords, ActionWords
from bot.workflows.text import escape, mention

ENDED_ALREADY = "Action item {number} is {state} already{by}, so your reason was not kept."
ENDED = "Action item {number} is {state}."


def register(app: AsyncApp, services: Services) -> None:
    """Take the menus, the buttons of reminders, and the forms."""
    for action in (ACTION, *(f"{ACTION}_{what}" for what in (DONE, CHANGE, DROP))):
        on_click(app, services, action, item_clicked)
    on_submit(app, services, GIVING, item_given)
    on_submit(app, services, CHANGING, item_changed)
    on_submit(app, services, DROPPING, item_dropped)


async def action_typed(services: Services, asking: Asking, words: ActionWords) -> Message | None:
    """Give an item at once when everything was said; else ask for the rest in the form."""
    incident = await which(services, asking, words.incident, lambda name: f"action {name} {escape(words.text)}")
    today = await _today(services, asking.user)
    due, text = day_behind(words.text, today)
    owner = UserId(words.owner) if words.owner else None
    vague = is_vague(text) and bool(text)
    if owner is None or due is None or vague or not text:
        form = give_form(incident, text, owner, due, vague=vague)
        await asking.client.views_open(trigger_id=asking.trigger_id, view=form)
        return None
    await check_can_answer(services, owner, "owner")
    zone = (await clock_of(services, owner)).zone
    command = AddAction(
        incident=incident.id, text=text, owner=owner, due=end_of(checked(due, today), zone), by=asking.user, day=due,
        zone=zone_name(zone),
    )  # fmt: skip
    outcome = await services.engine.execute(command, receipt=asking.receipt)
    let_in = any(isinstance(event, PersonJoined) for event in outcome.events)
    return told(given_text(outcome.incident.actions[-1], let_in=let_in))


async def actions_typed(services: Services, asking: Asking, words: ActionsWords) -> Message:
    """All items of an incident."""
    incident = await which(services, asking, words.incident)
    return listed_actions(incident, services.now())


async def item_clicked(services: Services, click: Click) -> Message | None:
    """A choice of an item's menu, or a button of its reminder."""
    _, number, what = (*click.value.split(":"), "", "")[:3]
    if what not in (DONE, CHANGE, DROP):
        raise Refused(GONE_BUTTON)
    incident = await _seen(services, click, int(number_of(number)))
    item = action_numbered(incident, int(number_of(number)))
    if what == DONE:
        outcome = await services.engine.execute(
            FinishAction(incident=incident.id, number=item.number, by=click.user), receipt=click.receipt
        )
        ended = action_numbered(outcome.incident, item.number)
        return told(ENDED.format(number=ended.number, state=ended.state))
    form = change_form(incident, item) if what == CHANGE else drop_form(incident, item)
    await click.client.views_open(trigger_id=click.trigger_id, view=form)
    return None


async def item_given(services: Services, form: Submission) -> View | None:
    """Give an item; one that nobody can see done comes back once, with what would help."""
    number, _, asked = form.about.partition(":")
    incident = await in_form(services, number_of(number), form.user)
    text, (owner, day) = form.text("text"), await _filled_in(services, form)
    if is_vague(text) and text and not asked:
        return give_form(incident, text, owner, day, vague=True)
    zone = (await clock_of(services, owner)).zone
    command = AddAction(
        incident=incident.id, text=text, owner=owner, due=end_of(day, zone), by=form.user, day=day, zone=zone_name(zone)
    )
    await services.engine.execute(command, receipt=form.receipt)
    return None


async def item_changed(services: Services, form: Submission) -> None:
    """Another owner, or another day."""
    incident, item = await _about(services, form)
    owner, day = await _filled_in(services, form, day_of(item))
    zone = (await clock_of(services, owner)).zone
    command = ChangeAction(
        incident=incident.id, number=item.number, owner=owner, due=end_of(day, zone), by=form.user, day=day,
        zone=zone_name(zone),
    )  # fmt: skip
    await services.engine.execute(command, receipt=form.receipt)


async def item_dropped(services: Services, form: Submission) -> None:
    """It will not be done."""
    incident, item = await _about(services, form)
    command = DropAction(incident=incident.id, number=item.number, by=form.user, reason=form.text("reason"))
    outcome = await services.engine.execute(command, receipt=form.receipt)
    ended = action_numbered(outcome.incident, item.number)
    if not outcome.events and not (outcome.repeated and ended.ended_by == form.user):
        by = f" by {mention(ended.ended_by)}" if ended.ended_by else ""
        raise Refused(ENDED_ALREADY.format(number=ended.number, state=ended.state, by=by))


async def _about(services: Services, form: Submission) -> tuple[Incident, ActionItem]:
    number, _, item = form.about.partition(":")
    incident = await in_form(services, number_of(number), form.user)
    return incident, action_numbered(incident, int(number_of(item)))


async def _seen(services: Services, click: Click, item: int) -> Incident:
    """The incident, for people who may see it; from a direct message also for the owner of this item of it."""
    if not click.channel.startswith("D"):
        return await visible(services, click.user, click.incident, click.channel)
    incident = await services.queries.incident(click.incident)
    if (
        incident
        and not incident.is_closed_to(click.user)
        and any(known.number == item and known.owner == click.user for known in incident.actions)
    ):
        return incident
    return await visible(services, click.user, click.incident)


async def _today(services: Services, user: UserId) -> date:
    clock = await clock_of(services, user)
    return clock.at.astimezone(clock.zone).date()


async def _filled_in(services: Services, form: Submission, kept: date | None = None) -> tuple[UserId, date]:
    """Who does it and by which day; one that stays as it was may be over."""
    owner, said = form.person("owner"), form.date("due")
    if owner is None:
        raise Refused("Choose somebody.", field="owner")
    if said is None:
        raise Refused("Choose a day.", field="due")
    await check_can_answer(services, owner, "owner")
    return owner, said if said == kept else checked(said, await _today(services, form.user), "due")
