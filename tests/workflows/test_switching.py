"""Another playbook in the room: what is finished stays, what was open leaves, what comes has numbers of its own."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.workflows.checklist import due_at, items_of, phase_plan, plan_of
from bot.workflows.commands import Refused
from bot.workflows.incident import Ending, Incident, ItemState
from bot.workflows.policy import DEFAULT_POLICY, SCRIBE, TECHNICAL_LEAD, ItemRule, Phase, PhasePlan, Playbook
from bot.workflows.roles import wanted_but_free
from bot.workflows.switching import PlaybookChanged, UsePlaybook
from bot.workflows.tasks import AddTask
from tests.values import ANA, NOW, SEVEN
from tests.workflows.test_checklist import listed

FIVE = timedelta(minutes=5)


def a_book(key: str, *texts: str, version: str = "1", **fields: object) -> Playbook:
    """A playbook with an item in Detection for each text, and one in Recovery."""
    rules = [ItemRule(key=text, phase=Phase.DETECTION, text=f"Do {text}", due=FIVE) for text in texts]
    rules.append(ItemRule(key=f"{key}_end", phase=Phase.RECOVERY, text=f"End {key}"))
    phases = {Phase.DETECTION: PhasePlan(objective=f"by {key}", exits=(f"{key} is over",))}
    return Playbook(key=key, name=key.upper(), version=version, items=tuple(rules), phases=phases, **fields)  # type: ignore[arg-type]


OLD, NEW, MORE = a_book("old", "a", "b", "c"), a_book("new", "b", "d"), a_book("more", "e", roles=(SCRIBE,))
POLICY = replace(DEFAULT_POLICY, playbooks=(OLD, NEW, MORE))


def running() -> Incident:
    """By OLD; its first item is done, its second somebody's."""
    first, second, *rest = items_of(OLD)
    done = replace(first, state=ItemState.DONE, by=ANA)
    return replace(listed(done, replace(second, owner=ANA), *rest), plan=plan_of(OLD), policy=POLICY)


def after(incident: Incident, key: str, *, add: bool = False) -> Incident:
    for event in UsePlaybook(incident=SEVEN, key=key, by=ANA, add=add).decide(incident, NOW):
        incident = event.apply(incident)
    return incident


def numbers(incident: Incident) -> list[tuple[int, str]]:
    return [(item.number, item.text) for item in incident.checklist]


def test_switching_keeps_what_is_finished_and_what_both_have() -> None:
    switched = after(running(), "new")
    assert numbers(switched) == [(1, "Do a"), (2, "Do b"), (5, "Do d"), (6, "End new")]
    assert (switched.checklist[0].state, switched.checklist[1].owner) == (ItemState.DONE, ANA)
    assert switched.plan is not None
    assert (switched.plan.key, switched.plan.since) == ("new", NOW)
    assert [(plan.key, plan.until) for plan in switched.other_plans] == [("old", NOW)]
    assert [plan.key for plan in switched.running] == ["new"]


def test_what_left_is_kept_for_the_report_with_its_time() -> None:
    switched = after(running(), "new")
    assert [(item.number, item.text, item.at) for item in switched.left_items] == [
        (3, "Do c", NOW), (4, "End old", NOW)
    ]  # fmt: skip
    back = after(switched, "old")
    assert [item.text for item in back.left_items] == ["Do c", "End old", "Do d", "End new"]


def test_the_timeline_says_what_left() -> None:
    (event,) = UsePlaybook(incident=SEVEN, key="new", by=ANA).decide(running(), NOW)
    entry = event.tells(running())
    assert entry is not None
    assert entry.text == (
        "<@U0ANA> switched the playbook from “OLD” to “NEW” (version 1). Open items that left: 3. Do c; 4. End old"
    )
    assert "2 items came and 2 open ones left" in str(event.effects(running()))


def test_one_item_that_came_or_left_is_one() -> None:
    (event,) = UsePlaybook(incident=SEVEN, key="new", by=ANA).decide(running(), NOW)
    assert isinstance(event, PlaybookChanged)
    one = replace(event, came=event.came[:1], left=event.left[:1])
    assert "1 item came and 1 open one left" in str(one.effects(running()))


