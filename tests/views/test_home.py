"""The Home tab: the most urgent first, the viewer's own, and nothing that is not for them."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.practice.views import VIEW_BYTES_MAX
from bot.views.home import HOW_TO_FILL, LATELY, QUIET, SHOWN_OPEN, SHOWN_OVERDUE, SHOWN_RESOLVED, Board, Boards, home
from bot.views.message import Block
from bot.workflows.incident import Ending, Incident, IncidentId, Promise, Stamp
from bot.workflows.policy import COMMANDER, DEFAULT_POLICY, SCRIBE, SEV1, SEV2, SEV3, Phase, Playbook, RoleKey
from bot.workflows.preparation import Untaken
from bot.workflows.times import when
from tests.views.incidents import ANA, BEN, DECLARED, NOW, an_incident, stamped, words

HOUR = timedelta(hours=1)


def read(*open_ones: Incident, resolved: tuple[Incident, ...] = ()) -> str:
    """What Ana reads."""
    return "\n".join(words(home(Board.of(ANA, Boards.of((open_ones, resolved, ()), (), NOW), NOW))["blocks"]))


def over(number: int = 5, **changes: object) -> Incident:
    stamps = {Stamp.DECLARED: stamped(DECLARED), Stamp.RESOLVED: stamped(DECLARED + number * HOUR)}
    return an_incident(id=IncidentId(number), phase=Phase.LEARNING, stamps=stamps, **changes)


def test_a_quiet_day_is_said_kindly_and_one_can_declare() -> None:
    assert read().splitlines() == [
        "[Declare an incident]",
        QUIET,
    ]


def test_an_open_incident_is_told_in_short_lines() -> None:
    incident = an_incident(promise=Promise(at=NOW + HOUR, made_at=NOW), roles={COMMANDER: (BEN,)})
    assert read(incident).splitlines() == [
        "[Declare an incident]",
        "*Open now: 1*",
        "*INC-7 checkout is failing*",
        ":red_circle: SEV1 critical · Detection &amp; Analysis",
        "Incident commander: <@U0BEN>",
        f"Next update by {when(NOW + HOUR, near=True)}",
        "<#C0ROOM>",
    ]


def test_the_worst_comes_first_and_what_nobody_graded_counts_as_the_second() -> None:
    grades = [SEV3, SEV1, None, SEV2, SEV1]
    said = read(*(an_incident(id=IncidentId(n), severity=grade) for n, grade in enumerate(grades, 1)))
    order = [said.index(f"*INC-{number} ") for number in (5, 2, 4, 3, 1)]
    assert order == sorted(order)


def test_what_somebody_holds_stands_above_all() -> None:
    mine = an_incident(id=IncidentId(3), roles={COMMANDER: (ANA,), SCRIBE: (ANA, BEN)}, severity=SEV3)
    said = read(an_incident(), mine, an_incident(id=IncidentId(4), roles={COMMANDER: (BEN,)}))
    assert said.splitlines()[1:3] == [
        "*You hold a role in*",
        "• <#C0ROOM>: incident commander and scribe",
    ]
    assert said.index("*INC-3 ") < said.index("*INC-7 ")
    assert "You hold a role in" not in read(an_incident(roles={COMMANDER: (BEN,)}))


def test_a_private_incident_is_there_for_its_people_only() -> None:
    hidden = {"title": "payroll leaked", "private": True}
    theirs = an_incident(**hidden, participants=(BEN,)), over(4, **hidden, participants=(BEN,))
    assert "payroll" not in read(theirs[0], resolved=(theirs[1],))
    assert "No incident is open" in read(theirs[0])
    assert "*INC-7 payroll leaked*\n:red_circle: SEV1 critical · Detection &amp; Analysis · private" in read(
        an_incident(**hidden)
    )


def test_what_was_resolved_lately_stands_below_with_its_draft() -> None:
    closed = over(4, ending=Ending.CLOSED)
    roomless = over(3, room=None)
    said = read(resolved=(roomless, closed, over(5))).splitlines()[2:]
    assert said == [
        "*Resolved in the last 7 days*",
        "*INC-5 checkout is failing*",
        "SEV1 critical · Post-Incident Learning",
        f"Resolved {when(DECLARED + 5 * HOUR)}, 5 h after it was declared",
        "<#C0ROOM>",
        "[Draft]",
        "*INC-4 checkout is failing*",
        "SEV1 critical · Closed",
        f"Resolved {when(DECLARED + 4 * HOUR)}, 4 h after it was declared",
        "<#C0ROOM>",
        "[Draft]",
        "*INC-3 checkout is failing*",
        "SEV1 critical · Post-Incident Learning",
        f"Resolved {when(DECLARED + 3 * HOUR)}, 3 h after it was declared",
    ]


def test_however_many_there_are_it_fits() -> None:
    many = [an_incident(id=IncidentId(n), title="&" * 150, roles={COMMANDER: (ANA,)}) for n in range(1, 1001)]
    view = home(Board.of(ANA, Boards.of((many, [over(n) for n in range(1, 30)], ()), (), NOW), NOW))
    blocks: list[Block] = view["blocks"]
    said = words(blocks)
    assert len(blocks) <= 60
    assert len(json.dumps(view)) < VIEW_BYTES_MAX / 4
    assert f"… and {1000 - SHOWN_OPEN} more; `/incident list` names the newest" in "\n".join(said)
    assert "… and in 990 more." in said[1]
    assert sum("[Draft]" in line for line in said) == SHOWN_RESOLVED


def test_what_in_the_preparation_needs_someone_is_told_to_all_but_guests() -> None:
    stale = Playbook(
        key="dns", name="DNS <x>", version="1", owner="Payments", reviewed=date(2026, 1, 1),
        review_every=timedelta(days=30),
    )  # fmt: skip
    mine = replace(stale, key="mine", name="Mine", owner=ANA, reviewed=None)
    boards = Boards(playbooks=[stale, mine, replace(stale, name="Fine", reviewed=NOW.date())])
    shown = "\n".join(words(home(Board.of(ANA, boards, NOW))["blocks"]))
    assert shown.index("Playbook Mine (*yours*): never reviewed") < shown.index(
        "Playbook DNS &lt;x&gt; (Payments): overdue for review since Sat 31 Jan 2026"
    )
    assert "Fine" not in shown
    assert "Preparation" not in "\n".join(words(home(Board.of(ANA, boards, NOW, guest=True))["blocks"]))


@pytest.mark.parametrize(("over", "more"), [(1, "… and 1 more playbook;"), (2, "… and 2 more playbooks;")])
def test_playbooks_that_find_no_room_are_counted(over: int, more: str) -> None:
    stale = Playbook(
        key="dns", name="DNS", version="1", reviewed=date(2026, 1, 1), review_every=timedelta(days=30)
    )  # fmt: skip
    boards = Boards(playbooks=[replace(stale, key=f"dns-{n}") for n in range(SHOWN_OVERDUE + over)])
    assert more in "\n".join(words(home(Board.of(ANA, boards, NOW))["blocks"]))


def untaken(key: str, count: int, total: int) -> Untaken:
    return Untaken(role=DEFAULT_POLICY.role(RoleKey(key)), untaken=count, called_for=total)


def test_roles_that_nobody_takes_are_told_of_nobody_and_to_all_but_guests() -> None:
    boards = Boards(untaken=[untaken(SCRIBE, 8, 8), untaken("communications_lead", 6, 8)])
    shown = words(home(Board.of(ANA, boards, NOW))["blocks"])[-1].splitlines()
    assert shown == [
        "*Preparation: what needs someone*",
        "• Nobody was scribe in the last 8 incidents that called for one",
        "• Nobody was communications lead in 6 of the last 8 incidents that called for one",
        HOW_TO_FILL,
    ]
    assert "Preparation" not in "\n".join(words(home(Board.of(ANA, boards, NOW, guest=True))["blocks"]))


def test_what_is_read_far_back_is_listed_only_when_it_was_resolved_lately() -> None:
    old, new = over(1), over(2)
    now = DECLARED + HOUR + LATELY + timedelta(seconds=1)
    boards = Boards.of(((), [new, old], ()), (), now)
    assert list(boards.resolved) == [new]
    assert boards.untaken == ()
    many = [over(n, private=n % 2 == 0, participants=(ANA,)) for n in range(1, 8)]
    found = Boards.of(((), many, ()), (), now).untaken
    assert {(role.untaken, role.called_for) for role in found} == {(4, 4)}  # those that everybody may know of
