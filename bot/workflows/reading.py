"""What the grammars of several verbs have in common: the number of an incident, words behind it, and their limits."""

from collections.abc import Callable

from bot.workflows.arguments import Arguments, looks_like_a_number, number_in_front, taken_apart
from bot.workflows.parsed import Malformed, Parsed
from bot.workflows.text import cut, escape
from bot.workflows.words import REASON_LIMIT, Said

TOO_LONG = "{what} holds at most {limit:,} characters, this one has {length:,}. Say it shorter."
EXAMPLES = {
    "note": "note rolled back to the release of 14:05", "reason": "close INC-7 all follow-ups are filed",
    "update": "update cards are declined since 14:00",
}  # fmt: skip
BAD_NUMBER = "“{word}” is not the number of an incident. Numbers look like INC-7."

_REPEATED = 40  # characters of a user's word that a sentence repeats


def one_incident(command: Callable[[int | None], Parsed]) -> Callable[[Said], Parsed | None]:
    """The grammar of verbs that take nothing or the number of an incident."""

    def fit(said: Said) -> Parsed | None:
        args = taken_apart(said.rest)
        if args.empty:
            return command(args.incident)
        return bad_number(said, args)

    return fit


def one_incident_and_words(
    command: Callable[[int | None, str], Parsed], limit: int = REASON_LIMIT, what: str = "reason"
) -> Callable[[Said], Parsed | None]:
    """The grammar of verbs that take nothing, the number of an incident, or words about it with or without one."""

    def fit(said: Said) -> Parsed | None:
        incident, words = number_in_front(said.rest)
        if (incident is None or not words) and (found := one_incident(lambda number: command(number, ""))(said)):
            return found
        if incident is None and not (said.in_room and said.canonical):
            return None  # “resolve button is broken” is a title where no incident is being talked about
        return too_long(said, what, words, limit) or command(incident, words)

    return fit


def bad_number(said: Said, args: Arguments) -> Malformed | None:
    """The answer to a word that stands where the number of an incident is looked for, and is none."""
    if len(args.words) != 1 or args.users or args.incident or not looks_like_a_number(args.words[0]):
        return None
    return Malformed(said.verb, BAD_NUMBER.format(word=shown(args.words[0])), f"{said.verb} INC-7")


def too_long(said: Said, what: str, text: str, limit: int) -> Malformed | None:
    """The answer to more characters than fit; None where they do."""
    if len(text) <= limit:
        return None
    article = "An" if what[0] in "aeiou" else "A"
    message = TOO_LONG.format(what=f"{article} {what}", limit=limit, length=len(text))
    return Malformed(said.verb, message, EXAMPLES[what])


def shown(word: str) -> str:
    """A user's word as a sentence repeats it."""
    return escape(cut(word, _REPEATED))
