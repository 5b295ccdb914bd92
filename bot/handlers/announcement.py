"""Join, on the announcement and in the question before a declare: whoever wants to help, or to watch, is let in."""

from slack_bolt.app.async_app import AsyncApp

from bot.handlers.asking import Click
from bot.handlers.edges import on_click, refresh
from bot.handlers.services import Services
from bot.handlers.which import visible
from bot.views.announcement import JOIN
from bot.views.blocks import modal, section
from bot.views.message import Message
from bot.views.refusals import told
from bot.workflows.commands import Refused
from bot.workflows.membership import Join

COME_IN = "You are invited: {room} is the room of {incident}."
NO_ROOM = "{incident} has no room yet. Try again in a moment."
BY_INVITATION = "{incident} is private by now: only people in its room can invite you."


def register(app: AsyncApp, services: Services) -> None:
    """Take the button."""
    on_click(app, services, JOIN, join_clicked, in_place=True)


async def join_clicked(services: Services, click: Click) -> Message | None:
    """Let a person in, and tell them where."""
    incident = await visible(services, click.user, click.incident, click.channel)
    if incident.private:
        raise Refused(BY_INVITATION.format(incident=incident.name))
    if incident.room is None:
        raise Refused(NO_ROOM.format(incident=incident.name))
    await services.engine.execute(Join(incident=incident.id, by=click.user), receipt=click.receipt)
    text = COME_IN.format(room=f"<#{incident.room.channel}>", incident=incident.name)
    if click.view_id is None:
        return told(text)
    await refresh(click.client, click.view_id, modal(incident.name, [section(text)]))
    return None
