"""Invited by rule: which rules fit when, and what the room reads of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.workflows.backfill import Backfill, Past
from bot.workflows.commands import Command
from bot.workflows.declare import Declaration, Declare
from bot.workflows.effects import CatchUp, InviteByRule, PostInRoom
from bot.workflows.incident import ChannelId, Ending, Incident, UserId
from bot.workflows.inviting import SHOWN, RecordInvited
from bot.workflows.membership import LATE_AFTER
from bot.workflows.phases import Reopen
from bot.workflows.policy import DEFAULT_POLICY, SEV1, SEV2, SEV3, InviteRule, Phase, ServiceRule
from bot.workflows.service import SetService
from bot.workflows.severity import SetSeverity
from tests.values import ANA, BEN, CLEO, DECLARED, NOW, ROOM, SEVEN, an_incident

WORST = InviteRule(name="leadership", severities=(SEV1, SEV2), people=(CLEO,))
PAYMENTS = InviteRule(name="payments on call", services=("payments",), groups=("S0PAY01",))
SECRET = InviteRule(name="security", kinds=("security",), private=True, people=(BEN,))
RULES = replace(
    DEFAULT_POLICY, invites=(WORST, PAYMENTS, SECRET), services=(ServiceRule(key="payments", name="Payments"),)
)


def asked(command: Command, incident: Incident) -> list[InviteByRule]:
    """What is asked for by rule."""
    found: list[InviteByRule] = []
    for event in command.decide(incident, NOW):
        incident = event.apply(incident)
        found += [effect for effect in event.effects(incident) if isinstance(effect, InviteByRule)]
    return found


def recorded(rules: tuple[str, ...] = ("x",), **what: Any) -> RecordInvited:  # noqa: ANN401 - any field of it
    return RecordInvited(incident=SEVEN, room=ROOM.channel, rules=rules, **what)


def new() -> Incident:
    """One that nothing is known of yet."""
    return Incident(id=SEVEN, policy=RULES)


def declared(**said: object) -> list[InviteByRule]:
    """What declaring asks for."""
    declaration = replace(Declaration(title="x"), **said)  # type: ignore[arg-type]
    return asked(Declare(incident=SEVEN, said=declaration, by=ANA), new())


@pytest.mark.parametrize(("said", "rules"), [
    ({}, ()),
    ({"severity": SEV1}, (WORST,)),
    ({"severity": SEV3}, ()),
    ({"severity": SEV2, "service": "payments"}, (WORST, PAYMENTS)),
    ({"kind": "security"}, (SECRET,)),
    ({"kind": "security", "severity": SEV1, "private": True}, (SECRET,)),
])  # fmt: skip
def test_all_that_a_rule_says_has_to_hold_and_a_private_one_is_for_those_that_say_so(
    said: dict[str, object], rules: tuple[InviteRule, ...]
) -> None:
    private = bool(said.get("private"))
    assert declared(**said) == ([InviteByRule(rules=rules, private=private)] if rules else [])


def test_a_new_severity_asks_for_whom_it_wants_and_the_old_one_did_not() -> None:
    minor = an_incident(severity=SEV3, policy=RULES)
    assert asked(SetSeverity(incident=SEVEN, severity=SEV1, by=ANA), minor) == [
        InviteByRule(rules=(WORST,), aloud=True)
    ]
    major = replace(minor, severity=SEV2)
    assert asked(SetSeverity(incident=SEVEN, severity=SEV1, by=ANA), major) == []


def test_saying_the_service_asks_for_its_people() -> None:
    there = an_incident(policy=RULES)
    command = SetService(incident=SEVEN, service="payments", by=ANA)
    assert asked(command, there) == [InviteByRule(rules=(PAYMENTS,), aloud=True)]


def test_what_is_written_down_after_the_fact_alarms_nobody() -> None:
    past = Past(said=Declaration(title="x", severity=SEV1), resolved=DECLARED, fix="y")
    assert asked(Backfill(incident=SEVEN, past=past, by=ANA), new()) == []
    old = an_incident(severity=SEV3, backfilled=NOW, policy=RULES)
    assert asked(SetSeverity(incident=SEVEN, severity=SEV1, by=ANA), old) == []


@pytest.mark.parametrize("change", [
    {"severity": SEV3}, {"private": True}, {"ending": Ending.CANCELLED}, {"phase": Phase.LEARNING}, {"room": None},
])  # fmt: skip
def test_a_rule_that_fits_no_more_when_it_is_time_invites_nobody(change: dict[str, object]) -> None:
    assert InviteByRule(rules=(WORST,)).wanted(an_incident())
    assert not InviteByRule(rules=(WORST,)).wanted(an_incident(**change))


def test_the_room_reads_who_came_who_did_not_and_that_nobody_was_paged() -> None:
    command = RecordInvited(
        incident=SEVEN, room=ROOM.channel, rules=("<!channel>",), invited=(BEN, CLEO), outside=("Dan: left <b>",)
    )
    (event,) = command.decide(an_incident(), DECLARED)
    (said,) = event.effects(an_incident())
    assert isinstance(said, PostInRoom)
    assert said.text == (
        "Invited by rule (&lt;!channel&gt;): <@U0BEN> and <@U0CLEO>.\nNot invited: Dan: left &lt;b&gt;.\n"
        "Nobody was paged: call whoever is needed now."
    )
    assert said.aloud


def test_nothing_is_said_where_everybody_was_there_already() -> None:
    assert recorded(invited=()).decide(an_incident(), NOW) == []


def test_a_large_group_is_counted_and_not_listed() -> None:
    crowd = tuple(UserId(f"U{number:05}") for number in range(SHOWN + 30))
    (event,) = recorded(invited=crowd).decide(an_incident(), DECLARED)
    (said,) = event.effects(an_incident())
    assert isinstance(said, PostInRoom)
    assert said.text.count("<@") == SHOWN
    assert "and 30 more." in said.text
    assert not said.aloud


def test_whoever_is_invited_late_is_shown_what_they_missed_once() -> None:
    command = recorded(invited=(BEN,))
    there = an_incident()
    events = command.decide(there, DECLARED + LATE_AFTER)
    effects = [effect for event in events for effect in event.effects(there)]
    assert CatchUp(user=BEN, inside=True) in effects
    for event in events:
        there = event.apply(there)
    assert len(command.decide(there, DECLARED + LATE_AFTER)) == 1
    assert len(command.decide(an_incident(), DECLARED + timedelta(minutes=1))) == 1


def test_only_a_private_one_takes_them_in_by_itself() -> None:
    command = recorded(invited=(BEN,))
    for private, people in ((False, (ANA,)), (True, (ANA, BEN))):
        there = an_incident(private=private)
        (event,) = command.decide(there, DECLARED)
        assert event.apply(there).participants == people


def test_going_private_meanwhile_takes_nobody_in() -> None:
    command = recorded(invited=(BEN,))
    for room in (None, replace(ROOM, channel=ChannelId("C0PRIVATE"))):
        assert command.decide(an_incident(private=True, room=room), NOW) == []
    asked_in_public = InviteByRule(rules=(replace(WORST, private=True),))
    assert asked_in_public.wanted(an_incident())
    assert not asked_in_public.wanted(an_incident(private=True))


def test_whoever_left_before_it_was_heard_is_not_taken_back_in() -> None:
    command = recorded(invited=(BEN, CLEO))
    (event,) = command.decide(an_incident(private=True, left={BEN: NOW}), DECLARED)
    assert event.apply(an_incident(private=True, left={BEN: NOW})).participants == (ANA, CLEO)


def test_a_room_in_place_of_an_archived_one_has_the_people_of_the_rules_too() -> None:
    gone = an_incident(severity=SEV1, policy=RULES, room=replace(ROOM, archived=True), phase=Phase.LEARNING)
    assert InviteByRule(rules=(WORST,)) in asked(Reopen(incident=SEVEN, by=ANA, reason="errors are back"), gone)
