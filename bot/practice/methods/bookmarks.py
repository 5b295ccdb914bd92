"""bookmarks.add, bookmarks.edit, bookmarks.remove and bookmarks.list."""

import re

from bot.practice import channels
from bot.practice.errors import ApiError
from bot.practice.methods.registry import Request, everywhere, method
from bot.practice.store import Json
from bot.practice.workspace import APP_ID, BOT_USER, TEAM_ID, new_id

BOOKMARKS_MAX = 100


@method(
    "bookmarks.add",
    "channel_id! title! type! link emoji entity_id parent_id access_level",
    everywhere("bookmarks:write"),
)
def add(request: Request) -> Json:
    """Put a link at the top of a channel; twice the same makes two."""
    channel = request.channel("channel_id", member=True, writing=True)
    if request.text("type") != "link":
        raise ApiError("invalid_bookmark_type")
    _check(request.text("link"), request.text("emoji"))
    if len(_of_channel(request, channel)) >= BOOKMARKS_MAX:
        raise ApiError("too_many_bookmarks")
    bookmark = {"id": new_id("Bk"), "channel_id": channel["id"], "title": request.text("title"), "type": "link"}
    bookmark |= {"link": request.text("link"), "emoji": request.text("emoji"), "app_id": APP_ID}
    now = int(request.workspace.now())
    bookmark |= {"date_created": now, "date_updated": now, "rank": "U", "icon_url": ""}
    bookmark |= {"last_updated_by_user_id": BOT_USER, "last_updated_by_team_id": TEAM_ID}
    bookmark |= dict.fromkeys(("entity_id", "shortcut_id", "app_action_id"))
    return {"bookmark": _kept(request, channel, bookmark)}


@method("bookmarks.edit", "bookmark_id! channel_id! title link emoji", everywhere("bookmarks:write"))
def edit(request: Request) -> Json:
    """Change what is named of a bookmark."""
    bookmark = _named(request)
    changes: Json = {name: request.text(name) for name in ("title", "link", "emoji") if name in request.args}
    _check(changes.get("link") or str(bookmark["link"]), changes.get("emoji") or "")
    bookmark = {**bookmark, **changes, "last_updated_by_user_id": BOT_USER}
    return {"bookmark": _kept(request, request.channel("channel_id"), bookmark)}


@method("bookmarks.remove", "bookmark_id! channel_id! quip_section_id", everywhere("bookmarks:write"))
def remove(request: Request) -> Json:
    """Take a bookmark away."""
    request.workspace.bookmarks.drop(str(_named(request)["id"]))
    channels.changed(request.workspace, request.channel("channel_id"))
    return {}


@method("bookmarks.list", "channel_id!", everywhere("bookmarks:read"))
def list_all(request: Request) -> Json:
    """The bookmarks of a channel."""
    return {"bookmarks": _of_channel(request, request.channel("channel_id"))}


def _kept(request: Request, channel: Json, bookmark: Json) -> Json:
    kept = request.workspace.bookmarks.put(str(bookmark["id"]), bookmark)
    channels.changed(request.workspace, channel)
    return kept


def _of_channel(request: Request, channel: Json) -> list[Json]:
    return [bookmark for bookmark in request.workspace.bookmarks if bookmark["channel_id"] == channel["id"]]


def _named(request: Request) -> Json:
    channel = request.channel("channel_id", member=True, writing=True)
    for bookmark in _of_channel(request, channel):
        if bookmark["id"] == request.text("bookmark_id"):
            return bookmark
    raise ApiError("not_found")


def _check(link: str, emoji: str) -> None:
    if not re.match(r"https?://", link):
        raise ApiError("invalid_link")
    if emoji and not re.fullmatch(r":[^:\s]+:", emoji):
        raise ApiError("invalid_emoji")
