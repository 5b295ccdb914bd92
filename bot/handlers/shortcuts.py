"""Shortcuts: declaring from anywhere or from a message, and putting a message on the timeline from its menu."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.handlers.asking import receipt_for
from bot.handlers.edges import Listener, say, unsaid
from bot.handlers.services import Payload, Services
from bot.views.declare import Wish, declare_modal
from bot.views.permalink import message_link
from bot.views.refusals import told
from bot.workflows.commands import Refused
from bot.workflows.foreign import is_channel, is_ts, is_user, words
from bot.workflows.incident import ChannelId, MessageTs, Posted, UserId
from bot.workflows.quoting import quoted
from bot.workflows.text import mentioned
from bot.workflows.timeline import MarkMessage

ADDED = "That message is on the timeline of {incident}."
NO_MESSAGE = "Slack did not say which message that is. Please try once more."
NO_ROOM = (
    "This is not an incident's room, so there is no timeline to put it on. “Declare from message” opens an incident "
    "that begins with it."
)


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The message whose menu was used; `text` is as Slack sends it, escaped."""

    message: Posted
    text: str
    author: UserId | None
    thread: MessageTs | None  # of which thread it is a reply

    @classmethod
    def of(cls, body: Payload) -> Self:
        """A `message_action` payload.

        Raises:
            Refused: it does not say which message.
        """
        channel, ts = words(body, "channel", "id"), words(body, "message", "ts")
        if not (is_channel(channel) and is_ts(ts)):
            raise Refused(NO_MESSAGE)
        thread, author = words(body, "message", "thread_ts"), words(body, "message", "user")
        return cls(
            message=Posted(channel=ChannelId(channel), ts=MessageTs(ts)), text=words(body, "message", "text"),
            author=UserId(author) if is_user(author) else None,
            thread=MessageTs(thread) if is_ts(thread) and thread != ts else None,
        )  # fmt: skip


def register(app: AsyncApp, services: Services) -> None:
    """Take the three shortcuts of the manifest."""

    async def declare(ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        await _open_form(services, body, client, Wish())
        await ack()

    async def declare_from(ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        await _open_form(services, body, client, await wish_of(services, Chosen.of(body)))
        await ack()

    async def add(ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond) -> BoltResponse | None:
        added = told(ADDED.format(incident=await _mark(services, body)))
        to = Listener(
            client=client, channel=ChannelId(body["channel"]["id"]), user=UserId(body["user"]["id"])
        )  # fmt: skip
        if not await say(respond, added, to):
            return unsaid()
        await ack()
        return None

    app.shortcut("declare_incident")(declare)
    app.shortcut("declare_from_message")(declare_from)
    app.shortcut("add_to_timeline")(add)


async def wish_of(services: Services, chosen: Chosen) -> Wish:
    """What the form is filled in with: the message's first line as the title, all of it and its link below.

    From the room of a private incident it is private too, unless somebody chooses otherwise.
    """
    incident = await services.queries.in_room(chosen.message.channel)
    link = message_link(services.installation.url, chosen.message, chosen.thread)
    title, summary = quoted(chosen.text, link, services.people.known_names(mentioned(chosen.text)))
    return Wish(
        title=title, summary=summary, source=f"{chosen.message.channel}/{chosen.thread or chosen.message.ts}",
        private=incident is not None and incident.private,
    )  # fmt: skip


async def _open_form(services: Services, body: Payload, client: AsyncWebClient, wish: Wish) -> None:
    view = declare_modal(services.policy, wish, services.installation.missing_for_private())
    # Whether the person is a guest is looked up at the same time, for when they submit it.
    await asyncio.gather(
        client.views_open(trigger_id=words(body, "trigger_id"), view=view),
        services.people.person(UserId(words(body, "user", "id"))),
    )


async def _mark(services: Services, body: Payload) -> str:
    chosen = Chosen.of(body)
    incident = await services.queries.in_room(chosen.message.channel)
    if incident is None:
        raise Refused(NO_ROOM)
    command = MarkMessage(
        incident=incident.id, message=chosen.message, by=UserId(words(body, "user", "id")), author=chosen.author,
        said_at=datetime.fromtimestamp(float(chosen.message.ts), UTC), thread_ts=chosen.thread,
    )  # fmt: skip
    await services.engine.execute(command, receipt=receipt_for("shortcut", words(body, "trigger_id")))
    return incident.name
