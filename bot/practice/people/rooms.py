"""Rooms: people joining, leaving, inviting, making, archiving and naming channels."""

from bot.practice import channels
from bot.practice.people.registry import Act, act, refusal
from bot.practice.store import Json
from bot.practice.workspace import BOT_USER


@act("join")
async def join(doing: Act) -> Json:
    """Join a public channel."""
    channel = doing.channel(member=False)
    if doing.user not in channel["members"]:
        channels.add_member(doing.workspace, channel, doing.user)
    return {}


@act("leave")
async def leave(doing: Act) -> Json:
    """Leave a channel."""
    channel = doing.channel(open_only=False)
    if channel["is_general"] or channel["is_im"]:
        raise refusal("cant_leave_general", "You cannot leave this one.")
    channels.remove_member(doing.workspace, channel, doing.user)
    return {}


@act("invite")
async def invite(doing: Act) -> Json:
    """Invite people, or the bot, given by id or name."""
    channel = doing.channel()
    users = doing.body.get("users")
    for named in users if isinstance(users, list) else str(users or "").split(","):
        user = somebody(doing, str(named).strip())
        if user not in channel["members"]:
            channels.add_member(doing.workspace, channel, user, inviter=doing.user)
    return {}


@act("remove")
async def remove(doing: Act) -> Json:
    """Take somebody, or the bot, out of a channel."""
    channel = doing.channel()
    user = somebody(doing, doing.text("user"))
    if channel["is_general"] or user == doing.user:
        raise refusal("cant_remove", "You cannot take this one out of this channel.")
    if user not in channel["members"]:
        raise refusal("not_in_channel", "They are not in this channel.")
    channels.remove_member(doing.workspace, channel, user, actor=doing.user)
    return {}


@act("create_channel")
async def create_channel(doing: Act) -> Json:
    """Make a channel."""
    private = bool(doing.body.get("is_private"))
    return {"channel": channels.create(doing.workspace, doing.text("name"), private=private, creator=doing.user)["id"]}


@act("archive")
async def archive(doing: Act) -> Json:
    """Archive a channel."""
    channels.archive(doing.workspace, doing.channel(open_only=False), doing.user)
    return {}


@act("unarchive")
async def unarchive(doing: Act) -> Json:
    """Bring an archived channel back."""
    channels.unarchive(doing.workspace, doing.channel(open_only=False), doing.user)
    return {}


@act("rename")
async def rename(doing: Act) -> Json:
    """Rename a channel."""
    channels.rename(doing.workspace, doing.channel(), doing.text("name"), doing.user)
    return {}


@act("topic")
async def topic(doing: Act) -> Json:
    """Set a channel's topic."""
    channels.set_topic(doing.workspace, doing.channel(), doing.text("topic"), doing.user)
    return {}


def somebody(doing: Act, named: str) -> str:
    """The id of whom an id or a name means; raises a refusal."""
    bot = doing.workspace.settings.manifest.bot_name.lower()
    if named.lstrip("@").lower() in (BOT_USER.lower(), bot):
        return BOT_USER
    for person in doing.workspace.people:
        if named.lstrip("@") in (person["id"], person["name"]):
            return str(person["id"])
    raise refusal("user_not_found", f"There is nobody called {named}.")
