"""A town for dialogues: each dialogue runs on both databases, and over both of Slack's transports."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.settings import Transport
from tests.town import Clock, Town, Ways, town

TRANSPORTS = {"sqlite": Transport.SOCKET, "postgresql": Transport.HTTP}


@pytest.fixture
def ways(database_url: str) -> Ways:
    """SQLite over Socket Mode, PostgreSQL over HTTP; a test may override this fixture."""
    return Ways(database_url=database_url, transport=TRANSPORTS[database_url.split("+")[0].split(":")[0]])


@pytest.fixture
def clock() -> Clock:
    """The bot's clock; a test that puts it forward hands it to its place."""
    return Clock()


@pytest_asyncio.fixture
async def place(ways: Ways) -> AsyncIterator[Town]:
    """A workspace with Warroom serving it."""
    async with town(ways) as there:
        yield there
