"""Playbooks: the shipped ones are sound and tick themselves; a mistake is said with its line and stops no other."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.config.playbooks import SHIPPED, load_playbook, load_playbooks
from bot.workflows.playbooks import fitting
from bot.workflows.policy import (
    COMMANDER,
    DEFAULT_POLICY,
    SCRIBE,
    SEV1,
    Applies,
    Phase,
    Playbook,
    ServiceRule,
    Sign,
    When,
)
from tests.values import an_incident

KEYS = sorted(path.stem for path in SHIPPED.glob("*.yml"))
GOOD = """\
name: Ours
kinds: [outage]
default: true
phases:
  detection:
    objective: Look.
    typically: 30m
    exits: [It is known.]
    items:
      - key: commander
        do: Take command
        role: commander
        required: true
        due: 5m
        help: One person decides.
        done_when: commander claimed
"""
# each list holds the one before it nine times: 9 ** 9 values
LAUGHS = "a: &a [x]\n" + "".join(
    f"{now}: &{now} [{', '.join(9 * [f'*{before}'])}]\n" for before, now in pairwise("abcdefghij")
)


def shelved(folder: Path, **files: str) -> tuple[tuple[Playbook, ...], tuple[str, ...]]:
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    shelf = load_playbooks(folder, DEFAULT_POLICY)
    return shelf.playbooks, tuple(problem.removeprefix(f"{folder}/") for problem in shelf.problems)


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yml")), ids=lambda path: path.stem)
def test_more_than_half_of_every_shipped_checklist_ticks_itself(path: Path) -> None:
    shelf = load_playbooks(None, DEFAULT_POLICY)
    assert shelf.problems == ()
    book = next(book for book in shelf.playbooks if book.key == path.stem)
    items = [item for item in book.items if item.phase is not Phase.PREPARATION]
    assert sum(item.sign is not None for item in items) * 2 > len(items)
    assert {item.phase for item in book.items} == set(Phase)
    assert all(plan.objective and plan.exits for phase, plan in book.phases.items() if phase is not Phase.PREPARATION)


def test_there_is_a_shipped_one_for_every_kind_and_one_serves_what_is_of_none() -> None:
    policy = replace(DEFAULT_POLICY, playbooks=load_playbooks(None, DEFAULT_POLICY).playbooks)
    found = {kind.key: fitting(an_incident(kind=kind.key, policy=policy)) for kind in DEFAULT_POLICY.kinds}
    assert {kind: book and book.key for kind, book in found.items()} == {
        "outage": "service-outage", "degraded": "degraded-performance", "bad_deploy": "bad-deploy",
        "data": "data-loss", "security": "security-breach", "third_party": "third-party",
        "capacity": "capacity", "network": "network-or-dns",
    }  # fmt: skip
    nothing_said = fitting(an_incident(policy=policy))
    assert nothing_said is not None
    assert nothing_said.key == "service-outage"


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yml")), ids=lambda path: path.stem)
def test_every_shipped_one_has_an_owner_a_review_and_a_kind(path: Path) -> None:
    book = load_playbook(path, DEFAULT_POLICY)
    assert book.owner
    assert book.reviewed is not None
    assert book.review_every == timedelta(days=180)
    assert len(book.applies.kinds) == 1


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("checkout is failing", "service-outage"),
        ("search is slow", "degraded-performance"),
        ("orders are corrupted since noon", "data-loss"),
        ("payments broke after the deploy", "bad-deploy"),
        ("ransomware on a laptop", "security-breach"),
        ("our mail vendor is down", "third-party"),
        ("db-2 disk is full", "capacity"),
        ("DNS of the EU region", "network-or-dns"),
        ("slowly but surely", "service-outage"),
    ],
)
def test_where_nobody_says_the_kind_the_title_does(title: str, key: str) -> None:
    policy = replace(DEFAULT_POLICY, playbooks=load_playbooks(None, DEFAULT_POLICY).playbooks)
    found = fitting(an_incident(title=title, policy=policy))
    assert found is not None
    assert found.key == key


def test_the_one_for_a_breach_goes_private_first_and_wants_a_scribe_at_every_severity() -> None:
    book = load_playbook(SHIPPED / "security-breach.yml", DEFAULT_POLICY)
    first = book.items[[item.phase for item in book.items].index(Phase.DETECTION)]
    assert (first.sign, first.required) == (Sign.PRIVATE, True)
    assert "invites nobody" in first.help
    assert set(book.roles) == {rule.key for rule in DEFAULT_POLICY.roles}


def test_your_own_stand_before_the_shipped_and_replace_those_of_their_name(tmp_path: Path) -> None:
    books, problems = shelved(tmp_path, **{"ours": GOOD, "bad-deploy": GOOD.replace("[outage]", "[data]")})
    assert problems == ()
    assert [(book.key, book.name, book.default) for book in books[:3]] == [
        ("bad-deploy", "Ours", True), ("ours", "Ours", False), ("capacity", "Capacity", False),
    ]  # fmt: skip
    assert [book.key for book in books if book.key != "ours"] == KEYS
    (item,) = books[0].items
    assert (item.text, item.role, item.sign, item.sign_role) == (
        "Take command",
        COMMANDER,
        Sign.ROLE_CLAIMED,
        COMMANDER,
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("required", "requird"), "ours.yml:13: phases.detection.items[0].requird: is not known here; "
                                  "did you mean required?"),
        (("due: 5m", "due: soon"), "ours.yml:14: phases.detection.items[0].due: expected a duration such as 15m, 20s, "
                                   "2h or 1h30m, found 'soon'."),
        (("role: commander", "role: comander"), "ours.yml:12: phases.detection.items[0].role: 'comander' is not a role "
         "here; known are commander, technical_lead, communications_lead, scribe."),
        (("commander claimed", "boss claimed"), "ours.yml:16: phases.detection.items[0].done_when: 'boss' is not a "
         "role here; known are commander, technical_lead, communications_lead, scribe."),
        (("detection:", "detecting:"), "ours.yml:5: phases.detecting: expected preparation, detection, containment, "
                                       "recovery or learning, found 'detecting'."),
        (("[outage]", "[outrage]"), "ours.yml:2: kinds[0]: 'outrage' is not a kind here; known are outage, "
                                    "degraded, bad_deploy, data, security, third_party, capacity, network."),
        (("name: Ours\n", ""), "ours.yml:1: name: is missing."),
        (("kinds: [outage]", "applies: {kind: [outage]}"), "ours.yml:2: applies.kind: is not known here; "
                                                           "did you mean kinds?"),
        (("kinds: [outage]", "applies: {severities: [sev9]}"), "ours.yml:2: applies.severities[0]: 'sev9' is not a "
                                                               "severity here; known are sev1, sev2, sev3, sev4."),
        (("kinds: [outage]", "applies: {services: [pay]}"), "ours.yml:2: applies.services[0]: 'pay' is not a service "
                                                           "here; known are none."),
        (("kinds: [outage]", "applies:\n  words: [x]"), "ours.yml:3: applies.words[0]: expected at least 2 "
                                                        "characters."),
        (("kinds: [outage]", "owner: '@ana'"), "ours.yml:2: owner: expected a person's id in Slack such as U012AB3CD, "
                                               "or the name of a team without @, found '@ana'."),
        (("kinds: [outage]", "reviewed: last week"), "ours.yml:2: reviewed: expected a day such as 2026-11-28, found "
                                                     "'last week'."),
        (("kinds: [outage]", "reviewed: 2026-02-30"), "ours.yml:2: reviewed: expected a day such as 2026-11-28, found "
                                                      "'2026-02-30'."),
        (("kinds: [outage]", "reviewed: 9999-12-31"), "ours.yml:2: reviewed: expected a day that has been, found "
                                                      "'9999-12-31'."),
        (("name: Ours", 'name: "Ours \\ud800"'), "ours.yml:1: name: holds \\0 or half a character, which can neither "
                                                "be stored nor sent."),
        (("kinds: [outage]", "review_every: often"), "ours.yml:2: review_every: expected a duration such as 15m, 20s, "
                                                     "2h or 1h30m, found 'often'."),
        (("kinds: [outage]", "roles: [comander]"), "ours.yml:2: roles[0]: 'comander' is not a role here; known are "
                                                   "commander, technical_lead, communications_lead, scribe."),
        (("    objective: Look.\n", ""), "ours.yml:5: phases.detection.objective: is missing."),
    ],
)  # fmt: skip
def test_a_mistake_is_said_with_its_line_and_the_others_go_on_serving(
    tmp_path: Path, change: tuple[str, str], problem: str
) -> None:
    books, problems = shelved(tmp_path, ours=GOOD.replace(*change, 1), fine=GOOD)
    assert problems == (problem,)
    assert [book.key for book in books] == ["fine", *KEYS]


def test_what_done_when_may_be_is_told(tmp_path: Path) -> None:
    _, (problem,) = shelved(tmp_path, ours=GOOD.replace("commander claimed", "it feels done"))
    assert problem.startswith("ours.yml:16: phases.detection.items[0].done_when: expected a role's key and “claimed”")
    assert all(sign.value in problem for sign in Sign)


def test_items_and_kinds_that_stand_twice_are_told(tmp_path: Path) -> None:
    twice = GOOD + "      - key: commander\n        do: Again\n"
    books, problems = shelved(tmp_path, twice=twice, first=GOOD, second=GOOD)
    assert problems == (
        "second.yml: kinds: outage is served by first already.",
        "twice.yml:17: phases.detection.items[1].key: 'commander' is taken by an earlier item.",
    )
    assert [book.applies.kinds for book in books[:2]] == [("outage",), ()]


def test_two_may_serve_one_kind_when_they_tell_when(tmp_path: Path) -> None:
    worst = GOOD.replace("kinds: [outage]", "applies: {kinds: [outage], severities: [sev1]}")
    books, problems = shelved(tmp_path, first=GOOD, worst=worst)
    assert problems == ()
    assert [book.applies for book in books[:2]] == [
        Applies(kinds=("outage",)),
        Applies(kinds=("outage",), severities=(SEV1,)),
    ]


def test_when_it_applies_and_who_looks_after_it_is_read(tmp_path: Path) -> None:
    said = """\
