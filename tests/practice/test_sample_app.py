"""Somebody else's app: both started from the command line, as docs/practice.md says, and clicked through."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientSession

from bot.practice.client import PracticeClient, PracticeRefused
from tests.town import ROOT, free_port

pytestmark = pytest.mark.asyncio
APP = Path(__file__).parent / "sample_app"


@contextmanager
def running(*command: str, **variables: str) -> Iterator[None]:
    """A Python program that runs as long as the test."""
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=os.environ | variables)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


@pytest_asyncio.fixture
async def people() -> AsyncIterator[PracticeClient]:
    """The people of a workspace that has the greeter in it."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    tokens = {"SLACK_BOT_TOKEN": "xoxb-practice", "SLACK_APP_TOKEN": "xapp-practice", "SLACK_API_URL": f"{url}api/"}
    practice = ("-m", "bot", "practice", "--port", str(port), "--manifest", str(APP / "manifest.yml"))
    with running(*practice):
        async with PracticeClient(url) as client, ClientSession() as session, asyncio.timeout(20):
            await _answers(session, f"{url}practice/control")
            with running("-m", "tests.practice.sample_app.app", **tokens):
                while not await _connected(session, f"{url}practice/control"):
                    await asyncio.sleep(0.05)
                yield client


async def _answers(session: ClientSession, url: str) -> None:
    while True:
        try:
            await session.get(url)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            return


async def _connected(session: ClientSession, url: str) -> bool:
    async with session.get(url) as response:
        return bool((await response.json())["sockets"])


async def test_a_greeter_greets_waves_asks_and_has_a_home(people: PracticeClient) -> None:
    await people.invites("ana", "general", "Greeter")
    await people.says("ana", "general", "hello")
    await people.waits_for("ana", "general", "Hey there @ana!")
    await people.clicks("ben", "general", "Wave back")
    await people.waits_for("ana", "general", "@ben waved")
    await people.uses_shortcut("ana", "feedback")
    with pytest.raises(PracticeRefused, match="A few words more"):
        await people.submits("ana", {"How was it?": "good"})
    await people.submits("ana", {"How was it?": "very good"})
    await people.waits_for("ana", await people.direct_channel("ana"), "Thank you for “very good”")
    await people.act("ana", "home")
    assert "Welcome home" in await people.until(lambda: people.reads_home("ana"))
