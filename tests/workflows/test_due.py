"""What falls due and when: nudges move with what happens, and one that has moved does not fire."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.workflows.due import NUDGES, DueKind, FallDue, NudgeGiven, due_times, nudge_now
from bot.workflows.effects import PostInRoom
from bot.workflows.incident import Ending, Incident, IncidentId, Plan, Step
from bot.workflows.phases import MovePhase
from bot.workflows.policy import (
    COMMANDER,
    DEFAULT_POLICY,
    SCRIBE,
    SEV1,
    SEV2,
    SEV4,
    NudgeRule,
    Phase,
    PhasePlan,
    SeverityKey,
)
from tests.values import ANA, DECLARED, NOW, ROOM, SEVEN, an_incident

COMMANDER_MISSING, SEVERITY_UNSET = DueKind.COMMANDER_MISSING, DueKind.SEVERITY_UNSET
ROLES_EMPTY, SILENCE = DueKind.ROLES_EMPTY, DueKind.SILENCE
UNHEARD = replace(DEFAULT_POLICY, nudges=NudgeRule(silence=None))  # nobody listens for silence
EVERYBODY = {rule.key: (ANA,) for rule in DEFAULT_POLICY.roles}
FIVE, TEN = (DECLARED + timedelta(minutes=minutes) for minutes in (5, 10))
SECOND = timedelta(seconds=1)
RENAMED = SeverityKey("p1")  # a grade that is no longer configured


@pytest.mark.parametrize(
    ("changes", "times"),
    [
        ({"severity": None}, {COMMANDER_MISSING: TEN, SEVERITY_UNSET: TEN}),
        ({"severity": SEV1}, {COMMANDER_MISSING: FIVE}),
        ({"severity": SEV2}, {COMMANDER_MISSING: TEN}),
        ({"severity": SEV4}, {COMMANDER_MISSING: TEN}),
        ({"severity": RENAMED}, {COMMANDER_MISSING: TEN}),
        ({"roles": EVERYBODY}, {}),
        ({"roles": {COMMANDER: (ANA,)}}, {ROLES_EMPTY: TEN}),
        ({"roles": {COMMANDER: (ANA,)}, "severity": SEV4}, {}),
        ({"roles": {SCRIBE: (ANA,)}}, {COMMANDER_MISSING: TEN}),
        ({"severity": None, "roles": EVERYBODY}, {SEVERITY_UNSET: TEN}),
        ({"severity": None, "nudged": ("commander_missing",)}, {SEVERITY_UNSET: TEN}),
        ({"severity": None, "nudged": ("commander_missing", "severity_unset")}, {}),
        ({"severity": None, "phase": Phase.RECOVERY}, {COMMANDER_MISSING: TEN, SEVERITY_UNSET: TEN}),
        ({"severity": None, "phase": Phase.LEARNING}, {}),
        ({"severity": None, "ending": Ending.CANCELLED}, {}),
    ],
)
def test_what_falls_due(changes: dict[str, Any], times: dict[DueKind, datetime]) -> None:
    assert due_times(an_incident(**changes, policy=UNHEARD)) == times


def test_nothing_falls_due_before_there_is_a_declaration() -> None:
    assert due_times(Incident(id=IncidentId(7))) == {}


def test_a_nudge_can_be_moved_and_switched_off() -> None:
    nudges = NudgeRule(commander_missing=timedelta(hours=1), severity_unset=None, silence=None)
    policy = replace(DEFAULT_POLICY, nudges=nudges)
    assert due_times(an_incident(severity=None, policy=policy)) == {COMMANDER_MISSING: DECLARED + timedelta(hours=1)}


@pytest.mark.parametrize("now", [TEN, TEN + SECOND, TEN + timedelta(days=3)])
def test_a_nudge_is_given_on_time_or_late(now: datetime) -> None:
    command = FallDue(incident=SEVEN, kind=COMMANDER_MISSING, due_at=TEN)
    assert command.decide(an_incident(), now) == [NudgeGiven(kind=COMMANDER_MISSING, at=now)]


@pytest.mark.parametrize(
    ("changes", "now"),
    [
        ({}, TEN - SECOND),
        ({"severity": SEV1}, NOW),
        ({"roles": {COMMANDER: (ANA,)}}, NOW),
        ({"nudged": ("commander_missing",)}, NOW),
        ({"phase": Phase.LEARNING}, NOW),
        ({"ending": Ending.CLOSED}, NOW),
    ],
    ids=["early", "moved", "taken", "given", "resolved", "closed"],
)
def test_nothing_follows_when_the_promise_has_moved(changes: dict[str, Any], now: datetime) -> None:
    assert FallDue(incident=SEVEN, kind=COMMANDER_MISSING, due_at=TEN).decide(an_incident(**changes), now) == []


def test_at_the_worst_grade_the_room_is_asked_again_who_leads_and_slower_each_time() -> None:
    incident = an_incident(severity=SEV1)
    asked: list[int] = []
    while len(asked) < 4:
        at = due_times(incident)[COMMANDER_MISSING]
        (event,) = FallDue(incident=SEVEN, kind=COMMANDER_MISSING, due_at=at).decide(incident, at)
        incident = event.apply(incident)
        asked.append((at - DECLARED) // timedelta(minutes=1))
    assert asked == [5, 15, 45, 135]
    assert incident.nudged == ("commander_missing", "roles_empty")
    off = replace(DEFAULT_POLICY, nudges=NudgeRule(commander_missing_worst=None))
    for other in (
        replace(incident, roles={COMMANDER: (ANA,)}), replace(incident, severity=SEV2), replace(incident, policy=off)
    ):  # fmt: skip
        assert COMMANDER_MISSING not in due_times(other)
    free = replace(incident, nudged=(), vacated_at=DECLARED + timedelta(hours=3))
    assert due_times(free)[COMMANDER_MISSING] == DECLARED + timedelta(hours=3, minutes=5)


@pytest.mark.parametrize("kind", NUDGES)
def test_a_nudge_is_given_once_quietly_and_is_no_line_of_the_timeline(kind: DueKind) -> None:
    before = an_incident(severity=None)
    event = NudgeGiven(kind=kind, at=NOW)
    after = event.apply(before)
    assert kind.value in after.nudged
    assert replace(after, nudged=(), command_asked_at=None) == before
    assert kind not in due_times(after)
    assert event.tells(after) is None
    asked = NOW if kind is COMMANDER_MISSING else None
    (said,) = event.effects(after)
    assert said == PostInRoom(text=NUDGES[kind].text(before), nudge=kind.value, asked=asked)
    assert said.wanted(replace(after, room=ROOM))
    assert said.wanted(replace(after, room=ROOM, command_asked_at=DECLARED)) is (asked is None)  # asked again since
    assert nudge_now(after, kind.value) == (NUDGES[kind].text(before) if NUDGES[kind].at(before) else None)


def test_a_nudge_that_waited_is_not_given_when_its_reason_is_gone() -> None:
    graded = an_incident(severity=SEV2)
    assert nudge_now(graded, "severity_unset") is None
    assert nudge_now(replace(graded, severity=None, ending=Ending.CANCELLED), "severity_unset") is None
    assert nudge_now(an_incident(severity=None), "severity_unset")


def test_the_roles_that_are_wanted_and_free_are_named() -> None:
    text = NUDGES[COMMANDER_MISSING].text(an_incident(severity=SEV1))
    assert text.startswith("Nobody is incident commander, technical lead, communications lead or scribe yet. ")
    led = an_incident(severity=SEV2, roles={COMMANDER: (ANA,)})
    assert NUDGES[ROLES_EMPTY].text(led).startswith("Nobody is technical lead or communications lead yet. ")
    told = NudgeGiven(kind=COMMANDER_MISSING, at=NOW).apply(an_incident())
    assert ROLES_EMPTY not in due_times(replace(told, roles={COMMANDER: (ANA,)}))


def listened(incident: Incident, minutes: float, heard: float | None = None) -> tuple[Incident, bool]:
    """Let the clock say that it is time to listen; whether the room was asked."""
    at, now = due_times(incident)[SILENCE], DECLARED + timedelta(minutes=minutes)
    last = None if heard is None else DECLARED + timedelta(minutes=heard)
    (event,) = FallDue(incident=SEVEN, kind=SILENCE, due_at=at, heard=last).decide(incident, now)
    after = event.apply(incident)
    return after, bool(event.effects(after))


def test_a_silent_room_is_asked_once_for_each_silence() -> None:
    incident, asked = listened(an_incident(), 30, heard=12)
    assert not asked
    assert due_times(incident)[SILENCE] == DECLARED + timedelta(minutes=42)
    incident, asked = listened(incident, 42, heard=12)
    assert asked
    incident, asked = listened(incident, 72, heard=12)
    assert not asked
    incident, asked = listened(incident, 102, heard=80)
    assert not asked
    incident, asked = listened(incident, 110, heard=80)
    assert asked


def test_a_room_that_nobody_ever_wrote_in_is_asked_after_the_declaration() -> None:
    assert listened(an_incident(), 31)[1]


def test_a_phase_that_takes_longer_than_usual_is_asked_about_once_for_each_phase() -> None:
    plan = Plan(key="p", name="P", version="1", phases={
        Phase.DETECTION: PhasePlan(objective="x", typically=timedelta(minutes=30), exits=("It is <known>.",)),
        Phase.CONTAINMENT: PhasePlan(objective="x", typically=timedelta(hours=2)),
    })  # fmt: skip
    incident = an_incident(plan=plan, course=(Step(phase=Phase.DETECTION, at=DECLARED),))
    assert due_times(incident)[DueKind.LONG_PHASE] == DECLARED + timedelta(minutes=30)
    nudge = NudgeGiven(kind=DueKind.LONG_PHASE, at=NOW)
    incident = nudge.apply(incident)
    assert nudge.effects(incident) == (PostInRoom(text=(
        "Detection &amp; Analysis takes longer than it usually does (30 min). It is time for `/incident next` "
        "(to Containment &amp; Eradication) when:\n• It is &lt;known&gt;."
    ), nudge="long_phase"),)  # fmt: skip
    assert DueKind.LONG_PHASE not in due_times(incident)
    (moved, *_) = MovePhase(incident=SEVEN, by=ANA).decide(incident, NOW)
    assert due_times(moved.apply(incident))[DueKind.LONG_PHASE] == NOW + timedelta(hours=2)
