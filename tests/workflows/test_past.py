"""Which incidents of the past are like one of today, and what is said of why."""

from typing import Any

import pytest

from bot.views.past import alike, why
from bot.workflows.incident import Ending, Factor, Incident, IncidentId
from bot.workflows.past import SHOWN, like, sought_by, traits_of
from bot.workflows.policy import Phase
from tests.values import ANA, NOW, an_incident

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


def factors(*texts: str, withdrawn: bool = False) -> tuple[Factor, ...]:
    return tuple(
        Factor(number=number, text=text, by=ANA, at=NOW, withdrawn=withdrawn) for number, text in enumerate(texts, 1)
    )


POOL = "Connection pool exhausted by retries"


@pytest.mark.parametrize(
    ("title", "own", "then", "because"),
    [
        ("carts are empty", "the connection pool was exhausted", POOL, f"same contributing factor: {POOL}"),
        ("carts are empty", "No alert", "no alert", "same contributing factor: no alert"),
        ("exhausted connection pool in the shop", "", POOL, f"contributing factor then: {POOL}"),
        ("exhausted connection pool", "retries exhausted the pool", POOL, f"same contributing factor: {POOL}"),
        ("carts are empty", "", POOL, None),
        ("connection reset by peer", "", POOL, None),  # one word says little
        ("carts are empty", "a pool without a limit", POOL, None),
        ("carts are empty", "", "", None),
    ],
)
def test_a_contributing_factor_is_a_reason_by_itself(title: str, own: str, then: str, because: str | None) -> None:
    today = an_incident(title=title, named_factors=factors(own) if own else ())
    found = like(today, [past(3, "search is slow", named_factors=factors(then) if then else ())])
    assert [why(match) for match in found] == ([because] if because else [])


def test_a_factor_counts_as_much_as_a_title_and_one_that_was_withdrawn_not_at_all() -> None:
    titled, both = past(3, "carts are empty"), past(2, "carts are empty", named_factors=factors(POOL))
    gone = past(4, "search is slow", named_factors=factors(POOL, withdrawn=True))
    found = like(an_incident(title="carts are empty", named_factors=factors(POOL)), [titled, both, gone])
    assert [match.incident.id for match in found] == [2, 3]
    assert traits_of(gone) == {"word:search"}


def test_a_past_one_is_found_by_its_factors_and_sought_by_title_and_factors() -> None:
    known = past(3, "search is slow", named_factors=factors("no alert on the pool"))
    assert traits_of(known) == {"word:search", "factor:alert", "factor:pool"}
    sought = sought_by(an_incident(title="pool is failing", named_factors=factors("dry run skipped")))
    assert sought.titles == {"word:pool"}
    assert sought.factors == {"factor:pool", "factor:dry", "factor:run", "factor:skip"}
    assert not sought.titles & sought.factors


def test_a_hostile_factor_is_shown_as_it_was_written() -> None:
    today = an_incident(named_factors=factors("<!channel> pool <b>"))
    (match,) = like(today, [past(3, "search", named_factors=factors("<!channel> pool <b>"))])
    assert "&lt;b&gt;" in why(match)
    assert "<!channel>" not in why(match)
