"""pins.* and reactions.*."""

import re

from bot.practice import marks, messages
from bot.practice.errors import ApiError
from bot.practice.methods.registry import Request, everywhere, method
from bot.practice.store import Json
from bot.practice.workspace import BOT_USER

PINS_WRITE, PINS_READ = everywhere("pins:write"), everywhere("pins:read")
REACTIONS_WRITE, REACTIONS_READ = everywhere("reactions:write"), everywhere("reactions:read")


@method("pins.add", "channel! timestamp!", PINS_WRITE)
def pin(request: Request) -> Json:
    """Pin a message."""
    channel = request.channel(member=True, writing=True)
    marks.pin(request.workspace, channel, _message(request, channel), BOT_USER)
    return {}


@method("pins.remove", "channel! timestamp!", PINS_WRITE)
def unpin(request: Request) -> Json:
    """Take a pin off."""
    channel = request.channel(member=True)
    marks.unpin(request.workspace, channel, _message(request, channel), BOT_USER)
    return {}


@method("pins.list", "channel!", PINS_READ)
def pins(request: Request) -> Json:
    """What is pinned in a channel."""
    channel = request.channel()
    log = request.workspace.messages(channel["id"])
    return {"items": [marks.pinned_item(channel, log[ts]) for ts in channel["pins"] if ts in log]}


@method("reactions.add", "channel! name! timestamp!", REACTIONS_WRITE)
def react(request: Request) -> Json:
    """React to a message."""
    channel = request.channel(writing=True)
    marks.react(request.workspace, channel, _message(request, channel), (request.text("name"), BOT_USER))
    return {}


@method("reactions.remove", "name! channel timestamp", REACTIONS_WRITE)
def unreact(request: Request) -> Json:
    """Take the bot's reaction back."""
    channel = _named_channel(request)
    marks.unreact(request.workspace, channel, _message(request, channel), (request.text("name"), BOT_USER))
    return {}


@method("reactions.get", "channel timestamp full:bool", REACTIONS_READ)
def reactions(request: Request) -> Json:
    """A message with its reactions."""
    channel = _named_channel(request)
    message = messages.shown(_message(request, channel))
    return {"type": "message", "channel": channel["id"], "message": message}


def _named_channel(request: Request) -> Json:
    if not (request.text("channel") and request.text("timestamp")):
        raise ApiError("no_item_specified")
    return request.channel()


def _message(request: Request, channel: Json) -> Json:
    stamp = request.text("timestamp")
    if not re.fullmatch(r"\d+\.\d+", stamp):
        raise ApiError("bad_timestamp")
    return messages.find(request.workspace, channel, stamp)
