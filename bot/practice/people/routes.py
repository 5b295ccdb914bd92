"""The /practice routes: state and messages for the page, the live feed, and acts."""

import json
from collections.abc import Mapping
from urllib.parse import quote

from aiohttp import web

from bot.practice import messages, views
from bot.practice.channels import direct, room_of
from bot.practice.errors import ApiError
from bot.practice.people import accounts, attaching, clicks, commands, modals, rooms, talk
from bot.practice.people.registry import ACTS, Act, refusal
from bot.practice.store import Json
from bot.practice.workspace import ADMIN, BOT_ID, BOT_USER, TEAM_DOMAIN, TEAM_ID, TEAM_NAME, Workspace

__all__ = ["PeopleSide", "accounts", "attaching", "clicks", "commands", "modals", "rooms", "talk"]


class PeopleSide:
    """Answers the page and the drivers for one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def add_routes(self, app: web.Application) -> None:
        """Enter the routes."""
        app.router.add_get("/practice/state", self.state)
        app.router.add_get("/practice/messages", self.messages)
        app.router.add_get("/practice/canvas", self.canvas)
        app.router.add_get("/practice/live", self.live)
        app.router.add_post("/practice/act", self.act)

    async def state(self, request: web.Request) -> web.Response:
        """All a person's page shows, but the messages."""
        try:
            return web.json_response(state_of(self._workspace, person_of(self._workspace, request.query)))
        except ApiError as refused:
            return web.json_response(refused.answer(), status=404)

    async def messages(self, request: web.Request) -> web.Response:
        """The messages of a channel or a thread as one person sees them, oldest first."""
        try:
            doing = Act(workspace=self._workspace, user=person_of(self._workspace, request.query), body=request.query)
            channel = doing.channel(member=False, open_only=False)
            found = visible(doing, channel, request.query.get("thread", ""))
        except ApiError as refused:
            return web.json_response(refused.answer(), status=404)
        limit = request.query.get("limit", "")
        return web.json_response({"messages": found[-int(limit) :] if limit.isdigit() else found})

    async def canvas(self, request: web.Request) -> web.Response:
        """A channel's canvas, {title, markdown} or as a file to `download`, for somebody who can see the channel."""
        canvas = self._workspace.canvases.get(request.query.get("id", ""))
        try:
            user = person_of(self._workspace, request.query)
            if canvas is None or user not in self._workspace.audience(self._workspace.channels[canvas["channel"]]):
                raise ApiError("canvas_not_found")
        except ApiError as refused:
            return web.json_response(refused.answer(), status=404)
        if "download" in request.query:
            name = "".join(letter if letter.isalnum() else "-" for letter in canvas["title"]).strip("-") or "canvas"
            headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}.md"}
            return web.Response(text=canvas["markdown"], content_type="text/markdown", headers=headers)
        return web.json_response({"title": canvas["title"], "markdown": canvas["markdown"]})

    async def live(self, request: web.Request) -> web.StreamResponse:
        """The live feed of a person's page."""
        try:
            user = person_of(self._workspace, request.query)
        except ApiError as refused:
            return web.json_response(refused.answer(), status=404)
        return await self._workspace.live.serve(request, user)

    async def act(self, request: web.Request) -> web.Response:
        """Do something as a person; a refusal is {ok: false, error, message}."""
        try:
            body = await read_body(request)
            doing = ACTS.get(body.get("do", ""))
            if doing is None:
                raise refusal("unknown_act", f"Nobody can {body.get('do')!r} here.")
            user = person_of(self._workspace, body)
            if self._workspace.people[user].get("deleted"):
                raise refusal("account_inactive", "Your account was deactivated.")
            answer = await doing(Act(workspace=self._workspace, user=user, body=body))
        except ApiError as refused:
            return web.json_response({"message": refused.error, **refused.answer()})
        return web.json_response({"ok": True, **answer})


def person_of(workspace: Workspace, source: Mapping[str, str]) -> str:
    """The id of the person that `as` names, by id or handle; raises a refusal."""
    named = str(source.get("as", "")).lstrip("@")
    for person in workspace.people:
        if named in (person["id"], person["name"]):
            return str(person["id"])
    raise refusal("user_not_found", f"There is nobody called {named!r}.")


async def read_body(request: web.Request) -> Json:
    """The JSON object that was posted; raises a refusal when there is none."""
    try:
        body = json.loads(await request.text())
    except ValueError:
        raise refusal("invalid_json", "The body is not JSON.") from None
    if not isinstance(body, dict):
        raise refusal("invalid_json", "The body is not a JSON object.")
    return body


def state_of(workspace: Workspace, user: str) -> Json:
    """The state of the contract: team, people, channels, commands, views."""
    manifest = workspace.settings.manifest
    direct(workspace, user)
    rooms_seen = [
        entry for entry in workspace.channels if user in workspace.audience(entry) or user in entry["members"]
    ]
    return {
        "team": {"id": TEAM_ID, "name": TEAM_NAME, "domain": TEAM_DOMAIN},
        "me": user,
        "admin": ADMIN,
        "people": list(workspace.people),
        "bot": {"user_id": BOT_USER, "bot_id": BOT_ID, "name": manifest.bot_name},
        "takes_messages": manifest.messages_tab and not manifest.messages_read_only,
        "has_home": manifest.home_tab,
        "channels": [room_of(workspace, entry, user) for entry in rooms_seen],
        "commands": [
            {"command": entry.name, "description": entry.description, "usage_hint": entry.usage_hint}
            for entry in manifest.commands
        ],
        "shortcuts": [
            {
                "name": entry.name,
                "type": entry.kind,
                "callback_id": entry.callback_id,
                "description": entry.description,
            }
            for entry in manifest.shortcuts
        ],
        "views": views.open_views(workspace, user),
        "home": views.home_of(workspace, user),
    }


def visible(doing: Act, channel: Json, thread: str = "") -> list[Json]:
    """What the person sees in a channel or a thread, oldest first, their own ephemerals among it."""
    if thread:
        found = messages.thread(doing.workspace, channel, thread)
    else:
        found = [entry for entry in doing.workspace.messages(channel["id"]).values() if messages.in_channel(entry)]
    own = [
        entry
        for entry in doing.workspace.ephemerals
        if entry["channel"] == channel["id"]
        and entry["shown_to"] == doing.user
        and entry.get("thread_ts", "") == thread
    ]
    return sorted([messages.shown(entry) for entry in [*found, *own]], key=lambda entry: float(entry["ts"]))
