"""Room names keep Slack's rules whatever the title is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.workflows.naming import readable, room_name

SLACK_NAME = re.compile(r"[a-z0-9_-]{0,79}[a-z0-9_]")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Checkout is failing", "inc-7-checkout-is-failing"),
        ("  500s -- on /login!  ", "inc-7-500s-on-login"),
        ("Zahlung schlägt fehl: Größe", "inc-7-zahlung-schlagt-fehl-grosse"),
        ("Łódź, Ørsted & Đà Nẵng", "inc-7-lodz-orsted-da-nang"),
        ("can't log in", "inc-7-cant-log-in"),
        ("支払いが失敗する", "inc-7"),
        ("🔥🔥🔥", "inc-7"),
        ("", "inc-7"),
        ("api_gateway down_", "inc-7-api_gateway-down"),
        ("<@U1|ana> cannot reach <https://shop.example|the shop>", "inc-7-ana-cannot-reach-the-shop"),
        ("<@U1> sees errors on https://shop.example/cart", "inc-7-sees-errors-on"),
        ("<#C1|general> is noisy", "inc-7-general-is-noisy"),
    ],
)
def test_a_room_is_named_after_its_title(title: str, name: str) -> None:
    assert room_name(7, title) == name


def test_a_taken_name_gets_the_next_number() -> None:
    assert room_name(7, "checkout is down", attempt=1) == "inc-7-checkout-is-down-2"
    assert room_name(7, "", attempt=2) == "inc-7-3"


def test_a_long_title_is_cut_between_words_and_leaves_room_for_the_attempt() -> None:
    title = "payments " * 20
    assert room_name(12, title) == "inc-12" + "-payments" * 8
    assert room_name(12, title, attempt=9) == "inc-12" + "-payments" * 7 + "-10"
    assert len(room_name(12, "x" * 200, attempt=9)) == 80


@given(title=st.text(max_size=400), number=st.integers(1, 10**6), attempt=st.integers(0, 50))
def test_every_title_makes_a_name_slack_accepts(title: str, number: int, attempt: int) -> None:
    assert SLACK_NAME.fullmatch(room_name(number, title, attempt))


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        ("<@U1|ana> and <!subteam^S1|@ops> in <#C1|general>", "@ana and @ops in #general"),
        ("see <https://x.example>", "see https://x.example"),
        ("<!channel> a < b", "@channel a < b"),
    ],
)
def test_marks_become_words(marked: str, words: str) -> None:
    assert readable(marked) == words
