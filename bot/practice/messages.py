"""Messages: posted, changed, deleted, threaded, and shown to one person only."""

import copy

from bot.practice.errors import ApiError
from bot.practice.events import emit
from bot.practice.store import Json
from bot.practice.workspace import APP_ID, BOT_ID, BOT_USER, TEAM_ID, Workspace, kind_of

NO_TEXT_FALLBACK = "This content can't be displayed."
THREAD_FIELDS = ("reply_count", "reply_users", "reply_users_count", "latest_reply")


def bot_author(workspace: Workspace) -> Json:
    """The fields that say a message is the bot's."""
    profile = {"id": BOT_ID, "app_id": APP_ID, "name": workspace.settings.manifest.bot_name, "team_id": TEAM_ID}
    return {"user": BOT_USER, "bot_id": BOT_ID, "app_id": APP_ID, "team": TEAM_ID, "bot_profile": profile}


def post(workspace: Workspace, channel: Json, draft: Json) -> Json:
    """Post a message; `draft` holds author, text and whatever else it carries. `reply_broadcast` makes a broadcast."""
    broadcast = draft.pop("reply_broadcast", False) and "thread_ts" in draft
    message: Json = {"type": "message", **draft, "ts": workspace.next_ts()}
    root = _root(workspace, channel, message) if "thread_ts" in message else None
    if root:
        message["parent_user_id"] = root.get("user", "")
    if broadcast and root:
        message |= {"subtype": "thread_broadcast", "root": shown(root)}
    workspace.keep_message(channel["id"], message)
    if root:
        _count_reply(workspace, channel, root)
    event = {**shown(message), "channel": channel["id"], "channel_type": kind_of(channel), "event_ts": message["ts"]}
    emit(workspace, event, channel)
    _tell(workspace, channel, {"type": "message", "message": message})
    return message


def announce(workspace: Workspace, channel: Json, subtype: str, **fields: str) -> Json:
    """Post a system message, such as somebody joining."""
    return post(workspace, channel, {"subtype": subtype, **fields})


def change(
    workspace: Workspace, channel: Json, message: Json, *, edited_by: str | None = None, **fields: object
) -> Json:
    """Change fields of a message (None removes one) and tell everybody; `edited_by` marks it as edited."""
    before = shown(message)
    for name, value in fields.items():
        message[name] = value
        if value is None:
            del message[name]
    if edited_by:
        message["edited"] = {"user": edited_by, "ts": workspace.next_ts()}
    workspace.keep_message(channel["id"], message)
    _emit_hidden(
        workspace, channel, {"subtype": "message_changed", "message": shown(message), "previous_message": before}
    )
    _tell(workspace, channel, {"type": "message_changed", "message": message})
    return message


def remove(workspace: Workspace, channel: Json, message: Json) -> None:
    """Delete a message; the root of a thread leaves a tombstone."""
    ts = message["ts"]
    if ts in channel["pins"]:
        channel["pins"].remove(ts)
        workspace.channels.put(channel["id"], channel)
    if message.get("reply_count"):
        gone = dict.fromkeys(("blocks", "files", "metadata", "bot_id", "app_id", "bot_profile", "reactions", "edited"))
        change(
            workspace, channel, message, subtype="tombstone", text="This message was deleted.", user="USLACKBOT",
            **{name: None for name in gone if name in message},
        )  # fmt: skip
        return
    workspace.drop_message(channel["id"], ts)
    root = workspace.messages(channel["id"]).get(message.get("thread_ts", ""))
    if root:
        _count_reply(workspace, channel, root)
    _emit_hidden(
        workspace, channel, {"subtype": "message_deleted", "deleted_ts": ts, "previous_message": shown(message)}
    )
    _tell(workspace, channel, {"type": "message_deleted", "ts": ts})


def ephemeral(workspace: Workspace, channel: Json, user: str, draft: Json) -> Json:
    """Show a message to one person only; it is no part of the channel's history."""
    message = {"type": "message", **draft, "ts": workspace.next_ts(), "is_ephemeral": True}
    message |= {"channel": channel["id"], "shown_to": user}
    workspace.ephemerals.put(f"{channel['id']}/{message['ts']}", message)
    workspace.live.tell([user], {"type": "ephemeral", "channel": channel["id"], "message": message})
    return message


def change_ephemeral(workspace: Workspace, message: Json, draft: Json | None) -> None:
    """Replace what an ephemeral message says, or take it away (None)."""
    key = f"{message['channel']}/{message['ts']}"
    frame = {"type": "ephemeral_deleted", "channel": message["channel"], "ts": message["ts"]}
    if draft is None:
        workspace.ephemerals.drop(key)
    else:
        kept = {name: value for name, value in message.items() if name not in {"text", "blocks", "attachments"}}
        frame = {**frame, "type": "ephemeral", "message": workspace.ephemerals.put(key, {**kept, **draft})}
    workspace.live.tell([message["shown_to"]], frame)


def find(workspace: Workspace, channel: Json, ts: str) -> Json:
    """The message with this ts; raises `message_not_found`."""
    message = workspace.messages(channel["id"]).get(ts)
    if message is None or message.get("subtype") == "tombstone":
        raise ApiError("message_not_found")
    return message


def shown(message: Json, *, with_metadata: bool = False) -> Json:
    """A message as Slack hands it out: a copy, without metadata unless it was asked for."""
    shape = copy.deepcopy(message)
    if not with_metadata:
        shape.pop("metadata", None)
    return shape


def in_channel(message: Json) -> bool:
    """Whether the channel itself shows it: replies show only in their thread, unless broadcast."""
    is_reply = message.get("thread_ts", message["ts"]) != message["ts"]
    return not is_reply or message.get("subtype") == "thread_broadcast"


def thread(workspace: Workspace, channel: Json, ts: str) -> list[Json]:
    """The root and its replies, oldest first; a reply's ts finds its thread too. Raises `thread_not_found`."""
    log = workspace.messages(channel["id"])
    if ts not in log:
        raise ApiError("thread_not_found")
    root = log[ts].get("thread_ts", ts)
    return [message for message in log.values() if root in (message["ts"], message.get("thread_ts"))]


def _root(workspace: Workspace, channel: Json, message: Json) -> Json:
    root = workspace.messages(channel["id"]).get(message["thread_ts"])
    if root is None or root.get("subtype", "").startswith("channel_"):
        raise ApiError("cannot_reply_to_message")
    if root.get("thread_ts", root["ts"]) != root["ts"]:
        root = workspace.messages(channel["id"])[root["thread_ts"]]
        message["thread_ts"] = root["ts"]
    return root


def _count_reply(workspace: Workspace, channel: Json, root: Json) -> None:
    replies = [reply for reply in thread(workspace, channel, root["ts"]) if reply is not root]
    authors = list(dict.fromkeys(reply["user"] for reply in replies))
    for name in THREAD_FIELDS:
        root.pop(name, None)
    if replies:
        root |= {"thread_ts": root["ts"], "reply_count": len(replies), "reply_users": authors}
        root |= {"reply_users_count": len(authors), "latest_reply": replies[-1]["ts"]}
    workspace.keep_message(channel["id"], root)


def _emit_hidden(workspace: Workspace, channel: Json, fields: Json) -> None:
    ts = workspace.next_ts()
    shape = {"type": "message", **fields, "hidden": True, "ts": ts, "event_ts": ts}
    emit(workspace, {**shape, "channel": channel["id"], "channel_type": kind_of(channel)}, channel)


def _tell(workspace: Workspace, channel: Json, frame: Json) -> None:
    workspace.live.tell(workspace.audience(channel), {**frame, "channel": channel["id"]})