kinds: [outage]
applies:
  kinds: [network, outage]
  words: [dns, "disk  full"]
owner: Payments on call
reviewed: 2026-11-01
review_every: 90d
roles: [scribe]
"""
    (book, *_), problems = shelved(tmp_path, ours=GOOD.replace("kinds: [outage]\n", said))
    assert problems == ()
    assert book.applies == Applies(kinds=("outage", "network"), words=("dns", "disk  full"))
    assert (book.owner, book.reviewed, book.review_every) == ("Payments on call", date(2026, 11, 1), timedelta(days=90))
    assert book.roles == (SCRIBE,)
    (book, *_), _ = shelved(tmp_path, ours=GOOD + "owner: U012AB3CD\nreviewed: '2026-11-02'\n")
    assert (book.owner, book.reviewed, book.review_every) == ("U012AB3CD", date(2026, 11, 2), None)


NO_PLAYBOOKS = [
    "", "- a list", "name: [", "a: &a [*a]", "\x00", "🔥", "a: " + "[" * 2000, '"\\ud800": 1', 'a: "\\UFFFFFFFF"',
    "a: !!int x", "a: !!bool x", "a: !!float x", "a: !!timestamp x", "a: " + "9" * 5000, LAUGHS,
]  # fmt: skip


@pytest.mark.parametrize("text", NO_PLAYBOOKS)
def test_what_is_no_playbook_at_all_is_said_without_a_traceback(tmp_path: Path, text: str) -> None:
    books, problems = shelved(tmp_path, ours=text)
    assert len(problems) >= 1
    assert problems[0].startswith("ours.yml:1: ")
    assert "\n".join(problems).encode()
    assert [book.key for book in books] == KEYS


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    shelf = load_playbooks(tmp_path / "nowhere", DEFAULT_POLICY)
    assert "cannot be read" in shelf.problems[0]
    assert "WARROOM_PLAYBOOKS" in shelf.problems[0]
    assert [book.key for book in shelf.playbooks] == KEYS


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    (one, *_), _ = shelved(tmp_path, ours=GOOD)
    (other, *_), _ = shelved(tmp_path, ours=GOOD.replace("Look.", "Look there."))
    assert one.version != other.version
    assert len(one.version) == 8


WHEN = """\
      - key: second
        do: Ask again
        when:
          severities: sev1
          kinds: [outage]
          held: commander
          not_held: [scribe]
          done: commander
        done_when: noted root cause
