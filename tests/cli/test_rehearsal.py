"""Playbooks played through: by the real rules, with the same end as in the engine, and readable at 88 columns."""

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli.rehearsal import Cast, Happening, Rehearsal
from bot.cli.rehearsed import WIDTH, lines
from bot.config.playbooks import SHIPPED, load_playbook
from bot.engine import Engine
from bot.storage.database import Database
from bot.workflows.due import FallDue
from bot.workflows.incident import ItemState, Stamp
from bot.workflows.policy import (
    COMMANDER,
    COMMUNICATIONS_LEAD,
    DEFAULT_POLICY,
    SEV1,
    SEV3,
    InviteRule,
    Phase,
    Policy,
    RoleKey,
)
from tests.cli.conftest import Types
from tests.config.test_playbooks import GOOD

ROOT = Path(__file__).parents[2]
AT = datetime(2001, 1, 1, 2, 0, tzinfo=UTC)
ALL = sorted(path.stem for path in SHIPPED.glob("*.yml"))


def policy(name: str) -> Policy:
    book = load_playbook(SHIPPED / f"{name}.yml", DEFAULT_POLICY)
    return replace(DEFAULT_POLICY, playbooks=(replace(book, default=True),))


def played(name: str, *without: RoleKey, idle: bool = False, hours: int = 3) -> list[Happening]:
    cast = Cast(policy=policy(name), at=AT, severity=SEV1, without=without, idle=idle)
    return list(Rehearsal(cast).minutes(AT + timedelta(hours=hours)))


def sorts(happenings: list[Happening]) -> set[str]:
    return {line.sort for happening in happenings for line in lines(happening)}


@pytest.mark.parametrize("name", ALL)
def test_every_shipped_one_can_be_played_to_its_end_when_everybody_does_what_is_theirs(name: str) -> None:
    end = played(name, hours=100)[-1].after
    assert end.phase is Phase.LEARNING
    required = {item.number for item in end.checklist if item.required and item.phase is not Phase.LEARNING}
    open_still = {item.number for item in end.checklist if item.state is not ItemState.DONE} & required
    assert {end.checklist[number - 1].key for number in open_still} <= {"private"}  # it is played in the open here


@pytest.mark.parametrize("name", ALL)
def test_every_shipped_one_can_be_played_in_private_too(name: str) -> None:
    cast = Cast(policy=policy(name), at=AT, severity=SEV1, private=True)
    end = list(Rehearsal(cast).minutes(AT + timedelta(hours=100)))[-1].after
    assert (end.private, end.phase) == (True, Phase.LEARNING)
    assert end.holders(COMMANDER)


@pytest.mark.parametrize("name", ["service-outage", "data-loss"])
def test_the_engine_comes_to_the_same_incident(name: str, database: Database) -> None:
    happenings = played(name, COMMUNICATIONS_LEAD)
    clock = [AT]
    engine = Engine(database, policy(name), lambda: clock[0])

    async def replayed() -> None:
        for happening in happenings:
            clock[0] = happening.at
            outcome = await engine.execute(happening.command)
            assert outcome.incident == happening.after
            assert [type(event) for event in outcome.events] == [type(event) for event, _ in happening.seen][
                : len(outcome.events)
            ]

    asyncio.run(replayed())
    assert any(isinstance(happening.command, FallDue) for happening in happenings)


def test_without_a_communications_lead_the_promise_climbs_and_with_one_it_is_kept() -> None:
    assert "climbs" in sorts(played("service-outage", COMMUNICATIONS_LEAD))
    kept = played("service-outage")
    assert "climbs" not in sorts(kept)
    assert "update" in sorts(kept)


def test_without_a_commander_nobody_goes_on() -> None:
    alone = played("service-outage", COMMANDER)
    assert alone[-1].after.phase is Phase.DETECTION
    said = [line.text for happening in alone for line in lines(happening) if line.sort == "nudge"]
    assert any("Nobody is incident commander" in text for text in said)


def test_idle_people_take_their_roles_and_nothing_else() -> None:
    idle = played("service-outage", idle=True)
    assert {"role", "nudge", "reminder", "climbs", "overdue"} <= sorts(idle)
    assert not {"done", "update", "note", "phase"} & sorts(idle)
    assert idle[-1].after.at(Stamp.ACKNOWLEDGED) == AT + timedelta(minutes=1)


@pytest.mark.parametrize("name", ALL)
def test_the_page_is_plain_text_of_88_columns(types: Types, name: str) -> None:
    answer = types("playbooks", "simulate", name, "--severity", "sev1", "--at", "02:00", "--without", "comms")
    assert answer.status == 0
    assert max(map(len, answer.out.splitlines())) <= WIDTH
    assert "<" not in answer.out
    assert "U0" not in answer.out
    assert "\n02:00  declared" in answer.out
    assert "climbs     no update by 02:05 as promised: asks the incident commander\n" in answer.out
    assert "Nobody is communications lead, and what is theirs nobody does.\n" in answer.out
    assert answer.out.endswith("\n")


def test_a_file_of_ones_own_is_played_as_it_is(types: Types, tmp_path: Path) -> None:
    path = tmp_path / "ours.yml"
    path.write_text(GOOD, "utf-8")
    answer = types("playbooks", "simulate", path, "--severity", "3", "--at", "23:50", "--for", "40m")
    assert "SEV3 minor, declared at 23:50" in answer.out
    assert "-- the next day --" in answer.out
    assert "Not resolved after 40 min" in answer.out
    path.write_text(GOOD.replace("due: 5m", "due: soon"), "utf-8")
    answer = types("playbooks", "simulate", path)
    assert answer.status == 1
    assert ":14: phases.detection.items[0].due: expected a duration" in answer.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--severity", "9"), "There is no severity “9” here; known are sev1, sev2, sev3, sev4."),
        (("--without", "boss"), "There is no role “boss” here; known are commander, technical_lead,"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(types: Types, words: tuple[str, ...], said: str) -> None:
    answer = types("playbooks", "simulate", "capacity", *words)
    assert (answer.status, answer.out) == (2, "")
    assert said in answer.err


@pytest.mark.parametrize("words", [("--at", "2 am"), ("--for", "a while")])
def test_a_time_that_cannot_be_read_is_refused(types: Types, words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as refused:
        types("playbooks", "simulate", "capacity", *words)
    assert refused.value.code == 2


def test_items_for_the_worst_are_not_played_for_less() -> None:
    cast = Cast(policy=policy("data-loss"), at=AT, severity=SEV3)
    end = list(Rehearsal(cast).minutes(AT + timedelta(hours=1)))[-1].after
    assert next(item for item in end.checklist if item.key == "scribe").called_at is None


def test_whoever_reads_only_the_beginning_gets_no_traceback() -> None:
    command = f"{sys.executable} -m bot playbooks simulate service-outage --severity 1 | head -1"
    done = subprocess.run(["/bin/sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (done.stdout.count("\n"), done.stderr) == (1, "")


def test_whom_rules_invite_is_told_when_they_would_be() -> None:
    rules = (InviteRule(name="leadership", severities=(SEV1,), people=("U0CEO",), groups=("S0ONCALL",)),)
    cast = Cast(policy=replace(policy("service-outage"), invites=rules), at=AT, severity=SEV1, without=(), idle=True)
    told = [line for happening in Rehearsal(cast).minutes(AT + timedelta(minutes=30)) for line in lines(happening)]
    assert [line.text for line in told if line.sort == "invited"] == ["leadership: U0CEO and the group S0ONCALL"]
