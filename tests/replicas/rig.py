"""Three serving processes on one PostgreSQL, each on its own socket, or all behind HAProxy as it is shipped."""

import os
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from bot.settings import Transport
from tests.town import ROOT, Process, Town, Ways, environment, free_port, ready, workspace

REPLICAS = 3
HAPROXY = ROOT / "deploy" / "haproxy.cfg"


@dataclass
class Rig:
    """The workspace, and the replicas behind it."""

    there: Town
    ports: list[int]
    variables: list[dict[str, str]]
    folder: Path
    running: list[Process]

    def replace(self, number: int) -> None:
        """kill -9 of one replica, and another in its place."""
        self.running[number].kill()
        self.running[number] = self._start(number)

    async def ready(self, number: int) -> None:
        """Wait until a replica says it is ready."""
        await ready(self.there, self.ports[number], patience=30)

    def _start(self, number: int) -> Process:
        return Process(self.variables[number], self.folder / f"replica-{number + 1}.log")

    @classmethod
    def started(cls, there: Town, ways: Ways, folder: Path) -> "Rig":
        """Start all of them."""
        ports = [free_port() for _ in range(REPLICAS)]
        variables = [environment(ways, there.practice, port) for port in ports]
        rig = cls(there, ports, variables, folder, [])
        rig.running = [rig._start(number) for number in range(REPLICAS)]
        return rig


@asynccontextmanager
async def rig(url: str, transport: Transport, folder: Path) -> AsyncIterator[Rig]:
    """A workspace, and three replicas that are ready."""
    entrance = free_port()
    ways = Ways(database_url=url, transport=transport)
    async with workspace(ways, entrance) as there:
        found = Rig.started(there, ways, folder)
        balanced = balancer(entrance, found.ports, folder) if transport is Transport.HTTP else nullcontext()
        try:
            with balanced:
                for number in range(REPLICAS):
                    await found.ready(number)
                yield found
        finally:
            for process in found.running:
                process.kill()


@contextmanager
def balancer(entrance: int, ports: list[int], folder: Path) -> Iterator[None]:
    """HAProxy, round robin."""
    addresses = {f"WARROOM_{number}": f"127.0.0.1:{port}" for number, port in enumerate(ports, 1)}
    with (folder / "haproxy.log").open("ab") as log:
        running = subprocess.Popen(
            ["haproxy", "-f", HAPROXY], env=os.environ | addresses | {"LISTEN": f"127.0.0.1:{entrance}"},
            stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    time.sleep(0.3)
    try:
        yield
    finally:
        running.terminate()
        running.wait()
