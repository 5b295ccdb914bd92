"""The checklist: ticked by people and by what the bot sees, left out with a reason, and never in the way."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.workflows.checklist import (
    AssignItem,
    ItemsOverdue,
    ItemsTicked,
    SkipItem,
    TickItem,
    UndoItem,
    blocking,
    doer,
    following_ticks,
    items_of,
)
from bot.workflows.commands import Command, Refused
from bot.workflows.due import DueKind, FallDue, due_times
from bot.workflows.effects import PostInRoom, ShowCard, TellPrivately
from bot.workflows.incident import Ending, Incident, Item, ItemState, Posted, Stamp, StatusUpdate, Step
from bot.workflows.phases import ItemsOpen, MovePhase, Reopen, Resolve
from bot.workflows.policy import COMMANDER, SCRIBE, SEV1, ItemRule, Phase, Playbook, Sign
from tests.values import ANA, ANNOUNCEMENT, BEN, CLEO, DECLARED, NOW, SEVEN, an_incident, stamped

FIVE = timedelta(minutes=5)


def an_item(number: int = 1, **changes: Any) -> Item:  # noqa: ANN401 - any field of an item
    return replace(Item(number=number, key=f"k{number}", phase=Phase.DETECTION, text=f"Do {number}"), **changes)


def listed(*items: Item, **changes: Any) -> Incident:  # noqa: ANN401 - any field of an incident
    return an_incident(checklist=items, course=(Step(phase=Phase.DETECTION, at=DECLARED),), **changes)


def after(incident: Incident, command: Command) -> Incident:
    """The incident after a command, with what ticks itself then."""
    for event in command.decide(incident, NOW):
        incident = event.apply(incident)
    ticked = following_ticks(incident, NOW)
    return ticked.apply(incident) if ticked else incident


def test_a_playbook_is_numbered_in_the_order_of_the_course_without_preparation() -> None:
    rules = (
        ItemRule(key="late", phase=Phase.RECOVERY, text="b", due=FIVE, required=True, help="h", role=SCRIBE),
        ItemRule(key="before", phase=Phase.PREPARATION, text="x"),
        ItemRule(key="early", phase=Phase.DETECTION, text="a", sign=Sign.ROLE_CLAIMED, sign_role=COMMANDER),
    )
    items = items_of(Playbook(key="p", name="P", version="1", items=rules))
    assert [(item.number, item.key, item.phase) for item in items] == [
        (1, "early", Phase.DETECTION), (2, "late", Phase.RECOVERY),
    ]  # fmt: skip
    assert items[0].sign_role == COMMANDER
    assert (items[1].due, items[1].required, items[1].help, items[1].role) == (FIVE, True, "h", SCRIBE)


@pytest.mark.parametrize(
    ("sign", "changes"),
    [
        (Sign.ROLE_CLAIMED, {"roles": {COMMANDER: (ANA,)}}),
        (Sign.SEVERITY_SET, {"severity": SEV1}),
        (Sign.IMPACT_DESCRIBED, {"impact": "payments fail"}),
        (Sign.IMPACT_START_KNOWN, {"stamps": {Stamp.IMPACT_STARTED: stamped(DECLARED)}}),
        (Sign.STAKEHOLDERS_TOLD, {"announcement": Posted(channel=ANNOUNCEMENT.channel, ts=ANNOUNCEMENT.ts)}),
        (Sign.UPDATE_SENT, {"update": StatusUpdate(number=1, happening="x", affected="", doing="", by=ANA, at=NOW)}),
        (Sign.CONTAINED, {"stamps": {Stamp.CONTAINED: stamped(NOW)}}),
        (Sign.FIX_SAID, {"fix": "rolled back"}),
        (Sign.RESOLVED, {"stamps": {Stamp.RESOLVED: stamped(NOW)}}),
        (Sign.DRAFT_MADE, {"draft_at": NOW}),
    ],
)
def test_every_sign_ticks_its_item_and_nothing_else_does(sign: Sign, changes: dict[str, Any]) -> None:
    blank = listed(an_item(sign=sign, sign_role=COMMANDER), severity=None, announcement=None)
    assert following_ticks(blank, NOW) is None
    assert following_ticks(replace(blank, **changes), NOW) == ItemsTicked(numbers=(1,), at=NOW)


def test_an_update_of_an_earlier_phase_ticks_nothing_of_this_one() -> None:
    old = StatusUpdate(number=1, happening="x", affected="", doing="", by=ANA, at=DECLARED - FIVE)
    assert following_ticks(listed(an_item(sign=Sign.UPDATE_SENT), update=old), NOW) is None


def test_items_of_a_phase_to_come_wait_for_it() -> None:
    incident = listed(an_item(phase=Phase.RECOVERY, sign=Sign.SEVERITY_SET))
    assert following_ticks(incident, NOW) is None
    assert after(incident, MovePhase(incident=SEVEN, by=ANA, to=Phase.RECOVERY)).checklist[0].state is ItemState.DONE


def test_a_tick_is_said_on_the_card_and_on_the_timeline() -> None:
    incident = listed(an_item(text="Ask <b>"))
    (event,) = TickItem(incident=SEVEN, number=1, by=BEN).decide(incident, NOW)
    done = event.apply(incident).checklist[0]
    assert (done.state, done.by, done.at) == (ItemState.DONE, BEN, NOW)
    entry = event.tells(incident)
    assert entry is not None
    assert entry.text == "<@U0BEN> ticked: Ask &lt;b&gt;"
    assert event.effects(incident) == (ShowCard(),)
    assert TickItem(incident=SEVEN, number=1, by=CLEO).decide(event.apply(incident), NOW) == []


def test_what_was_undone_no_longer_ticks_itself() -> None:
    incident = listed(an_item(sign=Sign.SEVERITY_SET, state=ItemState.DONE))
    undone = after(incident, UndoItem(incident=SEVEN, number=1, by=BEN))
    assert undone.checklist[0].state is ItemState.OPEN
    assert after(undone, TickItem(incident=SEVEN, number=1, by=BEN)).checklist[0].state is ItemState.DONE
    assert UndoItem(incident=SEVEN, number=1, by=BEN).decide(undone, NOW) == []


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (TickItem(incident=SEVEN, number=9, by=ANA), "INC-7 has no item 9. `/incident checklist` shows them: 1 to 1."),
        (SkipItem(incident=SEVEN, number=1, by=ANA, reason=" "), "Say why it is left out"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_would(command: Command, words: str) -> None:
    with pytest.raises(Refused, match=words.replace(".", r"\.")):
        command.decide(listed(an_item()), NOW)


def test_nothing_changes_once_it_has_ended() -> None:
    ended = listed(an_item(sign=Sign.SEVERITY_SET), ending=Ending.CLOSED)
    assert following_ticks(ended, NOW) is None
    with pytest.raises(Refused, match="its checklist is as it was"):
        TickItem(incident=SEVEN, number=1, by=ANA).decide(ended, NOW)


def test_what_is_done_cannot_be_skipped_and_a_skip_is_said_with_its_reason() -> None:
    with pytest.raises(Refused, match="is done already"):
        SkipItem(incident=SEVEN, number=1, by=ANA, reason="x").decide(listed(an_item(state=ItemState.DONE)), NOW)
    incident = listed(an_item(required=True))
    (event,) = SkipItem(incident=SEVEN, number=1, by=BEN, reason="not <ours>").decide(incident, NOW)
    assert blocking(event.apply(incident)) == ()
    entry = event.tells(incident)
    assert entry is not None
    assert entry.text == "<@U0BEN> left out “Do 1”: not &lt;ours&gt;"


def test_who_is_given_an_item_is_told_and_who_takes_it_is_not() -> None:
    incident = listed(an_item())
    (given,) = AssignItem(incident=SEVEN, number=1, to=CLEO, by=BEN).decide(incident, NOW)
    (taken,) = AssignItem(incident=SEVEN, number=1, to=CLEO, by=CLEO).decide(incident, NOW)
    assert [type(effect) for effect in given.effects(incident)] == [ShowCard, TellPrivately]
    assert taken.effects(incident) == (ShowCard(),)
    assert given.apply(incident).checklist[0].owner == CLEO


def test_it_is_its_owners_then_its_roles_then_the_commanders() -> None:
    incident = listed(an_item(), roles={COMMANDER: (ANA,), SCRIBE: (BEN,)})
    assert doer(incident, an_item(owner=CLEO, role=SCRIBE)) == (CLEO,)
    assert doer(incident, an_item(role=SCRIBE)) == (BEN,)
    assert doer(replace(incident, roles={COMMANDER: (ANA,)}), an_item(role=SCRIBE)) == (ANA,)
    assert doer(listed(), an_item()) == ()


def test_overdue_items_are_told_once_to_whoever_they_belong_to() -> None:
    items = (an_item(1, due=FIVE, owner=CLEO), an_item(2, due=FIVE, role=SCRIBE), an_item(3, due=2 * FIVE), an_item(4))
    incident = listed(*items, roles={COMMANDER: (ANA,)})
    at = due_times(incident)[DueKind.ITEMS_OVERDUE]
    assert at == DECLARED + FIVE
    fall = FallDue(incident=SEVEN, kind=DueKind.ITEMS_OVERDUE, due_at=at)
    (event,) = fall.decide(incident, DECLARED + FIVE)
    assert event == ItemsOverdue(numbers=(1, 2))
    told = event.apply(incident)
    assert [(type(effect), getattr(effect, "user", None)) for effect in event.effects(told)] == [
        (TellPrivately, CLEO), (TellPrivately, ANA),
    ]  # fmt: skip
    assert due_times(told)[DueKind.ITEMS_OVERDUE] == DECLARED + 2 * FIVE
    assert fall.decide(told, NOW) == []


def test_overdue_items_of_nobody_are_told_to_the_room() -> None:
    incident = listed(an_item(due=FIVE))
    (effect,) = ItemsOverdue(numbers=(1,)).effects(incident)
    assert isinstance(effect, PostInRoom)
    assert "1. Do 1" in effect.text


def test_going_on_with_required_items_open_takes_a_reason_and_leaves_them_out() -> None:
    incident = listed(an_item(1, required=True), an_item(2), an_item(3, required=True, state=ItemState.DONE))
    with pytest.raises(ItemsOpen, match="1\\. Do 1") as refused:
        MovePhase(incident=SEVEN, by=ANA).decide(incident, NOW)
    assert [item.number for item in refused.value.items] == [1]
    moved = after(incident, MovePhase(incident=SEVEN, by=ANA, reason="it was clear"))
    assert moved.phase is Phase.CONTAINMENT
    states = [(item.state, item.reason) for item in moved.checklist]
    assert states == [(ItemState.SKIPPED, "it was clear"), (ItemState.OPEN, ""), (ItemState.DONE, "")]


def test_resolving_with_required_items_open_takes_a_reason_too() -> None:
    incident = listed(an_item(required=True))
    with pytest.raises(ItemsOpen):
        Resolve(incident=SEVEN, by=ANA, fix="rolled back").decide(incident, NOW)
    resolved = after(incident, Resolve(incident=SEVEN, by=ANA, fix="rolled back", reason="a false start"))
    assert (resolved.phase, resolved.fix) == (Phase.LEARNING, "rolled back")


def test_going_back_asks_nothing_of_the_checklist() -> None:
    incident = listed(an_item(phase=Phase.RECOVERY, required=True), phase=Phase.RECOVERY)
    back = after(incident, MovePhase(incident=SEVEN, by=ANA, to=Phase.DETECTION, reason="it broke again"))
    assert back.phase is Phase.DETECTION
    assert back.phase_since == NOW
    learning = listed(an_item(phase=Phase.LEARNING, required=True), phase=Phase.LEARNING)
    assert after(learning, Reopen(incident=SEVEN, by=ANA)).phase is Phase.DETECTION
