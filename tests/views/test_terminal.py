"""What the command line prints: Slack's text in plain words, and nothing that a terminal would obey."""

import pytest

from bot.views.terminal import listed, printed, shown_whole
from tests.storage.test_codec import FULL
from tests.values import NOW, an_incident
from tests.views.test_export import a_line


@pytest.mark.parametrize(
    ("mrkdwn", "read"),
    [
        ("<@U0ANA> noted: a &lt; b", "@U0ANA noted: a < b"),
        ("since <!date^1795419000^{time}|2026-11-23 07:30 UTC>, then", "since 2026-11-23 07:30 UTC, then"),
        ("see <https://example.com/x|the graph> and <#C0ROOM>", "see the graph (https://example.com/x) and #C0ROOM"),
        ("*INC-7 down* at 3*4*5", "INC-7 down at 3*4*5"),
        ("red \x1b[31mtext\x07", "red [31mtext"),
        ("one\n\ntwo ", "one\n\ntwo "),
    ],
)
def test_text_is_plain(mrkdwn: str, read: str) -> None:
    assert printed(mrkdwn) == read


def test_private_ones_are_marked_and_counted() -> None:
    said = listed([an_incident(), FULL], over=False)
    assert said.count("private") == 2
    assert said.endswith("1 of them private: whoever may read this database may read them too.")
    assert "private" not in listed([an_incident()], over=False)
    assert listed([], over=False) == "No incident is open."


def test_one_is_shown_with_checklist_timeline_and_what_waits() -> None:
    incident = an_incident(checklist=FULL.checklist)
    said = shown_whole(incident, [a_line()], NOW, 3)
    assert "INC-7 checkout is failing\nSEV2 major" in said.replace(":large_orange_circle: ", "")
    assert "    1 [-] <x> (Incident commander): z" in said
    assert "    1 2026-11-23 07:42 UTC  @U0ANA noted: rolled back (corrected below, in line 2)" in said.replace("_", "")
    assert said.endswith("Waiting to be delivered to Slack: 3")
