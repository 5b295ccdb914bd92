"""What a playbook cannot say: nothing, a review to come, what never holds; and all of it is told at once."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from bot.config import check_playbooks, load_playbook, load_playbooks
from bot.config.playbook_checks import contradictions
from bot.workflows.checklist import items_of, of_phase
from bot.workflows.commands import Command
from bot.workflows.incident import Step
from bot.workflows.kind import SetKind
from bot.workflows.policy import DEFAULT_POLICY, SEV1, SEV3, Phase
from bot.workflows.severity import SetSeverity
from tests.config.test_playbooks import GOOD, shelved
from tests.values import ANA, DECLARED, NOW, SEVEN, an_incident

TODAY = date(2026, 11, 29)
ITEM = """\
name: Ours
{applies}
phases:
  detection:
    objective: Look.
    items:
      - {{key: first, do: Look}}
      - {{key: second, do: Act, when: {when}}}
"""


def told(text: str, today: date | None = TODAY) -> list[str]:
    """What contradicts itself in a file, in words alone."""
    return [problem.text for problem in contradictions(yaml.safe_load(text), DEFAULT_POLICY, today)]


@pytest.mark.parametrize("blank", ["", "   ", "\u00a0", "\u200b"])
@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("name: Ours", "ours.yml:1: name"),
        ("    objective: Look.", "ours.yml:6: phases.detection.objective"),
        ("        do: Take command", "ours.yml:11: phases.detection.items[0].do"),
        ("        help: One person decides.", "ours.yml:15: phases.detection.items[0].help"),
    ],
)
def test_what_says_nothing_is_refused(tmp_path: Path, line: str, place: str, blank: str) -> None:
    field = line.partition(":")[0]
    _, problems = shelved(tmp_path, ours=GOOD.replace(line, f"{field}: '{blank}'"))
    assert problems == (f"{place}: expected some text, found {blank!r}.",)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("[It is known.]", "['It is known.', ' ']"),
         "8: phases.detection.exits[1]: expected some text, found ' '."),
        (("kinds: [outage]", "owner:"), "2: owner: expected a person's id in Slack such as U012AB3CD, or the name of "
                                        "a team without @, found nothing."),
        (("kinds: [outage]", "owner: ' '"), "2: owner: expected a person's id in Slack such as U012AB3CD, or the name "
                                            "of a team without @, found ' '."),
        (("kinds: [outage]", 'owner: "\\u200b"'), "2: owner: expected a person's id in Slack such as U012AB3CD, or "
                                                 "the name of a team without @, found '\\u200b'."),
        (("kinds: [outage]", "kinds: []"), "2: kinds: expected at least one entry."),
        (("kinds: [outage]", "roles: []"), "2: roles: expected at least one entry."),
        (("kinds: [outage]", "applies: {severities: []}"), "2: applies.severities: expected at least one entry."),
        (("kinds: [outage]", "applies: {words: []}"), "2: applies.words: expected at least one entry."),
        (("kinds: [outage]", "applies: {words: ['  ']}"),
         "2: applies.words[0]: expected a word, or several, found '  '."),
        (("kinds: [outage]", "applies: {}"),
         "2: applies: expected at least one of kinds, words, services, severities below it."),
        (("due: 5m", "when: {severities: []}"),
         "14: phases.detection.items[0].when.severities: expected at least one entry."),
        (("due: 5m", "when: {}"), "14: phases.detection.items[0].when: expected at least one of severities, kinds, "
                                  "services, held, not_held, done, skipped below it."),
        ((GOOD[GOOD.index("phases:"):], "phases: {}\n"), "4: phases: expected at least one entry."),
    ],
)  # fmt: skip
def test_what_is_empty_is_refused(tmp_path: Path, change: tuple[str, str], problem: str) -> None:
    _, problems = shelved(tmp_path, ours=GOOD.replace(*change))
    assert problems == (f"ours.yml:{problem}",)


@pytest.mark.parametrize(("after", "fine"), [(-400, True), (0, True), (1, True), (2, False), (10_000, False)])
def test_a_review_has_been_today_at_the_latest_and_tomorrow_east_of_here(after: int, fine: bool) -> None:
    day = TODAY + timedelta(days=after)
    said = [] if fine else [f"expected a day that has been, found '{day}' (today is 2026-11-29 in UTC)"]
    assert told(f"reviewed: {day}") == told(f"reviewed: '{day}'") == said
    assert told(f"reviewed: {day}", today=None) == []


def test_a_review_to_come_is_told_where_it_is_checked_and_takes_no_playbook_away(tmp_path: Path) -> None:
    path = tmp_path / "ours.yml"
    path.write_text(GOOD + f"reviewed: {TODAY + timedelta(days=9)}\n", "utf-8")
    (problem,) = check_playbooks([path], DEFAULT_POLICY, TODAY).problems
    assert problem.startswith(f"{path}:17: reviewed: expected a day that has been, found '2026-12-08'")
    assert load_playbooks(tmp_path, DEFAULT_POLICY).problems == ()


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        ("{held: commander, not_held: [scribe, commander]}", "not_held[1]: 'commander' stands below held too; both "
                                                             "never hold at once."),
        ("{done: first, skipped: first}", "skipped[0]: 'first' stands below done too; both never hold at once."),
        ("{held: janitor}", "held[0]: 'janitor' is not a role here; known are commander, technical_lead, "
                            "communications_lead, scribe."),
    ],
)  # fmt: skip
def test_what_never_holds_is_refused(tmp_path: Path, when: str, problem: str) -> None:
    _, problems = shelved(tmp_path, ours=ITEM.format(applies="kinds: [outage]", when=when))
    assert problems == (f"ours.yml:8: phases.detection.items[1].when.{problem}",)


@pytest.mark.parametrize(
    ("applies", "when", "hint"),
    [
        ("applies: {severities: [sev3, sev4]}", "{severities: sev1}", "severities: the playbook is for sev3, sev4, so "
         "this holds only once somebody has changed the severity, or chosen the playbook by hand."),
        ("kinds: [outage]", "{kinds: [network]}", "kinds: the playbook is for outage, so this holds only once "
         "somebody has changed the kind, or chosen the playbook by hand."),
        ("applies: {severities: [sev3, sev4]}", "{severities: [sev1, sev3]}", None),
        ("kinds: [outage]\ndefault: true", "{kinds: [network]}", None),
        ("default: false", "{kinds: [network]}", None),
    ],
)  # fmt: skip
def test_what_holds_only_elsewhere_serves_and_is_mentioned(
    tmp_path: Path, applies: str, when: str, hint: str | None
) -> None:
    path = tmp_path / "ours.yml"
    path.write_text(ITEM.format(applies=applies, when=when), "utf-8")
    shelf = check_playbooks([path], DEFAULT_POLICY, TODAY)
    assert (len(shelf.playbooks), shelf.problems) == (1, ())
    assert shelf.hints == ((f"{path}:8: phases.detection.items[1].when.{hint}",) if hint else ())


def test_what_is_mentioned_comes_to_hold_without_another_playbook(tmp_path: Path) -> None:
    path = tmp_path / "ours.yml"
    applies, when = "applies: {kinds: [outage], severities: [sev3]}", "{kinds: [network], severities: sev1}"
    path.write_text(ITEM.format(applies=applies, when=when), "utf-8")
    incident = an_incident(
        checklist=items_of(load_playbook(path, DEFAULT_POLICY)), severity=SEV3, kind="outage",
        course=(Step(phase=Phase.DETECTION, at=DECLARED),),
    )  # fmt: skip
    assert [item.key for item in of_phase(incident)] == ["first"]
    worse: list[Command] = [
        SetSeverity(incident=SEVEN, severity=SEV1, by=ANA), SetKind(incident=SEVEN, kind="network", by=ANA)
    ]  # fmt: skip
    for command in worse:
        for event in command.decide(incident, NOW):
            incident = event.apply(incident)
    assert [item.key for item in of_phase(incident)] == ["first", "second"]


MISTAKEN = """\
name: " "
kinds: [outrage]
owner: "@ana"
name: Twice
reviewed: !!timestamp soon
phases:
  detecting:
    objective: Look.
  detection:
    items:
      - {key: a, do: A, when: {done: b}, due: soon}
      - {key: b, do: B, when: {done: a}}
      - {key: b, do: B, role: nobody}
      - do: C
        when: {done: z, held: Some Body}
