"""The /practice/search route: the messages of a channel that hold all of some words, as one person sees them."""

from aiohttp import web

from bot.practice import messages
from bot.practice.errors import ApiError
from bot.practice.people.registry import Act
from bot.practice.people.routes import person_of
from bot.practice.plain_text import Names, plain_message
from bot.practice.store import Json
from bot.practice.workspace import BOT_USER, Workspace

FOUND_MAX = 50


class SearchSide:
    """Answers searches for one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def add_routes(self, app: web.Application) -> None:
        """Enter the route."""
        app.router.add_get("/practice/search", self.search)

    async def search(self, request: web.Request) -> web.Response:
        """The newest 50 messages with all the words of `q`, thread replies among them, ephemerals not."""
        try:
            doing = Act(workspace=self._workspace, user=person_of(self._workspace, request.query), body=request.query)
            channel = doing.channel(member=False, open_only=False)
        except ApiError as refused:
            return web.json_response(refused.answer(), status=404)
        found = search(self._workspace, channel, request.query.get("q", "").lower().split())
        return web.json_response({"messages": found})


def search(workspace: Workspace, channel: Json, words: list[str]) -> list[Json]:
    """What a channel holds that has all of these lower-case words, newest first; nothing for no words."""
    people = {person["id"]: person["name"] for person in workspace.people}
    bot = {BOT_USER: workspace.settings.manifest.bot_name}
    names = Names(people={**people, **bot}, channels={entry["id"]: entry["name"] for entry in workspace.channels})
    found = []
    for message in reversed(workspace.messages(channel["id"]).values()):
        text = plain_message(message, names).lower()
        if words and all(word in text for word in words):
            found.append(messages.shown(message))
    return found[:FOUND_MAX]
