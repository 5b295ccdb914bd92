"""Times of the past as people type them, and what is no time though it begins like one."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.workflows.commands import Refused
from bot.workflows.moments import Clock, is_time, moment, moment_in_front

NOW = datetime(2026, 11, 23, 14, 30, 15, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")  # one hour ahead of UTC in November


def said(text: str, now: datetime = NOW, zone: ZoneInfo | None = None) -> str:
    return f"{moment(text, Clock(at=now, zone=zone or UTC)):%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14:05", "11-23 14:05"), ("14.05", "11-23 14:05"), ("2:05pm", "11-23 14:05"), ("2:05 p.m.", "11-23 14:05"),
        ("2pm", "11-23 14:00"), ("12am", "11-23 00:00"), ("12:15 pm", "11-23 12:15"), ("at 13:40", "11-23 13:40"),
        ("today 13:40", "11-23 13:40"), ("today at 13:40", "11-23 13:40"), ("9:05", "11-23 09:05"),
        ("yesterday 22:10", "11-22 22:10"), ("Yesterday at 10:10pm", "11-22 22:10"), ("22:10 yesterday", "11-22 22:10"),
        ("23:50", "11-22 23:50"), ("14:31", "11-23 14:30"), ("14:36", "11-22 14:36"), ("14:05:59", "11-23 14:05"),
        ("20 min ago", "11-23 14:10"), ("20m", "11-23 14:10"), ("1h ago", "11-23 13:30"), ("1h 20m ago", "11-23 13:10"),
        ("1 hour and 20 minutes ago", "11-23 13:10"), ("2 days ago", "11-21 14:30"), ("an hour ago", "11-23 13:30"),
        ("half an hour ago", "11-23 14:00"), ("now", "11-23 14:30"), ("just now", "11-23 14:30"),
        ("noon", "11-23 12:00"), ("at midnight", "11-23 00:00"), ("yesterday noon", "11-22 12:00"),
        ("midday utc", "11-23 12:00"), ("Noon yesterday", "11-22 12:00"),
        ("2026-11-20 08:00", "11-20 08:00"), ("2026-11-20T08:00Z", "11-20 08:00"), (" 14:05\n", "11-23 14:05"),
    ],
)  # fmt: skip
def test_a_time_is_read(text: str, expected: str) -> None:
    assert is_time(text)
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14:05", "11-23 13:05"), ("14:05 utc", "11-23 14:05"), ("14:05 UTC", "11-23 14:05"),
        ("9:05 est", "11-23 14:05"),
        ("15:29", "11-23 14:29"), ("yesterday 00:30", "11-21 23:30"), ("20 min ago", "11-23 14:10"),
        ("2026-11-20 08:00", "11-20 07:00"), ("2026-11-20 08:00 utc", "11-20 08:00"),
    ],
)  # fmt: skip
def test_a_time_is_told_by_the_clock_of_whoever_types_it(text: str, expected: str) -> None:
    assert said(text, zone=BERLIN) == expected


def test_around_midnight_the_day_is_the_persons_own() -> None:
    after_midnight = datetime(2026, 11, 22, 23, 10, tzinfo=UTC)  # 00:10 in Berlin
    assert said("23:50", after_midnight, BERLIN) == "11-22 22:50"
    assert said("00:05", after_midnight, BERLIN) == "11-22 23:05"
    assert said("yesterday 23:50", after_midnight, BERLIN) == "11-22 22:50"
    nearly_midnight = datetime(2026, 11, 22, 23, 58, tzinfo=UTC)
    assert said("00:01", nearly_midnight) == "11-22 23:58"  # clocks differ: that is now


def test_an_hour_that_summer_time_skips_or_repeats_is_still_a_moment() -> None:
    assert said("02:30", datetime(2026, 3, 29, 8, 0, tzinfo=UTC), BERLIN) == "03-29 01:30"
    assert said("02:30", datetime(2026, 10, 25, 8, 0, tzinfo=UTC), BERLIN) == "10-25 00:30"


@pytest.mark.parametrize("text", ["", "25:00", "14:60", "13pm", "0am", "soon", "500 errors", "4.2", "14", "yesterday",
                                  "14:05 mars", "2026-13-01 10:00", "9" * 50, "14:05 rolled back"])  # fmt: skip
def test_what_is_no_time_is_refused_with_examples(text: str) -> None:
    with pytest.raises(Refused, match=r"is not a time that Warroom can read\. What works: 14:05, yesterday") as refused:
        moment(text, Clock(at=NOW), "when")
    assert refused.value.field == "when"


def test_beside_a_field_nothing_is_marked_up() -> None:
    with pytest.raises(Refused) as refused:
        moment("today 23:00", Clock(at=NOW), "when")
    assert refused.value.reason.startswith("2026-11-23 23:00 UTC is still to come. Say when it was: 14:05, yesterday")


@pytest.mark.parametrize("text", ["today 23:00", "2026-11-24 10:00", "2027-11-23 10:00"])
def test_what_is_still_to_come_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="is still to come"):
        moment(text, Clock(at=NOW))


@pytest.mark.parametrize("text", ["2026-10-01 10:00", "40 days ago", "0001-01-01 00:00", "9999 days ago"])
def test_what_is_too_long_ago_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="more than 30 days ago"):
        moment(text, Clock(at=NOW))


@pytest.mark.parametrize(
    ("text", "at", "rest"),
    [
        ("14:05 rolled back", "14:05", "rolled back"), ("14:05 utc rolled back", "14:05", "rolled back"),
        ("at 13:40 errors began", "13:40", "errors began"), ("2:05pm rolled back", "14:05", "rolled back"),
        ("14:05 - rolled back", "14:05", "rolled back"), ("14:05: rolled back", "14:05", "rolled back"),
        ("20 min ago rolled back\nto 4.2", "14:10", "rolled back\nto 4.2"),
        ("14:05, rolled back", "14:05", "rolled back"),
        ("yesterday 22:10 first alert", "22:10", "first alert"),
        ("at noon errors began", "12:00", "errors began"), ("yesterday at noon: errors", "12:00", "errors"),
        ("14:05 <@U1> rolled back", "14:05", "<@U1> rolled back"),
    ],
)  # fmt: skip
def test_a_text_may_begin_with_a_time(text: str, at: str, rest: str) -> None:
    found, words = moment_in_front(text, Clock(at=NOW))
    assert found is not None
    assert (f"{found:%H:%M}", words) == (at, rest)


@pytest.mark.parametrize(
    "text",
    ["500 errors are back", "4.12 is rolled out", "14.05 is the new version", "20 min of errors", "14:05",
     "3 pods restarted",
     "1h of downtime", "12:30 minutes of silence", "25:00 rolled back", "10.0.0.1 is down", "14:05:99 x", "10:30%",
     "16:9 pictures", "14:05am", "yesterday it worked", "now it works", "2026-11-23 was a Monday",
     "noon jobs failed", "midnight: jobs failed", "at noontime it fails"],
)  # fmt: skip
def test_a_text_that_merely_begins_with_a_number_is_none(text: str) -> None:
    assert moment_in_front(text, Clock(at=NOW)) == (None, text)


def test_a_moment_in_front_that_cannot_be_is_refused() -> None:
    with pytest.raises(Refused, match="still to come"):
        moment_in_front("today 23:00 rolled back", Clock(at=NOW))


@pytest.mark.parametrize("piece", ["1", "1 ", "1:0", "an ", " ", "14:05 ", "1h ", "yesterday ", "x"])
def test_forty_thousand_characters_are_read_at_once(piece: str) -> None:
    text, began = (piece * 40_000)[:40_000], time.process_time()
    is_time(text)
    moment_in_front(text, Clock(at=NOW))
    assert time.process_time() - began < 1


def test_a_moment_ago_is_a_whole_minute() -> None:
    assert moment("20 min ago", Clock(at=NOW)) == NOW.replace(second=0) - timedelta(minutes=20)


def test_a_moment_before_slack_counts_is_told_in_utc() -> None:
    with pytest.raises(Refused, match=r"^0001-01-01 00:00 UTC is more than 30 days ago"):
        moment("0001-01-01 00:00", Clock(at=NOW))
