"""What a failed call means: when to try again, whether something may have arrived, or that it is no use."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.delivery.retry import CannotDeliver, GiveUp, Later, NotNow, Verdict, judge

UNREADABLE = "unreadable answer (HTTP {})"
HTML = "<html>sorry</html>"
PAUSE = 1.0  # 0.5 s doubled once: the pause after the first attempt


def answered(status: int, data: object, headers: dict[str, str] | None = None) -> SlackApiError:
    """The error that slack-sdk raises for an answer."""
    response = AsyncSlackResponse(
        client=AsyncWebClient(), http_verb="POST", api_url="x", req_args={}, data=data,  # type: ignore[arg-type]
        headers=headers or {}, status_code=status,
    )  # fmt: skip
    return SlackApiError("refused", response)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("failure", "verdict"),
    [
        (answered(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "30"}),
         Later(seconds=30, certain=True, error="ratelimited")),
        (answered(200, {"ok": False, "error": "ratelimited"}), Later(seconds=PAUSE, certain=True, error="ratelimited")),
        (answered(200, {"ok": False, "error": "internal_error"}),
         Later(seconds=PAUSE, certain=False, error="internal_error")),
        (answered(503, HTML), Later(seconds=PAUSE, certain=False, error=UNREADABLE.format(503))),
        (answered(200, HTML), Later(seconds=PAUSE, certain=False, error=UNREADABLE.format(200))),
        (answered(200, {"ok": False, "error": "token_revoked"}),
         Later(seconds=60, certain=True, error="token_revoked")),
        (answered(200, {"ok": False, "error": "is_archived"}), GiveUp(error="is_archived")),
        (CannotDeliver("name_taken"), GiveUp(error="name_taken")),
        (NotNow("too old"), Later(seconds=PAUSE, certain=True, error="too old")),
        (TimeoutError(), Later(seconds=PAUSE, certain=False, error="TimeoutError")),
        (aiohttp.ServerDisconnectedError(), Later(seconds=PAUSE, certain=False, error="Server disconnected")),
        (ValueError("a bug"), Later(seconds=PAUSE, certain=False, error="ValueError")),
    ],
)  # fmt: skip
def test_the_verdict(failure: Exception, verdict: Verdict) -> None:
    assert judge(failure, attempts=1) == verdict


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 1), (2, 2), (5, 16), (7, 60), (100, 60)])
def test_pauses_double_up_to_a_minute(attempts: int, seconds: float) -> None:
    verdict = judge(TimeoutError(), attempts)
    assert isinstance(verdict, Later)
    assert verdict.seconds == seconds


def test_a_bug_of_ours_is_given_up_in_the_end() -> None:
    assert judge(ValueError("a bug"), attempts=8) == GiveUp(error="ValueError")
