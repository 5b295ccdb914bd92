"""What stakeholders read."""

from datetime import timedelta

import pytest

from bot.views.announcement import announcement
from bot.workflows.incident import Ending, Graded, Stamp
from bot.workflows.policy import COMMANDER, SEV2, SEV3, Phase
from tests.views.incidents import BEN, DECLARED, NOW, an_incident, labels, stamped


def test_an_open_incident() -> None:
    shown = announcement(an_incident(impact="A third of all payments fail", roles={COMMANDER: (BEN,)}), NOW)
    assert shown.text == (
        ":red_circle: SEV1 critical · *INC-7 checkout is failing*\n"
        "What it means for customers: A third of all payments fail\n"
        "Now: Finding out what is wrong · since "
        "<!date^1795419000^{date_short_pretty} {time}|2026-11-23 07:30 UTC>\n"
        "Incident commander: <@U0BEN>\n"
        "*Next update when something changes*; updates come in the thread below"
    )
    assert labels(shown) == ["[Join]"]
    assert shown.blocks[-1]["elements"][0]["value"] == "7"


def test_when_it_is_over_it_is_short_and_without_buttons() -> None:
    over = {Stamp.DECLARED: stamped(DECLARED), Stamp.RESOLVED: stamped(DECLARED + timedelta(hours=2))}
    learning = an_incident(phase=Phase.LEARNING, stamps=over)
    shown = announcement(learning, NOW)
    ended = "resolved <!date^1795426200^{date_short_pretty} {time}|2026-11-23 09:30 UTC>, 2 h after it was declared"
    assert shown.text == (
        f"It was: *INC-7 checkout is failing*\nOver. We are writing down what happened · {ended}\n"
        "SEV1 critical at its worst"
    )
    assert len(shown.blocks) == 1
    closed = announcement(an_incident(phase=Phase.LEARNING, stamps=over, ending=Ending.CLOSED), NOW)
    assert closed.text.splitlines()[1] == f"Over and closed · {ended}"
    cancelled = announcement(an_incident(ending=Ending.CANCELLED, impact="x"), NOW)
    assert cancelled.text == "It was: *INC-7 checkout is failing*\nCancelled: a false alarm"


def test_what_it_meant_stays_to_be_read_when_it_is_over_and_so_does_the_way_to_the_draft() -> None:
    grades = (Graded(severity=SEV2, at=DECLARED), Graded(severity=SEV3, at=NOW))
    over = an_incident(phase=Phase.LEARNING, severity=SEV3, grades=grades, impact="A third cannot pay", draft_at=NOW)
    assert announcement(over, NOW).text.splitlines()[2:] == [
        "SEV2 major at its worst",
        "Who was affected: A third cannot pay",
        "The draft of the post-mortem is in <#C0ROOM>",
    ]


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        ({Stamp.IMPACT_STARTED: -18}, "2 h after it was declared; customers felt it for at most 2 h 18 min"),
        ({Stamp.IMPACT_STARTED: -18, Stamp.CONTAINED: 20}, "2 h after it was declared; customers felt it for 38 min"),
        ({Stamp.CONTAINED: 20}, "2 h after it was declared"),
    ],
)
def test_how_long_customers_felt_it_is_told_when_it_is_over(known: dict[Stamp, int], shown: str) -> None:
    moments = {Stamp.DECLARED: 0, Stamp.RESOLVED: 120, **known}
    stamps = {stamp: stamped(DECLARED + timedelta(minutes=at)) for stamp, at in moments.items()}
    assert announcement(an_incident(phase=Phase.LEARNING, stamps=stamps), NOW).text.splitlines()[1].endswith(shown)
