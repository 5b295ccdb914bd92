"""The parts of the documentation that are generated from the code: `python -m tests.regenerate` writes them anew."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.workflows.commands import Command, Refused
from bot.workflows.course import COURSE, PHASES
from bot.workflows.endings import Cancel, Close, Resolve
from bot.workflows.incident import Ending, Incident, IncidentId, Linked, Stamp, Stamped, UserId
from bot.workflows.linking import Target
from bot.workflows.merging import Merge
from bot.workflows.phases import MovePhase, Reopen
from bot.workflows.policy import DEFAULT_POLICY, Phase
from bot.workflows.words import VERBS, Vocabulary

DOCS = Path(__file__).parent.parent / "docs"
README = DOCS.parent / "README.md"
COMMAND = "/incident"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
BY, NUMBER, OTHER = UserId("U0ANA"), IncidentId(1), IncidentId(2)
OPENED = Incident(id=NUMBER, stamps={Stamp.DECLARED: Stamped(at=NOW, by=BY, set_at=NOW)})
STATES = (
    *(replace(OPENED, phase=phase) for phase in COURSE),
    *(replace(OPENED, phase=Phase.LEARNING, ending=ending) for ending in (Ending.CLOSED, Ending.CANCELLED)),
    replace(OPENED, ending=Ending.MERGED, merged_into=Linked(incident=OTHER)),
)
WHY = "a reason"
WORDS: Mapping[str, Callable[[], Command]] = {
    "next": partial(MovePhase, incident=NUMBER, by=BY),
    "phase … with a reason": partial(MovePhase, incident=NUMBER, by=BY, to=Phase.DETECTION, reason=WHY),
    "resolve": partial(Resolve, incident=NUMBER, by=BY),
    "merge": partial(Merge, incident=NUMBER, into=Target(id=OTHER), by=BY),
    "close": partial(Close, incident=NUMBER, by=BY),
    "reopen": partial(Reopen, incident=NUMBER, by=BY),
    "cancel with a reason": partial(Cancel, incident=NUMBER, by=BY, reason=WHY),
}
BEGIN = "<!-- {part}: written by `python -m tests.regenerate` -->"
END = "<!-- end -->"


def verbs() -> str:
    """The table of the verbs that work in this version."""
    rows = ((f"`{COMMAND} {verb.usage}`", f"{verb.help}", _codes(verb.spellings)) for verb in VERBS)
    return _table(("You type", "What it does", "Also"), rows)


def words() -> str:
    """The table of what roles and severities are called by default, and how else people type them."""
    known = Vocabulary.of(DEFAULT_POLICY)
    severities = ((rule.name, rule.meaning, known.severities[rule.key]) for rule in DEFAULT_POLICY.severities)
    roles = ((rule.name, f"held by {rule.capacity}", known.roles[rule.key]) for rule in DEFAULT_POLICY.roles)
    rows = ((name, meaning, _codes(spellings)) for name, meaning, spellings in (*roles, *severities))
    return _table(("Name", "What it is", "You type"), rows)


def moves() -> str:
    """The course of an incident as a diagram: every move of the rules, found by asking the rules."""
    ways: dict[tuple[str, str], list[str]] = {("[*]", _state(OPENED)): ["declare"]}
    for before in STATES:
        for word, make in WORDS.items():
            after = _after(before, make)
            if after and _state(after) != _state(before):
                ways.setdefault((_state(before), _state(after)), []).append(word)
    lines = ["stateDiagram-v2", *(f"    {a} --> {b}: {' / '.join(words)}" for (a, b), words in ways.items())]
    lines += [f"    {_state(state)}: {_named(state)}" for state in STATES]
    return "\n".join(["```mermaid", *lines, "```"])


def _after(before: Incident, make: Callable[[], Command]) -> Incident | None:
    """The incident after a command; None when the rules say no."""
    try:
        events = make().decide(before, NOW)
    except Refused:
        return None
    for event in events:
        before = event.apply(before)
    return before


def _state(incident: Incident) -> str:
    return str(incident.ending or incident.phase)


def _named(incident: Incident) -> str:
    return str(incident.ending).capitalize() if incident.ending else PHASES[incident.phase].name


PARTS: Mapping[tuple[Path, str], Callable[[], str]] = {
    (DOCS / "commands.md", "verbs"): verbs,
    (DOCS / "commands.md", "words"): words,
    (README, "moves"): moves,
}


def renewed(text: str, part: str, content: str) -> str:
    """The text with this part's content between its marks.

    Raises:
        ValueError: the text has no such part, or has it twice.
    """
    begin = BEGIN.format(part=part)
    new, found = re.subn(
        f"{re.escape(begin)}.*?{re.escape(END)}", lambda match: f"{begin}\n{content}\n{END}", text, flags=re.DOTALL
    )
    if found != 1:
        raise ValueError(f"{begin} stands there {found} times")
    return new


def main() -> None:
    """Write every part anew."""
    for (path, part), generate in PARTS.items():
        path.write_text(renewed(path.read_text(encoding="utf-8"), part, generate()), encoding="utf-8")


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = tuple(head)
    lines = [head, ("---",) * len(head), *((cell.replace("|", r"\|") for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _codes(spellings: Iterable[str]) -> str:
    return ", ".join(f"`{spelling}`" for spelling in dict.fromkeys(map(str.lower, spellings)))


if __name__ == "__main__":
    main()