def test_adding_one_leaves_all_as_it_is() -> None:
    both = after(running(), "more", add=True)
    assert numbers(both)[:4] == numbers(running())
    assert numbers(both)[4:] == [(5, "Do e"), (6, "End more")]
    assert [plan.key for plan in both.running] == ["old", "more"]
    plan = phase_plan(both)
    assert plan is not None
    assert (plan.objective, plan.exits) == ("by old", ("old is over", "more is over"))
    wanted = {rule.key for rule in wanted_but_free(both)}
    assert SCRIBE in wanted
    assert TECHNICAL_LEAD not in wanted


def test_numbers_are_never_given_again() -> None:
    back = after(after(running(), "new"), "old")
    assert [number for number, _ in numbers(back)] == [1, 2, 7, 8]
    assert (7, "Do c") in numbers(back)


def test_a_task_stays_and_what_comes_late_has_its_time_from_now_on() -> None:
    (given,) = AddTask(incident=SEVEN, text="mine", by=ANA).decide(running(), NOW)
    switched = after(given.apply(running()), "new")
    assert (5, "mine") in numbers(switched)
    came = next(item for item in switched.checklist if item.text == "Do d")
    assert due_at(switched, came) == NOW + FIVE


def test_items_of_phases_that_are_over_do_not_come() -> None:
    late = replace(running(), phase=Phase.RECOVERY)
    assert [text for _, text in numbers(after(late, "more", add=True))[4:]] == ["End more"]


def test_choosing_what_runs_changes_nothing_and_a_newer_version_counts() -> None:
    both = after(running(), "more", add=True)
    for key, add in (("old", False), ("old", True), ("more", True)):
        assert UsePlaybook(incident=SEVEN, key=key, by=ANA, add=add).decide(both, NOW) == []
    newer = replace(POLICY, playbooks=(replace(OLD, version="2"),))
    (event,) = UsePlaybook(incident=SEVEN, key="old", by=ANA).decide(replace(both, policy=newer), NOW)
    assert isinstance(event, PlaybookChanged)
    assert [(plan.key, plan.version) for plan in event.apply(both).running] == [("old", "2"), ("more", "1")]


def test_what_ran_beside_it_may_take_its_place() -> None:
    switched = after(after(running(), "more", add=True), "more")
    assert [plan.key for plan in switched.running] == ["more"]
    assert [(plan.key, plan.until) for plan in switched.other_plans] == [("old", NOW)]
    assert [text for _, text in numbers(switched)] == ["Do a", "Do e", "End more"]


def test_with_none_before_it_is_the_first() -> None:
    chosen = after(listed(policy=POLICY), "new", add=True)
    assert chosen.plan is not None
    assert (chosen.plan.key, chosen.other_plans) == ("new", ())
    assert [item.number for item in chosen.checklist] == [1, 2, 3]


def test_what_an_older_version_kept_is_of_the_playbook_it_was_declared_with() -> None:
    old = replace(running(), checklist=tuple(replace(item, playbook="") for item in running().checklist))
    assert numbers(after(old, "new")) == numbers(after(running(), "new"))


@pytest.mark.parametrize(
    ("key", "changes", "why"),
    [("gone", {}, "no such playbook"), ("new", {"ending": Ending.CLOSED}, "was closed already")],
)
def test_what_cannot_be_is_refused(key: str, changes: dict[str, object], why: str) -> None:
    with pytest.raises(Refused, match=why):
        after(replace(running(), **changes), key)  # type: ignore[arg-type]


def test_three_at_once_are_enough() -> None:
    books = tuple(a_book(key, key) for key in ("p", "q", "r", "s"))
    incident = replace(running(), policy=replace(POLICY, playbooks=books))
    incident = after(after(incident, "p", add=True), "q", add=True)
    with pytest.raises(Refused, match=r"runs 3 playbooks already, .* Choose “In place of the present one” here"):
        after(incident, "r", add=True)
    assert [plan.key for plan in after(incident, "r").running] == ["r", "p", "q"]
