"""The checklist: looked at in its form; items ticked, taken, given, left out and undone by menu or by word."""

from slack_bolt.app.async_app import AsyncApp

from bot.handlers.asking import Asking, Click, Submission, number_of
from bot.handlers.edges import on_click, on_submit, refresh
from bot.handlers.persons import check_can_answer
from bot.handlers.services import Services
from bot.handlers.which import in_form, visible, which
from bot.views.checklist import (
    ASSIGN,
    ASSIGNING,
    DONE,
    HELP,
    ITEM,
    MINE,
    SKIP,
    SKIPPING,
    UNDO,
    assign_form,
    checklist_form,
    help_text,
    help_view,
    skip_form,
)
from bot.views.controls import CHECKLIST
from bot.views.facts import people
from bot.views.message import Message
from bot.views.refusals import GONE_BUTTON, told
from bot.workflows.checklist import AssignItem, SkipItem, TickItem, UndoItem, item_numbered
from bot.workflows.commands import Command, Refused
from bot.workflows.incident import Incident, Item
from bot.workflows.parsed import ChecklistWords, CheckWords, SkipWords
from bot.workflows.text import escape, escape_prose

TICKED, UNTICKED = "Ticked{where}: {item}", "Open again{where}: {item}"
WAS_TICKED, WAS_OPEN = "{item} was ticked already{by}.", "{item} is open{where}."
SKIPPED = "Left out{where}: {item}"
ELSEWHERE = " in {incident}"  # where it is not the incident of the room it was typed in


def register(app: AsyncApp, services: Services) -> None:
    """Take the button, the items' menus and the forms."""
    on_click(app, services, CHECKLIST, checklist_clicked)
    on_click(app, services, ITEM, item_clicked)
    on_submit(app, services, SKIPPING, skip_written)
    on_submit(app, services, ASSIGNING, assignee_chosen)


async def checklist_typed(services: Services, asking: Asking, words: ChecklistWords) -> None:
    """Open the form."""
    incident = await which(services, asking, words.incident)
    await asking.client.views_open(trigger_id=asking.trigger_id, view=checklist_form(incident))


async def check_typed(services: Services, asking: Asking, words: CheckWords) -> Message:
    """Tick an item, or take the tick back."""
    verb = "uncheck" if words.undo else "check"
    incident = await which(services, asking, words.incident, lambda name: f"{verb} {words.item} {name}")
    before, make = item_numbered(incident, words.item), UndoItem if words.undo else TickItem
    command: Command = make(incident=incident.id, number=words.item, by=asking.user)
    outcome = await services.engine.execute(command, receipt=asking.receipt)
    done, old = (UNTICKED, WAS_OPEN) if words.undo else (TICKED, WAS_TICKED)
    by = f" by {people((before.by,))}" if before.by else " by itself"
    text = done if outcome.events or outcome.repeated else old
    return told(text.format(item=escape_prose(before.text), by=by, where=_where(incident, asking)))


async def skip_typed(services: Services, asking: Asking, words: SkipWords) -> Message:
    """Leave an item out."""
    incident = await which(
        services, asking, words.incident, lambda name: f"skip {words.item} {name} {escape(words.reason)}"
    )
    command = SkipItem(incident=incident.id, number=words.item, by=asking.user, reason=words.reason)
    outcome = await services.engine.execute(command, receipt=asking.receipt)
    item = item_numbered(outcome.incident, words.item)
    return told(SKIPPED.format(item=escape_prose(item.text), where=_where(incident, asking)))


def _where(incident: Incident, asking: Asking) -> str:
    here = incident.room is not None and incident.room.channel == asking.channel
    return "" if here else ELSEWHERE.format(incident=incident.name)


async def checklist_clicked(services: Services, click: Click) -> None:
    """The same with the button."""
    incident = await visible(services, click.user, click.incident, click.channel)
    await click.client.views_open(trigger_id=click.trigger_id, view=checklist_form(incident))


async def item_clicked(services: Services, click: Click) -> Message | None:
    """A choice of an item's menu; what it changes is seen on the card, and in the form if it stands open."""
    incident, item, what = await _chosen(services, click)
    if what == HELP:
        return await _help(click, item)
    if what in (SKIP, ASSIGN):
        form = skip_form(incident, item) if what == SKIP else assign_form(incident, item)
        show = click.client.views_push if click.view_id else click.client.views_open
        await show(trigger_id=click.trigger_id, view=form)
        return None
    outcome = await services.engine.execute(_command(click, item, what), receipt=click.receipt)
    if click.view_id:
        await refresh(click.client, click.view_id, checklist_form(outcome.incident))
    return None


async def skip_written(services: Services, form: Submission) -> None:
    """Leave an item out, with the reason from the form."""
    incident, number = await _about(services, form)
    command = SkipItem(incident=incident.id, number=number, by=form.user, reason=form.text("reason"))
    await _done(services, form, command)


async def assignee_chosen(services: Services, form: Submission) -> None:
    """Give an item to whoever was chosen."""
    incident, number = await _about(services, form)
    to = form.person("owner")
    if to is None:
        raise Refused("Choose somebody.", field="owner")
    guest = await check_can_answer(services, to, "owner")
    await _done(services, form, AssignItem(incident=incident.id, number=number, to=to, by=form.user, guest=guest))


async def _chosen(services: Services, click: Click) -> tuple[Incident, Item, str]:
    _, number, what = (*click.value.split(":"), "", "")[:3]
    if what not in (DONE, MINE, ASSIGN, SKIP, HELP, UNDO):
        raise Refused(GONE_BUTTON)
    if click.view_id:
        incident = await in_form(services, click.incident, click.user)
    else:
        incident = await visible(services, click.user, click.incident, click.channel)
    return incident, item_numbered(incident, int(number_of(number))), what


def _command(click: Click, item: Item, what: str) -> Command:
    if what == MINE:
        return AssignItem(incident=click.incident, number=item.number, to=click.user, by=click.user)
    kind = TickItem if what == DONE else UndoItem
    return kind(incident=click.incident, number=item.number, by=click.user)


async def _help(click: Click, item: Item) -> Message | None:
    if click.view_id is None:
        return told(help_text(item))
    await click.client.views_push(trigger_id=click.trigger_id, view=help_view(item))
    return None


async def _about(services: Services, form: Submission) -> tuple[Incident, int]:
    number, _, item = form.about.partition(":")
    return await in_form(services, number_of(number), form.user), int(number_of(item))


async def _done(services: Services, form: Submission, command: Command) -> None:
    """Carry it out; the checklist's form, if this one was laid over it, shows what came of it."""
    outcome = await services.engine.execute(command, receipt=form.receipt)
    if form.root_view_id != form.view_id:
        await refresh(form.client, form.root_view_id, checklist_form(outcome.incident))
