"""What a failed call to Slack means: try again when, sure or not that nothing reached Slack, or give up."""

import asyncio
from dataclasses import dataclass

import aiohttp
from slack_sdk.errors import SlackApiError

LONGEST_PAUSE = 60.0  # seconds between two tries of one delivery
BROKEN = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"})
THROTTLED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
LOCKED_OUT = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})


class NotNow(Exception):
    """A delivery cannot be made at the moment, for a reason of our own; nothing was sent."""


class CannotDeliver(Exception):
    """A delivery can never be made; `error` is Slack's name for the reason, or ours."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class HalfDone(Exception):
    """The first of several calls arrived and a later one did not: something is in Slack, whatever the later one met."""


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

    Anything that may have reached Slack is uncertain: a time-out, a dropped connection, a 5xx, an unreadable body.
    """
    pause = min(LONGEST_PAUSE, 0.5 * 2.0 ** min(attempts, 10))
    if isinstance(failure, SlackApiError):
        return _judge_answer(failure, pause)
    if isinstance(failure, CannotDeliver):
        return GiveUp(error=failure.error)
    if isinstance(failure, NotNow | aiohttp.ClientConnectorError):
        return Later(seconds=pause, certain=True, error=str(failure) or type(failure).__name__)
    if isinstance(failure, HalfDone | aiohttp.ClientError | asyncio.TimeoutError | OSError):
        return Later(seconds=pause, certain=False, error=str(failure) or type(failure).__name__)
    name = f"{type(failure).__name__}: {failure}"
    return GiveUp(error=name) if attempts >= 8 else Later(seconds=pause, certain=False, error=name)


def error_name(failure: SlackApiError) -> str:
    """Slack's name for the error of an answer, empty when the answer could not be read."""
    data = getattr(failure.response, "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def is_throttled(failure: SlackApiError) -> bool:
    """Whether Slack says that it was asked too often."""
    return _status(failure) == 429 or error_name(failure) in THROTTLED


def _status(failure: SlackApiError) -> int:
    response = failure.response
    return getattr(response, "status_code", 0) or getattr(response, "status", 0)


def _judge_answer(failure: SlackApiError, pause: float) -> Verdict:
    response, error = failure.response, error_name(failure)
    if is_throttled(failure):
        return Later(seconds=_retry_after(getattr(response, "headers", {})) or pause, certain=True, error="ratelimited")
    if error in LOCKED_OUT:
        return Later(seconds=LONGEST_PAUSE, certain=True, error=error)
    if not error or _status(failure) >= 500 or error in BROKEN:
        return Later(seconds=pause, certain=False, error=error or f"unreadable answer (HTTP {_status(failure)})")
    return GiveUp(error=error)


def _retry_after(headers: "dict[str, str]") -> float | None:
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return float(value) if value.isdigit() else None
