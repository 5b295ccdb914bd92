"""The parts of what people type: incident numbers, people, severities, titles, and how near a word is to another."""

import re
from dataclasses import dataclass, replace

from bot.workflows.moments import SPOKEN
from bot.workflows.naming import readable
from bot.workflows.policy import SeverityKey
from bot.workflows.words import TITLE_LIMIT, Vocabulary

_ENDS = ".,;:!?"
_EXPLICIT = re.compile(r"(?:inc[-_]?|#)0{0,9}([1-9][0-9]{0,8})", re.IGNORECASE)
_BARE = re.compile(r"0{0,9}([1-9][0-9]{0,8})")
_ROOM = re.compile(r"<#[CG][A-Z0-9]+\|inc-([1-9][0-9]{0,8})(?:-[^<>|]*)?>")
_ALMOST = re.compile(r"(?:inc[-_]\S*|inc[0-9]+\S*|#\S*|[0-9]+|<#[CG]\S*)", re.IGNORECASE)
_SPACED = re.compile(r"(?<!\S)inc (?=[0-9]+(?!\S))", re.IGNORECASE)
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_LABEL = re.compile(r"(?:\bowner:|[(,;]\s*owner:?|\b(?:owned by|assigned to):?)\s*$", re.IGNORECASE)
_OWNER = re.compile(r"(?:\bowner:|[(,;]\s*owner:?|[(,;]?\s*\b(?:for|to|owned by|assigned to):?)\s*$", re.IGNORECASE)
_TIME_LIKE = re.compile(
    r"(?:(?:by|at|in|until|before|due|within|on)\s+)?"
    r"(?:-?[0-9]|today|tonight|tomorrow|eod|eow|end of|next |an? (?:minute|hour|day)|half an"
    rf"|{SPOKEN}"
    r"|(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b)",
    re.IGNORECASE,
)
_AROUND = " ,.:;()-–"
_GROUP = re.compile(r"<!subteam\^[^<>]*>|<!(?:here|channel|everyone)[^<>]*>")
_PRIVATE_FLAG = re.compile(r"(?<!\S)(?:--|—|–)private(?!\S)", re.IGNORECASE)  # phones turn -- into a dash
_SEVERITY = re.compile(r"sev[-_]?[0-9]{1,2}", re.IGNORECASE)
_BRACKETS = "[](){}:,.;!–—-"
_BEFORE_A_NUMBER = frozenset({"for", "in", "on", "of", "the", "incident"})


@dataclass(frozen=True)
class Arguments:
    """What stands after a verb, taken apart: the incident, the people mentioned, and the words that are left."""

    words: tuple[str, ...]
    incident: int | None = None
    users: tuple[str, ...] = ()  # Slack ids, "U123"
    unresolved: str = ""  # "@name" that Slack did not turn into a person, or a group

    @property
    def empty(self) -> bool:
        """Whether there is nothing, or nothing but the number of an incident."""
        return not (self.words or self.users or self.unresolved)


def taken_apart(rest: str) -> Arguments:
    """The arguments in any order: a number first (`INC-7`) or last (`INC-7` or `7`), people anywhere."""
    users = tuple(_PERSON.findall(rest))
    group = _GROUP.search(rest)
    bare = _GROUP.sub(" ", _PERSON.sub(" ", rest))
    tokens = _SPACED.sub("INC-", " ".join(bare.split())).split()
    unresolved = next((token for token in tokens if token.startswith("@")), "@group" if group else "")
    tokens = [token for token in tokens if not token.startswith("@")]
    return replace(_without_number(tokens), users=users, unresolved=unresolved)


def owner_in(text: str) -> tuple[str | None, str]:
    """Whose what is to be done is, and the words without that mention and its label (`owner: @ana,`).

    Whoever is named at its beginning is meant, else under a label, else at its end, or before the time that ends it.
    Others are what it is about: “ask @cleo for the heap dump” is nobody's yet.
    """
    ranked = [(rank, person) for person in _PERSON.finditer(text) if (rank := _rank(text, person)) is not None]
    if not ranked:
        return None, text
    _, owner = min(ranked, key=lambda found: found[0])
    before = _OWNER.sub("", text[: owner.start()])
    after = text[owner.end() :].lstrip(" ,:;-–")
    return owner[1], f"{before.rstrip()} {after}".strip(" ,;:-–")


def _rank(text: str, person: re.Match[str]) -> int | None:
    """How surely somebody who is named is the owner, 0 most surely; None for whom it is about."""
    before, after = text[: person.start()].rstrip(), text[person.end() :].strip(_AROUND)
    signs = (not before.strip(_AROUND), _LABEL.search(before), not after, _TIME_LIKE.match(after))
    return next((rank for rank, sign in enumerate(signs) if sign), None)


def around_person(text: str) -> tuple[str, str | None, str]:
    """What stands before the first mention of somebody, who that is, and what stands behind it."""
    found = _PERSON.search(text)
    return (text[: found.start()], found[1], text[found.end() :].strip(" ,:;")) if found else (text, None, "")


def incident_number(token: str, *, bare: bool = False) -> int | None:
    """The number in `INC-7`, `#7` or a link to the room `#inc-7-checkout`; with `bare` also in `7`."""
    token = token.rstrip(_ENDS)
    found = _EXPLICIT.fullmatch(token) or _ROOM.fullmatch(token) or (_BARE.fullmatch(token) if bare else None)
    return int(found[1]) if found else None


