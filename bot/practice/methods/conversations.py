"""conversations.*: making, naming, furnishing and archiving channels, and who is in them."""

from bot.practice import channels
from bot.practice.errors import ApiError
from bot.practice.methods.registry import MANAGE, Request, Scopes, method
from bot.practice.store import Json
from bot.practice.workspace import BOT_USER

INVITE = Scopes(channel=("channels:manage", "channels:write.invites"), group=("groups:write", "groups:write.invites"))
TOPIC = Scopes(
    channel=("channels:manage", "channels:write.topic"),
    group=("groups:write", "groups:write.topic"),
    im=("im:write", "im:write.topic"),
)
USERS_MAX = 100  # the argument's own figure; the method's page says 1,000 elsewhere, and the stricter holds


@method("conversations.create", "name is_private:bool", MANAGE)
def create(request: Request) -> Json:
    """Make a channel with the bot in it."""
    private = request.flag("is_private")
    request.need(MANAGE.group if private else MANAGE.channel)
    channel = channels.create(request.workspace, request.text("name"), private=private, creator=BOT_USER)
    return {"channel": channels.channel_object(channel)}


@method("conversations.invite", "channel! users! force:bool", INVITE)
def invite(request: Request) -> Json:
    """Invite people; without `force` nobody is invited when one of them cannot be."""
    channel = _managed(request)
    users = [user.strip() for user in request.text("users").split(",") if user.strip()]
    if len(users) > USERS_MAX:
        raise ApiError("too_many_users")
    faults = [
        {"ok": False, "error": error, "user": user} for user in users if (error := _fault(request, channel, user))
    ]
    if faults and (not request.flag("force") or len(faults) == len(users)):
        raise ApiError(str(faults[0]["error"]), errors=faults)
    bad = {fault["user"] for fault in faults}
    for user in dict.fromkeys(users):
        if user not in bad:
            channels.add_member(request.workspace, channel, user, inviter=BOT_USER)
    answer = {"channel": channels.channel_object(channel)}
    return {**answer, "errors": faults} if faults else answer


@method("conversations.join", "channel!", Scopes(channel=("channels:join",)))
def join(request: Request) -> Json:
    """Join a public channel."""
    channel = request.channel(writing=True)
    if channel["is_private"]:
        raise ApiError("method_not_supported_for_channel_type")
    if BOT_USER in channel["members"]:
        return {"channel": channels.channel_object(channel), "warning": "already_in_channel"}
    channels.add_member(request.workspace, channel, BOT_USER)
    return {"channel": channels.channel_object(channel)}


@method("conversations.leave", "channel!", MANAGE)
def leave(request: Request) -> Json:
    """Leave a channel."""
    channel = _managed(request, member=False)
    if BOT_USER not in channel["members"]:
        return {"not_in_channel": True}
    if channel["is_general"]:
        raise ApiError("cant_leave_general")
    channels.remove_member(request.workspace, channel, BOT_USER)
    return {}


@method("conversations.kick", "channel! user!", MANAGE)
def kick(request: Request) -> Json:
    """Remove somebody from a channel."""
    channel, user = _managed(request), request.text("user")
    if user == BOT_USER:
        raise ApiError("cant_kick_self")
    if user not in request.workspace.people:
        raise ApiError("user_not_found")
    if channel["is_general"]:
        raise ApiError("cant_kick_from_general")
    if user not in channel["members"]:
        raise ApiError("not_in_channel")
    channels.remove_member(request.workspace, channel, user)
    return {}


@method("conversations.setTopic", "channel! topic", TOPIC)
def set_topic(request: Request) -> Json:
    """Set the topic; every time the channel is told."""
    channel = request.channel(member=True, writing=True)
    channels.set_topic(request.workspace, channel, request.text("topic"), BOT_USER)
    return {"channel": channels.channel_object(channel)}


@method("conversations.setPurpose", "channel! purpose", TOPIC)
def set_purpose(request: Request) -> Json:
    """Set the purpose; every time the channel is told."""
    channel = request.channel(member=True, writing=True)
    if channel["is_im"]:
        raise ApiError("method_not_supported_for_channel_type")
    channels.set_purpose(request.workspace, channel, request.text("purpose"), BOT_USER)
    return {"channel": channels.channel_object(channel), "purpose": request.text("purpose")}


@method("conversations.archive", "channel!", MANAGE)
def archive(request: Request) -> Json:
    """Archive a channel the bot is in."""
    channels.archive(request.workspace, _managed(request, writing=False), BOT_USER)
    return {}


@method("conversations.unarchive", "channel!", MANAGE)
def unarchive(request: Request) -> Json:
    """Refused in practice as on Slack: archiving has taken the bot out of the channel."""
    if not _managed(request, member=False, writing=False)["is_archived"]:
        raise ApiError("not_archived")
    raise ApiError("not_in_channel")


@method("conversations.rename", "channel! name!", MANAGE)
def rename(request: Request) -> Json:
    """Rename a channel the bot made."""
    channel = _managed(request)
    if channel["creator"] != BOT_USER:
        raise ApiError("not_authorized")
    channels.rename(request.workspace, channel, request.text("name"), BOT_USER)
    return {"channel": channels.channel_object(channel)}


@method("conversations.open", "channel users return_im:bool prevent_creation:bool", Scopes(im=("im:write",)))
def open_direct(request: Request) -> Json:
    """Open direct messages with one person."""
    if request.args.get("channel"):
        channel = request.channel()
    else:
        users = [user for user in request.text("users").split(",") if user]
        if not users:
            raise ApiError("users_list_not_supplied")
        if len(users) > 1:
            raise ApiError("method_not_supported_for_channel_type")
        if users[0] not in request.workspace.people:
            raise ApiError("user_not_found")
        channel = channels.direct(request.workspace, users[0])
    return {"channel": channels.channel_object(channel) if request.flag("return_im") else {"id": channel["id"]}}


def _managed(request: Request, *, member: bool = True, writing: bool = True) -> Json:
    channel = request.channel(member=member, writing=writing)
    if channel["is_im"]:
        raise ApiError("method_not_supported_for_channel_type")
    return channel


def _fault(request: Request, channel: Json, user: str) -> str:
    if user == BOT_USER:
        return "cant_invite_self"
    if user not in request.workspace.people:
        return "user_not_found"
    if request.workspace.people[user].get("deleted"):
        return "cant_invite"
    return "already_in_channel" if user in channel["members"] else ""
