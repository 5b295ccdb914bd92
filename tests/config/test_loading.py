"""A configuration file becomes house rules, or one line for each mistake in it."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from bot.config import ConfigError, load_policy
from bot.config.durations import duration
from bot.workflows.policy import COMMANDER, DEFAULT_POLICY, SEV1, SEV2, CadenceRule, Capacity, InviteRule, Phase, Policy

MISTAKEN = """\
severities:
  - {key: sev1, name: SEV1, meaning: bad}
  - {key: sev1, name: 2, meaning: bad}
rolls: []
roles:
  - key: scribe
    name: scribe
    capasity: one
    name: again
cadence:
  sev9: {detection: {internal: 15}}
  sev1: {recovery: {customers: soon}}
guests_may_declare: "yes"
"""
SPAN = "expected a duration such as 15m, 20s, 2h or 1h30m, or on change"


def loaded(folder: Path, text: str) -> Policy:
    path = folder / "warroom.yml"
    path.write_text(text, encoding="utf-8")
    return load_policy(path)


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as wrong:
        loaded(folder, text)
    return [line.removeprefix(f"{folder}/") for line in wrong.value.problems]


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n", "{}"])
def test_an_empty_file_keeps_the_defaults(tmp_path: Path, text: str) -> None:
    assert loaded(tmp_path, text) == DEFAULT_POLICY == load_policy(None)


def test_a_row_of_the_cadence_replaces_only_that_row(tmp_path: Path) -> None:
    policy = loaded(tmp_path, "cadence: {sev1: {recovery: {internal: 1h30m, customers: on change}}}")
    row = (SEV1, Phase.RECOVERY)
    assert policy.cadence[row] == CadenceRule(internal=timedelta(minutes=90))
    assert dict(policy.cadence) | {row: None} == dict(DEFAULT_POLICY.cadence) | {row: None}


def test_severities_are_ranked_as_listed_and_take_their_cadence_along(tmp_path: Path) -> None:
    listed = "severities: [{key: sev2, name: Bad, meaning: it hurts}, {key: sev5, name: Odd, meaning: it itches}]"
    policy = loaded(tmp_path, listed)
    assert [(rule.key, rule.rank) for rule in policy.severities] == [("sev2", 1), ("sev5", 2)]
    assert {severity for severity, _ in policy.cadence} == {SEV2}


def test_roles_are_read_whole(tmp_path: Path) -> None:
    policy = loaded(
        tmp_path,
        "roles: [{key: commander, name: boss}, "
        "{key: medic, name: medic, capacity: many, duties: [Heal.], aliases: [doc]}]",
    )
    assert policy.role(COMMANDER).name == "boss"
    assert policy.roles[1].capacity is Capacity.MANY
    assert (policy.roles[1].duties, policy.roles[1].aliases) == (("Heal.",), ("doc",))


@pytest.mark.parametrize(
    ("written", "after"), [("2d", timedelta(days=2)), ("off", None), ("1h30m", timedelta(hours=1.5))]
)
def test_when_a_room_is_archived_can_be_said(tmp_path: Path, written: str, after: timedelta | None) -> None:
    assert loaded(tmp_path, f"archive_after: {written}").archive_after == after


def test_a_wrong_time_to_archive_is_named(tmp_path: Path) -> None:
    (said,) = problems(tmp_path, "archive_after: 7")
    assert said == (
        "warroom.yml:1: archive_after: expected a duration such as 15m, 20s, 2h or 1h30m, or off, found '7'."
    )


def test_a_nudge_can_be_switched_off_alone(tmp_path: Path) -> None:
    nudges = loaded(tmp_path, "nudges: {severity_unset: off}").nudges
    assert nudges.severity_unset is None
    assert nudges.commander_missing == DEFAULT_POLICY.nudges.commander_missing


def test_every_mistake_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    assert problems(tmp_path, MISTAKEN) == [
        "warroom.yml:3: severities[1].key: 'sev1' is taken by an earlier entry.",
        "warroom.yml:3: severities[1].name: expected text, found '2'.",
        "warroom.yml:4: rolls: is not known here; did you mean roles?",
        "warroom.yml:5: roles: expected one role with the key commander: somebody has to decide.",
        "warroom.yml:8: roles[0].capasity: is not known here; did you mean capacity?",
        "warroom.yml:9: roles[0].name: stands here twice (first in line 7).",
        f"warroom.yml:11: cadence.sev9.detection.internal: {SPAN}, found '15'.",
        "warroom.yml:11: cadence.sev9: is not a severity; did you mean sev1?",
        f"warroom.yml:12: cadence.sev1.recovery.customers: {SPAN}, found 'soon'.",
        "warroom.yml:13: guests_may_declare: expected true or false, found 'yes'.",
    ]


@pytest.mark.parametrize("text", ["a: [", "- 1", "words", "a: &a [*a]", "k: \x07", "nudges: !!python/name:os.sep x"])
def test_a_file_that_is_not_a_configuration_is_refused(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text)[0].startswith("warroom.yml:1: ")


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.yml: cannot be read .* WARROOM_CONFIG"):
        load_policy(tmp_path / "nowhere.yml")


def test_a_pipe_or_a_folder_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yml")
    with pytest.raises(ConfigError, match=r"pipe\.yml: cannot be read \(it is a pipe .* WARROOM_CONFIG"):
        load_policy(tmp_path / "pipe.yml")
    with pytest.raises(ConfigError, match=r"cannot be read \(Is a directory\); WARROOM_CONFIG"):
        load_policy(tmp_path)


@pytest.mark.parametrize("blank", ["", "  ", "\u200b"])
def test_a_name_that_nobody_sees_is_none(tmp_path: Path, blank: str) -> None:
    (said,) = problems(tmp_path, f"kinds: [{{key: storm, name: '{blank}'}}]")
    assert said == f"warroom.yml:1: kinds[0].name: expected some text, found {blank!r}."


@pytest.mark.parametrize(
    ("written", "seconds"), [("20s", 20), ("15m", 900), ("2h", 7200), ("1h30m", 5400), ("3d", 259200)]
)
def test_durations(written: str, seconds: int) -> None:
    assert duration(written) == timedelta(seconds=seconds)


@pytest.mark.parametrize("written", ["", "0m", "15", 15, "m", "1m2h", "-5m", "366d", None])
def test_what_is_no_duration(written: object) -> None:
    with pytest.raises(ValueError, match="expected a duration"):
        duration(written)


def test_rules_of_invitation_are_read_whole(tmp_path: Path) -> None:
    (rule,) = loaded(
        tmp_path,
        "services: [{key: pay, name: Pay}]\ninvite:\n  - {name: on call, severities: [sev1], kinds: [outage], "
        "services: [pay], private: true, people: [U0ANA], groups: [S0CARE]}\n",
    ).invites
    assert rule == InviteRule(
        name="on call", severities=(SEV1,), kinds=("outage",), services=("pay",), private=True, people=("U0ANA",),
        groups=("S0CARE",),
    )  # fmt: skip


def test_a_rule_of_invitation_that_can_never_fit_or_invites_nobody_is_named(tmp_path: Path) -> None:
    text = """\
invite:
  - name: a
    severities: [sev7]
    people: ["@ana"]
  - {name: b, kinds: [outtage]}
permissions: {role: sre}
"""
    assert problems(tmp_path, text) == [
        "warroom.yml:3: invite[0].severities[0]: is not a severity; did you mean sev4?",
        "warroom.yml:4: invite[0].people[0]: expected the id of a person in Slack, such as U0123ABCD, found '@ana'.",
        "warroom.yml:5: invite[1]: expected people or groups: it invites nobody.",
        "warroom.yml:5: invite[1].kinds[0]: is not a kind; did you mean outage?",
        "warroom.yml:6: permissions.role: expected everyone, commander, or the id of a user group such as S0123ABCD, "
        "found 'sre'.",
    ]
