"""Action items: an owner and a day for each, reminders until it is done, and nobody asked twice."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.views.actions import listed_actions, table
from bot.views.sources import Sources
from bot.workflows.actions import (
    MOST,
    ActionsRemembered,
    AddAction,
    ChangeAction,
    DropAction,
    FinishAction,
    day_of,
    is_vague,
    next_reminder,
)
from bot.workflows.commands import Command, Refused
from bot.workflows.deadlines import end_of
from bot.workflows.due import DueKind, FallDue, due_times
from bot.workflows.effects import PostInRoom, RemindOfAction, TellPrivately
from bot.workflows.incident import ActionItem, ActionState, Ending, Incident
from bot.workflows.policy import Phase
from tests.values import ANA, BEN, CLEO, NOW, SEVEN, an_incident

DUE = NOW + timedelta(days=10)
MORNING = DUE - timedelta(hours=8)


def an_action(number: int = 1, **changes: Any) -> ActionItem:  # noqa: ANN401 - any field of an item
    item = ActionItem(number=number, text="Add an alert", owner=BEN, due=DUE, given_by=ANA, given_at=NOW)
    return replace(item, **changes)


def acting(*items: ActionItem, **changes: Any) -> Incident:  # noqa: ANN401 - any field of an incident
    return an_incident(actions=items, **changes)


def after(incident: Incident, command: Command) -> Incident:
    for event in command.decide(incident, NOW):
        incident = event.apply(incident)
    return incident


def test_it_is_given_with_owner_and_day_and_its_owner_is_told() -> None:
    (event,) = AddAction(incident=SEVEN, text=" Add <an>\nalert ", owner=BEN, due=DUE, by=ANA).decide(acting(), NOW)
    incident = event.apply(acting())
    assert incident.actions == (an_action(text="Add <an> alert"),)
    room, told = event.effects(incident)
    assert isinstance(room, PostInRoom)
    assert room.text.startswith("<@U0ANA> gave action item 1 to <@U0BEN>, by Thu 3 Dec 2026: ")
    assert room.text.endswith(": Add &lt;an&gt; alert")
    assert isinstance(told, TellPrivately)
    assert told.user == BEN


def test_who_gives_it_to_themselves_is_not_told() -> None:
    (event,) = AddAction(incident=SEVEN, text="Add an alert", owner=ANA, due=DUE, by=ANA).decide(acting(), NOW)
    assert [type(effect) for effect in event.effects(acting())] == [PostInRoom]


@pytest.mark.parametrize("text", [" ", "x" * 301])
def test_what_does_not_fit_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(Refused) as refused:
        AddAction(incident=SEVEN, text=text, owner=BEN, due=DUE, by=ANA).decide(acting(), NOW)
    assert refused.value.field == "text"


def test_a_list_nobody_can_finish_is_refused() -> None:
    full = acting(*(an_action(number) for number in range(1, MOST + 1)))
    with pytest.raises(Refused, match="more than anybody will do"):
        AddAction(incident=SEVEN, text="One more", owner=BEN, due=DUE, by=ANA).decide(full, NOW)


def test_the_first_to_say_that_it_is_done_says_it() -> None:
    done = after(acting(an_action()), FinishAction(incident=SEVEN, number=1, by=CLEO))
    assert (done.actions[0].state, done.actions[0].ended_by) == (ActionState.DONE, CLEO)
    assert FinishAction(incident=SEVEN, number=1, by=ANA).decide(done, NOW) == []
    assert DropAction(incident=SEVEN, number=1, by=ANA, reason="x").decide(done, NOW) == []


def test_dropping_takes_a_reason() -> None:
    with pytest.raises(Refused, match="Say why"):
        DropAction(incident=SEVEN, number=1, by=ANA, reason=" ").decide(acting(an_action()), NOW)
    dropped = after(acting(an_action()), DropAction(incident=SEVEN, number=1, by=ANA, reason="switched off"))
    assert (dropped.actions[0].state, dropped.actions[0].reason) == (ActionState.DROPPED, "switched off")


def test_what_has_ended_cannot_be_changed_and_what_is_unknown_is_said() -> None:
    ended = acting(an_action(state=ActionState.DONE))
    with pytest.raises(Refused, match="is done already"):
        ChangeAction(incident=SEVEN, number=1, owner=CLEO, due=DUE, by=ANA).decide(ended, NOW)
    with pytest.raises(Refused, match="has no action item 2"):
        FinishAction(incident=SEVEN, number=2, by=ANA).decide(ended, NOW)


def test_a_new_owner_is_told_and_a_new_day_begins_the_reminders_anew() -> None:
    before = acting(an_action(reminded=MORNING))
    (event,) = ChangeAction(incident=SEVEN, number=1, owner=CLEO, due=DUE, by=ANA).decide(before, NOW)
    assert [getattr(effect, "user", None) for effect in event.effects(before)] == [None, CLEO]
    later = DUE + timedelta(days=30)
    moved = after(before, ChangeAction(incident=SEVEN, number=1, owner=BEN, due=later, by=ANA))
    assert next_reminder(moved, moved.actions[0]) == later - timedelta(days=2, hours=8)
    assert ChangeAction(incident=SEVEN, number=1, owner=BEN, due=DUE, by=ANA).decide(acting(an_action()), NOW) == []


@pytest.mark.parametrize(
    ("reminded", "following"),
    [
        (None, MORNING - timedelta(days=2)),
        (MORNING - timedelta(days=2), MORNING),
        (MORNING, MORNING + timedelta(days=7)),
        (MORNING + timedelta(days=7), MORNING + timedelta(days=14)),
        (MORNING + timedelta(days=20), MORNING + timedelta(days=21)),  # what was missed meanwhile is not made up for
    ],
)
def test_two_days_before_on_the_day_and_weekly_after(reminded: Any, following: Any) -> None:  # noqa: ANN401
    item = an_action(reminded=reminded)
    assert next_reminder(acting(item), item) == following


def test_one_given_for_tomorrow_is_first_remembered_on_its_day() -> None:
    item = an_action(due=NOW + timedelta(days=1))
    assert next_reminder(acting(item), item) == item.due - timedelta(hours=8)


@pytest.mark.parametrize("changes", [{}, {"phase": Phase.LEARNING}, {"phase": Phase.LEARNING, "ending": Ending.CLOSED}])
def test_reminders_go_on_when_the_incident_is_over(changes: dict[str, Any]) -> None:
    incident = acting(an_action(), an_action(2, owner=CLEO), an_action(3, state=ActionState.DONE), **changes)
    at = due_times(incident)[DueKind.ACTIONS_DUE]
    assert at == MORNING - timedelta(days=2)
    command = FallDue(incident=SEVEN, kind=DueKind.ACTIONS_DUE, due_at=at)
    (event,) = command.decide(incident, at + timedelta(hours=1))
    assert event == ActionsRemembered(numbers=(1, 2), at=at + timedelta(hours=1))
    told = event.apply(incident)
    assert event.effects(told) == [RemindOfAction(user=BEN, number=1), RemindOfAction(user=CLEO, number=2)]
    assert due_times(told)[DueKind.ACTIONS_DUE] == MORNING
    assert command.decide(told, at + timedelta(hours=2)) == []


def test_a_false_alarm_reminds_nobody() -> None:
    assert DueKind.ACTIONS_DUE not in due_times(acting(an_action(), ending=Ending.CANCELLED))


def test_a_reminder_that_waited_is_not_sent_when_it_is_done_or_somebody_elses() -> None:
    remind = RemindOfAction(user=BEN, number=1)
    assert remind.wanted(acting(an_action()))
    assert not remind.wanted(acting(an_action(owner=CLEO)))
    assert not remind.wanted(acting(an_action(state=ActionState.DONE)))


@pytest.mark.parametrize(
    ("text", "vague"),
    [
        ("Improve monitoring", True), ("investigate why the cache was cold", True), ("Be more careful", True),
        ("Add an alert for the lag", False), ("Rotate the keys", False), ("Write one page on the cache", False),
        ("", True),
    ],
)  # fmt: skip
def test_what_nobody_can_see_done_is_noticed(text: str, vague: bool) -> None:
    assert is_vague(text) is vague


LA, TOKYO = ZoneInfo("America/Los_Angeles"), ZoneInfo("Asia/Tokyo")
FOURTH = date(2026, 12, 4)
IN_LA = an_action(due=end_of(FOURTH, LA), day=FOURTH, zone="America/Los_Angeles")


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "America/Los_Angeles", "UTC", "Asia/Tokyo", "Pacific/Auckland"])
def test_a_day_is_the_same_for_everybody_also_one_that_an_older_version_stored(zone: str) -> None:
    old = an_action(due=end_of(FOURTH, ZoneInfo(zone)))
    for item in (old, replace(old, day=FOURTH, zone=zone)):
        assert day_of(item) == FOURTH
        assert "by Fri 4 Dec 2026" in listed_actions(acting(item), NOW).text
        assert "| 2026-12-04 |" in table(Sources(acting(item), [], "https://w.slack.com/"))


def test_a_change_of_the_owner_alone_leaves_the_day() -> None:
    command = ChangeAction(
        incident=SEVEN, number=1, owner=CLEO, due=end_of(FOURTH, TOKYO), by=CLEO, day=FOURTH, zone="Asia/Tokyo"
    )
    (item,) = after(acting(IN_LA), command).actions
    assert (item.owner, day_of(item), next_reminder(acting(item), item)) == (
        CLEO, FOURTH, datetime(2026, 12, 2, 9, tzinfo=TOKYO),
    )  # fmt: skip
    assert replace(command, owner=BEN).decide(acting(IN_LA), NOW) == []


def test_mornings_are_the_owners_also_when_the_clocks_change() -> None:
    item = replace(IN_LA, due=end_of(date(2026, 10, 30), LA), day=date(2026, 10, 30), given_at=NOW - timedelta(days=60))
    item = replace(item, reminded=datetime(2026, 10, 30, 9, tzinfo=LA))
    assert next_reminder(acting(item), item) == datetime(2026, 11, 6, 9, tzinfo=LA)


def test_one_given_too_late_for_its_morning_is_remembered_the_day_after_and_its_owner_is_told_when() -> None:
    at = datetime(2026, 12, 4, 10, tzinfo=LA)
    item = replace(IN_LA, given_at=at)
    assert next_reminder(acting(item), item) == datetime(2026, 12, 5, 9, tzinfo=LA)
    command = AddAction(incident=SEVEN, text="x", owner=BEN, due=item.due, by=ANA, day=FOURTH, zone=item.zone)
    (event,) = command.decide(acting(), at)
    told = event.effects(event.apply(acting()))[-1]
    assert isinstance(told, TellPrivately)
    assert "you are reminded <!date^1796490000^" in told.text
