"""A verb with a slip of the finger in it: which verbs were meant, with all the words that stand behind."""

from collections.abc import Iterator

from bot.workflows.arguments import incident_number, is_nearly, letters_apart, parted, taken_apart
from bot.workflows.naming import readable
from bot.workflows.parsed import (
    ActionWords,
    BackfillWords,
    CancelWords,
    Choice,
    CloseWords,
    DeclareWords,
    FactorWords,
    Malformed,
    NoteWords,
    Parsed,
    PlaybookWords,
    Question,
    ReopenWords,
    ResolveWords,
    SkipWords,
    TaskWords,
    Title,
    UpdateWords,
)
from bot.workflows.text import cut
from bot.workflows.verbs import read
from bot.workflows.words import BY_SPELLING, VERBS, Said, VerbName, Vocabulary, spelled

LABEL_LIMIT = 75  # characters, Slack's limit for the text of a button
CARRIED = 300  # characters of a line that fit on a button, however they are escaped
DECLARE_IT = "Declare “{line}”"

_ENDS = ".,:;!?"
_MOST = 3  # verbs that are asked about
# What takes any words: “node is down” is `note` with a slip only where an incident is being talked about.
_FREE = (
    NoteWords, UpdateWords, ResolveWords, CloseWords, ReopenWords, CancelWords, FactorWords, ActionWords, TaskWords,
    SkipWords, PlaybookWords, BackfillWords,
)  # fmt: skip


def slip(line: str, in_room: bool, vocabulary: Vocabulary) -> Question | None:
    """The question which verb was meant; None where the first word is none, or the rest fits no verb that is near."""
    word, rest = _word_and_rest(line)
    if not word or len(line) > CARRIED or (spelled(word) in BY_SPELLING and not _says_nothing_more(rest)):
        return None  # “open orders fail” has no slip in it
    choices = _choices(word, rest, in_room, vocabulary)
    return Question(word, (*choices[:_MOST], declaring(line.rstrip(_ENDS)))) if choices else None


def declaring(line: str) -> Choice:
    """The button that makes a line the title of a new incident."""
    return Choice(cut(DECLARE_IT.format(line=_shown(line)), LABEL_LIMIT), f"declare {line}")


def _word_and_rest(line: str) -> tuple[str, str]:
    first, rest = parted(line)
    if incident_number(first) and len(rest.split()) == 1:  # `INC-7 stauts`
        first, rest = rest, first
    return first.lower().rstrip(_ENDS), rest


def _choices(word: str, rest: str, in_room: bool, vocabulary: Vocabulary) -> tuple[Choice, ...]:
    """What fits of the verbs that are near, the nearest first; of those that cannot stand alone, how they are used."""
    near = sorted((letters_apart(word, spelling), verb, spelling) for verb, spelling in _spellings(word))
    alone = _says_nothing_more(rest)
    for behind in (rest, "") if alone else (rest,):  # `list 7`: the number is no part of it
        found = [_meant(verb, spelling, behind, in_room, vocabulary) for _, verb, spelling in near]
        if fitting := tuple(choice for choice in found if choice):
            return fitting
    return tuple(_how(verb) for _, verb, _ in near) if alone else ()


def _spellings(word: str) -> Iterator[tuple[VerbName, str]]:
    """The verbs that are nearly a word, each by what comes nearest."""
    for verb in VERBS:
        near = [spelling for spelling in (verb.name, *verb.spellings) if is_nearly(word, spelling)]
        if near:
            yield verb.name, min(near, key=lambda spelling: letters_apart(word, spelling))


def _meant(verb: VerbName, spelling: str, rest: str, in_room: bool, vocabulary: Vocabulary) -> Choice | None:
    """The same words behind this verb; alone, it is called by its own name."""
    for name in (verb, spelling) if _says_nothing_more(rest) else (spelling,):
        line = f"{name} {rest}".strip()
        meant = read(Said(line, spelled(name), verb, rest, in_room, vocabulary))
        if _fits(meant, rest, name == verb, in_room):
            return Choice(cut(_shown(line[0].upper() + line[1:]), LABEL_LIMIT), line)
    return None


def _how(verb: VerbName) -> Choice:
    return Choice(f"How to use {verb}", f"help {verb}")


def _says_nothing_more(rest: str) -> bool:
    """Whether there is nothing, or nothing but a number."""
    return taken_apart(rest).empty


def _fits(meant: Parsed | None, rest: str, canonical: bool, in_room: bool) -> bool:
    if meant is None or isinstance(meant, Malformed | Question):
        return False
    if isinstance(meant, DeclareWords | Title):
        return not rest  # “declared twice” is a title, and its form can be corrected
    if _says_nothing_more(rest):
        return True
    return not isinstance(meant, _FREE) or (canonical and in_room) or getattr(meant, "incident", None) is not None


def _shown(line: str) -> str:
    """A line as a button shows it, on one line and with names for people."""
    return " ".join(readable(line).split())