"""


def test_conditions_and_words_of_notes_are_read(tmp_path: Path) -> None:
    (book, *_), problems = shelved(tmp_path, ours=GOOD + WHEN)
    assert problems == ()
    second = book.items[1]
    assert second.when == When(severities=(SEV1,), kinds=("outage",), held=(COMMANDER,), not_held=(SCRIBE,),
                               done=("commander",))  # fmt: skip
    assert (second.sign, second.sign_word) == (Sign.NOTED, "root cause")
    assert book.items[0].when is None


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("severities: sev1", "severities: [sev7]"), "20: phases.detection.items[1].when.severities[0]: 'sev7' is not "
         "a severity here; known are sev1, sev2, sev3, sev4."),
        (("severities: sev1", "severity: sev1"), "20: phases.detection.items[1].when.severity: is not known here; did "
         "you mean severities?"),
        (("not_held: [scribe]", "not_held: [scribbler]"), "23: phases.detection.items[1].when.not_held[0]: 'scribbler' "
         "is not a role here; known are commander, technical_lead, communications_lead, scribe."),
        (("done: commander", "done: [third]"), "24: phases.detection.items[1].when.done[0]: 'third' is no item of an "
         "incident here."),
        (("done: commander", "done: [second]"), "19: phases.detection.items[1].when: 'second' waits for itself."),
        (("done: commander", "done: 7"), "24: phases.detection.items[1].when.done: expected a list (lines that begin "
         "with -), found '7'."),
        (("noted root cause", "noted"), "25: phases.detection.items[1].done_when: expected a role's key and"),
        (("noted root cause", "noted Root-cause"), "25: phases.detection.items[1].done_when: expected a role's key"),
    ],
)  # fmt: skip
def test_a_condition_that_cannot_hold_is_said_with_its_line(
    tmp_path: Path, change: tuple[str, str], problem: str
) -> None:
    _, problems = shelved(tmp_path, ours=GOOD + WHEN.replace(*change, 1))
    assert len(problems) == 1
    assert problems[0].startswith(f"ours.yml:{problem}")


def test_items_that_wait_for_each_other_or_for_a_later_one_are_told(tmp_path: Path) -> None:
    text = """\
