"""conversations.canvases.create and canvases.edit, without sections."""

from bot.practice import canvases
from bot.practice.errors import ApiError, invalid_arguments
from bot.practice.methods.registry import Request, everywhere, method
from bot.practice.store import Json

CANVASES_WRITE = everywhere("canvases:write")


@method("conversations.canvases.create", "channel_id! title document_content:dict", CANVASES_WRITE)
def create(request: Request) -> Json:
    """Give a channel its canvas."""
    channel = request.channel("channel_id", member=True, writing=True)
    content: Json = request.args.get("document_content", {})
    return {"canvas_id": canvases.create(request.workspace, channel, request.text("title"), content)["id"]}


@method("canvases.edit", "canvas_id! changes:list", CANVASES_WRITE)
def edit(request: Request) -> Json:
    """Make one change; Slack takes no more in a call."""
    canvas = request.workspace.canvases.get(request.text("canvas_id"))
    if canvas is None:
        raise ApiError("canvas_not_found")
    changes = request.args["changes"]
    if len(changes) != 1 or not isinstance(changes[0], dict):
        raise invalid_arguments(["changes must hold exactly one change [json-pointer:/changes]"])
    canvases.edit(request.workspace, canvas, changes[0])
    return {}
