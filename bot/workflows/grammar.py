"""What a person means by the words after the command: a verb, a title, or a question back; nobody declares by accident.

A first word counts as a verb only if the rest fits its grammar, so “status page is down” is a title.
"""

import re

from bot.workflows.arguments import Arguments, incident_number, only_digits, parted, taken_apart, title_parts
from bot.workflows.masking import masked
from bot.workflows.parsed import (
    Choice,
    Overview,
    Parsed,
    Question,
    SeverityWords,
    StatusWords,
    Title,
    Tray,
    TrayWithTitle,
)
from bot.workflows.slips import CARRIED, declaring, slip
from bot.workflows.text import plain
from bot.workflows.verbs import no_such_severity, read
from bot.workflows.words import BY_SPELLING, Said, VerbName, Vocabulary, spelled

_LEVEL = re.compile(r"p[0-9]")
_DECLARE = Choice("Declare an incident", "declare")
_GRADE_IT = "Grade {what} {severity}"
_HURRY = frozenset({"now", "please", "pls", "asap", "immediately", "again"})  # beside a severity they say no more
# Words that mean more than one thing to people, and what they may mean.
_AMBIGUOUS: dict[str, tuple[tuple[str, VerbName], ...]] = {
    "done": (("The impact is over: resolve", VerbName.RESOLVE), ("Nothing is left to do: close", VerbName.CLOSE)),
    "retro": (
        ("The post-mortem draft", VerbName.POSTMORTEM),
        ("Write down an incident that is over", VerbName.BACKFILL),
    ),
}


def parse(text: str, *, in_room: bool, vocabulary: Vocabulary) -> Parsed:
    """What `text` means, as Slack sends it after the command (escaped, mentions as `<@U1|ana>`); never raises."""
    line = masked(plain(text))
    if not line:
        return Tray() if in_room else Overview()
    args = taken_apart(line)
    if question := _ambiguous(args, line):
        return question
    for said in _readings(line, in_room, vocabulary):
        meant = read(said)
        if meant is not None:
            return meant
    return (
        _a_lone_word(args, vocabulary) or _a_grade(line, in_room, vocabulary) or slip(line, in_room, vocabulary)
        or _a_title(line, in_room, vocabulary)
    )  # fmt: skip


def _readings(line: str, in_room: bool, vocabulary: Vocabulary) -> list[Said]:
    """The verbs that the first two words, or the first word, could be; `INC-7 status` is read as `status INC-7`."""
    first, rest = parted(line)
    if incident_number(first) and spelled(rest) in BY_SPELLING:
        first, rest = rest, first
    second, after = parted(rest)
    tries = [(f"{first} {second}", after)] if second else []
    found = ((spelled(words.rstrip(":")), left) for words, left in [*tries, (first, rest)])
    return [
        Said(line, word, BY_SPELLING[word].name, left, in_room, vocabulary)
        for word, left in found if word in BY_SPELLING
    ]  # fmt: skip


def _a_lone_word(args: Arguments, vocabulary: Vocabulary) -> Parsed | None:
    """A number or a severity on its own, perhaps with the number of an incident."""
    if args.users or args.unresolved or len(args.words) > 1:
        return None
    if not args.words:
        return StatusWords(args.incident)
    word = _lone(args)
    if _LEVEL.fullmatch(word) and (severity := vocabulary.severity(word)):
        return SeverityWords(severity, args.incident)
    parts = title_parts(word, vocabulary)
    if parts.unknown_severity:
        return no_such_severity(VerbName.SEVERITY, word, vocabulary)
    if parts.severity and not parts.title:
        return SeverityWords(parts.severity, args.incident)
    return None


def _a_grade(line: str, in_room: bool, vocabulary: Vocabulary) -> Parsed | None:
    """`sev 1 now` grades; in a room `sev1 cards are declined` is asked about, and is a title elsewhere."""
    words = line.split()
    meant = _graded([word for word in words if word.lower().strip(".,!") not in _HURRY], vocabulary)
    if meant or not in_room or len(line) > CARRIED:
        return meant
    for count in range(1, min(4, len(words))):
        number = incident_number(words[count])
        if meant := _graded(words[: count + bool(number)], vocabulary):
            grade = Choice(_GRADE_IT.format(what=f"INC-{number}" if number else "it", severity=meant.severity),
                           f"severity {meant.severity}{f' INC-{number}' if number else ''}")  # fmt: skip
            return Question(" ".join(words[:count]), (grade, declaring(line)))
    return None


def _graded(words: list[str], vocabulary: Vocabulary) -> SeverityWords | None:
    """The severity that a few words are, and nothing else."""
    if not 0 < len(words) < 5:
        return None
    line = " ".join(words)
    readings = (read(said) for said in _readings(line, in_room=True, vocabulary=vocabulary))
    meant = next((found for found in readings if found), None) or _a_lone_word(taken_apart(line), vocabulary)
    return meant if isinstance(meant, SeverityWords) else None


def _ambiguous(args: Arguments, line: str) -> Question | None:
    """A word of two meanings on its own; `done 3` is not one, it ticks an item."""
    if len(args.words) != 1 or args.users or args.unresolved or only_digits(line.split()[-1]):
        return None
    word = _lone(args)
    if word not in _AMBIGUOUS:
        return None
    choices = tuple(Choice(label, _with_number(verb, args.incident)) for label, verb in _AMBIGUOUS[word])
    return Question(word, (*choices, _DECLARE))


def _with_number(verb: VerbName, incident: int | None) -> str:
    takes_one = verb is not VerbName.BACKFILL
    return f"{verb} INC-{incident}" if incident and takes_one else str(verb)


def _lone(args: Arguments) -> str:
    return args.words[0].lower().rstrip(".,:;!?")


def _a_title(line: str, in_room: bool, vocabulary: Vocabulary) -> Title | TrayWithTitle | Tray:
    parts = title_parts(line, vocabulary)
    private = parts.private or parts.words[-1:] == ["private"]
    if not in_room:
        return Title(parts.title, parts.summary, parts.severity, private)
    return TrayWithTitle(parts.title, parts.summary, parts.severity, private) if parts.title else Tray()
