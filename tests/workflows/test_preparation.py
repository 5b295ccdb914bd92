"""Which roles nobody took, told by the last incidents that called for them, and only when they are enough."""

from datetime import timedelta
from typing import Any

import pytest

from bot.workflows.incident import Ending, Held, Incident, IncidentId, Plan, Stamp
from bot.workflows.policy import COMMANDER, COMMUNICATIONS_LEAD, SCRIBE, SEV1, SEV3, TECHNICAL_LEAD, Phase, RoleKey
from bot.workflows.preparation import BRIEF, ENOUGH, LAST, LOOKED_BACK, often_untaken
from tests.values import ANA, NOW, an_incident, stamped

HOUR = timedelta(hours=1)
ALL = (COMMANDER, TECHNICAL_LEAD, COMMUNICATIONS_LEAD)


def over(*held: RoleKey, ago: timedelta = HOUR, lasted: timedelta = HOUR, **changes: Any) -> Incident:  # noqa: ANN401
    at = NOW - ago
    stamps = {Stamp.DECLARED: stamped(at - lasted), Stamp.RESOLVED: stamped(at)}
    tenures = tuple(Held(role=role, user=ANA, since=at, until=at) for role in held)
    return an_incident(**{"phase": Phase.LEARNING, "stamps": stamps, "held": tenures, **changes})


def told(*incidents: Incident) -> list[tuple[str, int, int]]:
    return [(found.role.key, found.untaken, found.called_for) for found in often_untaken(incidents, NOW)]


def test_a_role_that_half_of_them_did_without_is_told_the_most_often_first() -> None:
    said = told(*[over(COMMANDER)] * 2, *[over(*ALL)] * 2, over(COMMANDER, TECHNICAL_LEAD))
    assert said == [(COMMUNICATIONS_LEAD, 3, 5)]
    assert told(*[over()] * 4) == [(COMMUNICATIONS_LEAD, 4, 4), (COMMANDER, 4, 4), (TECHNICAL_LEAD, 4, 4)]
    assert told(*[over(*ALL)] * 9) == []


def test_a_few_incidents_mean_nothing() -> None:
    assert told(*[over(COMMANDER)] * (ENOUGH - 1)) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"private": True},
        {"ending": Ending.CANCELLED},
        {"ending": Ending.MERGED},
        {"backfilled": NOW},
        {"phase": Phase.RECOVERY},
        {"lasted": BRIEF - timedelta(seconds=1)},
        {"ago": LOOKED_BACK + HOUR},
        {"stamps": {}},
    ],
)
def test_what_says_nothing_does_not_count(changes: dict[str, Any]) -> None:
    assert told(*[over(COMMANDER, **changes)] * 20) == []


def test_only_the_last_ones_count_so_that_what_goes_well_since_is_seen() -> None:
    before = [over(COMMANDER, ago=HOUR * 24 * (20 + day)) for day in range(30)]
    since = [over(*ALL, ago=HOUR * day) for day in range(LAST // 2 + 1)]
    assert told(*before, *since) == []
    assert (COMMUNICATIONS_LEAD, 5, LAST) in told(*before, *since[1:])


def test_what_is_called_for_is_said_by_severity_and_playbook() -> None:
    assert told(*[over(COMMANDER, severity=SEV3)] * 5) == []
    assert told(*[over(*ALL, severity=SEV1)] * 5) == [(SCRIBE, 5, 5)]
    plan = Plan(key="p", name="p", version="1", phases={}, roles=(SCRIBE,))
    assert told(*[over(COMMANDER, severity=SEV3, plan=plan)] * 5) == [(SCRIBE, 5, 5)]


def test_who_holds_it_to_this_day_took_it_too() -> None:
    held = [over(COMMANDER, TECHNICAL_LEAD, roles={COMMUNICATIONS_LEAD: (ANA,)}, id=IncidentId(n)) for n in range(1, 6)]
    assert told(*held) == []
