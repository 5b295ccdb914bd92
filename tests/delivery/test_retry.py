"""What a failed call means: when to try again, whether something may have arrived, or that it is no use."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.delivery.retry import CannotDeliver, GiveUp, Later, NotNow, Unreadable, Verdict, in_brief, judge
from bot.storage.database import DatabaseAway

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


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 30), ({"retry-after": " 600 "}, 600), ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": "99999999999"}, 3600), ({"Retry-After": "9" * 400}, 3600),
        ({}, PAUSE), ({"Retry-After": ""}, PAUSE), ({"Retry-After": "0"}, PAUSE), ({"Retry-After": "-5"}, PAUSE),
        ({"Retry-After": "soon"}, PAUSE), ({"Retry-After": "²"}, PAUSE), ({"Retry-After": "nan"}, PAUSE),
        ({"Retry-After": "1e9"}, PAUSE), ({"Retry-After": "Tue, 24 Nov 2026 15:00:30 GMT"}, PAUSE),
        ({"Retry-After": "Tue, 24 Nov 2026 15:00:30 GMT", "Date": "Tue, 24 Nov 2026 15:00:00 GMT"}, 30),
        ({"Retry-After": "Tue, 24 Nov 2026 14:00:00 GMT", "Date": "Tue, 24 Nov 2026 15:00:00 GMT"}, PAUSE),
    ],
)  # fmt: skip
def test_slack_is_asked_again_when_it_says_and_never_at_once(headers: dict[str, str], seconds: float) -> None:
    verdict = judge(answered(429, {"ok": False, "error": "ratelimited"}, headers), attempts=1)
    assert verdict == Later(seconds=seconds, certain=True, error="ratelimited")


def test_a_gateway_that_asks_for_patience_gets_it() -> None:
    assert judge(Unreadable(429, "chat.update", 30), 1) == Later(seconds=30, certain=True, error="ratelimited")
    assert judge(Unreadable(502), 1) == Later(seconds=PAUSE, certain=False, error=UNREADABLE.format(502))


def test_an_answer_is_never_repeated_in_brief() -> None:
    body = '{"ok":true,"messages":[{"text":"between us'
    cut_short = SlackApiError(f"not JSON: {body}", answered(200, body).response)  # type: ignore[no-untyped-call]
    assert "between us" in str(cut_short)
    assert "between us" not in in_brief(cut_short)
    assert in_brief(answered(200, {"ok": False, "error": "is_archived"})) == "SlackApiError: is_archived"
    assert in_brief(CannotDeliver("name_taken")) == "CannotDeliver: name_taken"
    assert in_brief(TimeoutError("x")) == "TimeoutError"


def test_a_database_that_did_not_take_it_is_named_without_what_it_was_told() -> None:
    away = DatabaseAway("INSERT INTO messages", None, Exception("DETAIL: Key (text)=(between us)"))
    assert judge(away, attempts=99) == Later(seconds=60, certain=False, error="DBAPIError")
