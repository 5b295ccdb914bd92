"""The desk of the command line: the database and what one does with it, beside a serving process or without one."""

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from bot.cli.rules import house_rules
from bot.engine import Engine
from bot.queries import Queries
from bot.settings import Settings, load_settings
from bot.storage import migrate
from bot.storage.database import Database, DatabaseAway, away
from bot.views.terminal import printed
from bot.workflows.commands import Refused
from bot.workflows.policy import Policy

NO_FILE = "There is no database at {path}. Look at DATABASE_URL; relative paths begin where the command is run."
BEHIND = "The database is at revision {found}, and {head} is needed: run `python -m bot migrate` first."


class CannotOpen(Exception):
    """There is nothing to work on; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What a command of the command line works with."""

    settings: Settings
    policy: Policy
    database: Database
    engine: Engine
    queries: Queries


def utcnow() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def at_the_desk(work: Callable[[Desk], Coroutine[None, None, None]], *expected: type[Exception]) -> int:
    """Do something with the database; returns the exit status: 1 after a refusal, 2 when it cannot be done."""
    _quiet()
    settings = load_settings()
    policy = house_rules(settings)
    with said_kindly(*expected) as status, opened(settings) as database:
        desk = Desk(
            settings=settings, policy=policy, database=database, engine=Engine(database, policy, utcnow),
            queries=Queries(database, policy),
        )  # fmt: skip
        asyncio.run(work(desk))
    return status.code


@dataclass
class Status:
    """The exit status of a command."""

    code: int = 0


@contextmanager
def said_kindly(*expected: type[Exception]) -> Iterator[Status]:
    """Say what went wrong in a sentence on stderr instead of a traceback; `expected` exceptions say it themselves."""
    status = Status()
    said: tuple[type[Exception], ...] = (CannotOpen, *expected)
    try:
        yield status
    except Refused as refused:
        status.code = _said(1, printed(refused.reason))
    except said as wrong:
        status.code = _said(2, str(wrong))
    except DatabaseAway as failure:
        status.code = _said(2, away(failure))


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database, as it is: nothing is made or migrated.

    Raises:
        CannotOpen: there is none, or it is behind this version.
    """
    if missing := Database.missing(settings.database_url):
        raise CannotOpen(NO_FILE.format(path=missing))
    database = Database(settings.database_url)
    try:
        found = migrate.revision(database)
        if found is None or found < migrate.HEAD:
            raise CannotOpen(BEHIND.format(found=found or "none", head=migrate.HEAD))
        yield database
    finally:
        database.close()


def _said(code: int, text: str) -> int:
    print(text, file=sys.stderr)
    return code


def _quiet() -> None:
    """Answers go to standard output; of the logs only what somebody should know, to stderr."""
    logger = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(wrapper_class=logger, logger_factory=structlog.WriteLoggerFactory(file=sys.stderr))
