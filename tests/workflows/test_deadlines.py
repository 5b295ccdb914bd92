"""Days to come as people type them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.workflows.commands import Refused
from bot.workflows.deadlines import checked, day, day_behind, end_of

TODAY = date(2026, 11, 23)  # a Monday


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("by friday", date(2026, 11, 27)), ("Fri", date(2026, 11, 27)), ("by next monday", date(2026, 11, 30)),
        ("monday", date(2026, 11, 30)), ("tomorrow", date(2026, 11, 24)), ("today", TODAY), ("by eod.", TODAY),
        ("in 3 days", date(2026, 11, 26)), ("in a week", date(2026, 11, 30)), ("within two weeks", date(2026, 12, 7)),
        ("in 3 months", date(2027, 2, 23)), ("by end of month", date(2026, 11, 30)), ("eow", date(2026, 11, 27)),
        ("next week", date(2026, 12, 4)), ("by 2026-12-04", date(2026, 12, 4)), ("4 dec", date(2026, 12, 4)),
        ("by the 4th of december", date(2026, 12, 4)), ("December 4th, 2026", date(2026, 12, 4)),
        ("4.12.2026", date(2026, 12, 4)), ("4.12.", date(2026, 12, 4)), ("by 3 jan", date(2027, 1, 3)),
    ],
)  # fmt: skip
def test_a_day_is_read(text: str, meant: date) -> None:
    assert day(text, TODAY) == meant


@pytest.mark.parametrize(
    "text", ["", "soon", "by q1", "31 feb", "2026-13-01", "12/4", "by the team", "4 foo", "x" * 500]
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert day(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "meant", "words"),
    [
        ("Add an alert by friday", date(2026, 11, 27), "Add an alert"),
        ("Sort the rows by name by 4 dec", date(2026, 12, 4), "Sort the rows by name"),
        ("Add an alert, due in 3 days", date(2026, 11, 26), "Add an alert"),
        ("Drop db7 by 2026-11-27; done when no call fails", date(2026, 11, 27), "Drop db7; done when no call fails"),
        ("Rotate keys (by 2026-12-04)", date(2026, 12, 4), "Rotate keys"),
        ("Rotate keys 2026-12-04", date(2026, 12, 4), "Rotate keys"),
        ("Sort the rows by name", None, "Sort the rows by name"),
    ],
)
def test_a_day_at_the_end_of_a_text(text: str, meant: date | None, words: str) -> None:
    assert day_behind(text, TODAY) == (meant, words)


def test_what_is_over_or_too_far_away_is_refused_with_what_works() -> None:
    with pytest.raises(Refused, match="is over already"):
        checked(TODAY - timedelta(days=1), TODAY)
    with pytest.raises(Refused, match="more than a year away"):
        checked(TODAY + timedelta(days=367), TODAY)
    assert checked(TODAY, TODAY) == TODAY


def test_a_day_ends_by_the_clock_of_its_reader() -> None:
    assert end_of(TODAY, ZoneInfo("Europe/Berlin")) == datetime(2026, 11, 23, 16, tzinfo=UTC)


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    found, words = day_behind(text, TODAY)
    assert found is None or isinstance(found, date)
    assert len(words) <= len(text)
