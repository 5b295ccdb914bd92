"""Who comes into a room and who leaves it: whoever left a private one may know no more of it."""

from datetime import UTC, datetime

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.handlers import noticing
from bot.handlers.asking import receipt_for
from bot.handlers.services import Payload, Services
from bot.workflows.incident import ChannelId, UserId
from bot.workflows.membership import RecordCameIn, RecordLeft


def register(app: AsyncApp, services: Services) -> None:
    """Take both events: who holds a role, and we ourselves, are of interest to others, too."""

    async def heard_left(ack: AsyncAck, body: Payload) -> None:
        await noticing.left(services, body)
        await left(services, body)
        await ack()

    async def heard_joined(ack: AsyncAck, body: Payload) -> None:
        await noticing.joined(services, body)
        await joined(services, body)
        await ack()

    app.event("member_left_channel")(heard_left)
    app.event("member_joined_channel")(heard_joined)


async def left(services: Services, body: Payload) -> None:
    """Somebody left a channel, or was taken out of it; our own leaving says nothing of who may know."""
    event = body.get("event") or {}
    user, channel = UserId(str(event.get("user") or "")), ChannelId(str(event.get("channel") or ""))
    incident = await services.queries.in_room(channel) if user and channel else None
    if incident is None or user == services.installation.bot_user_id:
        return
    command = RecordLeft(incident=incident.id, user=user, channel=channel, at=_moment(services, event))
    await services.engine.execute(command, receipt=receipt_for("left", body.get("event_id") or ""))


async def joined(services: Services, body: Payload) -> None:
    """Somebody came into a channel; of interest when they had left it, when it is private, or when they come late."""
    event = body.get("event") or {}
    user, channel = UserId(str(event.get("user") or "")), ChannelId(str(event.get("channel") or ""))
    incident = await services.queries.in_room(channel) if user and channel else None
    if incident is None or user == services.installation.bot_user_id:
        return
    command = RecordCameIn(incident=incident.id, user=user, channel=channel, at=_moment(services, event))
    unknown = user not in incident.left and not incident.is_closed_to(user)
    if unknown and (not command.decide(incident, services.now()) or await _is_bot(services, user)):
        return
    await services.engine.execute(command, receipt=receipt_for("joined", body.get("event_id") or ""))


async def _is_bot(services: Services, user: UserId) -> bool:
    person = await services.people.person(user)
    return person is not None and person.is_bot


def _moment(services: Services, event: Payload) -> datetime:
    """When it happened, by Slack's clock; now, where an event does not say."""
    try:
        return datetime.fromtimestamp(float(event.get("event_ts") or ""), UTC)
    except ValueError:
        return services.now()
