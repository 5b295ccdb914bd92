"""What is about to be declared and what is open already: the same thing is found, and a false alarm is rare."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.workflows.incident import Incident, IncidentId, Stamp, Stamped
from bot.workflows.similar import ENOUGH, SHOWN, declared_at_once, likeness, similar, subject
from tests.values import ANA, BEN, DECLARED, an_incident

SAME = [
    ("checkout is failing", "Checkout is slow"),
    ("checkout is down", "checkout: returns 503 for some customers"),
    ("card payments are failing", "Payments failing by card"),
    ("Payments API is down", "payment api returning 500s"),
    ("email delivery delayed", "emails are not being delivered"),
    ("logs not shipped to the archive", "Log shipping to archive stopped"),
    ("café app unreachable", "cafe apps can’t be reached"),
    ("<https://status.example|search> is down", "search outage"),
    ("the whole shop is down", "whole shop unavailable since the deploy at noon"),
]
DIFFERENT = [
    ("checkout is failing", "search is slow"),
    ("region 1 is down", "region 2 is down"),
    ("checkout fails in Germany", "checkout fails in France"),
    ("total node failure", "no disk space left on nodes"),
    ("dns upgrade issue", "proxy upgrade issue"),
    ("admission webhook times out in the cluster", "cluster is full"),
    ("down", "down again"),
    ("500", "500"),
    ("everything is broken", "nothing works"),
    ("", "checkout is failing"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_thing_in_other_words_is_found(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one) >= ENOUGH


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_things_with_a_word_in_common_are_two(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one) < ENOUGH


def test_what_is_left_of_a_title_is_what_it_is_about() -> None:
    assert subject("The Payments-API is returning 503s since the last deploys") == ("payment", "api", "last", "deploy")


@given(st.text(max_size=150), st.text(max_size=150))
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) == likeness(other, one) <= 1


def test_the_most_similar_are_shown_first_and_not_many() -> None:
    titles = [
        "search is slow",
        "checkout fails for gift cards",
        "card checkout down",
        "checkout broken",
        "checkout down",
    ]
    open_ones = [an_incident(id=IncidentId(number), title=title) for number, title in enumerate(titles, 1)]
    found = similar("checkout with card is failing", open_ones)
    assert len(found) == SHOWN
    assert [incident.id for incident in found] == [5, 4, 3]
    assert similar("billing export is late", open_ones) == ()


def test_what_somebody_else_declared_in_the_same_moment_is_found_and_no_private_one() -> None:
    def another(number: int, seconds: int, **changes: Any) -> Incident:  # noqa: ANN401 - any field of an incident
        at = DECLARED + timedelta(seconds=seconds)
        stamps = {Stamp.DECLARED: Stamped(at=at, by=BEN, set_at=at)}
        fields = {"title": "checkout is down", "declared_by": BEN, "stamps": stamps, **changes}
        return replace(an_incident(**fields), id=IncidentId(number))

    mine = an_incident(title="checkout is failing", declared_by=ANA)
    twin = another(1, -20)
    others = [
        mine, twin, another(2, -40), another(3, -5, private=True), another(4, -5, declared_by=ANA),
        another(5, -5, title="search is slow"), another(6, -5, stamps={}), another(8, 5),
    ]  # fmt: skip
    assert declared_at_once(mine, others) == (twin,)
