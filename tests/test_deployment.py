"""What is shipped for running it for good: the image's files are enough, and nothing of it runs as root."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from bot.settings import Transport
from tests.town import ANA, GENERAL, ROOT, Ways, environment, free_port, ready, workspace

DEPLOY = ROOT / "deploy"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text()
UNIT = (DEPLOY / "warroom@.service").read_text()


async def test_what_is_copied_into_the_image_is_enough_to_serve(tmp_path: Path) -> None:
    image = tmp_path / "image"
    image.mkdir()
    for source in re.findall(r"^COPY (?!--from)(?!requirements)(\S+) ", CONTAINERFILE, re.MULTILINE):
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        copy(ROOT / source, image / source)
    ways, port = Ways(database_url=f"sqlite:///{tmp_path}/data/warroom.sqlite", transport=Transport.SOCKET), free_port()
    (command,) = re.findall(r'^CMD \["(\w+)"\]', CONTAINERFILE, re.MULTILINE)
    async with workspace(ways, port) as there:
        variables = os.environ | environment(ways, there.practice, port) | {"PYTHONDONTWRITEBYTECODE": "1"}
        serving = subprocess.Popen([sys.executable, "-m", "bot", command], cwd=image, env=variables)
        try:
            await ready(there, port, patience=20)
            await there.people.commands(ANA, GENERAL, "/incident declare checkout is failing")
            assert await there.room()
        finally:
            serving.terminate()
        assert serving.wait(20) == 0


def test_the_image_runs_as_nobody_and_installs_only_what_was_hashed() -> None:
    *_, last = re.split(r"^FROM ", CONTAINERFILE, flags=re.MULTILINE)
    assert re.search(r"^USER (\d+):\d+$", last, re.MULTILINE)
    assert "--require-hashes" in CONTAINERFILE


def test_the_unit_gives_it_nothing_it_does_not_need() -> None:
    for line in (
        "DynamicUser=yes",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "CapabilityBoundingSet=\n",
        "Restart=always",
    ):
        assert line in UNIT
    stop = int(re.findall(r"TimeoutStopSec=(\d+)", UNIT)[0])
    assert stop > 20, "it needs fifteen seconds to end what is under way"
