"""Times to come, as they stand behind what is to be done."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.workflows.ahead import looks_like_a_time, time_behind, time_to_come
from bot.workflows.arguments import owner_in
from bot.workflows.commands import Refused
from bot.workflows.moments import Clock

# A Monday, five past two in Berlin.
CLOCK = Clock(at=datetime(2026, 11, 23, 13, 5, tzinfo=UTC), zone=ZoneInfo("Europe/Berlin"))
LATE = Clock(at=datetime(2026, 11, 23, 22, 30, tzinfo=UTC), zone=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("text", "day", "clock", "before"),
    [
        ("call the vendor in 20m", 23, "13:25", "call the vendor"),
        ("call the vendor at 15:00", 23, "14:00", "call the vendor"),
        ("call the vendor (by 3pm)", 23, "14:00", "call the vendor"),
        ("call the vendor at 15:00 utc", 23, "15:00", "call the vendor"),
        ("call the vendor in 1h 30m", 23, "14:35", "call the vendor"),
        ("call the vendor in 1.5h", 23, "14:35", "call the vendor"),
        ("call the vendor, within half an hour", 23, "13:35", "call the vendor"),
        ("call the vendor tomorrow 9:30", 24, "08:30", "call the vendor"),
        ("call the vendor by 9:30 tomorrow", 24, "08:30", "call the vendor"),
        ("call the vendor by friday", 27, "16:00", "call the vendor"),
        ("call the vendor by eod", 23, "16:00", "call the vendor"),
        ("in 20m", 23, "13:25", ""),
        ("call the vendor in 20", 23, "13:25", "call the vendor"),
        ("call the vendor by midnight", 23, "23:00", "call the vendor"),
        ("call the vendor before midnight utc.", 24, "00:00", "call the vendor"),
        ("call the vendor today at midnight", 23, "23:00", "call the vendor"),
        ("call the vendor by noon tomorrow", 24, "11:00", "call the vendor"),
        ("call the vendor tomorrow at noon", 24, "11:00", "call the vendor"),
        ("call the vendor (by friday noon)", 27, "11:00", "call the vendor"),
        ("call the vendor by friday midnight", 27, "23:00", "call the vendor"),
        ("call the vendor by friday 10:00", 27, "09:00", "call the vendor"),
        ("call the vendor on Fri, at 10am utc", 27, "10:00", "call the vendor"),
        ("call the vendor on friday at 15:00", 27, "14:00", "call the vendor"),
        ("call the vendor friday at 15:00", 27, "14:00", "call the vendor"),
        ("call the vendor at 10:00 on friday", 27, "09:00", "call the vendor"),
        ("call the vendor by 10:00 next monday", 30, "09:00", "call the vendor"),
        ("call the vendor by 2026-11-24 10:00", 24, "09:00", "call the vendor"),
        ("call the vendor tonight at 22:00", 23, "21:00", "call the vendor"),
        ("call the vendor tonight at 9:30", 23, "20:30", "call the vendor"),
        ("call the vendor by 9:30 tonight", 23, "20:30", "call the vendor"),
        ("call the vendor tonight at 11pm", 23, "22:00", "call the vendor"),
    ],
)
def test_the_time_behind_a_task_is_read_by_the_clock_of_whoever_typed_it(
    text: str, day: int, clock: str, before: str
) -> None:
    at, rest = time_behind(text, CLOCK)
    assert at is not None
    assert (at.day, f"{at:%H:%M}", rest) == (day, clock, before)


@pytest.mark.parametrize(
    "text",
    [
        "find out what broke at 13:40",
        "upgrade to 4.12",
        "look in the logs",
        "x by 25:00",
        "15:00",
        "",
        "find out what broke at noon",
        "find out what broke friday 10:00",
        "look at the afternoon",
        "count those in 2026",
        "call the vendor by noonish",
        "x by 2026-13-01 10:00",
    ],
)
def test_what_is_no_time_to_come_stays_in_the_text(text: str) -> None:
    assert time_behind(text, CLOCK) == (None, text)


def test_noon_and_midnight_are_near_as_other_times_are() -> None:
    morning = Clock(at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    assert time_behind("call the vendor by noon", morning)[0] == datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert time_behind("call the vendor at noon", morning)[0] == datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert time_behind("call the vendor by midnight", morning)[0] == datetime(2026, 11, 24, tzinfo=UTC)
    assert time_behind("find out what broke at midnight", morning)[0] is None
    assert time_behind("look again at midnight", LATE)[0] == datetime(2026, 11, 23, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "said",
    ["in 20m", "in 20", "at 15:00", "by 3pm", "by noon", "at midnight", "noon tomorrow", "tonight",
     "within half an hour",
     "tomorrow 9:30", "friday 10:00", "on friday at noon", "by friday", "by eod", "2026-11-24 10:00", "in 2 weeks"],
)  # fmt: skip
def test_whoever_is_named_before_a_time_is_the_owner(said: str) -> None:
    assert owner_in(f"call the vendor <@U1> {said}") == ("U1", f"call the vendor {said}")
    assert time_to_come(said, CLOCK, "due") is not None


def test_after_midnight_is_near_in_the_evening_and_today_ends_with_its_last_minute() -> None:
    assert time_behind("look again at 01:00", LATE)[0] == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    assert time_behind("look again today", LATE)[0] == datetime(2026, 11, 23, 22, 59, tzinfo=UTC)


def test_whatever_is_still_to_come_today_is_near() -> None:
    night = Clock(at=datetime(2026, 11, 23, 1, 46, tzinfo=UTC))
    assert time_behind("call the vendor by 3pm", night)[0] == datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    assert time_behind("call the vendor at 01:40", night) == (None, "call the vendor at 01:40")


@pytest.mark.parametrize(
    ("text", "like_one"),
    [
        ("call the vendor at 25:00", "at 25:00"), ("look again in -5m", "in -5m"), ("look in 20 min.", "in 20 min."),
        ("find out what broke at noon", "at noon"), ("call the vendor friday 10:00", "friday 10:00"),
        ("find out what broke at 13:40", "at 13:40"), ("upgrade to 4.12", ""), ("look in the logs", ""), ("", ""),
    ],
)  # fmt: skip
def test_what_looks_like_a_time_is_found(text: str, like_one: str) -> None:
    assert looks_like_a_time(text) == like_one


@pytest.mark.parametrize("text", ["x in 0 min", "x today 12:00", "x in 9999 days", "x by 2020-01-01",
                                  "x on 9999-12-31 at midnight", "x by 0001-01-01 at 00:30"])  # fmt: skip
def test_what_is_over_or_too_far_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="Say a"):
        time_behind(text, CLOCK)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("15:00", "14:00"), ("20m", "13:25"), ("in 20m", "13:25"), ("at 12:00", "11:00"), ("friday", "16:00"),
        ("in 20", "13:25"), ("friday 10:00", "09:00"), ("Fri 10am", "09:00"), ("10:00 friday", "09:00"),
        ("noon", "11:00"), ("midnight", "23:00"), ("tomorrow noon", "11:00"), ("2026-11-27 10:00", "09:00"),
    ],
)  # fmt: skip
def test_a_field_takes_the_same_without_the_word_in_front(text: str, clock: str) -> None:
    at = time_to_come(text, CLOCK, "due")
    assert at is not None
    assert f"{at:%H:%M}" == clock


@pytest.mark.parametrize("text", ["15", "friday 25:00", "noonish"])
def test_a_field_asks_rather_than_guesses(text: str) -> None:
    with pytest.raises(Refused, match="is not a time to come"):
        time_to_come(text, CLOCK, "due")


def test_a_field_says_what_works() -> None:
    assert time_to_come("  ", CLOCK, "due") is None
    with pytest.raises(Refused, match="What works: in 20m, at 15:00") as refused:
        time_to_come("<soon>", CLOCK, "due")
    assert refused.value.field == "due"
    assert "<soon>" not in refused.value.reason
