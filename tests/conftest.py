"""Fixtures every test may use."""

import os
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import told
from tests.browser.chromium import WHY_NOT as NO_BROWSER
from tests.databases import POSTGRESQL, SQLITE, WHY_NOT, Cluster, Databases, cluster
from tests.hell import profile

profile.register()
structlog.configure(  # failures are told as the product tells them: with all their variables they take seconds to write
    processors=[
        structlog.contextvars.merge_contextvars, structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True), told, structlog.dev.ConsoleRenderer(colors=False),
    ],
)  # fmt: skip


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster | None]:
    """One PostgreSQL server for this worker, or None where there is none."""
    with cluster() as found:
        yield found


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Copies of databases that this worker migrated once."""
    return Databases(tmp_path_factory.mktemp("databases"), None)


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A fresh database, once of each kind, migrated."""
    need(request, databases)
    with databases.fresh(request.param) as url:
        yield url


def need(request: pytest.FixtureRequest, databases: Databases) -> None:
    """Skip where PostgreSQL is wanted and missing; fail where every change is checked."""
    if request.param == POSTGRESQL:
        databases.cluster = request.getfixturevalue("postgresql")
        if databases.cluster is None:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(WHY_NOT)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it loudly when half of the databases, or the page, went untested."""
    skipped = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    for reason in (WHY_NOT, NO_BROWSER):
        count = sum(reason in why for why in skipped)
        if count:
            terminalreporter.write_line(f"{count} tests did not run: {reason}", red=True, bold=True)
