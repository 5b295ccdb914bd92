"""Status updates: written in a form with a preview, or sent from the reminder as they stand."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.handlers.asking import Asking, Click, Submission, number_of, receipt_for
from bot.handlers.edges import ALL_DONE, AllDone, Over, on_click, on_submit
from bot.handlers.services import Services
from bot.handlers.which import in_form, visible, which
from bot.views.controls import UPDATE
from bot.views.message import Message
from bot.views.refusals import told
from bot.views.updates import (
    CALLBACK,
    EDIT,
    ON_CHANGE,
    PREVIEW,
    SEND,
    SNOOZE,
    changed,
    draft,
    fingerprint,
    preview,
    previewed,
    span,
    unseen,
    update_form,
)
from bot.workflows.commands import Refused
from bot.workflows.incident import Incident, IncidentId, UserId
from bot.workflows.parsed import UpdateWords
from bot.workflows.times import when
from bot.workflows.updates import Said, SendUpdate, SnoozeReminder, may_be_told

SENT = "Update {number} of {incident} is on its way."
LATER = "You will be reminded again {when}. The promise stays as it is."
NO_WAIT = "Choose when stakeholders hear next."
STALE = "This reminder cannot be used any more. Write an update with `/incident update`."


@dataclass(frozen=True, kw_only=True)
class Reminded:
    """What a reminder's button carries: the promise, and what the words that stood there are known by."""

    incident: Incident
    promised: datetime
    fingerprint: str  # empty in a reminder of an older version


def register(app: AsyncApp, services: Services) -> None:
    """Take the buttons and the forms."""
    on_click(app, services, UPDATE, update_clicked)
    on_click(app, services, EDIT, update_clicked)
    on_click(app, services, SEND, send_clicked)
    on_click(app, services, SNOOZE, snooze_clicked)
    on_submit(app, services, CALLBACK, update_written)
    on_submit(app, services, PREVIEW, update_previewed)


async def update_typed(services: Services, asking: Asking, words: UpdateWords) -> None:
    """Open the form with a draft."""
    incident = await which(services, asking, words.incident)
    await services.engine.check(_of(incident, asking.user))
    await _open(services, asking.client, asking.trigger_id, incident, words.happening)


async def update_clicked(services: Services, click: Click) -> None:
    """The same with a button."""
    incident = await visible(services, click.user, click.incident, click.channel)
    await services.engine.check(_of(incident, click.user))
    await _open(services, click.client, click.trigger_id, incident)


async def update_written(services: Services, form: Submission) -> Over:
    """Show what would be sent; the rules are asked already, so that what is wrong is marked in the form."""
    incident = await in_form(services, form.incident, form.user)
    chosen = form.chosen("next")
    said = Said(
        happening=form.text("happening"), affected=form.text("affected"), doing=form.text("doing"),
        next_in=None if chosen is None or chosen == ON_CHANGE else _wait(chosen),
    )  # fmt: skip
    now, command = services.now(), SendUpdate(incident=incident.id, said=said, by=form.user)
    await services.engine.check(command)
    command.decide(incident, now)
    return Over(preview(incident, said, form.user, now))


async def update_previewed(services: Services, form: Submission) -> AllDone:
    """Send what was shown."""
    try:
        number, said = previewed(form.about)
    except ValueError:
        raise Refused(STALE) from None
    incident = await in_form(services, IncidentId(number), form.user)
    await services.engine.execute(SendUpdate(incident=incident.id, said=said, by=form.user), receipt=form.receipt)
    return ALL_DONE


async def send_clicked(services: Services, click: Click) -> Message:
    """Send what the reminder showed, which holds only what is public; where that has changed, show it anew."""
    reminded = await _reminded(services, click)
    incident, promised = reminded.incident, reminded.promised
    await services.engine.check(_of(incident, click.user))
    said = unseen(incident)
    stands = incident.is_open and incident.promise is not None and incident.promise.at == promised
    if stands and fingerprint(incident, said) != reminded.fingerprint:
        return changed(incident, said, services.now())
    command = SendUpdate(incident=incident.id, said=said, by=click.user, expects=promised)
    # However many people press it, and however often, one reminder makes one update.
    outcome = await services.engine.execute(command, receipt=receipt_for("reminder", click.value))
    update = outcome.incident.update
    return told(SENT.format(number=update.number if update else 1, incident=incident.name))


async def snooze_clicked(services: Services, click: Click) -> Message:
    """Be reminded again; the promise stays."""
    reminded = await _reminded(services, click)
    command = SnoozeReminder(incident=reminded.incident.id, by=click.user, expects=reminded.promised)
    outcome = await services.engine.execute(command, receipt=click.receipt)
    promise = outcome.incident.promise
    return told(LATER.format(when=when(promise.snoozed_until) if promise and promise.snoozed_until else "shortly"))


async def _open(
    services: Services, client: AsyncWebClient, trigger_id: str, incident: Incident, happening: str = ""
) -> None:  # fmt: skip
    may_be_told(incident)
    lines = await services.queries.timeline(incident.id)
    said = draft(incident, lines, services.now())
    said = replace(said, happening=happening) if happening else said
    await client.views_open(trigger_id=trigger_id, view=update_form(incident, said))


def _of(incident: Incident, user: UserId) -> SendUpdate:
    """An update that is yet to be written."""
    return SendUpdate(incident=incident.id, said=Said(happening=""), by=user)


def _wait(chosen: str) -> timedelta | None:
    """The wait that was chosen from the list.

    Raises:
        Refused: it is none.
    """
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 8):
        raise Refused(NO_WAIT, field="next")
    return span(int(chosen))


async def _reminded(services: Services, click: Click) -> Reminded:
    number, *moments = click.value.split(":")
    known = moments.pop() if len(moments) == 3 else ""
    try:
        promised, _ = (datetime.fromtimestamp(float(moment), UTC) for moment in moments)
    except (ValueError, OverflowError, OSError):
        raise Refused(STALE) from None
    incident = await visible(services, click.user, number_of(number), click.channel)
    return Reminded(incident=incident, promised=promised, fingerprint=known)
