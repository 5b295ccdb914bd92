"""What no topic takes: buttons and forms of older versions say so instead of nothing; events are not sent again."""

import re

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.handlers.asking import Click
from bot.handlers.edges import on_click
from bot.handlers.services import Services
from bot.views.message import Message
from bot.views.refusals import GONE_BUTTON, GONE_FORM, told
from bot.workflows.commands import Refused

ANY = re.compile(r".*", re.DOTALL)


def register(app: AsyncApp, services: Services) -> None:
    """Take what is left; it has to come last."""

    async def form_gone(ack: AsyncAck) -> None:
        raise Refused(GONE_FORM)

    async def shortcut_gone(ack: AsyncAck) -> None:
        raise Refused(GONE_BUTTON)

    async def unheard(ack: AsyncAck) -> None:
        await ack()  # left alone, Slack would send it three times more and count it against us

    async def nothing_found(ack: AsyncAck) -> None:
        await ack(options=[])

    on_click(app, services, ANY, gone)
    app.view_submission(ANY)(form_gone)
    app.view_closed(ANY)(unheard)
    app.shortcut(ANY)(shortcut_gone)
    app.options(ANY)(nothing_found)
    app.event(ANY)(unheard)


async def gone(services: Services, click: Click) -> Message:
    """A button that is no longer known."""
    if click.response_url is None:
        raise Refused(GONE_BUTTON)
    return told(GONE_BUTTON)
