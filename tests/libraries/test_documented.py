"""docs/libraries.md and these tests name each other."""

import re
from pathlib import Path

HERE = Path(__file__).parent
DOCUMENT = HERE.parent.parent / "docs" / "libraries.md"


def names_below(folder: Path) -> set[str]:
    """The names of all tests below a folder."""
    texts = (path.read_text(encoding="utf-8") for path in folder.rglob("test_*.py"))
    return {name for text in texts for name in re.findall(r"^(?:async )?def (test_\w+)", text, re.MULTILINE)}


def test_every_line_names_a_test_that_is_there_and_every_test_has_a_line() -> None:
    named = set(re.findall(r"`(test_\w+)`", DOCUMENT.read_text(encoding="utf-8")))
    assert named <= names_below(HERE.parent)
    assert names_below(HERE) - named == {test_every_line_names_a_test_that_is_there_and_every_test_has_a_line.__name__}
