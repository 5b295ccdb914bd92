"""Who takes part: whoever joins, until they leave the room; nobody who left a private one is told of it again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.workflows.actions import ActionsRemembered, AddAction, ChangeAction
from bot.workflows.checklist import AssignItem, ItemsOverdue
from bot.workflows.commands import Command
from bot.workflows.due import DueKind, ReminderGiven
from bot.workflows.effects import (
    CatchUp,
    LetIn,
    PostInRoom,
    RemindOfAction,
    RemindPerson,
    Rung,
    SendTimeline,
    TellPrivately,
)
from bot.workflows.incident import ActionItem, ChannelId, Ending, Incident, Item, Promise, Stamp
from bot.workflows.membership import (
    LATE_AFTER,
    Join,
    PersonCameBack,
    PersonCaughtUp,
    PersonJoined,
    RecordCameIn,
    RecordLeft,
)
from bot.workflows.policy import COMMANDER, COMMUNICATIONS_LEAD, DEFAULT_POLICY, Phase
from bot.workflows.roles import AssignRole, ClaimRole
from tests.values import ANA, BEN, CLEO, DECLARED, NOW, ROOM, SEVEN, an_incident, stamped

SOON = NOW + timedelta(seconds=1)
ITEM = Item(number=1, key="x", phase=Phase.DETECTION, text="Look", owner=BEN)
ACTION = ActionItem(number=1, text="Add an alert", owner=BEN, due=NOW, given_by=ANA, given_at=NOW)
BOTH = an_incident(
    private=True, participants=(ANA, BEN), roles={COMMANDER: (BEN,), COMMUNICATIONS_LEAD: (BEN,)},
    promise=Promise(at=NOW, made_at=NOW), checklist=(ITEM,), actions=(ACTION,),
)  # fmt: skip
LEAVING = RecordLeft(incident=SEVEN, user=BEN, channel=ROOM.channel, at=NOW)
RETURNING = RecordCameIn(incident=SEVEN, user=BEN, channel=ROOM.channel, at=SOON)


def after(incident: Incident, *commands: Command) -> Incident:
    for command in commands:
        for event in command.decide(incident, NOW):
            incident = event.apply(incident)
    return incident


def test_whoever_joins_takes_part_once_and_is_let_in_each_time() -> None:
    (event,) = Join(incident=SEVEN, by=BEN).decide(an_incident(), DECLARED)
    assert event == PersonJoined(user=BEN)
    joined = event.apply(an_incident())
    assert joined == an_incident(participants=(ANA, BEN))
    assert event.apply(joined) == joined
    assert event.effects(joined) == (LetIn(users=(BEN,)),)


def test_whoever_left_takes_part_no_more_until_they_come_back() -> None:
    left = after(BOTH, LEAVING)
    assert left.participants == (ANA,)
    assert not left.is_seen_by(BEN)
    assert left.is_closed_to(BEN)
    back = after(left, RETURNING)
    assert back.is_seen_by(BEN)
    assert not back.is_closed_to(BEN)


def test_another_channel_is_nothing_to_it() -> None:
    elsewhere = ChannelId("C0NEWS")
    assert RecordLeft(incident=SEVEN, user=BEN, channel=elsewhere, at=NOW).decide(BOTH, NOW) == []
    assert RecordCameIn(incident=SEVEN, user=BEN, channel=elsewhere, at=SOON).decide(after(BOTH, LEAVING), NOW) == []


def test_events_out_of_order_let_nobody_in_who_left_last() -> None:
    left = after(BOTH, RecordLeft(incident=SEVEN, user=BEN, channel=ROOM.channel, at=SOON + timedelta(seconds=1)))
    assert after(left, LEAVING, RETURNING) == left


@pytest.mark.parametrize(
    "command",
    [ClaimRole(incident=SEVEN, role=COMMANDER, by=BEN), AssignRole(incident=SEVEN, role=COMMANDER, to=BEN, by=ANA)],
)
def test_who_holds_a_role_already_is_let_in_again(command: Command) -> None:
    assert command.decide(BOTH, NOW) == []
    (event,) = command.decide(after(BOTH, LEAVING), NOW)
    assert event == PersonJoined(user=BEN)


def test_what_waits_to_be_told_to_whoever_left_is_not_wanted() -> None:
    left = after(BOTH, LEAVING)
    for effect in (
        TellPrivately(user=BEN, text=""), RemindPerson(user=BEN, rung=Rung.SOON, promised=NOW),
        RemindOfAction(user=BEN, number=1), SendTimeline(user=BEN),
    ):  # fmt: skip
        assert effect.wanted(BOTH)
        assert not effect.wanted(left)


@pytest.mark.parametrize("kind", [DueKind.UPDATE_SOON, DueKind.UPDATE_MISSED])
def test_the_room_is_reminded_in_place_of_whoever_left(kind: DueKind) -> None:
    told = [type(effect).__name__ for effect in ReminderGiven(kind=kind, at=NOW).effects(BOTH)]
    assert told[0] == "RemindPerson"
    told = [type(effect).__name__ for effect in ReminderGiven(kind=kind, at=NOW).effects(after(BOTH, LEAVING))]
    assert told[0] == "RemindRoom"


def test_items_of_whoever_left_are_told_in_the_room() -> None:
    left = after(BOTH, LEAVING)
    assert [type(effect).__name__ for effect in ItemsOverdue(numbers=(1,)).effects(left)] == ["PostInRoom"]
    (told,) = ActionsRemembered(numbers=(1,), at=NOW).effects(left)
    assert isinstance(told, PostInRoom)
    assert "is not here" in told.text


GIVEN = {
    "an action item": AddAction(incident=SEVEN, text="Add an alert", owner=CLEO, due=NOW, by=ANA),
    "somebody's action item": ChangeAction(incident=SEVEN, number=1, owner=CLEO, due=NOW, by=ANA),
    "an item of the checklist": AssignItem(incident=SEVEN, number=1, to=CLEO, by=ANA),
}


@pytest.mark.parametrize("command", GIVEN.values(), ids=list(GIVEN))
def test_whoever_is_given_something_of_a_private_incident_is_let_in(command: Command) -> None:
    came, _ = command.decide(BOTH, NOW)
    assert came == PersonJoined(user=CLEO)
    assert after(BOTH, command).is_seen_by(CLEO)
    (_,) = command.decide(replace(BOTH, private=False), NOW)


LATE = NOW + LATE_AFTER
UNDER_WAY = an_incident(stamps={Stamp.DECLARED: stamped(NOW)})
CAME_LATE = RecordCameIn(incident=SEVEN, user=BEN, channel=ROOM.channel, at=LATE)


def test_whoever_comes_late_is_shown_once_what_they_missed() -> None:
    (event,) = CAME_LATE.decide(UNDER_WAY, LATE)
    assert event == PersonCaughtUp(user=BEN, inside=True)
    caught_up = event.apply(UNDER_WAY)
    assert event.effects(caught_up) == (CatchUp(user=BEN, inside=True),)
    assert CAME_LATE.decide(caught_up, LATE) == []
    assert replace(CAME_LATE, at=LATE + timedelta(hours=1)).decide(caught_up, LATE) == []


def test_whoever_joins_late_by_the_button_is_shown_it_behind_their_invitation() -> None:
    joined, caught_up = Join(incident=SEVEN, by=BEN).decide(UNDER_WAY, LATE)
    assert (joined, caught_up) == (PersonJoined(user=BEN), PersonCaughtUp(user=BEN))
    after_both = caught_up.apply(joined.apply(UNDER_WAY))
    (let_in,), (shown,) = joined.effects(after_both), caught_up.effects(after_both)
    assert (let_in.lane(after_both), let_in.rank) == (shown.lane(after_both), shown.rank)
    assert CAME_LATE.decide(after_both, LATE) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"participants": (ANA, BEN)}, {"roles": {COMMANDER: (BEN,)}}, {"ending": Ending.CLOSED},
        {"stamps": {Stamp.DECLARED: stamped(NOW + timedelta(seconds=1))}}, {"stamps": {}}, {"left": {BEN: LATE}},
        {"backfilled": NOW + timedelta(seconds=1)}, {"policy": replace(DEFAULT_POLICY, late_catchup=False)},
    ],
)  # fmt: skip
def test_others_are_shown_nothing(changes: dict[str, Any]) -> None:
    assert CAME_LATE.decide(replace(UNDER_WAY, **changes), LATE) == []


def test_in_a_private_incident_whoever_is_invited_late_takes_part_and_is_shown_it() -> None:
    private = replace(UNDER_WAY, private=True)
    assert CAME_LATE.decide(private, LATE) == [PersonCameBack(user=BEN), PersonCaughtUp(user=BEN, inside=True)]
    inside = after(private, CAME_LATE)
    assert CatchUp(user=BEN, inside=True).wanted(inside)
    assert not CatchUp(user=CLEO).wanted(inside)
    gone = after(inside, replace(LEAVING, at=LATE + timedelta(seconds=1)))
    assert not CatchUp(user=BEN, inside=True).wanted(gone)
    assert not CatchUp(user=BEN, inside=True).wanted(replace(gone, private=False))
