"""How far back is looked for a message that may have arrived: by Slack's clock, whatever ours says or has said."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.delivery.looking import Doubt

SENT = datetime(2026, 11, 24, 12, tzinfo=UTC)  # by Slack's clock
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize("ahead_then", [timedelta(), 4 * MINUTE, 20 * MINUTE, 3 * HOUR, -3 * HOUR])
@pytest.mark.parametrize("ahead_now", [timedelta(), 20 * MINUTE, 3 * HOUR, -3 * HOUR])
def test_a_clock_that_is_wrong_or_was_hides_no_message(ahead_then: timedelta, ahead_now: timedelta) -> None:
    looked = SENT + MINUTE
    doubt = Doubt(since=SENT + ahead_then, now=looked + ahead_now)
    assert doubt.earliest({"Date": format_datetime(looked, usegmt=True)}) <= SENT.timestamp()


def test_a_clock_that_stays_ahead_hides_none_after_a_long_outage_either() -> None:
    looked = SENT + 2 * HOUR
    doubt = Doubt(since=SENT + 20 * MINUTE, now=looked + 20 * MINUTE)
    assert doubt.earliest({"date": format_datetime(looked, usegmt=True)}) <= SENT.timestamp()


@pytest.mark.parametrize("headers", [{}, {"Date": "soon"}, {"Date": format_datetime(SENT, usegmt=True)}])
def test_with_clocks_that_agree_no_more_than_is_needed_is_read(headers: dict[str, str]) -> None:
    doubt = Doubt(since=SENT, now=SENT)
    assert doubt.earliest(headers) == (SENT - 5 * MINUTE).timestamp()
