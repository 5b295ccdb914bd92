"""What no topic takes: buttons of an older version say so instead of nothing, and events are taken without a word."""

import re

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.handlers.asking import Click
from bot.handlers.edges import on_click
from bot.handlers.services import Services
from bot.views.message import Message
from bot.views.refusals import GONE_BUTTON, told


def register(app: AsyncApp, services: Services) -> None:
    """Take what is left; it has to come last."""

    async def unheard(ack: AsyncAck) -> None:
        await ack()  # left alone, Slack would send it three times more and count it against us

    on_click(app, services, re.compile(r".*"), gone)
    app.event(re.compile(r".*"))(unheard)


async def gone(services: Services, click: Click) -> Message:
    """A button that is no longer known."""
    return told(GONE_BUTTON)
