"""The towns that hell is let loose on: both databases, both of Slack's transports."""

import os
from collections.abc import Iterator

import pytest

from bot.settings import Transport
from tests.databases import WHY_NOT, Cluster
from tests.hell.road import Place, running
from tests.town import Ways


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One town for all cases of a file, once of each kind: SQLite over a socket, PostgreSQL over HTTP."""
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("hell")
        ways = Ways(database_url=f"sqlite:///{folder}/warroom.sqlite", transport=Transport.SOCKET)
    else:
        server: Cluster | None = request.getfixturevalue("postgresql")
        if server is None:
            if os.environ.get("CI"):
                pytest.fail(WHY_NOT)
            pytest.skip(WHY_NOT)
        ways = Ways(database_url=server.create(), transport=Transport.HTTP)
    with running(ways) as found:
        yield found
