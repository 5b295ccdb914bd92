"""What others do to the rooms, to the announcements, and to the app itself: every event of it becomes a notice."""

from collections.abc import Awaitable, Callable, Iterable

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.handlers.asking import receipt_for
from bot.handlers.services import Payload, Services
from bot.workflows.commands import Command
from bot.workflows.departures import NoticeDeactivated, NoticeLeft
from bot.workflows.incident import ChannelId, Incident, MessageTs, Posted, UserId
from bot.workflows.noticing import Change, NoticeChannel, NoticeDeleted, NoticeRenamed, NoticeUnpinned

NOBODY = UserId("")
Notice = Callable[[Services, Payload], Awaitable[None]]


def register(app: AsyncApp, services: Services) -> None:
    """Take the events."""

    def heard(notice: Notice) -> Callable[..., Awaitable[None]]:
        async def listen(ack: AsyncAck, body: Payload) -> None:
            await notice(services, body)
            await ack()

        return listen

    for_archived, for_back = heard(_changed(Change.ARCHIVED)), heard(_changed(Change.BROUGHT_BACK))
    for_left = heard(_changed(Change.TAKEN_OUT, by="actor_id"))
    app.event("channel_archive")(for_archived)
    app.event("group_archive")(for_archived)
    app.event("channel_unarchive")(for_back)
    app.event("group_unarchive")(for_back)
    app.event("channel_left")(for_left)
    app.event("group_left")(for_left)
    app.event("channel_rename")(heard(renamed))
    app.event("group_rename")(heard(renamed))
    app.event("pin_removed")(heard(unpinned))
    app.event("user_change")(heard(person_changed))
    app.event("tokens_revoked")(heard(token_revoked))
    app.event("app_uninstalled")(heard(uninstalled))


def _changed(change: Change, by: str = "user") -> Notice:
    async def changed(services: Services, body: Payload) -> None:
        event = body.get("event") or {}
        actor = _text(event, by)
        if actor == services.installation.bot_user_id:  # we ourselves, or nobody in particular
            actor = ""
        await _notice_channel(services, body, ChannelId(_text(event, "channel")), change, UserId(actor))

    return changed


async def joined(services: Services, body: Payload) -> None:
    """Somebody joined a channel; only our own coming back is of interest."""
    event = body.get("event") or {}
    if _text(event, "user") == services.installation.bot_user_id:
        await _notice_channel(services, body, ChannelId(_text(event, "channel")), Change.LET_IN)


async def left(services: Services, body: Payload) -> None:
    """Somebody left a channel, or was taken out."""
    event = body.get("event") or {}
    user, channel = UserId(_text(event, "user")), ChannelId(_text(event, "channel"))
    if user == services.installation.bot_user_id:
        return
    incident = await services.queries.in_room(channel)
    if incident and incident.roles_of(user):
        await _execute(services, body, [NoticeLeft(incident=incident.id, user=user, channel=channel)])


async def renamed(services: Services, body: Payload) -> None:
    """A channel has another name."""
    about = _inside(body.get("event"), "channel")
    channel, name = ChannelId(_text(about, "id")), _text(about, "name")
    incident = await services.queries.in_room(channel)
    if incident and name:
        await _execute(services, body, [NoticeRenamed(incident=incident.id, channel=channel, name=name)])


async def unpinned(services: Services, body: Payload) -> None:
    """A pin was taken off a message."""
    event = body.get("event") or {}
    channel, by = ChannelId(_text(event, "channel_id")), UserId(_text(event, "user"))
    ts = _text(_inside(_inside(event, "item"), "message"), "ts")
    incident = await services.queries.in_room(channel)
    if incident and ts:
        message = Posted(channel=channel, ts=MessageTs(ts))
        await _execute(services, body, [NoticeUnpinned(incident=incident.id, message=message, by=by or None)])


async def message_deleted(services: Services, body: Payload) -> None:
    """A message was deleted; one with a thread below it leaves a tombstone."""
    event = body.get("event") or {}
    gone = _deleted_ts(event)
    if not gone:
        return
    message = Posted(channel=ChannelId(_text(event, "channel")), ts=MessageTs(gone))
    incidents = await _concerned(services, message.channel)
    await _execute(services, body, [NoticeDeleted(incident=incident.id, message=message) for incident in incidents])


async def person_changed(services: Services, body: Payload) -> None:
    """Somebody's account changed; one that was taken away frees the roles they held."""
    member = _inside(body.get("event"), "user")
    user = UserId(_text(member, "id"))
    if not user:
        return
    services.people.notice(member)
    if not member.get("deleted"):
        return
    noticed = [NoticeDeactivated(incident=incident.id, user=user) for incident in await services.queries.unfinished()
               if incident.roles_of(user) or any(offer.to == user for offer in incident.handovers)]  # fmt: skip
    await _execute(services, body, noticed)


async def token_revoked(services: Services, body: Payload) -> None:
    """Tokens of the app were taken away, perhaps the one we speak with."""
    bots = _inside(body.get("event"), "tokens").get("bot")
    if isinstance(bots, list) and services.installation.bot_user_id in bots:
        await services.acceptance.refused("token_revoked")


async def uninstalled(services: Services, body: Payload) -> None:
    """The app was taken out of the workspace."""
    await services.acceptance.refused("account_inactive")


async def _notice_channel(
    services: Services, body: Payload, channel: ChannelId, change: Change, by: UserId = NOBODY
) -> None:
    concerned = await _concerned(services, channel)
    notices = [NoticeChannel(incident=one.id, channel=channel, change=change, by=by or None) for one in concerned]
    await _execute(services, body, notices)


async def _concerned(services: Services, channel: ChannelId) -> list[Incident]:
    """The incident whose room a channel is, and those that are announced in it."""
    if not channel:
        return []
    room = await services.queries.in_room(channel)
    return [*([room] if room else []), *await services.queries.announced_in(channel)]


async def _execute(services: Services, body: Payload, commands: Iterable[Command]) -> None:
    """One command for each incident, once per event."""
    for command in commands:
        receipt = receipt_for("event", f"{body['event_id']}:{command.incident}" if body.get("event_id") else "")
        await services.engine.execute(command, receipt=receipt)


def _deleted_ts(event: Payload) -> str:
    if event.get("subtype") == "message_deleted":
        return _text(event, "deleted_ts")
    changed = _inside(event, "message")
    is_tombstone = event.get("subtype") == "message_changed" and changed.get("subtype") == "tombstone"
    return _text(changed, "ts") if is_tombstone else ""


def _inside(payload: object, name: str) -> Payload:
    """An object inside of one; empty when there is none."""
    found = payload.get(name) if isinstance(payload, dict) else None
    return found if isinstance(found, dict) else {}


def _text(payload: Payload, name: str) -> str:
    """A text inside of an object; empty when there is none."""
    found = payload.get(name)
    return found if isinstance(found, str) else ""
