"""The /practice/playback route: start, pause, step through and stop the sample."""

from aiohttp import web

from bot.practice.errors import ApiError
from bot.practice.people.registry import refusal
from bot.practice.people.routes import read_body
from bot.practice.playback import Playback, Script, ScriptError
from bot.practice.store import Json
from bot.practice.workspace import Workspace

SPEED_MAX = 1000.0


class PlaybackSide:
    """Answers the page's player for one workspace."""

    def __init__(self, workspace: Workspace, script: Script | None) -> None:
        def tell(state: Json) -> None:
            people = [person["id"] for person in workspace.people]
            workspace.live.tell(people, {"type": "playback", "playback": state})

        self.playback = Playback(script, lambda: workspace.url, tell)

    def add_routes(self, app: web.Application) -> None:
        """Enter the routes."""
        app.router.add_get("/practice/playback", self.show)
        app.router.add_post("/practice/playback", self.change)
        app.on_shutdown.append(self._stop)

    async def show(self, request: web.Request) -> web.Response:
        """What is played."""
        return web.json_response({"ok": True, **self.playback.state()})

    async def change(self, request: web.Request) -> web.Response:
        """Do what `do` says: start (with a `speed`, 0 for step by step), pause, resume, step or stop."""
        try:
            body = await read_body(request)
            await self._do(body)
        except ApiError as refused:
            return web.json_response(refused.answer(), status=400)
        except ScriptError as refused:
            return web.json_response({"ok": False, "error": "cannot_play", "message": str(refused)}, status=409)
        return web.json_response({"ok": True, **self.playback.state()})

    async def _do(self, body: Json) -> None:
        word, speed = body.get("do"), body.get("speed", 1)
        if word == "start":
            if not isinstance(speed, int | float) or not 0 <= speed <= SPEED_MAX:
                raise refusal("invalid_arguments", f"speed is between 0 and {SPEED_MAX:,.0f}.")
            self.playback.start(float(speed))
        elif word in ("pause", "resume"):
            self.playback.pause(paused=word == "pause")
        elif word == "step":
            self.playback.step()
        elif word == "stop":
            await self.playback.stop()
        else:
            raise refusal("invalid_arguments", "do is start, pause, resume, step or stop.")

    async def _stop(self, app: web.Application) -> None:
        await self.playback.stop()
