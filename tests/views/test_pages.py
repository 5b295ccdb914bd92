"""Pages of the timeline: numbered lines, the ways to other pages, and the whole of it as a file."""

import pytest

from bot.views.pages import exported, page
from bot.workflows.timeline import PAGE, Excerpt, Part, part_of
from bot.workflows.times import when
from tests.views.incidents import NOW, ALine, an_incident, labels

LINES = [
    ALine(seq=1, text="<@U0ANA> declared INC-7"),
    ALine(seq=2, text="<@U0BEN> noted: rolled back to 4.2", corrected=3),
    ALine(seq=3, kind="LineCorrected", text="<@U0BEN> corrected line 2: it was &lt;4.3&gt;", corrects=2),
]
FILTERS = ["[All]", "[Notes and marks]", "[Decisions and changes]", "[Updates]", "[Export as a file]"]


def test_each_line_has_its_number_and_says_that_it_was_corrected() -> None:
    shown = page(an_incident(), part_of(Excerpt.ALL, None, 3), LINES)
    assert shown.text.splitlines() == [
        "*INC-7 checkout is failing*",
        "All, 1–3 of 3. The number before a line is the one to correct it by: `/incident note correct 3 …`",
        f"1 · {when(NOW)} · <@U0ANA> declared INC-7",
        f"2 · {when(NOW)} · <@U0BEN> noted: rolled back to 4.2 _(corrected below, in line 3)_",
        f"3 · {when(NOW)} · <@U0BEN> corrected line 2: it was &lt;4.3&gt;",
    ]
    assert labels(shown) == FILTERS


@pytest.mark.parametrize(
    ("number", "turns"), [(0, ["[Newer]"]), (1, ["[Older]", "[Newer]"]), (2, ["[Older]"]), (None, ["[Older]"])]
)
def test_only_the_ways_that_lead_somewhere_are_there(number: int | None, turns: list[str]) -> None:
    assert labels(page(an_incident(), part_of(Excerpt.ALL, number, 2 * PAGE + 1), LINES)) == turns + FILTERS


def test_an_excerpt_without_lines_says_so() -> None:
    shown = page(an_incident(), part_of(Excerpt.UPDATES, None, 0), [])
    assert shown.text == "*INC-7 checkout is failing*\nUpdates: nothing yet."


def test_a_page_that_is_not_there_is_the_one_next_to_it() -> None:
    assert part_of(Excerpt.ALL, 99, 25) == Part(excerpt=Excerpt.ALL, number=2, total=25)
    assert part_of(Excerpt.ALL, None, 0) == Part(excerpt=Excerpt.ALL, number=0, total=0)


def test_the_file_has_the_numbers_and_the_correction_beside_its_line() -> None:
    text = exported(an_incident(title="a | b"), LINES, "https://practice.example/", NOW)
    card = "https://practice.example/archives/C0ROOM/p1795419000000100"
    assert text.splitlines()[0] == r"# Timeline of INC-7: a \| b"
    assert text.splitlines()[-5:] == [
        "### 2026-11-23",
        "",
        f"- (1) [07:42]({card}) The declarer declared INC-7",
        f"- (2) [07:42]({card}) A responder noted: rolled back to 4.2 "
        f"— _corrected since ([07:42]({card})):_ it was \\<4.3>",
        f"- (3) [07:42]({card}) A responder corrected line 2: it was \\<4.3>",
    ]
