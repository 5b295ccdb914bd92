"""A practice workspace with Warroom serving it: in one process for dialogues, as a process of its own to be killed."""

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.app import Warroom
from bot.config import load_playbooks
from bot.delivery.outage import PROBE_SECONDS
from bot.launch import SAMPLE
from bot.practice.client import PATIENCE, PracticeClient
from bot.practice.manifest import read_manifest
from bot.practice.playback import read_script
from bot.practice.server import Listening, RunningPractice, start
from bot.practice.workspace import APP_TOKEN, BOT_TOKEN, Call
from bot.practice.workspace import Settings as PracticeSettings
from bot.settings import Settings, Transport
from bot.storage.outbox import UNPACED
from bot.storage.pace import Pacing
from bot.workflows.policy import DEFAULT_POLICY, Policy

HOUSE_RULES = replace(DEFAULT_POLICY, playbooks=load_playbooks(None, DEFAULT_POLICY).playbooks)

ROOT = Path(__file__).parent.parent
MANIFEST, STORY = read_manifest(ROOT / "manifest.yml"), read_script(SAMPLE)
SECRET = "a-signing-secret-for-practice"
ANA, BEN, CLEO, DAN, EVE, FIN = "ana", "ben", "cleo", "dan", "eve", "fin"
GENERAL = "C0GENERAL"


def utcnow() -> datetime:
    """The time, as the tests' freezable clock tells it."""
    return datetime.now(UTC)


@dataclass
class Clock:
    """The time, as far as it has been put forward by hand."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def forward(self, seconds: float) -> None:
        """Put it forward."""
        self.ahead += timedelta(seconds=seconds)


@dataclass
class Town:
    """The workspace, its people, and what an incident's room is called there."""

    practice: RunningPractice
    people: PracticeClient
    warroom: Warroom | None = None

    @property
    def calls(self) -> list[Call]:
        """What the bot asked of Slack, in order."""
        return self.practice.workspace.calls

    async def room(self, number: int = 1, patience: float = PATIENCE) -> str:
        """The id of an incident's room, once it is there."""
        return str(await self.people.until(lambda: self._room(number), patience))

    async def quiet(self, patience: float = PATIENCE) -> None:
        """Wait until everything that was to be delivered has been."""
        assert self.warroom is not None
        deadline = asyncio.get_running_loop().time() + patience
        while (backlog := await self.warroom.queries.backlog()).pending:
            assert asyncio.get_running_loop().time() < deadline, f"still waiting to be delivered: {backlog}"
            await asyncio.sleep(0.02)

    async def declares(self, person: str, words: str, number: int = 1) -> str:
        """Declare at once and wait until the room is furnished; returns the room's id."""
        await self.people.commands(person, GENERAL, f"/incident declare {words}")
        room = await self.room(number)
        await self.quiet()
        return room

    async def resolves(self, person: str, channel: str, name: str = "", **said: str) -> None:
        """Resolve with the form: what fixed it, whether customers know, and a reason where items are left out."""
        await self.people.commands(person, channel, f"/incident resolve {name}")
        asked = await self.people.reads_modal(person)
        why = {"reason": "it was over before"} if "Why are they left out?" in asked else {}
        await self.people.submits(person, {**why, **said})
        await self.quiet()

    async def thread(self, person: str, room: str) -> str:
        """What a person reads in the thread of the room's card."""
        card = next(message for message in await self.people.messages(person, room) if message.get("blocks"))
        return await self.people.reads(person, room, thread=card["ts"])

    async def told(self, person: str, channel: str, text: str, patience: float = PATIENCE) -> str:
        """Wait until a person reads something in a channel."""
        return await self.people.waits_for(person, channel, text, patience)

    async def _room(self, number: int) -> str | None:
        for channel in self.practice.workspace.channels:
            if str(channel["name"]).startswith(f"inc-{number}-") or channel["name"] == f"inc-{number}":
                return str(channel["id"])
        return None


@dataclass(frozen=True, kw_only=True)
class Ways:
    """How a town is set up."""

    database_url: str
    transport: Transport = Transport.SOCKET
    declined: frozenset[str] = frozenset()
    policy: Policy = HOUSE_RULES
    now: Callable[[], datetime] = utcnow
    slacks_now: Callable[[], datetime] = utcnow  # the workspace's own clock, which also stamps what is signed
    probe_every: float = PROBE_SECONDS
    pacing: Pacing = UNPACED  # a dialogue does not wait for Slack's limits, unless it is about them
    more: dict[str, Any] = field(default_factory=dict)  # further settings


