"""Channels: made, joined, left, renamed, archived; direct messages with the bot."""

import re
from collections.abc import Iterable

from bot.practice.errors import ApiError
from bot.practice.events import CHANNEL_TYPES, emit
from bot.practice.messages import announce, in_channel
from bot.practice.store import Json
from bot.practice.workspace import BOT_USER, TEAM_ID, Workspace, blank_channel, kind_of, new_id

NAME_MAX = 80
TOPIC_MAX = 250


def create(workspace: Workspace, name: str, *, private: bool, creator: str) -> Json:
    """Make a channel with its creator in it; raises `name_taken` and the `invalid_name_*` errors."""
    check_name(workspace, name)
    channel = blank_channel(new_id("C"), creator, int(workspace.now()))
    channel |= {"name": name, "is_private": private}
    workspace.channels.put(channel["id"], channel)
    add_member(workspace, channel, creator)
    return channel


def check_name(workspace: Workspace, name: str, own: str = "") -> None:
    """Refuse a name Slack would refuse; archived channels keep theirs. `own` is the id of the channel being renamed."""
    if not name:
        raise ApiError("invalid_name_required")
    if len(name) > NAME_MAX:
        raise ApiError("invalid_name_maxlength")
    if not re.fullmatch(r"[a-z0-9_-]+", name):
        raise ApiError("invalid_name_specials")
    if not re.search(r"[a-z0-9]", name):
        raise ApiError("invalid_name_punctuation")
    if any(channel["name"] == name and channel["id"] != own for channel in workspace.channels):
        raise ApiError("name_taken")


def add_member(workspace: Workspace, channel: Json, user: str, inviter: str = "") -> None:
    """Let somebody in, and say so in the channel."""
    channel["members"].append(user)
    changed(workspace, channel)
    by = {"inviter": inviter} if inviter else {}
    announce(workspace, channel, "channel_join", user=user, text=f"<@{user}> has joined the channel", **by)
    emit(workspace, {**_membership(workspace, channel, user), "type": "member_joined_channel", **by}, channel)


def remove_member(workspace: Workspace, channel: Json, user: str, actor: str = "") -> None:
    """Let somebody go, and say so in the channel; `actor` is whoever took them out.

    Whoever is left hears `member_left_channel`; the bot that had to go hears `channel_left` or `group_left` instead.
    """
    announce(workspace, channel, "channel_leave", user=user, text=f"<@{user}> has left the channel")
    channel["members"].remove(user)
    changed(workspace, channel, also=[user])
    emit(workspace, {**_membership(workspace, channel, user), "type": "member_left_channel"}, channel)
    if user == BOT_USER:
        left = {"type": f"{kind_of(channel)}_left", "channel": channel["id"], "actor_id": actor or user}
        emit(workspace, {**left, "event_ts": workspace.next_ts()})


def archive(workspace: Workspace, channel: Json, user: str) -> None:
    """Archive a channel; raises `already_archived`, `cant_archive_general`."""
    if channel["is_archived"]:
        raise ApiError("already_archived")
    if channel["is_general"]:
        raise ApiError("cant_archive_general")
    announce(workspace, channel, "channel_archive", user=user, text=f"<@{user}> archived the channel")
    channel["is_archived"] = True
    changed(workspace, channel)
    _emit_about(workspace, channel, "archive", {"channel": channel["id"], "user": user, "is_moved": 0})


def unarchive(workspace: Workspace, channel: Json, user: str) -> None:
    """Bring an archived channel back; raises `not_archived`."""
    if not channel["is_archived"]:
        raise ApiError("not_archived")
    channel["is_archived"] = False
    changed(workspace, channel)
    announce(workspace, channel, "channel_unarchive", user=user, text=f"<@{user}> un-archived the channel")
    _emit_about(workspace, channel, "unarchive", {"channel": channel["id"], "user": user})


def rename(workspace: Workspace, channel: Json, name: str, user: str) -> None:
    """Give a channel another name; raises what `check_name` raises."""
    check_name(workspace, name, own=channel["id"])
    old = channel["name"]
    channel["previous_names"].insert(0, old)
    channel["name"] = name
    changed(workspace, channel)
    text = f"<@{user}> has renamed the channel from “{old}” to “{name}”"
    announce(workspace, channel, "channel_name", user=user, text=text, old_name=old, name=name)
    about = {"id": channel["id"], "name": name, "name_normalized": name, "created": channel["created"]}
    about |= {"is_channel": kind_of(channel) == "channel", "is_mpim": False}
    _emit_about(workspace, channel, "rename", {"channel": about})


