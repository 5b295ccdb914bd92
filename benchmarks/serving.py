"""A practice workspace with Warroom serving it as a process of its own, on a database in a folder that goes with it."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.settings import Transport
from tests.town import Process, Town, Ways, environment, free_port, ready, workspace


@asynccontextmanager
async def served(transport: Transport = Transport.SOCKET) -> AsyncIterator[tuple[Town, Process, int]]:
    """The workspace, the process and its port, when it is ready; SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        ways, port = Ways(database_url=f"sqlite:///{folder}/bench.sqlite", transport=transport), free_port()
        async with workspace(ways, port) as there:
            process = Process(environment(ways, there.practice, port), Path(folder) / "log")
            try:
                await ready(there, port)
                yield there, process, port
            finally:
                process.kill()
