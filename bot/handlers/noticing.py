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
    app.event("member_joined_channel")(heard(joined))
    app.event("member_left_channel")(heard(left))
    app.event("pin_removed")(heard(unpinned))
    app.event("user_change")(heard(person_changed))
    app.event("tokens_revoked")(heard(token_revoked))
    app.event("app_uninstalled")(heard(uninstalled))


def _changed(change: Change, by: str = "user") -> Notice:
    async def changed(services: Services, body: Payload) -> None:
        event = body.get("event") or {}
        channel = ChannelId(str(event.get("channel") or ""))
        actor = event.get(by)
        if actor == services.installation.bot_user_id:  # we ourselves, or nobody in particular
            actor = None
        await _notice_channel(services, body, channel, change, UserId(actor) if actor else None)

    return changed


async def joined(services: Services, body: Payload) -> None:
    """Somebody joined a channel; only our own coming back is of interest."""
    event = body.get("event") or {}
    if event.get("user") == services.installation.bot_user_id:
        await _notice_channel(services, body, ChannelId(event.get("channel") or ""), Change.LET_IN, None)


async def left(services: Services, body: Payload) -> None:
    """Somebody left a channel, or was taken out."""
    event = body.get("event") or {}
    user, channel = UserId(event.get("user") or ""), ChannelId(event.get("channel") or "")
    if user == services.installation.bot_user_id:
        return
    incident = await services.queries.in_room(channel)
    if incident and incident.roles_of(user):
        await _execute(services, body, [NoticeLeft(incident=incident.id, user=user, channel=channel)])


async def renamed(services: Services, body: Payload) -> None:
    """A channel has another name."""
    about = (body.get("event") or {}).get("channel") or {}
    channel = ChannelId(about.get("id") or "")
    incident = await services.queries.in_room(channel)
    if incident and about.get("name"):
        await _execute(services, body, [NoticeRenamed(incident=incident.id, channel=channel, name=str(about["name"]))])


async def unpinned(services: Services, body: Payload) -> None:
    """A pin was taken off a message."""
    event = body.get("event") or {}
    channel = ChannelId(event.get("channel_id") or "")
    ts = ((event.get("item") or {}).get("message") or {}).get("ts")
    incident = await services.queries.in_room(channel)
    if incident and ts:
        by = event.get("user")
        message = Posted(channel=channel, ts=MessageTs(ts))
        notice = NoticeUnpinned(incident=incident.id, message=message, by=UserId(by) if by else None)
        await _execute(services, body, [notice])


async def message_deleted(services: Services, body: Payload) -> None:
    """A message was deleted; one with a thread below it leaves a tombstone."""
    event = body.get("event") or {}
    gone = _deleted_ts(event)
    if not gone:
        return
    message = Posted(channel=ChannelId(event.get("channel") or ""), ts=MessageTs(gone))
    incidents = await _concerned(services, message.channel)
    await _execute(services, body, [NoticeDeleted(incident=incident.id, message=message) for incident in incidents])


async def person_changed(services: Services, body: Payload) -> None:
    """Somebody's account changed; one that was taken away frees the roles they held."""
    member = (body.get("event") or {}).get("user") or {}
    services.people.notice(member)
    if not member.get("deleted"):
        return
    user = UserId(member.get("id") or "")
    held = [incident for incident in await services.queries.unfinished() if incident.roles_of(user)]
    await _execute(services, body, [NoticeDeactivated(incident=incident.id, user=user) for incident in held])


async def token_revoked(services: Services, body: Payload) -> None:
    """Tokens of the app were taken away, perhaps the one we speak with."""
    revoked = (body.get("event") or {}).get("tokens") or {}
    if services.installation.bot_user_id in (revoked.get("bot") or ()):
        await services.standing.refused("token_revoked")


async def uninstalled(services: Services, body: Payload) -> None:
    """The app was taken out of the workspace."""
    await services.standing.refused("account_inactive")


async def _notice_channel(
    services: Services, body: Payload, channel: ChannelId, change: Change, by: UserId | None
) -> None:
    concerned = await _concerned(services, channel)
    notices = [NoticeChannel(incident=one.id, channel=channel, change=change, by=by) for one in concerned]
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


def _deleted_ts(event: Payload) -> str | None:
    if event.get("subtype") == "message_deleted":
        return event.get("deleted_ts")
    changed = event.get("message") or {}
    is_tombstone = event.get("subtype") == "message_changed" and changed.get("subtype") == "tombstone"
    return changed.get("ts") if is_tombstone else None
