"""The command line in this process, on a database of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import structlog

from bot.__main__ import main
from bot.storage import migrate
from bot.storage.database import Database


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


Types = Callable[..., Answer]


@pytest.fixture
def types(database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Types]:
    """Type words after `python -m bot`."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    of_all_tests = structlog.get_config()

    def typed(*words: object) -> Answer:
        capsys.readouterr()
        status = main([str(word) for word in words])
        said = capsys.readouterr()
        return Answer(status, said.out, said.err)

    yield typed
    structlog.configure(**of_all_tests)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database at the newest revision."""
    opened = Database(database_url)
    migrate.migrate(opened)
    yield opened
    opened.close()
