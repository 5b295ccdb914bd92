"""The scopes are what Slack's last answer says, but for answers to the token that only opens sockets."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.delivery.installation import Installed, ScopeWatch
from bot.workflows.incident import UserId


@pytest.fixture
async def slack() -> AsyncIterator[TestServer]:
    async def answer(request: web.Request) -> web.Response:
        scopes = request.query.get("scopes")
        return web.json_response({"ok": True}, headers={"x-oauth-scopes": scopes} if scopes else {})

    app = web.Application()
    app.router.add_get("/api/{method}", answer)
    server = TestServer(app)
    await server.start_server()
    yield server
    await server.close()


async def test_scopes_are_read_off_every_answer(slack: TestServer) -> None:
    watch = ScopeWatch()
    installed = Installed(
        team_id="T1", team="", url="https://x.example/", bot_user_id=UserId("U1"), bot_id="B1",
        scopes=("chat:write", "groups:write", "groups:read", "groups:history"),
    )  # fmt: skip
    async with aiohttp.ClientSession(trace_configs=[watch.trace()]) as session:

        async def asks(method: str, scopes: str = "") -> None:
            await session.get(slack.make_url(f"/api/{method}"), params={"scopes": scopes} if scopes else {})

        await asks("auth.test", "chat:write")  # before we have met Slack
        watch.installed = installed
        await asks("chat.postMessage")
        await asks("apps.connections.open", "connections:write")
        assert installed.missing_for_private() == ()
        await asks("chat.postMessage", "chat:write, groups:read, groups:history")
        assert installed.missing_for_private() == ("groups:write",)
        await asks("chat.postMessage", "chat:write,groups:read,groups:history,groups:write")
        assert installed.missing_for_private() == ()
