"""What a person means by the words after the command: a verb, a title, or a question back; nobody declares by accident.

A first word counts as a verb only if the rest fits its grammar, so “status page is down” is a title.
"""

import re

from bot.workflows.arguments import Arguments, incident_number, is_nearly, only_digits, parted, taken_apart, title_parts
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
from bot.workflows.text import cut, plain
from bot.workflows.verbs import no_such_severity, read
from bot.workflows.words import BY_SPELLING, VERBS, Said, Verb, VerbName, Vocabulary, spelled

LABEL_LIMIT = 75  # characters, Slack's limit for the text of a button

_LEVEL = re.compile(r"p[0-9]")
_DECLARE_IT = "Declare “{word}”"
_DECLARE = Choice("Declare an incident", "declare")
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
    return _a_lone_word(args, vocabulary) or _a_title(line, in_room, vocabulary)


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
    """A number, a severity or a slip on its own, perhaps with the number of an incident."""
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
    return _a_slip(word, args.incident)


def _ambiguous(args: Arguments, line: str) -> Question | None:
    """A word of two meanings on its own; `done 3` is not one, it ticks an item."""
    if len(args.words) != 1 or args.users or args.unresolved or only_digits(line.split()[-1]):
        return None
    word = _lone(args)
    if word not in _AMBIGUOUS:
        return None
    choices = tuple(Choice(label, _with_number(verb, args.incident)) for label, verb in _AMBIGUOUS[word])
    return Question(word, (*choices, _DECLARE))


def _a_slip(word: str, incident: int | None) -> Question | None:
    near = [verb for verb in VERBS if any(is_nearly(word, name) for name in (verb.name, *verb.spellings))]
    if not near:
        return None
    choices = tuple(_choice(verb, incident) for verb in near[:3])
    return Question(word, (*choices, Choice(cut(_DECLARE_IT.format(word=word), LABEL_LIMIT), f"declare {word}")))


def _choice(verb: Verb, incident: int | None) -> Choice:
    """The verb itself where it can stand alone, else how it is used."""
    if verb.name in (
        VerbName.CLAIM,
        VerbName.ROLE,
        VerbName.PHASE,
        VerbName.SEVERITY,
        VerbName.STARTED,
        VerbName.NOTE,
        VerbName.CANCEL,
        VerbName.MERGE,
        VerbName.RELATE,
        VerbName.UNRELATE,
    ):
        return Choice(f"How to use {verb.name}", f"help {verb.name}")
    return Choice(verb.name.capitalize(), _with_number(verb.name, incident))


def _with_number(verb: VerbName, incident: int | None) -> str:
    takes_one = verb in (
        VerbName.STATUS,
        VerbName.UPDATE,
        VerbName.TIMELINE,
        VerbName.NEXT,
        VerbName.CONTAINED,
        VerbName.REOPEN,
        VerbName.RESOLVE,
        VerbName.CLOSE,
        VerbName.POSTMORTEM,
    )
    return f"{verb} INC-{incident}" if incident and takes_one else str(verb)


def _lone(args: Arguments) -> str:
    return args.words[0].lower().rstrip(".,:;!?")


def _a_title(line: str, in_room: bool, vocabulary: Vocabulary) -> Title | TrayWithTitle | Tray:
    parts = title_parts(line, vocabulary)
    private = parts.private or parts.words[-1:] == ["private"]
    if not in_room:
        return Title(parts.title, parts.summary, parts.severity, private)
    return TrayWithTitle(parts.title, parts.summary, parts.severity, private) if parts.title else Tray()
