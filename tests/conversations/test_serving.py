"""Serving as a process: starting, stopping, refusing to start, and ending together under one parent."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from bot.settings import Transport
from tests.town import ANA, GENERAL, ROOT, Process, Ways, environment, free_port, ready, workspace

STOP_SECONDS = 20.0


@pytest.fixture
def ways(tmp_path: Path) -> Ways:
    """SQLite over Socket Mode: what is tried here is the process."""
    return Ways(database_url=f"sqlite:///{tmp_path}/warroom.sqlite", transport=Transport.SOCKET)


def serve(variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """`serve` that is expected to end by itself."""
    command = [sys.executable, "-m", "bot", "serve"]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, timeout=30, check=False
    )


async def test_sigterm_in_the_middle_of_a_declare_loses_nothing(ways: Ways, tmp_path: Path) -> None:
    port = free_port()
    async with workspace(ways, port) as there:
        variables = environment(ways, there.practice, port)
        process = Process(variables, tmp_path / "log")
        await ready(there, port)
        await there.people.control(latency_ms={"*": 300})
        await there.people.commands(ANA, GENERAL, "/incident declare checkout is failing")
        started = time.monotonic()
        assert await asyncio.to_thread(process.terminate) == 0
        assert time.monotonic() - started < STOP_SECONDS
        await there.people.control(latency_ms={"*": 0})
        process = Process(variables, tmp_path / "log")
        try:
            room = await there.room(patience=10)
            await there.people.waits_for(ANA, room, "INC-1 checkout is failing")
            await there.people.waits_for(ANA, "incidents", "INC-1 checkout is failing")
        finally:
            process.terminate()


async def test_a_second_serve_on_one_file_is_refused_in_a_sentence(ways: Ways, tmp_path: Path) -> None:
    port = free_port()
    async with workspace(ways, port) as there:
        variables = environment(ways, there.practice, port)
        process = Process(variables, tmp_path / "log")
        await ready(there, port)
        try:
            second = await asyncio.to_thread(serve, {**variables, "PORT": str(free_port())})
        finally:
            process.terminate()
    assert second.returncode == 2
    assert second.stderr.splitlines()[0].startswith("Another Warroom already serves ")


async def test_a_token_that_slack_refuses_is_named(ways: Ways) -> None:
    async with workspace(ways, free_port()) as there:
        variables = environment(ways, there.practice, free_port()) | {"SLACK_BOT_TOKEN": "xoxb-wrong"}
        refused = await asyncio.to_thread(serve, variables)
    assert refused.returncode == 2
    assert "Slack does not accept SLACK_BOT_TOKEN (invalid_auth): copy it again" in refused.stderr


async def test_a_taken_port_is_named(ways: Ways) -> None:
    async with workspace(ways, free_port()) as there:
        taken = there.practice.url.rsplit(":", 1)[1].strip("/")
        refused = await asyncio.to_thread(serve, environment(ways, there.practice, int(taken)))
    assert refused.returncode == 2
    assert f"HOST:PORT 127.0.0.1:{taken} cannot be listened on" in refused.stderr


@pytest.mark.timeout(120)
async def test_a_dropped_socket_is_replaced(ways: Ways, tmp_path: Path) -> None:
    port = free_port()
    async with workspace(ways, port) as there:
        process = Process(environment(ways, there.practice, port), tmp_path / "log")
        try:
            await ready(there, port)
            sockets = there.practice.workspace.sockets
            await sockets.disconnect()
            await there.people.until(lambda: _answers(there.people.tries), patience=40)
        finally:
            process.terminate()


async def _answers(tries: object) -> bool:
    answer = await tries(ANA, "command", channel=GENERAL, command="/incident", text="list")  # type: ignore[operator]
    return bool(answer["ok"])


async def test_readiness_names_what_is_missing(ways: Ways, tmp_path: Path) -> None:
    port = free_port()
    async with workspace(ways, port) as there:
        process = Process(environment(ways, there.practice, port), tmp_path / "log")
        try:
            await ready(there, port)
            async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                checks = ("database", "schema", "disk", "slack", "clock", "deliveries")
                assert await answer.json() == {"ready": True, "checks": dict.fromkeys(checks, "ok")}
            async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/healthz") as answer:
                assert answer.status == 200
        finally:
            process.terminate()


class Launched:
    """`python -m bot run` without tokens, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.practice_port = free_port()
        variables = {"PRACTICE_PORT": str(self.practice_port), "PORT": str(free_port()), "PYTHONPATH": str(ROOT)}
        self.log = folder / "log"
        with self.log.open("wb") as output:
            self.parent = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=folder, env=os.environ | variables, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def children(self) -> list[int]:
        """The processes under the parent, as Linux tells them."""
        listed = Path(f"/proc/{self.parent.pid}/task/{self.parent.pid}/children").read_text()
        return [int(child) for child in listed.split()]

    def wait_for(self, text: str, patience: float = 20.0) -> None:
        """Wait until the log says something."""
        until = time.monotonic() + patience
        while text not in self.log.read_text():
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(0.05)


@pytest.fixture
def launched(tmp_path: Path) -> Iterator[Launched]:
    """What `make run` starts, connected."""
    started = Launched(tmp_path)
    try:
        started.wait_for("announcements channel resolved")
        yield started
    finally:
        started.parent.kill()
        started.parent.wait()


@pytest.mark.parametrize("which", [0, 1])
def test_both_end_when_one_dies(launched: Launched, which: int) -> None:
    children = launched.children()
    assert len(children) == 2
    os.kill(children[which], signal.SIGKILL)
    assert launched.parent.wait(STOP_SECONDS) != 0
    assert not any(_lives(child) for child in children)


def test_both_end_with_their_parent(launched: Launched) -> None:
    children = launched.children()
    launched.parent.kill()
    until = time.monotonic() + STOP_SECONDS
    while any(_lives(child) for child in children):
        assert time.monotonic() < until
        time.sleep(0.05)


def _lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
