"""How `merge`, `relate` and `unrelate` are read: one other incident, or two with a word between them."""

from bot.workflows.arguments import looks_like_a_number, numbers_in
from bot.workflows.parsed import Malformed, MergeWords, Parsed, RelateWords
from bot.workflows.reading import BAD_NUMBER, shown
from bot.workflows.words import Said

WHICH_OTHER = "Say which other incident, by its number."

_BETWEEN = frozenset({"into", "with", "of", "to", "from", "and", "in", "as"})


def merge(said: Said) -> Parsed | None:
    """`merge INC-3`, or `merge INC-7 into INC-3`."""
    found = _others(said)
    return MergeWords(found[-1], found[0] if len(found) > 1 else None) if isinstance(found, tuple) else found


def relate(said: Said) -> Parsed | None:
    """`relate INC-3`, or `relate INC-7 to INC-3`."""
    found = _others(said)
    return RelateWords(found[-1], found[0] if len(found) > 1 else None) if isinstance(found, tuple) else found


def unrelate(said: Said) -> Parsed | None:
    """`unrelate INC-3`, or `unrelate INC-7 from INC-3`."""
    found = _others(said)
    if not isinstance(found, tuple):
        return found
    return RelateWords(found[-1], found[0] if len(found) > 1 else None, undo=True)


def _others(said: Said) -> tuple[int, ...] | Malformed | None:
    """The one or two incidents that are named; None for words that are more likely a title."""
    numbers, beside = numbers_in(said.rest)
    odd = [word for word in beside if word.lower() not in _BETWEEN]
    if len(odd) == 1 and len(numbers) < 2 and looks_like_a_number(odd[0]):
        return Malformed(said.verb, BAD_NUMBER.format(word=shown(odd[0])), f"{said.verb} INC-7")
    if odd or len(numbers) > 2:
        return None
    return numbers or Malformed(said.verb, WHICH_OTHER, f"{said.verb} INC-7")
