"""Marks on messages: pins and reactions."""

import re

from bot.practice.errors import ApiError
from bot.practice.events import emit
from bot.practice.messages import shown
from bot.practice.store import Json
from bot.practice.workspace import Workspace

MAX_PINS = 100


def pin(workspace: Workspace, channel: Json, message: Json, user: str) -> None:
    """Pin a message; raises `already_pinned`, `too_many_pins`."""
    if message["ts"] in channel["pins"]:
        raise ApiError("already_pinned")
    if len(channel["pins"]) >= MAX_PINS:
        raise ApiError("too_many_pins")
    channel["pins"].append(message["ts"])
    message |= {"pinned_to": [channel["id"]], "pinned_info": {"pinned_by": user, "pinned_ts": int(workspace.now())}}
    _pins_changed(workspace, channel, message, {"type": "pin_added", "user": user})


def unpin(workspace: Workspace, channel: Json, message: Json, user: str) -> None:
    """Take a pin off; raises `no_pin`."""
    if message["ts"] not in channel["pins"]:
        raise ApiError("no_pin")
    channel["pins"].remove(message["ts"])
    message.pop("pinned_to", None)
    message.pop("pinned_info", None)
    _pins_changed(workspace, channel, message, {"type": "pin_removed", "user": user})


def pinned_item(channel: Json, message: Json) -> Json:
    """A pin as Slack lists it."""
    info = message.get("pinned_info", {})
    item = {"type": "message", "channel": channel["id"], "message": shown(message)}
    return {**item, "created": info.get("pinned_ts", 0), "created_by": info.get("pinned_by", "")}


def react(workspace: Workspace, channel: Json, message: Json, mark: tuple[str, str]) -> None:
    """Add a reaction, given as (emoji name, user); raises `already_reacted`, `invalid_name`."""
    name, user = mark
    if not re.fullmatch(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?", name):
        raise ApiError("invalid_name")
    reactions: list[Json] = message.setdefault("reactions", [])
    entry = next((reaction for reaction in reactions if reaction["name"] == name), None)
    if entry and user in entry["users"]:
        raise ApiError("already_reacted")
    if entry is None:
        entry = {"name": name, "users": [], "count": 0}
        reactions.append(entry)
    entry["users"].append(user)
    entry["count"] = len(entry["users"])
    _reactions_changed(workspace, channel, message, {"type": "reaction_added", "user": user, "reaction": name})


def unreact(workspace: Workspace, channel: Json, message: Json, mark: tuple[str, str]) -> None:
    """Take a reaction back, given as (emoji name, user); raises `no_reaction`."""
    name, user = mark
    reactions: list[Json] = message.get("reactions", [])
    entry = next((reaction for reaction in reactions if reaction["name"] == name), None)
    if entry is None or user not in entry["users"]:
        raise ApiError("no_reaction")
    entry["users"].remove(user)
    entry["count"] = len(entry["users"])
    if not entry["users"]:
        reactions.remove(entry)
    if not reactions:
        del message["reactions"]
    _reactions_changed(workspace, channel, message, {"type": "reaction_removed", "user": user, "reaction": name})


def _pins_changed(workspace: Workspace, channel: Json, message: Json, event: Json) -> None:
    workspace.channels.put(channel["id"], channel)
    workspace.keep_message(channel["id"], message)
    count = len(channel["pins"])
    event |= {"channel_id": channel["id"], "item": pinned_item(channel, message), "item_user": message.get("user", "")}
    emit(workspace, {**event, "pin_count": count, "has_pins": count > 0, "event_ts": workspace.next_ts()}, channel)
    workspace.live.tell(
        workspace.audience(channel), {"type": "message_changed", "channel": channel["id"], "message": message}
    )


def _reactions_changed(workspace: Workspace, channel: Json, message: Json, event: Json) -> None:
    workspace.keep_message(channel["id"], message)
    item = {"type": "message", "channel": channel["id"], "ts": message["ts"]}
    event |= {"item": item, "item_user": message.get("user", ""), "event_ts": workspace.next_ts()}
    emit(workspace, event, channel)
    frame = {
        "type": "reactions",
        "channel": channel["id"],
        "ts": message["ts"],
        "reactions": message.get("reactions", []),
    }
    workspace.live.tell(workspace.audience(channel), frame)
