"""The pace of deliveries: every kind has a price, below Slack's limits, and a 429 closes what Slack means by it."""

from datetime import timedelta

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.delivery.deliverer import SENDERS
from bot.delivery.pace import METHODS, PRICES, closed_by, price, rate
from bot.practice.limits import TIER_OF, TIERS
from bot.storage.codec import encode_effect
from bot.storage.pace import Errand
from bot.workflows.effects import LetIn, PostInRoom, ShowCard
from bot.workflows.incident import UserId
from tests.values import SEVEN

MINUTE = timedelta(minutes=1)
HERE = ("post:inc-7", "posts")


def errand(effect: LetIn | PostInRoom | ShowCard, *, has_card: bool = True) -> Errand:
    return Errand(
        kind=type(effect).__name__, payload=encode_effect(effect), incident=SEVEN, has_card=has_card,
        has_announcement=False,
    )  # fmt: skip


def test_every_delivery_has_a_price() -> None:
    assert PRICES.keys() == SENDERS.keys()


@pytest.mark.parametrize("method", sorted(METHODS.keys() & TIER_OF.keys()))
def test_no_method_is_asked_more_often_than_slack_allows(method: str) -> None:
    allowed, ours = TIERS[TIER_OF[method]], rate(method)
    assert ours
    assert ours.size == allowed
    assert 0.9 * allowed < MINUTE / ours.interval < allowed


def test_only_posts_have_no_tier_of_their_own() -> None:
    assert METHODS.keys() - TIER_OF.keys() == {"posts"}


def test_a_card_is_posted_once_and_edited_from_then_on() -> None:
    assert price(errand(ShowCard(), has_card=False)) == HERE
    assert price(errand(ShowCard())) == ("chat.update",)
    assert price(errand(PostInRoom(text="news"))) == HERE


def test_many_people_are_let_in_by_several_calls() -> None:
    crowd = tuple(UserId(f"U{number}") for number in range(101))
    assert price(errand(LetIn(users=crowd))) == ("conversations.invite",) * 2


@pytest.mark.parametrize(
    ("method", "seconds", "closed"),
    [
        ("conversations.create", 30, "conversations.create"),
        ("chat.postMessage", 1, None),  # the channel's own: its lane waits
        ("chat.postMessage", 30, "posts"),
        ("users.info", 30, None),
    ],
)
def test_a_429_closes_what_slack_means(method: str, seconds: int, closed: str | None) -> None:
    assert closed_by(answered(429, "ratelimited", method), seconds) == closed


def test_other_failures_close_nothing() -> None:
    assert closed_by(answered(200, "is_archived", "conversations.create"), 30) is None
    assert closed_by(TimeoutError(), 30) is None


def answered(status: int, error: str, method: str) -> SlackApiError:
    """The error that slack-sdk raises for an answer."""
    response = AsyncSlackResponse(
        client=AsyncWebClient(), http_verb="POST", api_url=f"https://slack.com/api/{method}", req_args={},
        data={"ok": False, "error": error}, headers={}, status_code=status,
    )  # fmt: skip
    return SlackApiError("refused", response)  # type: ignore[no-untyped-call]
