"""Tasks: items that are given in the room, numbered on, kept in sight, and reminded of once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.workflows.checklist import ItemsOverdue, SkipItem, TickItem, UndoItem, due_at, in_order, of_phase
from bot.workflows.commands import Command, Refused
from bot.workflows.due import DueKind, FallDue, due_times
from bot.workflows.effects import ShowCard, TellPrivately
from bot.workflows.incident import Ending, Incident, ItemState
from bot.workflows.membership import PersonJoined
from bot.workflows.policy import Phase
from bot.workflows.tasks import MOST, AddTask, TaskAdded
from tests.values import ANA, BEN, NOW, SEVEN
from tests.workflows.test_checklist import an_item, listed

SOON = NOW + timedelta(minutes=20)


def after(incident: Incident, *commands: Command) -> Incident:
    for command in commands:
        for event in command.decide(incident, NOW):
            incident = event.apply(incident)
    return incident


def a_task(text: str = "call the vendor", **said: object) -> AddTask:
    return AddTask(incident=SEVEN, text=text, by=ANA, **said)  # type: ignore[arg-type]


def test_a_task_gets_the_next_number_and_its_owner_is_told() -> None:
    before = listed(an_item(1), an_item(4))
    (event,) = a_task("call  the <vendor>", owner=BEN, due_by=SOON).decide(before, NOW)
    (item,) = of_phase(event.apply(before))[2:]
    assert (item.number, item.text, item.owner, item.given_by, item.phase) == (
        5, "call the <vendor>", BEN, ANA, Phase.DETECTION,
    )  # fmt: skip
    entry, (card, told) = event.tells(before), event.effects(before)
    assert entry is not None
    assert entry.text.startswith("<@U0ANA> gave <@U0BEN> item 5, by <!date^")
    assert entry.text.endswith(": call the &lt;vendor&gt;")
    assert isinstance(card, ShowCard)
    assert isinstance(told, TellPrivately)
    assert told.user == BEN


def test_what_is_given_again_is_not_doubled_and_a_time_that_was_said_anew_is_set() -> None:
    once = after(listed(), a_task(owner=BEN, due_by=SOON))
    for same in (a_task(owner=BEN), a_task(owner=BEN, due_by=SOON + timedelta(seconds=20))):
        assert same.decide(once, NOW) == []
    (event,) = a_task("call the  vendor", owner=BEN, due_by=SOON + timedelta(hours=1)).decide(once, NOW)
    anew = event.apply(replace(once, checklist=(replace(once.checklist[0], nudged=True),)))
    (item,) = anew.checklist
    assert (item.due_by, item.nudged, item.number) == (SOON + timedelta(hours=1), False, 1)
    entry, (_, told) = event.tells(anew), event.effects(anew)
    assert entry is not None
    assert entry.text.startswith("<@U0ANA> set the time of item 1, by <!date^")
    assert isinstance(told, TellPrivately)
    assert told.text.startswith("<@U0ANA> set the time of your item 1, by <!date^")
    assert len(after(once, TickItem(incident=SEVEN, number=1, by=BEN), a_task(owner=BEN)).checklist) == 2
    assert len(after(once, a_task(owner=ANA), a_task("call the bank", owner=BEN)).checklist) == 3


def test_a_number_is_never_given_again() -> None:
    incident = replace(after(listed(), a_task("one"), a_task("two")), checklist=())
    assert after(incident, a_task("three")).checklist[0].number == 3


def test_whoever_takes_it_themselves_and_nobody_are_not_told() -> None:
    for owner in (None, ANA):
        (event,) = a_task(owner=owner).decide(listed(), NOW)
        assert event.effects(listed()) == (ShowCard(),)


def test_in_a_private_incident_the_owner_is_let_in() -> None:
    came, given = a_task(owner=BEN).decide(listed(private=True), NOW)
    assert isinstance(came, PersonJoined)
    assert isinstance(given, TaskAdded)


@pytest.mark.parametrize(
    ("text", "changes", "why"),
    [
        ("  ", {}, "Say what is to be done"), ("x" * 151, {}, "at most 150 characters"),
        ("x", {"ending": Ending.CLOSED}, "was closed already"),
        ("x", {"checklist": tuple(an_item(n, given_by=ANA) for n in range(MOST))}, "has 40 tasks already"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_task_is_refused(text: str, changes: dict[str, object], why: str) -> None:
    with pytest.raises(Refused, match=why):
        a_task(text).decide(replace(listed(), **changes), NOW)  # type: ignore[arg-type]


def test_an_open_task_goes_along_with_the_incident_and_stays_where_it_ended() -> None:
    incident = after(listed(an_item(1)), a_task(), a_task("skip me"))
    onward = replace(incident, phase=Phase.CONTAINMENT)
    assert [item.number for item in of_phase(onward)] == [2, 3]
    assert [item.number for item in of_phase(onward, Phase.DETECTION)] == [1]
    skip = SkipItem(incident=SEVEN, number=3, by=BEN, reason="not needed")
    ended = replace(after(onward, TickItem(incident=SEVEN, number=2, by=BEN), skip), phase=Phase.RECOVERY)
    assert of_phase(ended) == ()
    assert [item.number for item in of_phase(ended, Phase.CONTAINMENT)] == [2, 3]
    undone = after(ended, UndoItem(incident=SEVEN, number=2, by=BEN))
    assert [item.number for item in of_phase(undone)] == [2]


def test_a_task_stands_behind_what_is_required_and_before_the_rest() -> None:
    incident = after(listed(an_item(1), an_item(2, required=True)), a_task())
    assert [item.number for item in in_order(incident)] == [2, 3, 1]


def test_its_owner_is_reminded_once_also_in_a_later_phase() -> None:
    incident = after(listed(), a_task(owner=BEN, due_by=SOON))
    later = replace(incident, phase=Phase.RECOVERY)
    assert due_at(later, later.checklist[0]) == SOON
    assert due_times(later)[DueKind.ITEMS_OVERDUE] == SOON
    (event,) = FallDue(incident=SEVEN, kind=DueKind.ITEMS_OVERDUE, due_at=SOON).decide(later, SOON)
    assert event == ItemsOverdue(numbers=(1,))
    told = event.apply(later)
    (effect,) = event.effects(told)
    assert isinstance(effect, TellPrivately)
    assert effect.user == BEN
    assert DueKind.ITEMS_OVERDUE not in due_times(told)
    assert told.checklist[0].state is ItemState.OPEN
