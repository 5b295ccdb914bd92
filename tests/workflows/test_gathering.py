"""What waited long for Slack is told together, in order, whole, and only then."""

from datetime import timedelta

from bot.workflows.effects import PostInRoom
from bot.workflows.gathering import HEAD, MOST_ALONE, TEXT_ROOM, WAITED, Waiting, together
from tests.values import NOW


def lines(count: int, text: str = "step {n}", *, aloud: bool = False) -> list[Waiting]:
    return [
        Waiting(since=NOW + timedelta(seconds=n), effect=_news(text.format(n=n), aloud=aloud), entry=n)
        for n in range(count)
    ]


def _news(text: str, *, aloud: bool) -> PostInRoom:
    return PostInRoom(text=text, evidence=True, aloud=aloud)


LATER = NOW + WAITED


def test_more_than_five_that_waited_are_one_message() -> None:
    told = together(lines(7), LATER)
    assert told is not None
    count, effect = told
    assert count == 7
    head, *rest = effect.text.splitlines()
    assert head == HEAD
    assert [row.rpartition("> ")[2] for row in rest] == [f"step {n}" for n in range(7)]
    assert "2026-11-23 07:42 UTC" in rest[0]
    assert effect.entries == (1, 2, 3, 4, 5, 6)
    assert effect.evidence


def test_five_or_what_is_fresh_come_one_by_one() -> None:
    assert together(lines(MOST_ALONE), LATER) is None
    assert together(lines(20), LATER - timedelta(seconds=1)) is None
    assert together([], LATER) is None


def test_what_everybody_is_to_see_is_not_hidden_in_it() -> None:
    loud = lines(1, aloud=True)
    told = together([*lines(6), *loud, *lines(6)], LATER)
    assert told is not None
    assert told[0] == 6
    assert together([*loud, *lines(9)], LATER) is None
    assert together([*lines(5), *loud, *lines(6)], LATER) is None


def test_nothing_is_cut_and_what_does_not_fit_comes_in_the_next() -> None:
    long = lines(9, "{n}" + "x" * 900)
    told = together(long, LATER)
    assert told is not None
    count, effect = told
    assert count == 3
    assert len(effect.text) <= TEXT_ROOM
    assert effect.text.endswith(long[2].effect.text)
    assert together(lines(9, "y" * TEXT_ROOM), LATER) is None


def test_what_is_no_line_of_the_timeline_stays_for_itself() -> None:
    nudge = Waiting(since=NOW, effect=PostInRoom(text="who leads?"), entry=None)
    assert together([nudge] * 7, LATER) is None
    told = together([*lines(6), nudge, *lines(6)], LATER)
    assert told is not None
    assert told[0] == 6