def set_topic(workspace: Workspace, channel: Json, topic: str, user: str) -> None:
    """Set the topic, and say so in the channel; raises `too_long`."""
    if len(topic) > TOPIC_MAX:
        raise ApiError("too_long")
    channel["topic"] = {"value": topic, "creator": user, "last_set": int(workspace.now())}
    changed(workspace, channel)
    text = f"<@{user}> set the channel topic: {topic}" if topic else f"<@{user}> cleared the channel topic"
    announce(workspace, channel, "channel_topic", user=user, text=text, topic=topic)


def set_purpose(workspace: Workspace, channel: Json, purpose: str, user: str) -> None:
    """Set the purpose, and say so in the channel; raises `too_long`."""
    if len(purpose) > TOPIC_MAX:
        raise ApiError("too_long")
    channel["purpose"] = {"value": purpose, "creator": user, "last_set": int(workspace.now())}
    changed(workspace, channel)
    text = f"<@{user}> set the channel purpose: {purpose}" if purpose else f"<@{user}> cleared the channel purpose"
    announce(workspace, channel, "channel_purpose", user=user, text=text, purpose=purpose)


def direct(workspace: Workspace, user: str) -> Json:
    """The direct messages between a person and the bot, opened when there are none yet."""
    for channel in workspace.channels:
        if channel["is_im"] and channel["user"] == user:
            return channel
    channel = blank_channel(new_id("D"), user, int(workspace.now()))
    channel |= {"is_im": True, "is_private": True, "user": user, "members": [user, BOT_USER]}
    return changed(workspace, channel)


def changed(workspace: Workspace, channel: Json, also: Iterable[str] = ()) -> Json:
    """Keep a changed channel, and tell the pages."""
    workspace.channels.put(channel["id"], channel)
    for user in filter(workspace.live.watched, (*workspace.audience(channel), *also)):
        workspace.live.tell([user], {"type": "channel", "channel": room_of(workspace, channel, user)})
    return channel


def room_of(workspace: Workspace, channel: Json, user: str) -> Json:
    """A channel as one person's page shows it."""
    log = [message for message in workspace.messages(channel["id"]).values() if in_channel(message)]
    read = (workspace.reads.get(f"{user}/{channel['id']}") or {"ts": ""})["ts"]
    unread = [message for message in log if message["ts"] > read and message.get("user") != user]
    room = {name: channel[name] for name in ("id", "created", "is_private", "is_im", "is_archived", "members", "pins")}
    room |= {"name": _room_name(workspace, channel), "im_user": BOT_USER if channel["is_im"] else None}
    room |= {"is_member": user in channel["members"], "topic": channel["topic"]["value"]}
    marked = [mark for mark in workspace.bookmarks if mark["channel_id"] == channel["id"]]
    room["bookmarks"] = [{name: mark[name] for name in ("id", "title", "link", "emoji")} for mark in marked]
    room["canvas"] = channel.get("canvas", "")
    return {**room, "unread": len(unread), "last_ts": log[-1]["ts"] if log else ""}


def _room_name(workspace: Workspace, channel: Json) -> str:
    return workspace.settings.manifest.bot_name if channel["is_im"] else channel["name"]


def channel_object(channel: Json) -> Json:
    """A channel as the Web API shows it to the bot."""
    kind = kind_of(channel)
    shape = {"id": channel["id"], "created": channel["created"], "is_archived": channel["is_archived"]}
    shape |= {"is_channel": kind == "channel", "is_group": kind == "group", "is_im": kind == "im", "is_mpim": False}
    shape |= {"is_private": channel["is_private"], "is_org_shared": False, "context_team_id": TEAM_ID}
    if kind == "im":
        return {**shape, "user": channel["user"], "is_open": True}
    shape |= {"name": channel["name"], "name_normalized": channel["name"], "creator": channel["creator"]}
    shape |= {"is_member": BOT_USER in channel["members"], "is_general": channel["is_general"], "is_shared": False}
    shape |= {"topic": channel["topic"], "purpose": channel["purpose"], "previous_names": channel["previous_names"]}
    if channel.get("canvas"):
        shape["properties"] = {"canvas": {"file_id": channel["canvas"], "is_empty": False}}
    shape |= {"shared_team_ids": [TEAM_ID], "pending_shared": [], "pending_connected_team_ids": []}
    shape |= {"is_pending_ext_shared": False, "last_read": "0000000000.000000"}
    return {**shape, "is_ext_shared": False, "unlinked": 0, "updated": channel["created"] * 1000}


def _membership(workspace: Workspace, channel: Json, user: str) -> Json:
    kind = CHANNEL_TYPES[kind_of(channel)]
    where = {"channel": channel["id"], "channel_type": kind, "team": TEAM_ID}
    return {"user": user, **where, "event_ts": workspace.next_ts()}


def _emit_about(workspace: Workspace, channel: Json, what: str, fields: Json) -> None:
    name = f"{kind_of(channel)}_{what}"
    emit(workspace, {"type": name, **fields, "event_ts": workspace.next_ts()}, channel)
