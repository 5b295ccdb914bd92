"""Reading channels: conversations.info, list, members, history, replies and users.conversations."""

import re

from bot.practice import channels, messages
from bot.practice.errors import ApiError
from bot.practice.methods.paging import answer, page
from bot.practice.methods.registry import HISTORY, READ, Request, method
from bot.practice.store import Json
from bot.practice.workspace import BOT_USER, kind_of

TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
WINDOW = "cursor limit:int oldest latest inclusive:bool include_all_metadata:bool"


@method("conversations.info", "channel! include_locale:bool include_num_members:bool", READ)
def info(request: Request) -> Json:
    """One channel."""
    channel = request.channel()
    shape = channels.channel_object(channel)
    if request.flag("include_num_members"):
        shape["num_members"] = len(channel["members"])
    return {"channel": shape}


@method("conversations.members", "channel! cursor limit:int", READ)
def members(request: Request) -> Json:
    """Who is in a channel."""
    return answer("members", *page(request, list(request.channel()["members"])))


@method("conversations.list", "types exclude_archived:bool cursor limit:int", READ)
def list_all(request: Request) -> Json:
    """Every channel the bot can see."""
    visible = [entry for entry in _of_types(request) if not entry["is_private"] or BOT_USER in entry["members"]]
    found, metadata = page(request, visible)
    shapes = [{**channels.channel_object(entry), "num_members": len(entry["members"])} for entry in found]
    return answer("channels", shapes, metadata)


@method("users.conversations", "user types exclude_archived:bool cursor limit:int", READ)
def of_user(request: Request) -> Json:
    """The channels somebody is in, the bot itself when nobody is named."""
    user = request.text("user") or BOT_USER
    own = [entry for entry in _of_types(request) if user in entry["members"]]
    seen = [entry for entry in own if not entry["is_private"] or BOT_USER in entry["members"]]
    found, metadata = page(request, seen)
    return answer("channels", [channels.channel_object(entry) for entry in found], metadata)


@method("conversations.history", f"channel! {WINDOW}", HISTORY)
def history(request: Request) -> Json:
    """Messages of a channel, newest first, without the replies in threads."""
    channel = request.channel(member=True)
    log = request.workspace.messages(channel["id"]).values()
    window = _window(request, [message for message in log if messages.in_channel(message)])
    found, metadata = page(request, window[::-1])
    shapes = [_shape(request, message) for message in found]
    more = bool(metadata["next_cursor"])
    return {**answer("messages", shapes, metadata), "has_more": more, "pin_count": len(channel["pins"])}


@method("conversations.replies", f"channel! ts! {WINDOW}", HISTORY)
def replies(request: Request) -> Json:
    """A thread, its root first; `ts` may be the root's or a reply's."""
    channel = request.channel(member=True)
    found = messages.thread(request.workspace, channel, request.text("ts"))
    kept = [found[0], *_window(request, found[1:])]
    shown, metadata = page(request, kept, usual=1000)
    shapes = [_shape(request, message) for message in shown]
    return {**answer("messages", shapes, metadata), "has_more": bool(metadata["next_cursor"])}


def _shape(request: Request, message: Json) -> Json:
    return messages.shown(message, with_metadata=request.flag("include_all_metadata"))


def _window(request: Request, log: list[Json]) -> list[Json]:
    oldest, latest = _bound(request, "oldest", 0.0), _bound(request, "latest", float("inf"))
    inclusive = request.flag("inclusive")
    return [
        message
        for message in log
        if oldest < float(message["ts"]) < latest or (inclusive and float(message["ts"]) in (oldest, latest))
    ]


def _bound(request: Request, name: str, default: float) -> float:
    value = request.args.get(name)
    if value in (None, ""):
        return default
    if not re.fullmatch(r"\d+(\.\d+)?", str(value)):
        raise ApiError(f"invalid_ts_{name}")
    return float(str(value))


def _of_types(request: Request) -> list[Json]:
    words = request.text("types", "public_channel").split(",")
    if any(word.strip() not in TYPES for word in words):
        raise ApiError("invalid_types")
    kinds = {TYPES[word.strip()] for word in words}
    for kind in sorted(kinds & {"channel", "group", "im"}):
        request.need(READ.of(kind))
    chosen = [channel for channel in request.workspace.channels if kind_of(channel) in kinds]
    return [channel for channel in chosen if not (request.flag("exclude_archived") and channel["is_archived"])]
