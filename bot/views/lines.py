"""One line of the timeline, as it is read by people."""

from datetime import datetime
from typing import Protocol

from bot.views.blocks import fitted
from bot.workflows.incident import MessageTs, Posted, UserId
from bot.workflows.text import escape, escape_prose, mention

LINE_ROOM = 300  # characters of a line where only the gist is shown
DELETED = "_a marked message that was deleted_"
EMPTY = "_a marked message_"
CORRECTED = " _(corrected below, in line {line})_"


class TimelineLine(Protocol):
    """A timeline entry as it is read; `text` is Slack text, or the plain words of a `marked` message."""

    @property
    def seq(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def recorded_at(self) -> datetime: ...
    @property
    def by(self) -> UserId | None: ...
    @property
    def text(self) -> str: ...
    @property
    def evidence(self) -> Posted | None: ...
    @property
    def thread_ts(self) -> MessageTs | None: ...
    @property
    def deleted(self) -> bool: ...
    @property
    def marked(self) -> bool: ...
    @property
    def files(self) -> tuple[str, ...]: ...
    @property
    def corrects(self) -> int | None: ...
    @property
    def corrected(self) -> int | None: ...


def shown(line: TimelineLine) -> str:
    """The line as Slack text in one paragraph."""
    return f"{_gist(line)}{CORRECTED.format(line=line.corrected)}" if line.corrected else _gist(line)


def _gist(line: TimelineLine) -> str:
    if not line.marked:
        return fitted(" ".join(line.text.split()), LINE_ROOM)
    said = DELETED if line.deleted else escape_prose(" ".join(line.text.split())) or EMPTY
    files = f" [{', '.join(escape(name) for name in line.files)}]" if line.files and not line.deleted else ""
    author = f"{mention(line.by)}: " if line.by else ""
    return fitted(f"{author}{said}{files}", LINE_ROOM)
