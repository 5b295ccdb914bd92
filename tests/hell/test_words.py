"""Whatever is typed is understood, refused with a kind sentence, or a title; never a traceback."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.views import help as helping
from bot.views.message import Message
from bot.workflows.ahead import time_behind, time_to_come
from bot.workflows.commands import Refused
from bot.workflows.deadlines import checked, day, day_behind, end_of
from bot.workflows.grammar import parse
from bot.workflows.masking import masked
from bot.workflows.moments import Clock, moment, moment_in_front
from bot.workflows.parsed import Malformed, Question
from bot.workflows.policy import DEFAULT_POLICY
from bot.workflows.quoting import quoted
from bot.workflows.text import plain
from bot.workflows.words import Vocabulary
from tests.hell.payloads import complaints, misread
from tests.hell.profile import cases
from tests.hell.texts import commands, texts

VOCABULARY = Vocabulary.of(DEFAULT_POLICY)
clocks = st.builds(
    Clock,
    at=st.datetimes(datetime(2020, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    zone=st.sampled_from([ZoneInfo(name) for name in ("UTC", "Pacific/Kiritimati", "America/St_Johns", "Etc/GMT+12")]),
)


@given(commands, st.booleans())
@cases(100)
def test_whatever_is_typed_means_something_and_is_answered_in_form(text: str, in_room: bool) -> None:
    meant = parse(text, in_room=in_room, vocabulary=VOCABULARY)
    answer: Message | None = None
    if isinstance(meant, Question):
        answer = helping.question(meant)
    elif isinstance(meant, Malformed):
        answer = helping.malformed(meant, "/incident")
    if answer:
        assert complaints(answer.blocks) + complaints(answer.text) == []
    assert repr(meant).encode()


@given(texts, clocks, st.sampled_from([None, "when"]))
@cases(40)
def test_a_time_is_read_or_refused_with_what_works(text: str, clock: Clock, field: str | None) -> None:
    found = _refusal(lambda: moment(text, clock, field)), _refusal(lambda: moment_in_front(text, clock))
    assert [reason for reason in found if reason is not None and (misread(reason) or not reason.strip())] == []


@given(texts, clocks)
@cases(40)
def test_a_day_is_read_or_refused_with_what_works(text: str, clock: Clock) -> None:
    today = clock.at.date()
    for found in (day(text, today), day_behind(text, today)[0]):
        if found:
            assert not misread(_refusal(lambda: end_of(checked(found, today), clock.zone)) or "")  # noqa: B023


@given(texts, clocks)
@cases(40)
def test_a_time_to_come_is_read_or_refused_with_what_works(text: str, clock: Clock) -> None:
    found = _refusal(lambda: time_behind(text, clock)), _refusal(lambda: time_to_come(text, clock, "due"))
    assert [reason for reason in found if reason is not None and (misread(reason) or not reason.strip())] == []


@given(texts)
@cases(60)
def test_what_comes_in_can_be_stored_and_sent(text: str) -> None:
    read = masked(plain(text))
    title, summary = quoted(text, "https://practice.example/archives/C1/p1", {})
    assert read.encode() + title.encode() + summary.encode() or not text.strip()
    assert "\0" not in f"{read}{title}{summary}"


def _refusal(read: Callable[[], object]) -> str | None:
    try:
        read()
    except Refused as refused:
        return refused.reason
    return None