@asynccontextmanager
async def town(ways: Ways) -> AsyncIterator[Town]:
    """A workspace in memory, and Warroom serving it in this process."""
    port = free_port()
    async with workspace(ways, port) as there:
        given = settings(ways, there.practice, port)
        warroom = Warroom(
            settings=given, policy=ways.policy, now=ways.now, pacing=ways.pacing, probe_every=ways.probe_every,
            linger=0,
        )  # fmt: skip
        await warroom.start()
        there.warroom = warroom
        try:
            await ready(there, port)
            yield there
        finally:
            await warroom.stop()


@asynccontextmanager
async def workspace(ways: Ways, port: int) -> AsyncIterator[Town]:
    """A workspace in memory that expects its app on a socket, or over HTTP at a port."""
    over_http = ways.transport is Transport.HTTP
    listening = Listening(
        port=0,
        request_url=f"http://127.0.0.1:{port}/slack/events" if over_http else None,
        signing_secret=SECRET if over_http else "",
        sample=STORY,
    )
    practice_settings = PracticeSettings(
        manifest=MANIFEST, declined=ways.declined, clock=lambda: ways.slacks_now().timestamp()
    )  # fmt: skip
    practice = await start(practice_settings, listening)
    try:
        async with PracticeClient(practice.url) as people:
            yield Town(practice, people)
    finally:
        await practice.close()


async def ready(there: Town, port: int, patience: float = PATIENCE) -> None:
    """Wait until Warroom says it is ready and the announcements channel is there."""
    async with aiohttp.ClientSession() as session:
        deadline = asyncio.get_running_loop().time() + patience
        while not await _is_ready(session, port) or not _incidents_channel(there):
            assert asyncio.get_running_loop().time() < deadline, "Warroom did not become ready"
            await asyncio.sleep(0.02)


async def _is_ready(session: aiohttp.ClientSession, port: int) -> bool:
    try:
        async with session.get(f"http://127.0.0.1:{port}/readyz") as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False


def _incidents_channel(there: Town) -> bool:
    return any(channel["name"] == "incidents" for channel in there.practice.workspace.channels)


def environment(ways: Ways, practice: RunningPractice, port: int) -> dict[str, str]:
    """The settings of a serving process, as environment variables."""
    over_http = ways.transport is Transport.HTTP
    return {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        **({"SLACK_SIGNING_SECRET": SECRET} if over_http else {"SLACK_APP_TOKEN": APP_TOKEN}),
        "SLACK_API_URL": practice.api_url,
        "DATABASE_URL": ways.database_url,
        "PORT": str(port),
    }


def settings(ways: Ways, practice: RunningPractice, port: int) -> Settings:
    """The settings of a Warroom in this process."""
    given: dict[str, Any] = {name.lower(): value for name, value in environment(ways, practice, port).items()}
    for secret in ("slack_bot_token", "slack_app_token", "slack_signing_secret"):
        if secret in given:
            given[secret] = SecretStr(given[secret])
    return Settings(_env_file=None, **given, **ways.more)


SERVE = ("-m", "bot", "serve")


class Process:
    """`python -m bot serve` as a process of its own, or another program of Python's."""

    def __init__(self, variables: dict[str, str], log: Path, program: Sequence[str] = SERVE) -> None:
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, *program],
                cwd=ROOT, env=os.environ | variables, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip

    @property
    def lives(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def memory_mb(self) -> float:
        """Resident memory in megabytes, as Linux tells it."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
        return int(kilobytes) / 1024

    def terminate(self, patience: float = 20.0) -> int:
        """SIGTERM; returns the exit status."""
        self._process.terminate()
        return self._process.wait(patience)


def crowd(practice: RunningPractice, room: str, size: int) -> list[str]:
    """So many more people of the workspace, all of them in a room; returns their ids."""
    there = practice.workspace
    people = [f"U0CROWD{number}" for number in range(size)]
    for user in people:
        name = user.removeprefix("U0").lower()
        there.people.put(user, {**there.people["U0ANA"], "id": user, "name": name, "real_name": name.title()})
    (channel,) = [found for found in there.channels if found["id"] == room]
    there.channels.put(room, {**channel, "members": [*channel["members"], *people]})
    return people


def free_port() -> int:
    """A port nobody listens on, below those that the system gives to outgoing connections (32768 and up on Linux)."""
    while True:
        with socket.socket() as found:
            port = random.randrange(20_000, 32_000)  # noqa: S311 - nothing secret
            try:
                found.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
