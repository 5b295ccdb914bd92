"""Playbooks: the shipped ones are sound and tick themselves; a mistake is said with its line and stops no other."""

from pathlib import Path

import pytest

from bot.config.playbooks import SHIPPED, load_playbooks
from bot.workflows.policy import COMMANDER, DEFAULT_POLICY, Phase, Playbook, Sign

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


def shelved(folder: Path, **files: str) -> tuple[tuple[Playbook, ...], tuple[str, ...]]:
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    shelf = load_playbooks(folder, DEFAULT_POLICY)
    return shelf.playbooks, tuple(problem.removeprefix(f"{folder}/") for problem in shelf.problems)


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yml")), ids=lambda path: path.stem)
def test_at_least_half_of_every_shipped_checklist_ticks_itself(path: Path) -> None:
    shelf = load_playbooks(None, DEFAULT_POLICY)
    assert shelf.problems == ()
    book = next(book for book in shelf.playbooks if book.key == path.stem)
    items = [item for item in book.items if item.phase is not Phase.PREPARATION]
    assert sum(item.sign is not None for item in items) * 2 >= len(items)
    assert {item.phase for item in book.items} == set(Phase)
    assert all(plan.objective and plan.exits for phase, plan in book.phases.items() if phase is not Phase.PREPARATION)


def test_the_shipped_ones_are_the_three_and_one_serves_every_other_kind() -> None:
    books = load_playbooks(None, DEFAULT_POLICY).playbooks
    assert {book.key for book in books} == {"service-outage", "degraded-performance", "bad-deploy"}
    policy = DEFAULT_POLICY.__class__(severities=(), roles=(), kinds=(), playbooks=books)
    found = {kind.key: policy.playbook(kind.key) for kind in DEFAULT_POLICY.kinds}
    assert {kind: book and book.key for kind, book in found.items()} == {
        "outage": "service-outage", "degraded": "degraded-performance", "bad_deploy": "bad-deploy",
        "data": "service-outage", "security": "service-outage", "third_party": "service-outage",
        "capacity": "degraded-performance", "network": "service-outage",
    }  # fmt: skip
    nothing_said = policy.playbook(None)
    assert nothing_said is not None
    assert nothing_said.key == "service-outage"


def test_your_own_stand_before_the_shipped_and_replace_those_of_their_name(tmp_path: Path) -> None:
    books, problems = shelved(tmp_path, **{"ours": GOOD, "bad-deploy": GOOD.replace("[outage]", "[data]")})
    assert problems == ()
    assert [(book.key, book.name, book.default) for book in books] == [
        ("bad-deploy", "Ours", True), ("ours", "Ours", False), ("degraded-performance", "Degraded performance", False),
        ("service-outage", "Service outage", False),
    ]  # fmt: skip
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
        (("[outage]", "[outrage]"), "ours.yml:2: kinds[0]: is not a kind here; known are outage, degraded, bad_deploy, "
                                    "data, security, third_party, capacity, network."),
        (("name: Ours\n", ""), "ours.yml:1: name: is missing."),
        (("    objective: Look.\n", ""), "ours.yml:5: phases.detection.objective: is missing."),
    ],
)  # fmt: skip
def test_a_mistake_is_said_with_its_line_and_the_others_go_on_serving(
    tmp_path: Path, change: tuple[str, str], problem: str
) -> None:
    books, problems = shelved(tmp_path, ours=GOOD.replace(*change, 1), fine=GOOD)
    assert problems == (problem,)
    assert [book.key for book in books] == ["fine", "bad-deploy", "degraded-performance", "service-outage"]


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
    assert [book.kinds for book in books[:2]] == [("outage",), ()]


@pytest.mark.parametrize("text", ["", "- a list", "name: [", "a: &a [*a]", "\x00", "🔥"])
def test_what_is_no_playbook_at_all_is_said_without_a_traceback(tmp_path: Path, text: str) -> None:
    books, problems = shelved(tmp_path, ours=text)
    assert len(problems) >= 1
    assert problems[0].startswith("ours.yml:1: ")
    assert len(books) == 3


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    shelf = load_playbooks(tmp_path / "nowhere", DEFAULT_POLICY)
    assert "cannot be read" in shelf.problems[0]
    assert "WARROOM_PLAYBOOKS" in shelf.problems[0]
    assert len(shelf.playbooks) == 3


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    (one, *_), _ = shelved(tmp_path, ours=GOOD)
    (other, *_), _ = shelved(tmp_path, ours=GOOD.replace("Look.", "Look there."))
    assert one.version != other.version
    assert len(one.version) == 8
