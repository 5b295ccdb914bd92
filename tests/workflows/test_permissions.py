"""Who may do what: everybody, else the commander or a group; a free seat and an unknown group lock nobody out."""

import importlib
import pkgutil
from dataclasses import replace

import pytest

from bot import workflows
from bot.workflows.commands import Command, Refused
from bot.workflows.endings import Close, Resolve
from bot.workflows.handover import OfferHandover
from bot.workflows.incident import Incident
from bot.workflows.permissions import DEEDS, NAMED, Deed, check_permitted, deed_of
from bot.workflows.phases import MovePhase
from bot.workflows.policy import COMMANDER, DEFAULT_POLICY, SCRIBE, SEV1, Phase
from bot.workflows.roles import AssignRole, ClaimRole
from bot.workflows.severity import SetSeverity
from bot.workflows.timeline import AddNote
from tests.values import ANA, BEN, SEVEN, an_incident

GRADE = SetSeverity(incident=SEVEN, severity=SEV1, by=BEN)
TAKE = ClaimRole(incident=SEVEN, role=COMMANDER, by=BEN)


# What nobody can reserve. Whoever adds a command that people give says here, or in DEEDS, which it is.
OPEN = frozenset({
    "Declare", "Backfill", "Join", "TakePart", "AddNote", "CorrectLine", "MarkMessage", "ExportTimeline", "SayStarted",
    "SetKind", "SetService", "TickItem", "SkipItem", "AssignItem", "UndoItem", "AddTask", "UsePlaybook", "AddAction",
    "FinishAction", "DropAction", "ChangeAction", "NameFactor", "WithdrawFactor",
    "PrepareDraft", "SnoozeReminder", "AcceptHandover", "DeclineHandover", "WithdrawHandover",
    "Relate", "Unrelate", "GoPrivate", "Repair", "HearOf", "NoticeChannel", "NoticeUnpinned",
})  # fmt: skip


def under(*, led: bool = True, **permissions: str) -> Incident:
    """An incident that Ana leads, or nobody, where something is reserved."""
    policy = replace(DEFAULT_POLICY, permissions=permissions)
    return an_incident(policy=policy, roles={COMMANDER: (ANA,)} if led else {})


def test_every_deed_has_a_command_and_words() -> None:
    assert set(DEEDS.values()) == set(NAMED) == set(Deed)


def test_every_command_of_people_is_open_or_can_be_reserved() -> None:
    def below(kind: type) -> set[type]:
        return {kind}.union(*map(below, kind.__subclasses__()))

    for module in pkgutil.iter_modules(workflows.__path__):
        importlib.import_module(f"{workflows.__name__}.{module.name}")
    of_people = {kind for kind in below(Command) if "by" in getattr(kind, "__dataclass_fields__", {})}
    assert {kind.__name__ for kind in of_people - set(DEEDS)} == OPEN


def test_on_to_the_last_phase_is_to_resolve_whichever_way_one_goes() -> None:
    recovering = replace(under(resolve="commander"), phase=Phase.RECOVERY)
    for to in (Phase.LEARNING, None):
        onward = MovePhase(incident=SEVEN, by=BEN, to=to)
        assert deed_of(recovering, onward) is Deed.RESOLVE
        with pytest.raises(Refused, match="only the incident commander resolves INC-7"):
            check_permitted(recovering, onward, BEN, None)
    assert deed_of(recovering, MovePhase(incident=SEVEN, by=BEN, to=Phase.DETECTION)) is Deed.PHASE


def test_claiming_what_one_holds_changes_nothing_and_needs_nobody() -> None:
    check_permitted(under(role="S0ONCALL"), replace(TAKE, by=ANA), ANA, {BEN})


def test_who_may_not_give_a_role_may_not_hand_theirs_over() -> None:
    held = replace(under(role="commander"), roles={COMMANDER: (ANA,), SCRIBE: (BEN,)})
    with pytest.raises(Refused, match="changes who holds which role"):
        check_permitted(held, OfferHandover(incident=SEVEN, role=SCRIBE, to=ANA, by=BEN), BEN, None)


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
