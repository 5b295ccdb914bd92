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
    due_at,
    items_of,
    of_phase,
    what_follows,
)
from bot.workflows.commands import Command, Refused
from bot.workflows.course import ItemsOpen
from bot.workflows.due import DueKind, FallDue, due_times
from bot.workflows.effects import PostInRoom, ShowCard, TellPrivately
from bot.workflows.endings import Resolve
from bot.workflows.incident import (
    CustomersTold,
    Ending,
    Incident,
    Item,
    ItemState,
    Plan,
    Posted,
    Stamp,
    StatusUpdate,
    Step,
)
from bot.workflows.phases import MovePhase, Reopen
from bot.workflows.policy import COMMANDER, SCRIBE, SEV1, SEV2, SEV3, ItemRule, Phase, Playbook, Sign, When
from bot.workflows.severity import SetSeverity
from bot.workflows.timeline import AddNote
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
    for event in what_follows(incident, NOW):
        incident = event.apply(incident)
    return incident


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
        (
            Sign.ROLES_FILLED,
            {"plan": Plan(key="x", name="x", version="1"), "roles": {COMMANDER: (ANA,)}, "severity": SEV3},
        ),
        (Sign.PRIVATE, {"private": True}),
        (Sign.CUSTOMERS_TOLD, {"customers_told": CustomersTold.NOT_NEEDED}),
        (Sign.LINK_ADDED, {"linked_at": NOW}),
        (Sign.NOTED, {"noted": {"changes": NOW}}),
    ],
)
def test_every_sign_ticks_its_item_and_nothing_else_does(sign: Sign, changes: dict[str, Any]) -> None:
    blank = listed(an_item(sign=sign, sign_role=COMMANDER, sign_word="changes"), severity=None, announcement=None)
    assert what_follows(blank, NOW) == []
    assert what_follows(replace(blank, **changes), NOW) == [ItemsTicked(numbers=(1,), at=NOW)]


def test_an_update_of_an_earlier_phase_ticks_nothing_of_this_one() -> None:
    old = StatusUpdate(number=1, happening="x", affected="", doing="", by=ANA, at=DECLARED - FIVE)
    assert what_follows(listed(an_item(sign=Sign.UPDATE_SENT), update=old), NOW) == []


def test_items_of_a_phase_to_come_wait_for_it() -> None:
    incident = listed(an_item(phase=Phase.RECOVERY, sign=Sign.SEVERITY_SET))
    assert what_follows(incident, NOW) == []
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
    assert what_follows(ended, NOW) == []
    with pytest.raises(Refused, match="INC-7 was c"):
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


@pytest.mark.parametrize(
    ("when", "holds", "not_yet"),
    [
        (When(severities=(SEV1,)), {"severity": SEV1}, {"severity": None}),
        (When(severities=(SEV2,)), {"severity": None}, {"severity": SEV1}),  # not graded counts as the second grade
        (When(kinds=("data", "security")), {"kind": "data"}, {"kind": None}),
        (When(services=("payments",)), {"service": "payments"}, {"service": "search"}),
        (When(held=(SCRIBE,)), {"roles": {SCRIBE: (ANA,)}}, {"roles": {}}),
        (When(not_held=(SCRIBE,)), {"roles": {}}, {"roles": {SCRIBE: (ANA,)}}),
        (When(severities=(SEV1,), held=(SCRIBE,)), {"severity": SEV1, "roles": {SCRIBE: (ANA,)}}, {"severity": SEV1}),
    ],
)
def test_an_item_is_shown_and_blocks_only_while_it_is_called_for(
    when: When, holds: dict[str, Any], not_yet: dict[str, Any]
) -> None:
    incident = listed(an_item(when=when, required=True, due=FIVE))
    for changes, shown in ((holds, True), (not_yet, False)):
        here = replace(incident, **changes)
        assert [bool(of_phase(here)), bool(blocking(here)), DueKind.ITEMS_OVERDUE in due_times(here)] == [shown] * 3


def test_another_item_done_or_left_out_calls_for_an_item() -> None:
    first = an_item(1), an_item(2)
    incident = listed(*first, an_item(3, when=When(done=("k1",))), an_item(4, when=When(skipped=("k2",))))
    assert [item.number for item in of_phase(incident)] == [1, 2]
    incident = after(incident, TickItem(incident=SEVEN, number=1, by=ANA))
    incident = after(incident, SkipItem(incident=SEVEN, number=2, by=ANA, reason="x"))
    assert [item.number for item in of_phase(incident)] == [1, 2, 3, 4]
    undone = after(incident, UndoItem(incident=SEVEN, number=1, by=ANA))
    assert [item.number for item in of_phase(undone)] == [1, 2, 4]


def test_what_ticks_itself_calls_for_the_next_in_the_same_moment() -> None:
    chain = listed(
        an_item(1, sign=Sign.SEVERITY_SET),
        an_item(2, when=When(done=("k1",)), sign=Sign.SEVERITY_SET),
        an_item(3, when=When(done=("k2",))),
        severity=SEV1,
    )
    for event in what_follows(chain, NOW):
        chain = event.apply(chain)
    assert [(item.state, item.called_at) for item in chain.checklist] == [
        (ItemState.DONE, None), (ItemState.DONE, NOW), (ItemState.OPEN, NOW),
    ]  # fmt: skip
    assert what_follows(chain, NOW + FIVE) == []


def test_its_time_begins_when_it_is_called_for_and_anew_when_it_is_again() -> None:
    incident = listed(an_item(when=When(severities=(SEV1,)), due=FIVE))
    worse = after(incident, SetSeverity(incident=SEVEN, severity=SEV1, by=ANA))
    assert due_at(worse, worse.checklist[0]) == NOW + FIVE
    told = replace(worse, checklist=(replace(worse.checklist[0], nudged=True),))
    better = after(told, SetSeverity(incident=SEVEN, severity=SEV3, by=ANA))
    again = after(better, SetSeverity(incident=SEVEN, severity=SEV1, by=ANA))
    assert (better.checklist[0].called_at, again.checklist[0].called_at, again.checklist[0].nudged) == (
        None,
        NOW,
        False,
    )


def test_what_is_not_called_for_does_not_tick_itself_and_what_was_done_stays() -> None:
    hidden = listed(an_item(when=When(severities=(SEV1,)), sign=Sign.CONTAINED), stamps={Stamp.CONTAINED: stamped(NOW)})
    assert what_follows(hidden, NOW) == []
    worse = after(hidden, SetSeverity(incident=SEVEN, severity=SEV1, by=ANA))
    assert worse.checklist[0].state is ItemState.DONE
    assert of_phase(after(worse, SetSeverity(incident=SEVEN, severity=SEV3, by=ANA))) == worse.checklist


def test_a_note_is_seen_by_what_it_begins_with() -> None:
    incident = listed(an_item(1, sign=Sign.NOTED, sign_word="root cause"), an_item(2, sign=Sign.LINK_ADDED))

    def states(note: str) -> list[ItemState]:
        return [item.state for item in after(incident, AddNote(incident=SEVEN, text=note, by=ANA)).checklist]

    done, still = ItemState.DONE, ItemState.OPEN
    assert states("Root  cause: the pool was too small") == [done, still]
    assert states("graphs: <https://graphs.example.com/7|here>") == [still, done]
    assert states("the root cause: unknown") == states("root cause:") == states("root cause") == [still, still]
    assert after(incident, AddNote(incident=SEVEN, text="other: x", by=ANA)).noted == {}
