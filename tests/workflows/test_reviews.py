"""Reviews of playbooks: due after their interval, and at once where there never was one."""

from datetime import date, timedelta

import pytest

from bot.workflows.policy import Playbook
from bot.workflows.reviews import owner_of, review_of

TODAY = date(2026, 11, 28)
MONTH = timedelta(days=30)


@pytest.mark.parametrize(
    ("reviewed", "every", "due", "overdue"),
    [
        (date(2026, 11, 1), MONTH, date(2026, 12, 1), False),
        (date(2026, 10, 29), MONTH, TODAY, True),
        (date(2026, 1, 1), MONTH, date(2026, 1, 31), True),
        (None, MONTH, None, True),
        (date(2020, 1, 1), None, None, False),
        (None, None, None, False),
    ],
)
def test_a_review_counts_for_its_interval(
    reviewed: date | None, every: timedelta | None, due: date | None, overdue: bool
) -> None:
    review = review_of(Playbook(key="p", name="P", version="1", reviewed=reviewed, review_every=every), TODAY)
    assert (review.due, review.overdue) == (due, overdue)


@pytest.mark.parametrize(
    ("owner", "person"), [("U012AB3CD", True), ("Payments", False), ("USA team", False), ("UXTEAM", False), ("", False)]
)
def test_an_owner_is_a_person_or_a_team(owner: str, person: bool) -> None:
    assert (owner_of(Playbook(key="p", name="P", version="1", owner=owner)) is not None) is person
