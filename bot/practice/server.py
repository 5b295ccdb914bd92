"""The practice server: one aiohttp application on loopback for the app, the page and the drivers."""

import argparse
import asyncio
import contextlib
import os
import signal
import sqlite3
import time
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from bot.practice import files
from bot.practice.access import LOOPBACK, TOKEN_VARIABLE, Access
from bot.practice.control import Control
from bot.practice.delivery import Delivery
from bot.practice.errors import ApiError
from bot.practice.faults import throttled
from bot.practice.http_delivery import HttpTransport
from bot.practice.manifest import read_manifest
from bot.practice.people.playback import PlaybackSide
from bot.practice.people.routes import PeopleSide
from bot.practice.people.search import SearchSide
from bot.practice.playback import Script, ScriptError, read_script
from bot.practice.responses import read_answer, respond, seconds_to_wait
from bot.practice.store import Database, Shelf
from bot.practice.web_api import WebApi
from bot.practice.workspace import Settings, Workspace

DEFAULT_PORT = 8377
UPLOAD_MAX = 50 * 1024 * 1024
STATIC = Path(__file__).parent / "static"


@dataclass(kw_only=True)
class Listening:
    """Where the server listens and keeps its state, and where the app is when it is not on a socket."""

    port: int = DEFAULT_PORT
    state: Path | None = None
    request_url: str | None = None
    signing_secret: str = ""
    sample: Script | None = None  # what “Play a sample” plays
    access: Access = field(default_factory=Access)


@dataclass(kw_only=True)
class RunningPractice:
    """A workspace that is being served on this machine at `url` (with a slash at its end)."""

    url: str
    access: Access
    workspace: Workspace
    runner: web.AppRunner
    database: Database | None

    @property
    def page_url(self) -> str:
        """What people open: the address others reach, with its token, when there is one."""
        return self.access.address(self.runner.addresses[0][1])

    @property
    def api_url(self) -> str:
        """What slack-sdk takes as its base_url."""
        return f"{self.url}api/"

    async def close(self) -> None:
        """Stop serving; sockets are closed, the state is kept."""
        self.workspace.live.close()
        await self.workspace.delivery.close()
        await self.workspace.sockets.close()
        await self.runner.cleanup()
        if self.database:
            self.database.close()


class CannotStart(Exception):
    """A workspace cannot be served; the message says why."""


async def start(settings: Settings, listening: Listening | None = None) -> RunningPractice:
    """Serve a workspace; port 0 takes any free port. With a `request_url` the app is called there, signed."""
    listening = listening or Listening()
    database = Database(listening.state) if listening.state else None
    workspace = Workspace(settings, database)
    if listening.request_url:
        transport = HttpTransport(listening.request_url, listening.signing_secret, workspace.now)
        workspace.delivery = Delivery(transport, settings.timing, Shelf("pending_events", database), workspace.faults)
    app = application(workspace, listening.sample, listening.access)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    port = listening.port
    for address in listening.access.addresses():
        await web.TCPSite(runner, address, port).start()
        port = runner.addresses[0][1]
    workspace.url = f"http://{LOOPBACK}:{port}/"
    workspace.delivery.resume()
    access = listening.access
    return RunningPractice(url=workspace.url, access=access, workspace=workspace, runner=runner, database=database)


def application(workspace: Workspace, sample: Script | None, access: Access) -> web.Application:
    """All routes of the server."""
    app = web.Application(client_max_size=UPLOAD_MAX, middlewares=[access.guard])
    slack = SlackSide(workspace)
    app.router.add_route("*", "/api/{method}", WebApi(workspace).handle)
    app.router.add_get("/socket", workspace.sockets.serve)
    app.router.add_post("/response/{key}", slack.response)
    app.router.add_post("/upload/{file}", slack.upload)
    app.router.add_get("/files/{file}/{name}", slack.download)
    PeopleSide(workspace).add_routes(app)
    SearchSide(workspace).add_routes(app)
    Control(workspace).add_routes(app)
    PlaybackSide(workspace, sample).add_routes(app)
    app.router.add_get("/", page)
    app.router.add_get("/archives/{rest:.*}", page)
    app.router.add_get("/static/{name:.*}", static_file)
    app.router.add_get("/{name:[^/]+\\.[a-z0-9]+}", static_file)
    return app


