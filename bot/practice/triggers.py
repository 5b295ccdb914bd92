"""What an interaction lends the app for a while: trigger ids (3 s, once) and response urls (30 min, five times)."""

from bot.practice.errors import ApiError
from bot.practice.store import Json, Shelf
from bot.practice.workspace import Workspace, new_id

TRIGGER_SECONDS = 3.0
REPLY_SECONDS, REPLY_USES = 1800.0, 5
KEPT_SECONDS = 3600.0  # long enough that a late call is told why it is refused


def new_trigger(workspace: Workspace, user: str, view_id: str = "") -> str:
    """A trigger id for one person; `view_id` when it came out of a modal."""
    _purge(workspace, workspace.triggers)
    trigger_id = f"{int(workspace.now() * 1000)}.{new_id('').lower()}"
    workspace.triggers.put(trigger_id, {"user": user, "view_id": view_id, "issued": workspace.now(), "used": False})
    return trigger_id


def use_trigger(workspace: Workspace, trigger_id: str) -> Json:
    """Who the trigger belongs to; raises `invalid_trigger_id`, `exchanged_trigger_id`, `expired_trigger_id`."""
    trigger = workspace.triggers.get(trigger_id)
    if trigger is None:
        raise ApiError("invalid_trigger_id")
    if trigger["used"]:
        raise ApiError("exchanged_trigger_id")
    if workspace.now() - trigger["issued"] > TRIGGER_SECONDS:
        raise ApiError("expired_trigger_id")
    return workspace.triggers.put(trigger_id, {**trigger, "used": True})


def new_response_url(workspace: Workspace, channel: Json, user: str, source: Json | None = None) -> str:
    """A response url; `source` is the message the interaction came from, which it may replace or delete."""
    _purge(workspace, workspace.replies)
    key = new_id("R")
    where = {"channel": channel["id"], "user": user, "issued": workspace.now(), "uses": 0}
    if source:
        where |= {"ts": source["ts"], "ephemeral": source.get("is_ephemeral", False)}
        # A message that began a thread stands in the channel, and so does the answer to a click on it.
        thread = source.get("thread_ts", "")
        where["thread_ts"] = "" if thread == source.get("ts") else thread
    workspace.replies.put(key, where)
    return f"{workspace.url}response/{key}"


def use_response_url(workspace: Workspace, key: str) -> Json:
    """Where the response goes; raises `invalid_url`, `expired_url`, `used_url`."""
    reply = workspace.replies.get(key)
    if reply is None:
        raise ApiError("invalid_url")
    if workspace.now() - reply["issued"] > REPLY_SECONDS:
        raise ApiError("expired_url")
    if reply["uses"] >= REPLY_USES:
        raise ApiError("used_url")
    return workspace.replies.put(key, {**reply, "uses": reply["uses"] + 1})


def _purge(workspace: Workspace, shelf: Shelf) -> None:
    for key, lent in shelf.items():
        if workspace.now() - lent["issued"] > KEPT_SECONDS:
            shelf.drop(key)
