"""Migrated databases for the tests of what is stored."""

from collections.abc import Iterator

import pytest

from bot.storage import incidents, migrate
from bot.storage.database import Database
from tests.conftest import need
from tests.databases import POSTGRESQL, SQLITE, Databases
from tests.values import an_incident


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A fresh database, once of each kind, empty."""
    need(request, databases)
    with databases.fresh(request.param, empty=True) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database at the newest revision."""
    opened = Database(database_url)
    migrate.migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def with_incident(database: Database) -> Database:
    """A database that holds INC-7, furnished."""
    database.write_now(lambda connection: incidents.save(connection, an_incident(), 0))
    return database
