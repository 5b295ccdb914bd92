"""Status updates and the promise of the next one: what is said, when it is due, and what moves it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.workflows.cadence import PromiseMoved, moved, pace, promised
from bot.workflows.commands import Entry, Refused
from bot.workflows.due import DueKind, FallDue, ReminderGiven, due_times
from bot.workflows.effects import (
    PostInRoom,
    PostUnderAnnouncement,
    RemindPerson,
    RemindRoom,
    Rung,
    ShowAnnouncement,
    ShowCard,
)
from bot.workflows.endings import Resolve
from bot.workflows.incident import Incident, Moved, Promise, StatusUpdate, UserId
from bot.workflows.policy import COMMANDER, COMMUNICATIONS_LEAD, SEV1, SEV2, SEV3, SEV4, Phase, SeverityKey
from bot.workflows.times import when
from bot.workflows.updates import Said, SendUpdate, SnoozeReminder, UpdateSent
from tests.values import ANA, BEN, CLEO, DECLARED, NOW, SEVEN, an_incident

MINUTE = timedelta(minutes=1)
AT = NOW + 18 * MINUTE  # thirty minutes after the declaration
PROMISE = Promise(at=AT, made_at=DECLARED)
PAYMENTS = Said(
    happening="Payments fail", affected="A third of all customers", doing="We roll back", next_in=30 * MINUTE
)
SEND = SendUpdate(incident=SEVEN, said=PAYMENTS, by=BEN)
LADDER = {
    DueKind.UPDATE_SOON: AT - 5 * MINUTE,
    DueKind.UPDATE_MISSED: AT,
    DueKind.UPDATE_OVERDUE: AT + 5 * MINUTE,
}


def promising(**changes: Any) -> Incident:  # noqa: ANN401 - any field of an incident
    return an_incident(**{"promise": PROMISE, "roles": {COMMANDER: (ANA,)}, **changes})


def ladder(incident: Incident) -> dict[DueKind, datetime]:
    return {kind: at for kind, at in due_times(incident).items() if kind in LADDER}


@pytest.mark.parametrize(
    ("changes", "minutes"),
    [
        ({"severity": SEV1}, 5),
        ({"severity": SEV1, "phase": Phase.CONTAINMENT}, 15),
        ({"severity": SEV1, "phase": Phase.RECOVERY}, 30),
        ({"severity": SEV2}, 30),
        ({"severity": None}, 30),
        ({"severity": SEV3, "phase": Phase.RECOVERY}, 120),
        ({"severity": SEV4}, None),
    ],
)
def test_the_pace_of_severity_and_phase(changes: dict[str, Any], minutes: int | None) -> None:
    assert pace(an_incident(**changes)) == (minutes and minutes * MINUTE)


def test_a_promise_that_moved_by_seconds_is_not_told_twice_over() -> None:
    promise = Promise(at=NOW + 30 * MINUTE, made_at=NOW)
    same = PromiseMoved(promise=promise, before=NOW + 30.2 * MINUTE, at=NOW).news
    assert same.count("<!date") == 1
    assert "instead of" not in same
    assert "instead of" in PromiseMoved(promise=promise, before=NOW + 31 * MINUTE, at=NOW).news


def test_only_the_first_update_is_due_sooner() -> None:
    told = StatusUpdate(number=1, happening="x", affected="", doing="", by=ANA, at=NOW)
    assert pace(an_incident(severity=SEV1, update=told)) == 15 * MINUTE


@pytest.mark.parametrize(("severity", "at"), [(SEV2, AT), (SEV3, DECLARED + 60 * MINUTE), (SEV1, NOW + 5 * MINUTE)])
def test_a_promise_counts_from_the_last_update_and_asks_nobody_at_once(severity: SeverityKey, at: datetime) -> None:
    assert promised(an_incident(severity=severity), NOW) == Promise(at=at, made_at=NOW)


def test_what_does_not_change_the_pace_does_not_move_the_promise() -> None:
    own = promising(promise=Promise(at=NOW + 45 * MINUTE, made_at=NOW))
    assert moved(own, promising(promise=own.promise, phase=Phase.CONTAINMENT), NOW) is None


def test_a_promise_that_is_overdue_is_not_put_off_by_another_pace() -> None:
    before = promising(promise=Promise(at=NOW - MINUTE, made_at=DECLARED), severity=SEV1)
    assert moved(before, replace(before, severity=SEV2), NOW) is None
    lowest = moved(before, replace(before, severity=SEV4), NOW)
    assert lowest is not None
    assert lowest.promise is None


def test_a_promise_that_moved_is_kept() -> None:
    sooner = moved(promising(), promising(severity=SEV1), NOW)
    never = moved(promising(), promising(severity=SEV4), NOW)
    assert sooner is not None
    assert sooner.promise is not None
    assert never is not None
    assert sooner.apply(promising()).moves == (Moved(promised=AT, to=sooner.promise.at, at=NOW),)
    assert never.apply(promising()).moves == (Moved(promised=AT, to=None, at=NOW),)


def test_a_lower_grade_says_that_updates_now_come_on_change() -> None:
    event = moved(promising(), promising(severity=SEV4), NOW)
    assert event is not None
    assert event.apply(promising(severity=SEV4)).promise is None
    due = when(AT, near=True)
    assert event.news == f"No more timed updates (one was due by {due}): the next comes when something changes."
    assert event.effects(promising()) == (ShowCard(), ShowAnnouncement())


def test_an_update_goes_to_stakeholders_the_room_and_the_card_and_promises_the_next() -> None:
    (event,) = SEND.decide(promising(), NOW)
    after = event.apply(promising())
    text = (
        "*Update 1 · INC-7* · SEV2 major\n"
        "*What is happening:* Payments fail\n"
        "*Who is affected:* A third of all customers\n"
        "*What we are doing:* We roll back\n"
        f"*Next update by* {when(NOW + 30 * MINUTE, near=True)}"
    )
    assert event.effects(after) == (
        ShowAnnouncement(), PostUnderAnnouncement(text=text), PostInRoom(text=text, aloud=True, evidence=True),
        ShowCard(),
    )  # fmt: skip
    assert event.tells(after) == Entry(text="<@U0BEN> sent update 1: Payments fail", at=NOW, by=BEN)
    assert after.promise == Promise(at=NOW + 30 * MINUTE, made_at=NOW)
    (second,) = SEND.decide(after, NOW)
    assert isinstance(second, UpdateSent)
    assert second.update.number == 2


def test_a_private_update_stays_in_its_room() -> None:
    (event,) = SEND.decide(promising(private=True), NOW)
    kinds = [type(effect) for effect in event.effects(event.apply(promising(private=True)))]
    assert kinds == [PostInRoom, ShowCard]


@pytest.mark.parametrize(
    ("said", "field", "why"),
    [
        (Said(happening="  "), "happening", "Say in a sentence"),
        (Said(happening="x" * 1001), "happening", "at most 1,000 characters and has 1,001"),
        (Said(happening="x", affected="x" * 401), "affected", "at most 400"),
        (Said(happening="&" * 1000), "happening", "too long for one update"),
        (Said(happening="x", next_in=timedelta()), "next", "within a week"),
        (Said(happening="x", next_in=timedelta(days=8)), "next", "within a week"),
    ],
)
def test_words_that_do_not_fit_are_refused_at_their_field(said: Said, field: str, why: str) -> None:
    with pytest.raises(Refused, match=why) as refused:
        SendUpdate(incident=SEVEN, said=said, by=ANA).decide(promising(), NOW)
    assert refused.value.field == field


def test_updates_stop_with_resolve() -> None:
    (event,) = Resolve(incident=SEVEN, by=ANA).decide(promising(), NOW)
    resolved = event.apply(promising())
    assert (resolved.promise, due_times(resolved)) == (None, {})
    with pytest.raises(Refused, match="No update was sent: INC-7 was resolved already"):
        SEND.decide(resolved, NOW)


def test_a_draft_that_is_sent_unseen_is_for_the_promise_it_was_made_for() -> None:
    unseen = SendUpdate(incident=SEVEN, said=PAYMENTS, by=BEN, expects=AT)
    assert len(unseen.decide(promising(), NOW)) == 1
    with pytest.raises(Refused, match="has moved on"):
        unseen.decide(promising(promise=Promise(at=AT + MINUTE, made_at=NOW)), NOW)


def test_the_ladder_of_a_promise() -> None:
    assert ladder(promising()) == LADDER
    assert ladder(promising(promise=None)) == {}


def test_a_short_promise_is_reminded_of_halfway() -> None:
    short = promising(promise=Promise(at=NOW + 5 * MINUTE, made_at=NOW))
    assert ladder(short)[DueKind.UPDATE_SOON] == NOW + 2.5 * MINUTE


@pytest.mark.parametrize(
    ("roles", "kind", "asked"),
    [
        ({COMMANDER: (ANA,), COMMUNICATIONS_LEAD: (CLEO,)}, DueKind.UPDATE_SOON, CLEO),
        ({COMMANDER: (ANA,)}, DueKind.UPDATE_SOON, ANA),
        ({}, DueKind.UPDATE_SOON, None),
        ({COMMANDER: (ANA,), COMMUNICATIONS_LEAD: (CLEO,)}, DueKind.UPDATE_MISSED, ANA),
        ({COMMUNICATIONS_LEAD: (CLEO,)}, DueKind.UPDATE_MISSED, None),
        ({COMMANDER: (ANA,), COMMUNICATIONS_LEAD: (CLEO,)}, DueKind.UPDATE_OVERDUE, None),
    ],
)
def test_whom_a_reminder_asks(roles: dict[Any, Any], kind: DueKind, asked: UserId | None) -> None:
    incident = promising(roles=roles)
    (event,) = FallDue(incident=SEVEN, kind=kind, due_at=LADDER[kind]).decide(incident, LADDER[kind])
    reminder, *shown = event.effects(event.apply(incident))
    rung = {DueKind.UPDATE_SOON: Rung.SOON, DueKind.UPDATE_MISSED: Rung.MISSED, DueKind.UPDATE_OVERDUE: Rung.OVERDUE}[
        kind
    ]
    at = LADDER[kind] if kind is DueKind.UPDATE_OVERDUE else None
    room = RemindRoom(rung=rung, promised=AT, asked=at)
    expected = RemindPerson(user=asked, rung=rung, promised=AT) if asked else room
    assert reminder == expected
    assert shown == ([] if kind is DueKind.UPDATE_SOON else [ShowCard(), ShowAnnouncement()])


def test_after_a_time_without_a_bot_only_the_last_rung_is_said_and_says_how_late_it_is() -> None:
    late = FallDue(incident=SEVEN, kind=DueKind.UPDATE_SOON, due_at=AT - 5 * MINUTE)
    (event,) = late.decide(promising(), AT + 25 * MINUTE)
    assert event == ReminderGiven(kind=DueKind.UPDATE_OVERDUE, at=AT + 25 * MINUTE, late=20 * MINUTE)
    assert ladder(event.apply(promising())) == {DueKind.UPDATE_OVERDUE: AT + 75 * MINUTE}


def test_what_is_overdue_is_asked_for_again_and_slower_each_time_until_it_comes() -> None:
    incident = promising()
    asked: list[float] = []
    while len(asked) < 6:
        kind, at = min(ladder(incident).items(), key=lambda rung: rung[1])
        (event,) = FallDue(incident=SEVEN, kind=kind, due_at=at).decide(incident, at)
        incident = event.apply(incident)
        asked.append((at - AT) / MINUTE)
    assert asked == [-5, 0, 5, 15, 45, 135]
    (first, last) = (RemindRoom(rung=Rung.OVERDUE, promised=AT, asked=AT + time * MINUTE) for time in (45, 135))
    assert (first.wanted(incident), last.wanted(incident)) == (False, True)  # one that waited is not said beside it
    (sent,) = SEND.decide(incident, AT + 140 * MINUTE)
    assert min(ladder(sent.apply(incident)).values()) == AT + 165 * MINUTE
    days = promising(promise=replace(PROMISE, told=("update_overdue",), asked_at=AT + timedelta(days=9)))
    assert ladder(days) == {DueKind.UPDATE_OVERDUE: AT + timedelta(days=10)}
    of_before = promising(promise=replace(PROMISE, told=tuple(kind.value for kind in LADDER)))
    assert ladder(of_before) == {}  # of a version that asked once


def test_a_reminder_is_not_worth_sending_once_the_update_was_sent() -> None:
    person, room = RemindPerson(user=ANA, rung=Rung.SOON, promised=AT), RemindRoom(rung=Rung.SOON, promised=AT)
    assert person.wanted(promising())
    assert room.wanted(promising())
    (sent,) = SEND.decide(promising(), NOW)
    for over in (sent.apply(promising()), promising(phase=Phase.LEARNING), promising(promise=None)):
        assert not person.wanted(over)
        assert not room.wanted(over)


def test_a_reminder_that_waited_is_not_sent_once_it_has_climbed_further() -> None:
    soon, missed = (RemindPerson(user=ANA, rung=rung, promised=AT) for rung in (Rung.SOON, Rung.MISSED))
    told = promising(promise=Promise(at=AT, made_at=DECLARED, told=("update_soon", "update_missed")))
    assert not soon.wanted(told)
    assert missed.wanted(told)
    assert RemindRoom(rung=Rung.OVERDUE, promised=AT).wanted(told)


def test_a_snooze_moves_the_reminder_halfway_and_never_the_promise() -> None:
    told = promising(promise=Promise(at=AT, made_at=DECLARED, told=("update_soon",)))
    snooze = SnoozeReminder(incident=SEVEN, by=ANA, expects=AT)
    (event,) = snooze.decide(told, AT - 4 * MINUTE)
    assert ladder(event.apply(told)) == {**LADDER, DueKind.UPDATE_SOON: AT - 2 * MINUTE}
    with pytest.raises(Refused, match="does not move that"):
        snooze.decide(told, AT - MINUTE)
    with pytest.raises(Refused, match="nothing to snooze"):
        snooze.decide(promising(promise=None), NOW)
