"""How a topic's answer reaches the person: in the acknowledgement, or right after a click."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp
import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.handlers.asking import Click, Submission
from bot.handlers.services import Payload, Services
from bot.views.blocks import modal, section
from bot.views.message import Message, View
from bot.workflows.foreign import words
from bot.workflows.incident import ChannelId, UserId

log = structlog.get_logger()

RESPOND_SECONDS = 2.0  # what a click's answer may take: the acknowledgement follows it, and is due after 3 s
# A form can be opened for 3 s after a click, once, and laid over two others that are still open.
GONE_BY = frozenset({
    "expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired", "trigger_exchanged",
    "push_limit_reached", "not_found",
})  # fmt: skip
TROUBLE = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)

_saying: set[asyncio.Task[bool]] = set()  # answers under way: asyncio itself holds no task


@dataclass(frozen=True, kw_only=True)
class Listener:
    """Whom an answer is for, and where they are."""

    client: AsyncWebClient
    channel: ChannelId
    user: UserId


OnClick = Callable[[Services, Click], Awaitable[Message | None]]


@dataclass(frozen=True)
class Over:
    """A form that is laid over the one that was sent, which stays beneath."""

    view: View


class AllDone:
    """Every form goes, also those beneath."""


ALL_DONE = AllDone()
OnSubmit = Callable[[Services, Submission], Awaitable[View | Over | AllDone | None]]


def on_click(
    app: AsyncApp, services: Services, action: str | re.Pattern[str], answer: OnClick, *, in_place: bool = False
) -> None:
    """Answer the buttons with this action id; a message is said to the person alone.

    `in_place` puts it where the button was, if only that person saw the button.
    """

    async def clicked(
        ack: AsyncAck, body: Payload, client: AsyncWebClient, respond: AsyncRespond
    ) -> BoltResponse | None:
        click = Click.of(body, client)
        message = await answer(services, click)
        if message and click.response_url:
            to = Listener(client=client, channel=click.channel, user=click.user)
            if not await say(respond, message, to, in_place=in_place and click.ephemeral):
                return unsaid()
        elif message and not await show_on_top(body, client, modal("Warroom", [section(message.text)])):
            return unsaid()
        await ack()
        return None

    app.action(action)(clicked)


def on_submit(app: AsyncApp, services: Services, callback: str, answer: OnSubmit) -> None:
    """Answer the forms with this callback id: by what they turn into, by one laid over them, or by closing them."""

    async def submitted(ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        view = await answer(services, Submission.of(body, client))
        if isinstance(view, Over):
            await ack(response_action="push", view=view.view)
        elif isinstance(view, AllDone):
            await ack(response_action="clear")
        elif view:
            await ack(response_action="update", view=view)
        else:
            await ack()

    app.view(callback)(submitted)


async def say(respond: AsyncRespond, message: Message, to: Listener, *, in_place: bool = False) -> bool:
    """An answer to a click, to that person alone; `in_place` of the message that was clicked.

    Returns whether they got it, or may yet: an answer that takes long goes on after this. False means that the click is
    better left unacknowledged, for then Slack itself says that something went wrong.
    """
    saying = asyncio.create_task(_somehow(respond, message, to, in_place=in_place))
    _saying.add(saying)
    saying.add_done_callback(_saying.discard)
    done, _ = await asyncio.wait({saying}, timeout=RESPOND_SECONDS)
    return not done or saying.result()


async def _somehow(respond: AsyncRespond, message: Message, to: Listener, *, in_place: bool) -> bool:
    """Through the response_url, else as an ephemeral message, else not."""
    try:
        answer = await respond(
            text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=in_place
        )
        if answer.status_code < 300:  # the SDK raises nothing for the others
            return True
        log.info("a response_url was not taken", status=answer.status_code)
    except TROUBLE as failure:
        log.info("a response_url was not reached", error=type(failure).__name__)
    try:
        await to.client.chat_postEphemeral(
            channel=to.channel, user=to.user, text=message.text, blocks=message.blocks or None
        )
    except TROUBLE as failure:
        log.warning("an answer did not arrive", error=type(failure).__name__)
        return False
    return True


def unsaid() -> BoltResponse:
    """No acknowledgement: Slack shows that the click did not work."""
    return BoltResponse(status=503, body="")


async def show_on_top(body: Payload, client: AsyncWebClient, view: View) -> bool:
    """Answer where there is no other place for it: after a click in a form or on the Home tab, or a global shortcut.

    Returns whether there is no use in having Slack say that something went wrong: it took the view, or the form it
    belongs to is gone.
    """
    in_a_form = words(body, "view", "type") == "modal"
    show = client.views_push if in_a_form else client.views_open
    try:
        await show(trigger_id=words(body, "trigger_id"), view=view)
    except TROUBLE as failure:
        log.info("an answer did not arrive", error=type(failure).__name__)
        return isinstance(failure, SlackApiError) and failure.response.get("error") in GONE_BY
    return True


async def refresh(client: AsyncWebClient, view_id: str | None, view: View) -> None:
    """Show a form that stands open as it is now, best effort."""
    try:
        async with asyncio.timeout(RESPOND_SECONDS):
            await client.views_update(view_id=view_id or "", view=view)
    except TROUBLE as failure:
        log.info("a form was not brought up to date", error=type(failure).__name__)
