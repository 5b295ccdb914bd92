"""Deaths by appointment: which commits count, and the kill just before or just after the n-th of them."""

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.storage.database import Database

WROTE = "torture.wrote"  # the mark of a connection whose transaction has changed something


class Moment(StrEnum):
    """When a process dies, counted from when its death is appointed."""

    BEFORE_COMMIT = "before-commit"  # all is written, and nothing of it stands
    AFTER_COMMIT = "after-commit"  # the database has it, and nobody knows yet
    BEFORE_CALL = "before-call"  # Slack was asked, and has done nothing
    AFTER_CALL = "after-call"  # Slack has done it, and its answer never arrives


@dataclass
class Commits:
    """Counts the commits of a database that changed something; a look round that finds nothing to do is none."""

    database: Database
    before: Callable[[int], None] = lambda nth: None  # called with the number of a commit, in its thread
    after: Callable[[int], None] = lambda nth: None
    count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        engine = self.database.engine
        sa.event.listen(engine, "begin", _began)
        sa.event.listen(engine, "after_cursor_execute", _executed)
        commit = engine.dialect.do_commit

        def committed(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own connection of the driver
            nth = self._next() if connection.info.pop(WROTE, False) else 0
            if nth:
                self.before(nth)
            commit(connection)
            if nth:
                self.after(nth)

        vars(engine.dialect)["do_commit"] = committed

    def _next(self) -> int:
        with self._lock:
            self.count += 1
            return self.count


def die() -> None:
    """kill -9, by one's own hand."""
    os.kill(os.getpid(), signal.SIGKILL)


def _began(connection: sa.Connection) -> None:
    connection.connection.info.pop(WROTE, None)


def _executed(connection: sa.Connection, cursor: Any, *about: Any) -> None:  # noqa: ANN401 - the driver's
    context = about[2]
    if context and (context.isinsert or context.isupdate or context.isdelete) and cursor.rowcount != 0:
        connection.connection.info[WROTE] = True
