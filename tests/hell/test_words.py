"""Whatever is typed is understood, refused with a kind sentence, or a title; never a traceback."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views import help as helping
from bot.views.message import Message
from bot.workflows.commands import Refused
from bot.workflows.deadlines import checked, day, day_behind, end_of
from bot.workflows.grammar import parse
from bot.workflows.masking import masked
from bot.workflows.moments import Clock, moment, moment_in_front
from bot.workflows.parsed import Malformed, NotYet, Question
from bot.workflows.policy import DEFAULT_POLICY
from bot.workflows.quoting import quoted
from bot.workflows.text import plain
from bot.workflows.words import Vocabulary
from tests.hell.payloads import complaints, misread
from tests.hell.profile import cases
from tests.hell.texts import commands, texts
from tests.views.incidents import an_incident

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
    elif isinstance(meant, NotYet):
        answer = helping.not_yet(meant, "/incident")
    if answer:
        assert complaints(answer.blocks) + complaints(answer.text) == []
    assert repr(meant).encode()


@given(texts, clocks)
@cases(40)
def test_a_time_is_read_or_refused_with_what_works(text: str, clock: Clock) -> None:
    for field in (None, "when"):
        try:
            assert moment(text, clock, field) <= clock.at
        except Refused as refused:
            assert refused.reason.strip()
            assert not misread(refused.reason)
    try:
        moment_in_front(text, clock)
    except Refused as refused:
        assert not misread(refused.reason)


@given(texts, clocks)
@cases(40)
def test_a_day_is_read_or_none(text: str, clock: Clock) -> None:
    today = clock.at.date()
    for found in (day(text, today), day_behind(text, today)[0]):
        if found is None:
            continue
        try:
            end_of(checked(found, today), clock.zone)
        except Refused as refused:
            assert not misread(refused.reason)


@given(texts)
@cases(60)
def test_what_comes_in_can_be_stored_and_sent(text: str) -> None:
    read = masked(plain(text))
    assert read.encode()
    assert "\0" not in read
    title, summary = quoted(text, "https://practice.example/archives/C1/p1")
    assert f"{title}{summary}".encode()


@pytest.mark.parametrize("title", ["\u200b", "\u3164 \u2800", "\ud800", "\u202e\u2066", "\x00 \x07"])
def test_a_title_that_shows_nothing_is_none(title: str) -> None:
    assert plain(title) == "" or an_incident(title=plain(title)).title.strip()
