"""Declaring: at once with a title, or through the form; nobody is kept waiting for the room."""

import asyncio
from dataclasses import replace

from slack_bolt.app.async_app import AsyncApp

from bot.engine import Outcome
from bot.handlers.asking import Asking, Click, Submission, receipt_for
from bot.handlers.clock import clock_of
from bot.handlers.edges import on_click, on_submit
from bot.handlers.services import Services
from bot.handlers.which import seen_by
from bot.views import declare as views
from bot.views import similar as questions
from bot.views.declare import Wish
from bot.views.message import Message, View
from bot.views.refusals import told
from bot.workflows.commands import Refused
from bot.workflows.declare import Declaration, Declare, tidied
from bot.workflows.foreign import is_channel, is_ts
from bot.workflows.incident import ChannelId, Incident, MessageTs, Part, Posted, UserId
from bot.workflows.moments import moment
from bot.workflows.parsed import DeclareWords, Title
from bot.workflows.policy import SeverityKey
from bot.workflows.similar import similar

NO_GUESTS = "Guests cannot declare incidents here. Ask a member of the workspace to do it for you."
NO_BOTS = "Incidents are declared by people."
STALE = "That question cannot be answered any more. Declare it once more."
NOT_PRIVATE = "{why} Nothing was opened, since you asked for a private room."


def register(app: AsyncApp, services: Services) -> None:
    """Take the declare form, and the answers to what it may ask; the command has its own file."""
    on_submit(app, services, views.CALLBACK, declare_form)
    on_submit(app, services, questions.ANYWAY, declare_anyway)
    on_click(app, services, questions.ANYWAY, anyway_clicked, in_place=True)


async def open_form(services: Services, asking: Asking, words: Title) -> Message | None:
    """Open the form; whether the person is a guest is looked up at the same time, for when they submit it."""
    if words.private:
        check_privacy(services)
    wish = Wish(words.text, words.summary, words.severity, words.private)
    view = views.declare_modal(services.policy, wish, services.installation.missing_for_private())
    await asyncio.gather(
        asking.client.views_open(trigger_id=asking.trigger_id, view=view), services.people.person(asking.user)
    )
    return None


async def declare_at_once(services: Services, asking: Asking, words: DeclareWords) -> Message | None:
    """Declare with what was typed, unless something like it is open: then the person is asked first."""
    said = Declaration(title=words.title, summary=words.summary, severity=words.severity, private=words.private)
    found = await _open_already(services, said, asking.user)
    if not found:
        return await _declare_typed(services, said, asking, asking.receipt)
    question = questions.question(said, found, asking.receipt or "")
    if question is None:
        view = questions.question_form(services.policy, _wish(said), found, services.installation.missing_for_private())
        await asking.client.views_open(trigger_id=asking.trigger_id, view=view)
    return question


async def anyway_clicked(services: Services, click: Click) -> Message:
    """Open what was typed, as a new incident; the same question opens one, however often it is answered."""
    try:
        asked, said = questions.answered(click.value)
    except ValueError:
        raise Refused(STALE) from None
    return await _declare_typed(services, said, click.asking, receipt_for("anyway", asked))


async def declare_form(services: Services, form: Submission) -> View:
    """Declare with what was filled in, unless something like it is open: then the form asks first."""
    said = await _filled_in(services, form)
    found = await _open_already(services, said, form.user)
    if not found:
        return await declare_anyway(services, form)
    missing = services.installation.missing_for_private()
    return questions.question_form(
        services.policy, replace(_wish(said, form.about), began=form.text(views.STARTED)), found, missing
    )


async def declare_anyway(services: Services, form: Submission) -> View:
    """Declare with what was filled in; the form turns into the link when the room is there."""
    outcome = await _declare(services, form.user, await _filled_in(services, form), form.receipt)
    if not is_there(outcome):
        services.answers.when_open(outcome.incident.id, view_id=form.view_id)
    return views.already_view(outcome.incident) if outcome.repeated else views.opening_view(outcome.incident)


async def _declare_typed(services: Services, said: Declaration, asking: Asking, receipt: str | None) -> Message:
    """Declare with what was typed; the link follows behind the answer."""
    outcome = await _declare(services, asking.user, said, receipt)
    if not is_there(outcome):
        services.answers.when_open(outcome.incident.id, response_url=asking.response_url)
    return told((views.already_text if outcome.repeated else views.opening_text)(outcome.incident))


async def _open_already(services: Services, said: Declaration, user: UserId) -> tuple[Incident, ...]:
    """What is open and similar; nothing when the person said the same a moment ago, which opens nothing anew."""
    await check_may_declare(services, user, said)
    command, now = Declare(said=said, by=user), services.now()
    seen = await seen_by(services, user)
    if any(command.repeats(incident, now) for incident in seen):
        return ()
    return similar(tidied(said).title, seen, said.service)


async def _filled_in(services: Services, form: Submission) -> Declaration:
    severity, began = form.chosen("severity"), form.text(views.STARTED)
    return Declaration(
        title=form.text("title"), summary=form.text("summary"), impact=form.text("impact"),
        kind=form.chosen("kind"), service=form.chosen("service"),
        began=moment(began, await clock_of(services, form.user), views.STARTED) if began else None,
        severity=SeverityKey(severity) if severity else None, private=form.ticked(views.PRIVATE),
        source=_source(form.about),
    )  # fmt: skip


def _wish(said: Declaration, source: str = "") -> Wish:
    """What was said, as a form is filled in with it."""
    return Wish(
        title=said.title, summary=said.summary, impact=said.impact, kind=said.kind, service=said.service,
        severity=said.severity, private=said.private, source=source,
    )  # fmt: skip


def _source(about: str) -> Posted | None:
    """The thread the form was opened from, as handlers/shortcuts.py put it into the form."""
    channel, _, ts = about.partition("/")
    return Posted(channel=ChannelId(channel), ts=MessageTs(ts)) if is_channel(channel) and is_ts(ts) else None


async def _declare(services: Services, user: UserId, said: Declaration, receipt: str | None) -> Outcome:
    await check_may_declare(services, user, said)
    return await services.engine.execute(Declare(said=said, by=user), receipt=receipt)


async def check_may_declare(services: Services, user: UserId, said: Declaration) -> None:
    """Let people pass who may declare, and a private room only where there are some.

    Raises:
        Refused: they may not, or there are none.
    """
    await _check_person(services, user)
    if said.private:
        check_privacy(services)


async def _check_person(services: Services, user: UserId) -> None:
    """Guests may not declare unless the policy lets them; a person Slack does not tell us about in time may."""
    person = await services.people.person(user)
    if person is None:
        return
    if person.is_bot:
        raise Refused(NO_BOTS)
    if person.is_stranger or (person.is_guest and not services.policy.guests_may_declare):
        raise Refused(NO_GUESTS)


def check_privacy(services: Services) -> None:
    """Let it pass where there are private rooms.

    Raises:
        Refused: there are none.
    """
    missing = services.installation.missing_for_private()
    if missing:
        raise Refused(NOT_PRIVATE.format(why=views.no_private(missing)), field=views.PRIVATE)


def is_there(outcome: Outcome) -> bool:
    """Whether the room is there, and whoever asked for it is in it."""
    return outcome.incident.room is not None and outcome.incident.knows(Part.ENTRANCE)
