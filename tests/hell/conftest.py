"""The towns that hell is let loose on: both databases, both of Slack's transports."""

from collections.abc import Iterator

import pytest

from bot.settings import Transport
from tests.conftest import need
from tests.databases import POSTGRESQL, SQLITE, Databases
from tests.hell.road import Place, running
from tests.town import Ways


@pytest.fixture(scope="module", params=[SQLITE, POSTGRESQL])
def place(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Place]:
    """One town for all cases of a file, once of each kind: SQLite over a socket, PostgreSQL over HTTP."""
    need(request, databases)
    transport = Transport.SOCKET if request.param == SQLITE else Transport.HTTP
    with databases.fresh(request.param) as url, running(Ways(database_url=url, transport=transport)) as found:
        yield found
