"""The timeline: notes that are typed or filled in, and messages that somebody marks with a pushpin."""

from datetime import UTC, datetime

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.handlers.asking import Asking, Click, Submission, receipt_for
from bot.handlers.clock import clock_of
from bot.handlers.edges import on_click, on_submit
from bot.handlers.services import Payload, Services
from bot.handlers.which import in_form, visible, which
from bot.views.controls import NOTE
from bot.views.lines import shown
from bot.views.message import Message
from bot.views.refusals import told
from bot.views.timeline import CALLBACK, WHEN, note_modal
from bot.workflows.backfill import longest_ago
from bot.workflows.commands import Refused
from bot.workflows.foreign import is_ts, is_user, part, words
from bot.workflows.incident import ChannelId, MessageTs, Posted, UserId
from bot.workflows.linking import named
from bot.workflows.masking import MASK
from bot.workflows.moments import moment, moment_in_front
from bot.workflows.parsed import CorrectWords, NoteWords
from bot.workflows.text import escape
from bot.workflows.timeline import PUSHPINS, AddNote, CorrectLine, MarkMessage
from bot.workflows.times import when

NOTED = "Noted on the timeline of {incident}."
CORRECTED = "Your correction stands beside line {line} of {incident}, which said: {said}"
NO_LINE = (
    "There is no line {line} on the timeline of {incident}. `/incident timeline` shows the lines with their numbers."
)
WAS_MASKED = "What looked like a secret in it was masked."
GOES_ON = "{incident} goes on as {other}: what happens now is better noted there."
NOTED_UNDER = "Noted on the timeline of {incident} under {when}."


def register(app: AsyncApp, services: Services) -> None:
    """Take the button, the form and the pushpins."""
    on_click(app, services, NOTE, note_clicked)
    on_submit(app, services, CALLBACK, note_written)

    async def reacted(ack: AsyncAck, body: Payload) -> None:
        await mark(services, body)
        await ack()

    app.event("reaction_added")(reacted)


async def note_typed(services: Services, asking: Asking, words: NoteWords) -> Message:
    """Write a line with the command; when it is asked which incident is meant, the number goes in front."""
    incident = await which(services, asking, words.incident, lambda name: f"note {name} {escape(words.text)}")
    at, text = moment_in_front(words.text, await clock_of(services, asking.user, longest_ago(incident)))
    command = AddNote(incident=incident.id, text=text, by=asking.user, happened_at=at)
    await services.engine.execute(command, receipt=asking.receipt)
    answer = (NOTED_UNDER if at else NOTED).format(incident=incident.name, when=when(at) if at else "")
    into = incident.merged_into
    elsewhere = GOES_ON.format(incident=incident.name, other=named(into)) if into else ""
    return told(" ".join(filter(None, (answer, WAS_MASKED if MASK in text else "", elsewhere))))


async def correction_typed(services: Services, asking: Asking, words: CorrectWords) -> Message:
    """Put a line right; it stays where it is, and the correction refers to it."""
    words_again = f"correct {words.line} {escape(words.text)}"
    incident = await which(services, asking, words.incident, lambda name: f"note {name} {words_again}")
    line = await services.queries.line(incident.id, words.line)
    if line is None:
        raise Refused(NO_LINE.format(line=words.line, incident=incident.name))
    command = CorrectLine(incident=incident.id, line=words.line, text=words.text, by=asking.user)
    await services.engine.execute(command, receipt=asking.receipt)
    return told(CORRECTED.format(line=words.line, incident=incident.name, said=shown(line)))


async def note_clicked(services: Services, click: Click) -> None:
    """Open the form."""
    incident = await visible(services, click.user, click.incident, click.channel)
    await click.client.views_open(trigger_id=click.trigger_id, view=note_modal(incident))


async def note_written(services: Services, form: Submission) -> None:
    """Write a line with the form."""
    incident = await in_form(services, form.incident, form.user)
    said, note, clock = form.text(WHEN), form.text("note"), await clock_of(services, form.user, longest_ago(incident))
    at, text = (moment(said, clock, WHEN), note) if said else moment_in_front(note, clock)
    command = AddNote(incident=incident.id, text=text, by=form.user, happened_at=at)
    await services.engine.execute(command, receipt=form.receipt)


async def mark(services: Services, body: Payload) -> None:
    """Put a message on the timeline that somebody of the workspace marked in a room."""
    event, item = part(body, "event"), part(body, "event", "item")
    by, channel, ts = words(event, "user"), ChannelId(words(item, "channel")), MessageTs(words(item, "ts"))
    if words(event, "reaction") not in PUSHPINS or item.get("type") != "message" or not (is_user(by) and is_ts(ts)):
        return
    incident = await services.queries.in_room(channel)
    person = await services.people.person(UserId(by)) if incident else None
    if incident is None or (person and person.is_stranger):
        return
    author = words(event, "item_user")
    command = MarkMessage(
        incident=incident.id, message=Posted(channel=channel, ts=ts), by=UserId(by),
        said_at=datetime.fromtimestamp(float(ts), UTC), author=UserId(author) if is_user(author) else None,
    )  # fmt: skip
    await services.engine.execute(command, receipt=receipt_for("event", words(body, "event_id")))