"""


def test_all_mistakes_of_all_files_are_told_in_one_pass(tmp_path: Path) -> None:
    broken, mistaken, last = tmp_path / "a.yml", tmp_path / "b.yml", tmp_path / "c.yml"
    broken.write_text("name: [", "utf-8")
    mistaken.write_text(MISTAKEN, "utf-8")
    last.write_text(GOOD.replace("due: 5m", "due: soon"), "utf-8")
    problems = [
        line.removeprefix(f"{tmp_path}/") for line in check_playbooks([tmp_path], DEFAULT_POLICY, TODAY).problems
    ]
    of_b = [line.removeprefix("b.yml:").split(", ")[0] for line in problems if line.startswith("b.yml")]
    assert [line[:6] for line in problems if not line.startswith("b.yml")] == ["a.yml:", "c.yml:"]
    assert of_b == [
        "2: kinds[0]: 'outrage' is not a kind here; known are outage",
        "3: owner: expected a person's id in Slack such as U012AB3CD",
        "4: name: stands here twice (first in line 1).",
        "5: reviewed: expected a day such as 2026-11-28",
        "7: phases.detecting: expected preparation",
        "9: phases.detection.objective: is missing.",
        "11: phases.detection.items[0].when: 'a' waits for itself.",
        "11: phases.detection.items[0].due: expected a duration such as 15m",
        "12: phases.detection.items[1].when: 'b' waits for itself.",
        "13: phases.detection.items[2].key: 'b' is taken by an earlier item.",
        "13: phases.detection.items[2].role: 'nobody' is not a role here; known are commander",
        "14: phases.detection.items[3].key: is missing.",
        "15: phases.detection.items[3].when.done[0]: 'z' is no item of an incident here.",
        "15: phases.detection.items[3].when.held[0]: expected a short name in small letters",
    ]


@pytest.mark.parametrize(
    "text",
    ["phases: [1]", "phases: {detection: 1}", "phases: {detection: {items: 1}}", "applies: x", "kinds: {}", "roles: 7",
     "phases: {detection: {items: [1, {key: [a]}, {when: 1}, {when: {done: {}}}]}}", "reviewed: {}"],
)  # fmt: skip
def test_what_is_of_a_wrong_kind_is_passed_over_by_whoever_looks_for_contradictions(tmp_path: Path, text: str) -> None:
    assert told(text) == []
    _, problems = shelved(tmp_path, ours=text)
    assert problems


def test_far_too_many_items_are_told_without_a_wait(tmp_path: Path) -> None:
    items = "".join(f"      - {{key: k{number}, do: X, when: {{done: k{number + 1}}}}}\n" for number in range(3000))
    head = "name: Ours\nphases:\n  detection:\n    objective: Look.\n    items:\n"
    _, problems = shelved(tmp_path, ours=head + items)
    assert "ours.yml:5: phases.detection.items: expected at most 20 entries." in problems
    assert len(problems) < 10
