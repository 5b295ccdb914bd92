"""Writing an incident down after the fact: the form, and the room it opens."""

import asyncio

from slack_bolt.app.async_app import AsyncApp

from bot.handlers.asking import Asking, Submission
from bot.handlers.clock import clock_of
from bot.handlers.declare import check_may_declare, check_privacy, is_there
from bot.handlers.edges import on_submit
from bot.handlers.services import Services
from bot.views.backfill import ANNOUNCED, CALLBACK, TIMES, backfill_modal
from bot.views.declare import PRIVATE, Wish, already_view, opening_view
from bot.views.message import Message, View
from bot.workflows.backfill import A_YEAR, Backfill, Past
from bot.workflows.declare import Declaration
from bot.workflows.moments import moment
from bot.workflows.parsed import BackfillWords
from bot.workflows.policy import SeverityKey


def register(app: AsyncApp, services: Services) -> None:
    """Take the form."""
    on_submit(app, services, CALLBACK, backfill_written)


async def backfill_typed(services: Services, asking: Asking, words: BackfillWords) -> Message | None:
    """Open the form."""
    if words.private:
        check_privacy(services)
    wish = Wish(words.title, "", words.severity, words.private)
    view = backfill_modal(services.policy, wish, services.installation.missing_for_private())
    await asyncio.gather(
        asking.client.views_open(trigger_id=asking.trigger_id, view=view), services.people.person(asking.user)
    )
    return None


async def backfill_written(services: Services, form: Submission) -> View:
    """Write it down; the form turns into the link when the room is there."""
    severity = form.chosen("severity")
    said = Declaration(
        title=form.text("title"), impact=form.text("impact"), kind=form.chosen("kind"),
        service=form.chosen("service"),
        severity=SeverityKey(severity) if severity else None, private=form.ticked(PRIVATE),
    )  # fmt: skip
    await check_may_declare(services, form.user, said)
    clock = await clock_of(services, form.user, A_YEAR)
    times = {name: moment(form.text(name), clock, name) for name in TIMES if form.text(name)}
    past = Past(said=said, fix=form.text("fix"), announced=form.ticked(ANNOUNCED), **times)
    outcome = await services.engine.execute(Backfill(past=past, by=form.user), receipt=form.receipt)
    if not is_there(outcome):
        services.answers.when_open(outcome.incident.id, view_id=form.view_id)
    return already_view(outcome.incident) if outcome.repeated else opening_view(outcome.incident)
