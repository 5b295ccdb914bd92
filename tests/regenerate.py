"""The parts of the documentation that are generated from the code: `python -m tests.regenerate` writes them anew."""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from bot.workflows.policy import DEFAULT_POLICY
from bot.workflows.words import WORKING, Vocabulary

DOCS = Path(__file__).parent.parent / "docs"
COMMAND = "/incident"
BEGIN = "<!-- {part}: written by `python -m tests.regenerate` -->"
END = "<!-- end -->"


def verbs() -> str:
    """The table of the verbs that work in this version."""
    rows = ((f"`{COMMAND} {verb.usage}`", f"{verb.help}", _codes(verb.spellings)) for verb in WORKING)
    return _table(("You type", "What it does", "Also"), rows)


def words() -> str:
    """The table of what roles and severities are called by default, and how else people type them."""
    known = Vocabulary.of(DEFAULT_POLICY)
    severities = ((rule.name, rule.meaning, known.severities[rule.key]) for rule in DEFAULT_POLICY.severities)
    roles = ((rule.name, f"held by {rule.capacity}", known.roles[rule.key]) for rule in DEFAULT_POLICY.roles)
    rows = ((name, meaning, _codes(spellings)) for name, meaning, spellings in (*roles, *severities))
    return _table(("Name", "What it is", "You type"), rows)


PARTS: Mapping[tuple[Path, str], Callable[[], str]] = {
    (DOCS / "commands.md", "verbs"): verbs,
    (DOCS / "commands.md", "words"): words,
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
