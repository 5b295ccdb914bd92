"""Buttons that no topic takes: they are from an older version, and say so instead of nothing."""

import re

from slack_bolt.app.async_app import AsyncApp

from bot.handlers.asking import Click
from bot.handlers.edges import on_click
from bot.handlers.services import Services
from bot.views.message import Message
from bot.views.refusals import GONE_BUTTON, told


def register(app: AsyncApp, services: Services) -> None:
    """Take what is left; it has to come last."""
    on_click(app, services, re.compile(r".*"), gone)


async def gone(services: Services, click: Click) -> Message:
    """A button that is no longer known."""
    return told(GONE_BUTTON)
