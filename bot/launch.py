"""`make run`: Slack when there are tokens, else the practice workspace and the bot, two processes under one parent."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path

from bot.manifest import MANIFEST
from bot.practice.access import LOOPBACK, TOKEN_VARIABLE, Access
from bot.settings import Settings, SettingsError, Transport

STATE = Path(".warroom")
PRACTICE_STATE = STATE / "practice.sqlite"
SAMPLE = Path(__file__).parent / "samples" / "checkout.yml"
BOT_TOKEN, APP_TOKEN = "xoxb-practice", "xapp-practice"
START_SECONDS = 15.0
STOP_SECONDS = 20.0
PR_SET_PDEATHSIG = 1

WELCOME = """
  Warroom runs in a practice workspace on this machine.

    {url}

  Open it, choose who you are, and type  /incident checkout is failing
  Stop with Ctrl-C. RESET=1 make run begins anew; with Slack tokens in .env it runs on Slack (see README.md).
"""


def run(settings: Settings) -> int:
    """Serve Slack, or the practice workspace; returns the exit status."""
    if os.environ.get("RESET") == "1":
        shutil.rmtree(STATE, ignore_errors=True)
    if settings.transport is not Transport.NONE:
        return subprocess.call(_python("serve"))  # noqa: S603 (our own command line)
    return _practise(settings)


def _practise(settings: Settings) -> int:
    _check_free(settings.practice_port)
    STATE.mkdir(exist_ok=True)
    port, access = settings.practice_port, _access(settings)
    url, page = f"http://{LOOPBACK}:{port}/", access.address(port)
    children = [_start(_python("practice", "--port", str(port), "--bind", access.bind, "--state", str(PRACTICE_STATE),
                               "--manifest", str(MANIFEST), "--sample", str(SAMPLE)),
                       {TOKEN_VARIABLE: access.token}, says=subprocess.DEVNULL)]  # fmt: skip
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    try:
        if not _answers(url, children[0]):
            return 1
        tokens = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": f"{url}api/"}
        children.append(_start(_python("serve"), tokens))
        print(WELCOME.format(url=page), flush=True)
        if os.environ.get("OPEN") == "1":
            webbrowser.open(page)
        return _until_one_ends(children)
    except KeyboardInterrupt:
        return 0
    finally:
        _end(children)


def _access(settings: Settings) -> Access:
    try:
        return Access.on(settings.practice_bind, os.environ.get(TOKEN_VARIABLE, ""))
    except ValueError as wrong:
        raise SettingsError(f"{TOKEN_VARIABLE}: {wrong}.") from None


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            raise SettingsError(
                f"PRACTICE_PORT {port} is taken, perhaps by another `make run`: stop that one, or set another port."
            ) from None


def _python(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "bot", *arguments]


def _start(command: list[str], environment: dict[str, str], says: int | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own command line
        command, env=os.environ | environment, stdout=says, preexec_fn=_die_with_parent
    )


def _die_with_parent() -> None:
    """On Linux, even a parent that was killed takes its children along."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _answers(url: str, child: subprocess.Popen[bytes]) -> bool:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and child.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):  # loopback  # noqa: S310  # nosec B310
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.05)
    return False


def _until_one_ends(children: list[subprocess.Popen[bytes]]) -> int:
    while True:
        for child in children:
            if child.poll() is not None:
                return child.returncode or 1
        time.sleep(0.2)


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    """The bot first, so that it can still tell the workspace what is under way."""
    for child in reversed(children):
        child.terminate()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
