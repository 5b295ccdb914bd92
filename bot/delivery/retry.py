"""What a failed call to Slack means: try again when, sure or not that nothing reached Slack, or give up."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.storage.codec import Undecodable
from bot.storage.database import DatabaseAway

LONGEST_PAUSE = 60.0  # seconds between two tries of one delivery
LONGEST_ASKED_FOR = 3600.0  # seconds that a Retry-After is believed; Slack asks for minutes at most
RATELIMITED = "ratelimited"  # what every way to be asked for patience is called here
BROKEN = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"})
THROTTLED = frozenset({RATELIMITED, "rate_limited", "message_limit_exceeded"})
UNDECODABLE = "undecodable"
LOCKED_OUT = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})


class NotNow(Exception):
    """A delivery cannot be made at the moment, for a reason of our own; nothing was sent."""


class CannotDeliver(Exception):
    """A delivery can never be made; `error` is Slack's name for the reason, or ours."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class Unreadable(aiohttp.ClientError):
    """An answer that is not Slack's, such as a gateway's page; `asked_for` are seconds it wants us to wait."""

    def __init__(self, status: int, method: str = "", asked_for: float | None = None) -> None:
        super().__init__(f"unreadable answer (HTTP {status})")
        self.status, self.method, self.asked_for = status, method, asked_for


class HalfDone(Exception):
    """The first of several calls arrived and a later one did not: something is in Slack, whatever the later one met."""


TROUBLE = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)  # what a call to Slack may raise
EXPECTED = (*TROUBLE, CannotDeliver, NotNow, HalfDone)  # no failure of our own


@dataclass(frozen=True, kw_only=True)
class Later:
    """Try again after `seconds`; `certain` that this attempt left nothing in Slack."""

    seconds: float
    certain: bool
    error: str


@dataclass(frozen=True, kw_only=True)
class GiveUp:
    """No use in trying again: `error` is Slack's name for the reason."""

    error: str


Verdict = Later | GiveUp


def judge(failure: Exception, attempts: int) -> Verdict:
    """What to do after a failure, `attempts` counting the one that failed.

    Anything that may have reached Slack is uncertain: a time-out, a dropped connection, a 5xx, an unreadable body, and
    a database that could not write down what was done. That one is no fault of the delivery, however often it happens.
    """
    pause = min(LONGEST_PAUSE, 0.5 * 2.0 ** min(attempts, 10))
    if isinstance(failure, SlackApiError):
        return _judge_answer(failure, pause)
    if isinstance(failure, Unreadable) and is_throttled(failure):
        return Later(seconds=failure.asked_for or pause, certain=True, error=RATELIMITED)
    if isinstance(failure, CannotDeliver):
        return GiveUp(error=failure.error)
    if isinstance(failure, NotNow | aiohttp.ClientConnectorError):
        return Later(seconds=pause, certain=True, error=str(failure) or type(failure).__name__)
    if isinstance(failure, DatabaseAway):  # its message repeats the statement, and perhaps what somebody wrote
        return Later(seconds=pause, certain=False, error=type(failure).__name__)
    if isinstance(failure, HalfDone | aiohttp.ClientError | asyncio.TimeoutError | OSError):
        return Later(seconds=pause, certain=False, error=str(failure) or type(failure).__name__)
    if isinstance(failure, Undecodable):
        return GiveUp(error=UNDECODABLE) if attempts >= 8 else Later(seconds=pause, certain=True, error=UNDECODABLE)
    name = type(failure).__name__  # without its message, which may repeat what somebody wrote
    return GiveUp(error=name) if attempts >= 8 else Later(seconds=pause, certain=False, error=name)


def error_name(failure: SlackApiError) -> str:
    """Slack's name for the error of an answer, empty when the answer could not be read."""
    data = getattr(failure.response, "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def is_throttled(failure: Exception) -> bool:
    """Whether Slack says that it was asked too often."""
    if isinstance(failure, SlackApiError):
        return _status(failure) == 429 or error_name(failure) in THROTTLED
    return isinstance(failure, Unreadable) and failure.status == 429


def throttled_method(failure: Exception) -> str:
    """The method that was asked too often, such as `chat.update`; empty when the answer does not tell."""
    if isinstance(failure, Unreadable):
        return failure.method
    response = getattr(failure, "response", None)
    return str(getattr(response, "api_url", "")).rstrip("/").rpartition("/")[2]


def seconds_asked_for(headers: Mapping[str, str]) -> float | None:
    """How many seconds `Retry-After` says, as a number or as a date; None when it says nothing that makes sense."""
    value = _header(headers, "retry-after").strip()
    if value.isascii() and value.replace(".", "", 1).isdigit():
        return min(float(value), LONGEST_ASKED_FOR)
    try:
        # By the clock of whoever answered: ours may differ.
        left = parsedate_to_datetime(value) - parsedate_to_datetime(_header(headers, "date"))
    except (ValueError, TypeError):
        return None
    return min(left.total_seconds(), LONGEST_ASKED_FOR) if left.total_seconds() > 0 else None


def _header(headers: Mapping[str, str], wanted: str) -> str:
    return next((value for name, value in headers.items() if name.lower() == wanted), "")


def _status(failure: SlackApiError) -> int:
    response = failure.response
    return getattr(response, "status_code", 0) or getattr(response, "status", 0)


def in_brief(failure: Exception) -> str:
    """A failure for the log: never the answer itself, which may hold what somebody wrote."""
    name = failure.error if isinstance(failure, CannotDeliver) else ""
    name = error_name(failure) if isinstance(failure, SlackApiError) else name
    return f"{type(failure).__name__}: {name}" if name else type(failure).__name__


def _judge_answer(failure: SlackApiError, pause: float) -> Verdict:
    response, error = failure.response, error_name(failure)
    if is_throttled(failure):
        seconds = seconds_asked_for(getattr(response, "headers", {})) or pause
        return Later(seconds=seconds, certain=True, error=RATELIMITED)
    if error in LOCKED_OUT:
        return Later(seconds=LONGEST_PAUSE, certain=True, error=error)
    if not error or _status(failure) >= 500 or error in BROKEN:
        return Later(seconds=pause, certain=False, error=error or f"unreadable answer (HTTP {_status(failure)})")
    return GiveUp(error=error)
