"""Fixtures every test may use."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.chromium import WHY_NOT as NO_BROWSER
from tests.databases import WHY_NOT, Cluster, cluster
from tests.hell import profile

profile.register()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster | None]:
    """One PostgreSQL server for this worker, or None where there is none."""
    with cluster() as found:
        yield found


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/warroom.sqlite"
        return
    server: Cluster | None = request.getfixturevalue("postgresql")
    if server is None:
        if os.environ.get("CI"):
            pytest.fail(WHY_NOT)
        pytest.skip(WHY_NOT)
    url = server.create()
    yield url
    server.drop(url)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it loudly when half of the databases, or the page, went untested."""
    skipped = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])]
    for reason in (WHY_NOT, NO_BROWSER):
        count = sum(reason in why for why in skipped)
        if count:
            terminalreporter.write_line(f"{count} tests did not run: {reason}", red=True, bold=True)
