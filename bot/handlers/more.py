"""The menu of the card and the tray: each choice is what a button of the topic would be."""

from collections.abc import Mapping
from dataclasses import replace

from slack_bolt.app.async_app import AsyncApp

from bot.handlers import phases, private, repair, roles, severity, timeline
from bot.handlers.asking import Click
from bot.handlers.edges import OnClick, on_click
from bot.handlers.services import Services
from bot.views.controls import CONTAINED, MORE, NOTE, PRIVATE, REPAIR, RESOLVE, ROLES, SEVERITY
from bot.views.message import Message
from bot.views.refusals import GONE_BUTTON, told

CHOICES: Mapping[str, OnClick] = {
    ROLES: roles.roles_clicked,
    NOTE: timeline.note_clicked,
    SEVERITY: severity.severity_clicked,
    CONTAINED: phases.contained_clicked,
    RESOLVE: phases.resolve_clicked,
    REPAIR: repair.repair_clicked,
    PRIVATE: private.private_clicked,
}


def register(app: AsyncApp, services: Services) -> None:
    """Take the menu."""
    on_click(app, services, MORE, chosen)


async def chosen(services: Services, click: Click) -> Message | None:
    """Do what was chosen."""
    number, _, what = click.value.partition(":")
    if what not in CHOICES:
        return told(GONE_BUTTON)
    return await CHOICES[what](services, replace(click, value=number))
