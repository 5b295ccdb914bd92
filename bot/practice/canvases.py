"""Canvases: markdown documents, of which a channel has at most one of its own."""

from bot.practice.channels import changed
from bot.practice.errors import ApiError
from bot.practice.store import Json
from bot.practice.workspace import BOT_USER, Workspace, new_id

CONTENT_MAX = 1024 * 1024  # bytes of markdown
OPERATIONS = frozenset({"insert_at_start", "insert_at_end", "replace", "rename"})


def create(workspace: Workspace, channel: Json, title: str, content: Json) -> Json:
    """Make a channel's canvas; raises `channel_canvas_already_exists`."""
    if channel.get("canvas"):
        raise ApiError("channel_canvas_already_exists")
    canvas = {"id": new_id("F"), "channel": channel["id"], "title": title, "markdown": markdown_of(content)}
    canvas |= {"user": BOT_USER, "created": int(workspace.now())}
    channel["canvas"] = canvas["id"]
    kept = workspace.canvases.put(str(canvas["id"]), canvas)
    changed(workspace, channel)
    return kept


def edit(workspace: Workspace, canvas: Json, change: Json) -> None:
    """Make one change of the whole document; raises `canvas_editing_failed` for what needs a section."""
    operation = change.get("operation")
    if operation not in OPERATIONS or change.get("section_id"):
        raise ApiError("canvas_editing_failed")
    if operation == "rename":
        title = markdown_of(change.get("title_content") or {})
        workspace.canvases.put(canvas["id"], {**canvas, "title": title})
        return
    added, old = markdown_of(change.get("document_content") or {}), canvas["markdown"]
    parts = {"insert_at_start": (added, old), "insert_at_end": (old, added), "replace": (added,)}[operation]
    text = "\n".join(part for part in parts if part)
    workspace.canvases.put(canvas["id"], {**canvas, "markdown": _bounded(text)})


def markdown_of(content: Json) -> str:
    """The text of a {type: markdown, markdown} document; raises `invalid_arguments` for another shape."""
    if not content:
        return ""
    text = content.get("markdown")
    if content.get("type") != "markdown" or not isinstance(text, str):
        raise ApiError("invalid_arguments")
    return _bounded(text)


def _bounded(text: str) -> str:
    if len(text.encode()) > CONTENT_MAX:
        raise ApiError("canvas_editing_failed")
    return text
