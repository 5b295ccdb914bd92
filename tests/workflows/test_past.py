"""Which incidents of the past are like one of today, and what is said of why."""

from typing import Any

import pytest

from bot.views.past import alike, why
from bot.workflows.incident import Ending, Incident, IncidentId
from bot.workflows.past import SHOWN, like, traits_of
from bot.workflows.policy import Phase
from tests.values import an_incident

TODAY = an_incident(title="checkout is failing in Europe", service="payments", kind="outage")


def past(number: int, title: str, **changes: Any) -> Incident:  # noqa: ANN401 - any field of an incident
    known = {"service": None, "kind": None, "phase": Phase.LEARNING, "ending": Ending.CLOSED}
    return an_incident(id=IncidentId(number), title=title, **{**known, **changes})


@pytest.mark.parametrize(
    ("other", "matches"),
    [
        (past(1, "Checkout was down in Europe"), True),
        (past(1, "login is slow"), False),
        (past(1, "login is slow", service="payments"), False),
        (past(1, "login is slow", kind="outage"), False),
        (past(1, "login is slow", service="payments", kind="outage"), True),
        (past(1, "cards refused at checkout by the bank", service="payments"), True),
        (past(1, "checkout is failing in Europe", ending=Ending.MERGED), False),
        (past(1, "checkout is failing in Europe", ending=None, phase=Phase.DETECTION), False),
        (past(7, "checkout is failing in Europe"), False),
    ],
)  # fmt: skip
def test_a_title_is_enough_and_a_service_is_with_something_more(other: Incident, matches: bool) -> None:
    assert bool(like(TODAY, [other])) is matches


def test_the_most_similar_come_first_and_at_most_three() -> None:
    others = [past(number, "checkout in Europe") for number in range(1, 6)]
    best = past(20, "checkout in Europe", service="payments")
    found = like(TODAY, [*others, best])
    assert [match.incident.id for match in found] == [20, 5, 4]
    assert len(found) == SHOWN


def test_it_says_why_and_what_ended_it() -> None:
    (match,) = like(TODAY, [past(3, "checkout <!channel> Europe", kind="outage", fix="rolled <back>")])
    assert why(match) == "same words: checkout, europe; same kind: Service outage"
    said = alike(TODAY, (match,)).text
    assert "What ended it: rolled &lt;back&gt;" in said
    assert "<!channel>" not in said


def test_an_incident_is_found_by_the_words_of_its_title_and_its_service() -> None:
    assert traits_of(TODAY) == {"word:checkout", "word:europ", "service:payments"}