class SlackSide:
    """The addresses an app is handed by payloads and answers."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def response(self, request: web.Request) -> web.Response:
        """A post to a response_url."""
        key = request.match_info["key"]
        try:
            answer = read_answer(await request.text())
            wait = seconds_to_wait(self._workspace, key, answer)
            if wait:
                return throttled(wait)
            respond(self._workspace, key, answer)
        except ApiError as refused:
            return web.json_response(refused.answer(), status=400 if refused.error == "invalid_payload" else 404)
        return web.Response(text="ok")

    async def upload(self, request: web.Request) -> web.Response:
        """The content of a file, raw or as a form's file."""
        if request.content_type.startswith("multipart/"):
            form = await request.post()
            fields = [field for field in form.values() if isinstance(field, web.FileField)]
            content = fields[0].file.read() if fields else b""
        else:
            content = await request.read()
        try:
            files.receive(self._workspace, request.match_info["file"], content)
        except ApiError as refused:
            return web.json_response(refused.answer(), status=404)
        return web.Response(text=f"OK - {len(content)}")

    async def download(self, request: web.Request) -> web.Response:
        """A file's content."""
        try:
            record, content = files.content_of(self._workspace, request.match_info["file"])
        except ApiError as refused:
            return web.json_response(refused.answer(), status=404)
        return web.Response(body=content, content_type=record["mimetype"])


async def page(request: web.Request) -> web.StreamResponse:
    """The page itself, at / and at permalinks."""
    return _file("index.html")


async def static_file(request: web.Request) -> web.StreamResponse:
    """A file beside the page."""
    return _file(request.match_info["name"])


def _file(name: str) -> web.StreamResponse:
    path = (STATIC / name).resolve()
    if not path.is_relative_to(STATIC.resolve()) or not path.is_file():
        raise web.HTTPNotFound(text="there is no such page here")
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})


def _parser() -> argparse.ArgumentParser:
    does = "serve a practice workspace: a page that behaves like Slack, and an address for the app"
    parser = argparse.ArgumentParser(prog="python -m bot practice", description=does)
    parser.add_argument("--port", type=_port, default=DEFAULT_PORT, help="the port (default %(default)s)")
    parser.add_argument(
        "--bind", default=LOOPBACK, help="an address of this machine that others reach, or 0.0.0.0 (%(default)s)"
    )
    parser.add_argument(
        "--token",
        default=os.environ.get(TOKEN_VARIABLE, ""),
        help="what they have to show; made up when --bind needs one",
    )
    parser.add_argument("--state", type=Path, help="an SQLite file to keep the workspace in; without it in memory")
    parser.add_argument("--manifest", type=Path, default=Path("manifest.yml"), help="the app's manifest (%(default)s)")
    parser.add_argument("--request-url", help="call the app here over HTTP, signed, instead of over Socket Mode")
    parser.add_argument("--signing-secret", default="", help="the secret such calls are signed with")
    parser.add_argument("--limits", action="store_true", help="hold the app to Slack's rate limits")
    parser.add_argument("--sample", type=Path, help="a script that the page offers to play")
    return parser


def main(argv: list[str]) -> int:
    """`python -m bot practice [--port N] [--state FILE] [--manifest FILE]`: serve until told to stop."""
    parser = _parser()
    options = parser.parse_args(argv)
    try:
        sample = read_script(options.sample) if options.sample else None
        access = Access.on(options.bind, options.token)
        manifest = read_manifest(options.manifest)
    except (ScriptError, ValueError) as wrong:
        parser.error(str(wrong))
    listening = Listening(
        port=options.port,
        state=options.state,
        request_url=options.request_url,
        signing_secret=options.signing_secret,
        sample=sample,
        access=access,
    )
    settings = Settings(manifest=manifest, limits=options.limits, zone_seconds=time.localtime().tm_gmtoff)
    try:
        asyncio.run(_serve(settings, listening))
    except CannotStart as wrong:
        parser.error(str(wrong))
    return 0


def _port(written: str) -> int:
    if not written.isdecimal() or not 0 <= (port := int(written)) < 65536:
        raise argparse.ArgumentTypeError(f"{written!r} is not a port, such as {DEFAULT_PORT}")
    return port


async def _serve(settings: Settings, listening: Listening) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers on its loop
            loop.add_signal_handler(number, stop.set)
    try:
        running = await start(settings, listening)
    except sqlite3.Error as wrong:
        raise CannotStart(f"{listening.state}: {wrong}") from wrong
    except OSError as wrong:  # the port is taken, or the address is none of this machine's
        raise CannotStart(str(wrong)) from wrong
    print(f"Practice workspace: {running.page_url}", flush=True)
    await stop.wait()
    await running.close()
