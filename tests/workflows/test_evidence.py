"""What the incidents there were say about the items of playbooks."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.views.evidence import table, values
from bot.workflows.evidence import Became, became, counts, report, was_late
from bot.workflows.incident import Ending, Incident, IncidentId, Item, ItemState, Plan, Step
from bot.workflows.policy import Phase, When
from tests.values import ANA, DECLARED, NOW
from tests.workflows.test_checklist import an_item, listed

FIVE = timedelta(minutes=5)
PLAN = Plan(key="outage", name="Outage", version="a1")


def ran(*items: Item, number: int = 7, **changes: Any) -> Incident:  # noqa: ANN401 - any field of an incident
    return replace(listed(*items), id=IncidentId(number), plan=PLAN, **changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"state": ItemState.DONE}, Became.BY_ITSELF),
        ({"state": ItemState.DONE, "by": ANA}, Became.BY_HAND),
        ({"state": ItemState.SKIPPED, "by": ANA}, Became.SKIPPED),
        ({}, Became.NOT_YET),
        ({"phase": Phase.RECOVERY}, Became.NEVER_REACHED),
        ({"when": When(kinds=("security",))}, Became.NOT_CALLED_FOR),
    ],
)
def test_each_item_became_one_thing(changes: dict[str, Any], expected: Became) -> None:
    item = an_item(**changes)
    assert became(ran(item), item) is expected


@pytest.mark.parametrize(
    ("changes", "late"),
    [
        ({"state": ItemState.DONE, "at": DECLARED + FIVE}, False),
        ({"state": ItemState.DONE, "at": DECLARED + 2 * FIVE}, True),
        ({"state": ItemState.DONE, "at": DECLARED + 2 * FIVE, "called_at": DECLARED + FIVE}, False),
        ({"nudged": True}, True), ({}, False), ({"due": None, "at": NOW, "state": ItemState.DONE}, False),
        ({"phase": Phase.RECOVERY}, False),
    ],
)  # fmt: skip
def test_late_is_what_was_done_after_its_time_or_told_to_be_overdue(changes: dict[str, Any], late: bool) -> None:
    item = an_item(**{"due": FIVE, **changes})
    assert was_late(ran(item), item) is late


def test_a_phase_that_was_gone_into_again_gave_the_time_anew() -> None:
    item = an_item(due=FIVE, state=ItemState.DONE, at=DECLARED + 4 * FIVE)
    course = tuple(Step(phase=Phase.DETECTION, at=DECLARED + at * FIVE) for at in (0, 3))
    assert not was_late(replace(ran(item), course=course), item)


@pytest.mark.parametrize(
    "changes", [{"ending": Ending.CANCELLED}, {"ending": Ending.MERGED}, {"backfilled": NOW}]
)  # fmt: skip
def test_what_was_no_incident_of_its_own_says_nothing(changes: dict[str, Any]) -> None:
    assert not counts(ran(**changes))
    assert counts(ran(ending=Ending.CLOSED))


def test_what_was_open_when_its_phase_was_left_stayed_open() -> None:
    item = an_item()
    assert became(ran(item, phase=Phase.RECOVERY), item) is Became.OPEN
    assert became(ran(item, ending=Ending.CLOSED), item) is Became.OPEN


def some() -> list[Incident]:
    skipped = an_item(state=ItemState.SKIPPED, by=ANA, reason="not <@U0ANA> again")
    task = an_item(9, text="call the vendor", given_by=ANA)
    return [
        ran(skipped, an_item(2, state=ItemState.DONE), task, number=1),
        ran(an_item(), an_item(2, state=ItemState.DONE, by=ANA), number=2, ending=Ending.CLOSED),
        ran(replace(skipped, reason="a secret"), replace(task, text="a secret"), number=3, private=True),
    ]


def test_private_ones_are_counted_without_their_words() -> None:
    found = report(some())
    assert (found.incidents, found.private, found.tasks_given) == (3, 1, 2)
    assert found.tasks == (("INC-1", "call the vendor"),)
    (book,) = found.books
    assert (book.key, book.incidents, book.versions) == ("outage", 3, {"a1": 3})
    first, second = book.items
    assert first.became == {Became.SKIPPED: 2, Became.OPEN: 1}
    assert first.reasons == (("INC-1", "not <@U0ANA> again"),)
    assert first.is_doubtful
    assert second.became == {Became.BY_ITSELF: 1, Became.BY_HAND: 1}
    assert not second.is_doubtful
    assert "a secret" not in table(found, None) + str(values(found, None))


def test_a_switch_counts_for_both_playbooks() -> None:
    second = Plan(key="deploy", name="Deploy", version="b2", since=NOW)
    incident = ran(an_item(playbook="outage"), an_item(2, playbook="deploy"))
    found = report([replace(incident, plan=second, other_plans=(replace(PLAN, until=NOW),))])
    assert {book.key: [item.key for item in book.items] for book in found.books} == {"deploy": ["k2"], "outage": ["k1"]}


def test_what_left_with_its_playbook_is_counted_so() -> None:
    second = Plan(key="deploy", name="Deploy", version="b2", since=NOW)
    left = (
        an_item(1, at=NOW, due=FIVE), an_item(2, at=NOW, phase=Phase.RECOVERY),
        an_item(3, at=NOW, when=When(kinds=("security",))), an_item(4, at=NOW - FIVE), an_item(4, at=NOW),
        an_item(5, at=NOW),
    )  # fmt: skip
    again = an_item(6, key="k5", playbook="outage", state=ItemState.DONE, by=ANA)
    switched = ran(again, an_item(7, playbook="deploy"), left_items=left, phase=Phase.RECOVERY)
    recovering = Step(phase=Phase.RECOVERY, at=NOW + FIVE)  # after they left
    switched = replace(switched, plan=second, other_plans=(replace(PLAN, until=NOW),))
    found = report([replace(switched, course=(*switched.course, recovering))])
    (outage,) = [book for book in found.books if book.key == "outage"]
    assert {item.key: [*item.became] for item in outage.items} == {
        "k1": [Became.LEFT], "k2": [Became.NEVER_REACHED], "k3": [Became.NOT_CALLED_FOR], "k4": [Became.LEFT],
        "k5": [Became.BY_HAND],
    }  # fmt: skip
    assert not any(item.is_doubtful or item.late for item in outage.items)


def test_the_table_says_it_in_columns() -> None:
    lines = table(report(some()), DECLARED.date()).splitlines()
    assert lines[0] == "3 incidents since 2026-11-23; private, counted without their words: 1"
    assert lines[2] == "Outage (outage), in 3 incidents; versions a1 (3)"
    assert lines[4].split() == ["Do", "1", "0", "0", "2", "1", "0", "0", "0", "0", "0"]
    assert lines[5].strip().startswith("left out in INC-1: not @")
    assert lines[6].strip() == "nobody ever did it: is it still right?"
    assert lines[-1] == "  INC-1: call the vendor"
    assert table(report([]), None) == "No incident was run by a playbook."
