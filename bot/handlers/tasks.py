"""Tasks: given by word, with the form, or from a message's menu."""

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.handlers.asking import Asking, Submission, number_of
from bot.handlers.clock import clock_of
from bot.handlers.edges import on_submit
from bot.handlers.persons import check_can_answer
from bot.handlers.services import Payload, Services
from bot.handlers.shortcuts import Chosen
from bot.handlers.which import in_form, which
from bot.views.message import Message
from bot.views.permalink import message_link
from bot.views.refusals import told
from bot.views.tasks import ADDING, added_text, task_form
from bot.workflows.ahead import looks_like_a_time, time_behind, time_to_come
from bot.workflows.commands import Refused
from bot.workflows.foreign import is_channel, is_ts, words
from bot.workflows.incident import ChannelId, MessageTs, Posted, UserId
from bot.workflows.membership import PersonJoined
from bot.workflows.over import check_goes_on
from bot.workflows.parsed import TaskWords
from bot.workflows.quoting import quoted
from bot.workflows.tasks import TEXT_LIMIT, AddTask, given
from bot.workflows.text import cut, escape, mentioned

NO_ROOM = (
    "This is not an incident's room, so there is no checklist to put it on. In its room, the same menu or "
    "`/incident task …` does it."
)
OWNER, DUE, TEXT = "owner", "due", "text"


def register(app: AsyncApp, services: Services) -> None:
    """Take the form and the message shortcut that opens it."""

    async def from_message(ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        await _open_from(services, Chosen.of(body), client, words(body, "trigger_id"))
        await ack()

    app.shortcut("add_task")(from_message)
    on_submit(app, services, ADDING, task_filled_in)


async def task_typed(services: Services, asking: Asking, words: TaskWords) -> Message | None:
    """Give a task at once; nothing typed opens the form."""
    incident = await which(services, asking, words.incident, lambda name: f"task {name} {escape(words.text)}".strip())
    due, text = time_behind(words.text, await clock_of(services, asking.user))
    owner = UserId(words.owner) if words.owner else None
    if not text:
        check_goes_on(incident)
        view = task_form(incident, owner=owner, due=words.text)
        await asking.client.views_open(trigger_id=asking.trigger_id, view=view)
        return None
    guest = await check_can_answer(services, owner, OWNER) if owner else False
    command = AddTask(incident=incident.id, text=text, by=asking.user, owner=owner, due_by=due, guest=guest)
    outcome = await services.engine.execute(command, receipt=asking.receipt)
    let_in = any(isinstance(event, PersonJoined) for event in outcome.events)
    item = given(outcome.incident, command) or outcome.incident.checklist[-1]
    return told(added_text(item, let_in=let_in, unread="" if due else looks_like_a_time(text)))


async def task_filled_in(services: Services, form: Submission) -> None:
    """Give the task of the form; the card shows it."""
    number, _, source = form.about.partition(":")
    incident = await in_form(services, number_of(number), form.user)
    due, owner = time_to_come(form.text(DUE), await clock_of(services, form.user), DUE), form.person(OWNER)
    guest = await check_can_answer(services, owner, OWNER) if owner else False
    command = AddTask(
        incident=incident.id, text=form.text(TEXT), by=form.user, owner=owner, due_by=due, guest=guest,
        more=_link(services, source),
    )  # fmt: skip
    await services.engine.execute(command, receipt=form.receipt)


async def _open_from(services: Services, chosen: Chosen, client: AsyncWebClient, trigger_id: str) -> None:
    incident = await services.queries.in_room(chosen.message.channel)
    if incident is None:
        raise Refused(NO_ROOM)
    check_goes_on(incident)
    text = cut(quoted(chosen.text, "", services.people.known_names(mentioned(chosen.text)))[0], TEXT_LIMIT)
    await client.views_open(trigger_id=trigger_id, view=task_form(incident, text, source=chosen.message))


def _link(services: Services, source: str) -> str:
    """The message it was taken from, as its help shows it; empty for one that was typed."""
    channel, _, ts = source.partition("/")
    if not (is_channel(channel) and is_ts(ts)):
        return ""
    return f"<{message_link(services.installation.url, Posted(channel=ChannelId(channel), ts=MessageTs(ts)))}>"
