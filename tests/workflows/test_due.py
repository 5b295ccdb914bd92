"""What falls due and when: nudges move with what happens, and one that has moved does not fire."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.workflows.due import NUDGES, DueKind, FallDue, NudgeGiven, due_times
from bot.workflows.effects import PostInRoom
from bot.workflows.incident import Ending, Incident, IncidentId
from bot.workflows.policy import COMMANDER, DEFAULT_POLICY, SCRIBE, SEV1, SEV2, SEV4, NudgeRule, Phase, SeverityKey
from tests.values import ANA, DECLARED, NOW, SEVEN, an_incident

COMMANDER_MISSING, SEVERITY_UNSET = DueKind.COMMANDER_MISSING, DueKind.SEVERITY_UNSET
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
        ({"roles": {COMMANDER: (ANA,)}}, {}),
        ({"roles": {SCRIBE: (ANA,)}}, {COMMANDER_MISSING: TEN}),
        ({"severity": None, "roles": {COMMANDER: (ANA,)}}, {SEVERITY_UNSET: TEN}),
        ({"severity": None, "nudged": ("commander_missing",)}, {SEVERITY_UNSET: TEN}),
        ({"severity": None, "nudged": ("commander_missing", "severity_unset")}, {}),
        ({"severity": None, "phase": Phase.RECOVERY}, {COMMANDER_MISSING: TEN, SEVERITY_UNSET: TEN}),
        ({"severity": None, "phase": Phase.LEARNING}, {}),
        ({"severity": None, "ending": Ending.CANCELLED}, {}),
    ],
)
def test_what_falls_due(changes: dict[str, Any], times: dict[DueKind, datetime]) -> None:
    assert due_times(an_incident(**changes)) == times


def test_nothing_falls_due_before_there_is_a_declaration() -> None:
    assert due_times(Incident(id=IncidentId(7))) == {}


def test_a_nudge_can_be_moved_and_switched_off() -> None:
    nudges = NudgeRule(commander_missing=timedelta(hours=1), severity_unset=None)
    policy = type(DEFAULT_POLICY)(severities=(), roles=(), kinds=(), nudges=nudges)
    assert due_times(an_incident(severity=None, policy=policy)) == {COMMANDER_MISSING: DECLARED + timedelta(hours=1)}


@pytest.mark.parametrize("now", [TEN, TEN + SECOND, TEN + timedelta(days=3)])
def test_a_nudge_is_given_on_time_or_late(now: datetime) -> None:
    command = FallDue(incident=SEVEN, kind=COMMANDER_MISSING, due_at=TEN)
    assert command.decide(an_incident(), now) == [NudgeGiven(kind=COMMANDER_MISSING)]


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


@pytest.mark.parametrize("kind", NUDGES)
def test_a_nudge_is_given_once_quietly_and_is_no_line_of_the_timeline(kind: DueKind) -> None:
    before = an_incident(severity=None)
    event = NudgeGiven(kind=kind)
    after = event.apply(before)
    assert after == an_incident(severity=None, nudged=(kind.value,))
    assert kind not in due_times(after)
    assert event.tells(after) is None
    assert event.effects(after) == (PostInRoom(text=NUDGES[kind]),)