def looks_like_a_number(token: str) -> bool:
    """Whether somebody meant an incident number here, even if it is none (`INC-0`, `#abc`)."""
    return _ALMOST.fullmatch(token.rstrip(_ENDS)) is not None


def numbers_in(rest: str) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The numbers of incidents in a text, also bare ones, and the words beside them."""
    tokens = _SPACED.sub("INC-", " ".join(rest.split())).split()
    numbers = [incident_number(token, bare=True) for token in tokens]
    beside = tuple(token for token, number in zip(tokens, numbers, strict=True) if number is None)
    return tuple(number for number in numbers if number is not None), beside


def only_digits(text: str) -> bool:
    """Whether the text is a plain number."""
    return text.isascii() and text.isdigit()


def number_in_front(rest: str) -> tuple[int | None, str]:
    """The number that a note or a reason begins with (never a bare digit), and the text after it as it was typed.

    `of INC-7` and `for INC-7` begin with one too.
    """
    before, behind = parted(rest)
    if before.lower() in _BEFORE_A_NUMBER and (found := number_in_front(behind))[0]:
        return found
    spaced = _SPACED.match(rest)
    first, after = parted(f"INC-{rest[spaced.end() :]}" if spaced else rest)
    number = incident_number(first)
    return (number, after) if number else (None, rest)


def parted(text: str) -> tuple[str, str]:
    """The first word, and the rest with its line breaks kept."""
    first, *after = text.split(None, 1) or [""]
    return first, after[0].rstrip() if after else ""


def _without_number(tokens: list[str]) -> Arguments:
    if tokens and (number := incident_number(tokens[-1], bare=True)):
        behind = len(tokens) > 2 or incident_number(tokens[-1]) is not None
        cut = -2 if behind and tokens[-2:-1] and tokens[-2].lower() in _BEFORE_A_NUMBER else -1
        return Arguments(words=tuple(tokens[:cut]), incident=number)
    if tokens and (number := incident_number(tokens[0])):
        return Arguments(words=tuple(tokens[1:]), incident=number)
    return Arguments(words=tuple(tokens))


@dataclass(frozen=True)
class TitleParts:
    """A title of at most 150 characters, and what was said along with it."""

    title: str
    summary: str = ""
    severity: SeverityKey | None = None
    private: bool = False
    unknown_severity: str = ""  # "sev9": meant as a severity, but there is none of that name; it stays in the title

    @property
    def words(self) -> list[str]:
        """All words of title and summary, in lower case."""
        return f"{self.title} {self.summary}".lower().split()


def title_parts(text: str, vocabulary: Vocabulary) -> TitleParts:
    """A title taken apart; its first line is the title, further lines are the summary.

    Only `sev1`-like words at either end are severities: a bare digit or “major” belongs to the title.
    """
    unflagged = _PRIVATE_FLAG.sub("", text)
    line, _, more = readable(unflagged).strip().partition("\n")
    words = line.split()
    words, severity, unknown = _without_severity(words, vocabulary)
    if not words:  # the first line was nothing but a severity
        line, _, more = more.strip().partition("\n")
        words = line.split()
    title, over = _cut_between_words(" ".join(words))
    return TitleParts(
        title=title,
        summary="\n".join(part for part in (over, more.strip()) if part),
        severity=severity,
        private=unflagged != text,
        unknown_severity=unknown,
    )


def _without_severity(words: list[str], vocabulary: Vocabulary) -> tuple[list[str], SeverityKey | None, str]:
    for head, said, tail in _ends(words):
        word = "".join(said).strip(_BRACKETS)
        known = vocabulary.severity(word)
        if _SEVERITY.fullmatch(word) or _is_key_with_a_number(word, vocabulary):
            return (_tidied(head + tail), known, "") if known else (words, None, word)
    return words, None, ""


def _ends(words: list[str]) -> list[tuple[list[str], list[str], list[str]]]:
    """Where a severity may stand: the last word or two, the first word or two."""
    ends = [(words[:-1], words[-1:], []), (words[:-2], words[-2:], []), ([], words[:1], words[1:])]
    return [*ends, ([], words[:2], words[2:])]


def _is_key_with_a_number(word: str, vocabulary: Vocabulary) -> bool:
    return (
        any(word.lower() == key.lower() for key in vocabulary.severities) and not word.isalpha() and not word.isdigit()
    )


def _tidied(words: list[str]) -> list[str]:
    """No lone dash or colon where the severity stood (`sev1 - checkout is down`)."""
    while words and not words[0].strip(_BRACKETS):
        words = words[1:]
    while words and not words[-1].strip(_BRACKETS):
        words = words[:-1]
    return words


def _cut_between_words(line: str) -> tuple[str, str]:
    if len(line) <= TITLE_LIMIT:
        return line, ""
    end = line.rfind(" ", 0, TITLE_LIMIT)
    end = end if end >= TITLE_LIMIT // 2 else TITLE_LIMIT - 1
    return f"{line[:end].rstrip()}…", line[end:].strip()


def letters_apart(one: str, other: str) -> int:
    """How many letters have to be put in, taken out, changed or swapped with their neighbour (optimal alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i] + [0] * len(other)
        for j, wanted in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                row[j] = min(row[j], earlier[j - 2] + 1)
    return row[-1]


def is_nearly(one: str, other: str) -> bool:
    """Whether one word is the other with a slip: two letters in a long word, one in a short one, none in two."""
    longest = max(len(one), len(other))
    allowed = 0 if min(len(one), len(other)) < 3 or longest < 4 else 1 if longest < 6 else 2
    return abs(len(one) - len(other)) <= allowed and letters_apart(one, other) <= allowed
