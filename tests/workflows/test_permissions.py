"""Who may do what: everybody, else the commander or a group; a free seat and an unknown group lock nobody out."""

from dataclasses import replace

import pytest

from bot.workflows.commands import Command, Refused
from bot.workflows.incident import Incident
from bot.workflows.permissions import DEEDS, NAMED, Deed, check_permitted
from bot.workflows.phases import Close, MovePhase, Resolve
from bot.workflows.policy import COMMANDER, DEFAULT_POLICY, SCRIBE, SEV1
from bot.workflows.roles import AssignRole, ClaimRole
from bot.workflows.severity import SetSeverity
from bot.workflows.timeline import AddNote
from tests.values import ANA, BEN, SEVEN, an_incident

GRADE = SetSeverity(incident=SEVEN, severity=SEV1, by=BEN)
TAKE = ClaimRole(incident=SEVEN, role=COMMANDER, by=BEN)


def under(*, led: bool = True, **permissions: str) -> Incident:
    """An incident that Ana leads, or nobody, where something is reserved."""
    policy = replace(DEFAULT_POLICY, permissions=permissions)
    return an_incident(policy=policy, roles={COMMANDER: (ANA,)} if led else {})


def test_every_deed_has_a_command_and_words() -> None:
    assert set(DEEDS.values()) == set(NAMED) == set(Deed)


@pytest.mark.parametrize("command", [GRADE, TAKE, Resolve(incident=SEVEN, by=BEN), Close(incident=SEVEN, by=BEN)])
def test_everybody_may_do_everything_by_default(command: Command) -> None:
    check_permitted(under(), command, BEN, None)


def test_only_the_commander_may_where_that_is_asked_for_and_the_refusal_says_who() -> None:
    check_permitted(under(severity="commander"), GRADE, ANA, None)
    with pytest.raises(Refused, match="only the incident commander grades INC-7: ask <@U0ANA>"):
        check_permitted(under(severity="commander"), GRADE, BEN, None)
    check_permitted(under(severity="commander"), MovePhase(incident=SEVEN, by=BEN), BEN, None)
    check_permitted(under(severity="commander"), AddNote(incident=SEVEN, text="rolled back", by=BEN), BEN, None)


def test_a_free_seat_locks_nobody_out() -> None:
    free = under(led=False, severity="commander", role="commander")
    with pytest.raises(Refused, match=r"nobody is that yet. Take command first: `/incident claim commander`"):
        check_permitted(free, GRADE, BEN, None)
    check_permitted(free, TAKE, BEN, None)
    with pytest.raises(Refused, match="changes who holds which role"):
        check_permitted(under(role="commander"), ClaimRole(incident=SEVEN, role=SCRIBE, by=BEN), BEN, None)
    with pytest.raises(Refused, match="ask <@U0ANA>"):
        check_permitted(under(role="commander"), AssignRole(incident=SEVEN, role=COMMANDER, to=BEN, by=BEN), BEN, None)


def test_a_group_is_asked_and_one_that_is_not_known_locks_nobody_out() -> None:
    held = under(severity="S0ONCALL")
    check_permitted(held, GRADE, BEN, {BEN})
    check_permitted(held, GRADE, BEN, None)
    with pytest.raises(Refused, match=r"<!subteam\^S0ONCALL> grades INC-7"):
        check_permitted(held, GRADE, BEN, {ANA})
