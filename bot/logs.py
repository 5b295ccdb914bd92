"""What is logged, and how: one line per fact, readable or JSON, without a secret and without anybody's words.

Two things keep it so. Every line passes a mask that knows our secrets, the shapes of Slack's, and addresses. And of a
failure only its type, its place and a message that cannot carry what somebody wrote are kept; libraries speak up from
WARNING on.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from enum import StrEnum
from types import TracebackType
from typing import Any, TextIO
from urllib.parse import unquote, urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from structlog.types import EventDict, WrappedLogger

from bot.settings import Settings

HIDDEN = "…"
WITHHELD = "(message withheld)"
SHORTEST_SECRET = 6  # characters; what is shorter would blot out ordinary words
LONGEST_LINE = 400  # characters of what a library says
DEEPEST = 6  # exceptions of one chain that are told

# Their messages name code, files and addresses, never what somebody wrote.
TELLABLE = (OSError, TimeoutError, aiohttp.ClientError, AttributeError, TypeError, NameError, ImportError)
OF_A_DATABASE = frozenset({"OperationalError", "InterfaceError"})  # their first line says what the server said

_TOKEN = re.compile(r"\b(xox[a-z]|xapp)(?:[.-][A-Za-z0-9]+)+")
_TRIGGER = re.compile(r"\b(\d+\.\d+\.)[0-9a-f]{8,}\b")
_ADDRESS = re.compile(r"\b([a-z][a-z+]*://)(?:[^/\s'\"<>@]*@)?([^/\s'\"<>?#]*)([^\s'\"<>)\]}]*)", re.I)
_METHOD = re.compile(r"/api/[A-Za-z.]*")
_SUGGESTED = re.compile(r"'value': .*")  # Bolt repeats what was typed into a field that nobody takes


class Format(StrEnum):
    """How lines look."""

    AUTO = "auto"  # text on a terminal, else JSON
    TEXT = "text"
    JSON = "json"


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Have everything this process says go to one stream (stderr), one line per fact."""
    out = stream or sys.stderr
    mask = Mask(secrets_of(settings))
    style = _style(Format(settings.log_format), out)
    shared: list[Any] = [structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)]
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, *shared, told, mask, style],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[settings.log_level]),
        logger_factory=structlog.WriteLoggerFactory(file=out),
    )
    handler = logging.StreamHandler(out)
    handler.setLevel(logging.WARNING)  # whatever a library's own level: below it they repeat whole messages
    handler.addFilter(_wanted)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, told, mask, style],
            foreign_pre_chain=[structlog.contextvars.merge_contextvars, *shared, _of_a_library],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    sys.excepthook = _fell


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """Every secret that the settings hold."""
    kept = (settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret)
    password = urlsplit(settings.database_url).password or ""
    found = [*(secret.get_secret_value() for secret in kept if secret), password, unquote(password)]
    return tuple(secret for secret in found if len(secret) >= SHORTEST_SECRET)


class Mask:
    """Takes secrets, the secret part of addresses and of trigger ids out of every value of a line."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = sorted(set(secrets), key=len, reverse=True)

    def __call__(self, logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
        """A processor of structlog."""
        return {name: self.masked(value) for name, value in line.items()}

    def masked(self, value: Any) -> Any:  # noqa: ANN401 - whatever was logged
        """A value without what is secret in it; what is neither text, number nor a list of such becomes text."""
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, dict):
            return {str(self.masked(name)): self.masked(inner) for name, inner in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.masked(inner) for inner in value]
        return self._text(str(value))

    def _text(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        text = _TRIGGER.sub(rf"\1{HIDDEN}", _TOKEN.sub(rf"\1-{HIDDEN}", text))
        return _ADDRESS.sub(_address, text)


def told(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """Turn a failure into `exception`: where it happened, and of what kind."""
    failure = line.pop("exc_info", None)
    if failure is True:
        failure = sys.exc_info()[1]
    elif isinstance(failure, tuple):
        failure = failure[1]
    if isinstance(failure, BaseException):
        line["exception"] = "\n".join(_chain(failure))
    return line


def in_words(failure: BaseException) -> str:
    """A failure in a few words that cannot carry what somebody wrote."""
    return f"{type(failure).__name__}: {_message(failure)}"


def _message(failure: BaseException) -> str:
    if isinstance(failure, SlackApiError):
        data = getattr(failure.response, "data", None)
        return str(data.get("error", "")) if isinstance(data, dict) else "unreadable answer"
    if isinstance(failure, TELLABLE) or type(failure).__name__ in OF_A_DATABASE:
        return (str(failure).splitlines() or [""])[0]
    return WITHHELD if str(failure) else ""


def _chain(failure: BaseException) -> Iterator[str]:
    for _ in range(DEEPEST):
        yield from (frame.rstrip() for frame in traceback.format_tb(failure.__traceback__))
        yield in_words(failure).rstrip(": ")
        before = failure.__cause__ or (None if failure.__suppress_context__ else failure.__context__)
        if before is None:
            return
        yield "which came from:"
        failure = before


def _of_a_library(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """One line of what a library says, without the words of the failure it tells of."""
    record: logging.LogRecord = line["_record"]
    failure = record.exc_info[1] if record.exc_info else None
    said = str(line["event"])
    if failure is not None and str(failure):
        said = said.replace(str(failure), _message(failure))
    first = _SUGGESTED.sub(HIDDEN, (said.splitlines() or [""])[0])
    return {**line, "event": first[:LONGEST_LINE], "logger": record.name}


def _wanted(record: logging.LogRecord) -> bool:
    """Bolt warns that our own authorize takes the token's place; that is what we want."""
    about_the_token = record.getMessage().endswith(("will be ignored.", "will be unused."))
    return not (record.name == "slack_bolt.AsyncApp" and about_the_token)


def _address(found: re.Match[str]) -> str:
    """Where something was asked; of the path only a method of Slack's: others hold secrets."""
    path = _METHOD.match(found[3])
    rest = path[0] if path else f"/{HIDDEN}" if len(found[3]) > 1 else found[3]
    return f"{found[1]}{found[2]}{rest}"


def _style(chosen: Format, out: TextIO) -> Any:  # noqa: ANN401 - a processor, of either kind
    terminal = out.isatty()
    if chosen is Format.JSON or (chosen is Format.AUTO and not terminal):
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=terminal)


def _fell(kind: type[BaseException], failure: BaseException, trace: TracebackType | None) -> None:
    if isinstance(failure, KeyboardInterrupt):
        return
    structlog.get_logger().critical("Warroom ended by a failure of its own", exc_info=failure)
