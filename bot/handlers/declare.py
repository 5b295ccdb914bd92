"""Declaring: at once with a title, or through the form; nobody is kept waiting for the room."""

import asyncio

from slack_bolt.app.async_app import AsyncApp

from bot.engine import Outcome
from bot.handlers.asking import Asking, Submission
from bot.handlers.clock import clock_of
from bot.handlers.edges import on_submit
from bot.handlers.services import Services
from bot.views import declare as views
from bot.views.declare import Wish
from bot.views.message import Message, View
from bot.views.refusals import told
from bot.workflows.commands import Refused
from bot.workflows.declare import Declaration, Declare
from bot.workflows.incident import ChannelId, MessageTs, Part, Posted, UserId
from bot.workflows.moments import moment
from bot.workflows.parsed import DeclareWords, Title
from bot.workflows.policy import SeverityKey

NO_GUESTS = "Guests cannot declare incidents here. Ask a member of the workspace to do it for you."
NO_BOTS = "Incidents are declared by people."
NOT_PRIVATE = "{why} Nothing was opened, since you asked for a private room."


def register(app: AsyncApp, services: Services) -> None:
    """Take the declare form; the command has its own file."""
    on_submit(app, services, views.CALLBACK, declare_form)


async def open_form(services: Services, asking: Asking, words: Title) -> Message | None:
    """Open the form; whether the person is a guest is looked up at the same time, for when they submit it."""
    if words.private:
        _check_privacy(services)
    wish = Wish(words.text, words.summary, words.severity, words.private)
    view = views.declare_modal(services.policy, wish, services.installation.missing_for_private())
    await asyncio.gather(
        asking.client.views_open(trigger_id=asking.trigger_id, view=view), services.people.person(asking.user)
    )
    return None


async def declare_at_once(services: Services, asking: Asking, words: DeclareWords) -> Message:
    """Declare with what was typed; the link follows behind the answer."""
    said = Declaration(title=words.title, summary=words.summary, severity=words.severity, private=words.private)
    outcome = await _declare(services, asking.user, said, asking.receipt)
    if not _is_there(outcome):
        services.answers.when_open(outcome.incident.id, response_url=asking.response_url)
    if outcome.repeated:
        return told(views.already_text(outcome.incident))
    return told(views.opening_text(outcome.incident))


async def declare_form(services: Services, form: Submission) -> View:
    """Declare with what was filled in; the form turns into the link when the room is there."""
    severity, began = form.chosen("severity"), form.text(views.STARTED)
    said = Declaration(
        title=form.text("title"), summary=form.text("summary"), impact=form.text("impact"), kind=form.chosen("kind"),
        began=moment(began, await clock_of(services, form.user), views.STARTED) if began else None,
        severity=SeverityKey(severity) if severity else None, private=form.ticked(views.PRIVATE),
        source=_source(form.about),
    )  # fmt: skip
    outcome = await _declare(services, form.user, said, form.receipt)
    if not _is_there(outcome):
        services.answers.when_open(outcome.incident.id, view_id=form.view_id)
    return views.already_view(outcome.incident) if outcome.repeated else views.opening_view(outcome.incident)


def _source(about: str) -> Posted | None:
    """The thread the form was opened from, as handlers/shortcuts.py put it into the form."""
    channel, _, ts = about.partition("/")
    return Posted(channel=ChannelId(channel), ts=MessageTs(ts)) if ts else None


async def _declare(services: Services, user: UserId, said: Declaration, receipt: str | None) -> Outcome:
    await _check_person(services, user)
    if said.private:
        _check_privacy(services)
    return await services.engine.execute(Declare(said=said, by=user), receipt=receipt)


async def _check_person(services: Services, user: UserId) -> None:
    """Guests may not declare unless the policy lets them; a person Slack does not tell us about in time may."""
    person = await services.people.person(user)
    if person is None:
        return
    if person.is_bot:
        raise Refused(NO_BOTS)
    if person.is_stranger or (person.is_guest and not services.policy.guests_may_declare):
        raise Refused(NO_GUESTS)


def _check_privacy(services: Services) -> None:
    missing = services.installation.missing_for_private()
    if missing:
        raise Refused(NOT_PRIVATE.format(why=views.no_private(missing)), field=views.PRIVATE)


def _is_there(outcome: Outcome) -> bool:
    return outcome.incident.room is not None and outcome.incident.knows(Part.ENTRANCE)