name: Ours
phases:
  detection:
    objective: Look.
    items:
      - {key: a, do: A, when: {done: b}}
      - {key: b, do: B, when: {skipped: a}}
      - {key: c, do: C, when: {done: d}}
  recovery:
    objective: Mend.
    items:
      - {key: d, do: D}
"""
    _, problems = shelved(tmp_path, ours=text)
    assert problems == (
        "ours.yml:6: phases.detection.items[0].when: 'a' waits for itself.",
        "ours.yml:7: phases.detection.items[1].when: 'b' waits for itself.",
        "ours.yml:8: phases.detection.items[2].when.done[0]: 'd' comes only later, in recovery.",
    )


def test_services_are_those_of_the_configuration(tmp_path: Path) -> None:
    policy = replace(DEFAULT_POLICY, services=(ServiceRule(key="pay", name="Payments"),))
    text = GOOD.replace("kinds: [outage]", "applies: {services: pay}") + WHEN.replace(
        "kinds: [outage]", "services: pay"
    )
    (tmp_path / "ours.yml").write_text(text, encoding="utf-8")
    book = load_playbook(tmp_path / "ours.yml", policy)
    assert book.applies == Applies(services=("pay",))
    assert book.items[1].when is not None
    assert book.items[1].when.services == ("pay",)
