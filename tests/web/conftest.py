"""A Slack that does as it is told, and a socket of ours to it."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.web.scripted import Line, Scripted, line_to, scripted


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[Scripted]:
    """A Slack that does as it is told."""
    async with scripted() as there:
        yield there


@pytest_asyncio.fixture
async def line(slack: Scripted) -> AsyncIterator[Line]:
    """A socket to it; it is not connected yet."""
    async with line_to(slack) as there:
        yield there
