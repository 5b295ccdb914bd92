"""A practice workspace, a client for its people, and a small real Bolt app on either transport."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.client import PracticeClient
from bot.practice.delivery import Timing
from bot.practice.manifest import read_manifest
from bot.practice.server import Listening, RunningPractice, start
from bot.practice.workspace import APP_TOKEN, BOT_TOKEN, Settings

MANIFEST = Path(__file__).parent / "manifest.yml"
SECRET = "practice-signing-secret"
QUICK = Timing(ack=0.4, retries=(0.0, 0.05, 0.1), event_lifetime=30.0)

Connect = Callable[[AsyncApp], Awaitable[None]]
Answer = Callable[..., Awaitable[Any]]  # Bolt's ack, respond, say and next
Json = dict[str, Any]


def settings(**more: object) -> Settings:
    """Settings with the fixture manifest and quick retries."""
    return replace(Settings(manifest=read_manifest(MANIFEST), timing=QUICK), **more)  # type: ignore[arg-type]


def web_client(practice: RunningPractice, token: str = BOT_TOKEN) -> AsyncWebClient:
    """The real SDK, pointed at the practice workspace."""
    return AsyncWebClient(token=token, base_url=practice.api_url)


def bolt_app(practice: RunningPractice) -> AsyncApp:
    """A real Bolt app with no listeners yet."""
    return AsyncApp(client=web_client(practice), signing_secret=SECRET, process_before_response=True)


@pytest_asyncio.fixture
async def practice() -> AsyncIterator[RunningPractice]:
    """A workspace in memory that delivers over Socket Mode."""
    running = await start(settings(), Listening(port=0))
    yield running
    await running.close()


@pytest_asyncio.fixture
async def people(practice: RunningPractice) -> AsyncIterator[PracticeClient]:
    """The people of the workspace."""
    async with PracticeClient(practice.url) as client:
        yield client


@pytest.fixture
def slack(practice: RunningPractice) -> AsyncWebClient:
    """The SDK with the bot's token."""
    return web_client(practice)


@pytest_asyncio.fixture
async def connect(practice: RunningPractice) -> AsyncIterator[Connect]:
    """Connect an app over Socket Mode; it is closed after the test."""
    handlers: list[AsyncSocketModeHandler] = []

    async def connect_app(app: AsyncApp) -> None:
        handler = AsyncSocketModeHandler(app, APP_TOKEN)
        await handler.connect_async()
        handlers.append(handler)
        while practice.workspace.sockets.connection_count < len(handlers):
            await asyncio.sleep(0.01)

    yield connect_app
    for handler in handlers:
        await handler.close_async()


async def refused(call: Awaitable[Any]) -> Json:
    """The answer of a Web API call that must fail."""
    with pytest.raises(SlackApiError) as failure:
        await call
    answer = failure.value.response.data
    assert isinstance(answer, dict)
    return answer


async def serve_http(app: AsyncApp, port: int) -> web.AppRunner:
    """Serve an app's request URL on loopback."""
    runner = web.AppRunner(app.web_app("/slack/events", port=port), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner
