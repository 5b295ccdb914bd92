"""The grammar of verbs that are still to come: what is said to be missing today, rather than taken for a title."""

from collections.abc import Callable, Mapping

from bot.workflows.arguments import only_digits, taken_apart
from bot.workflows.role_words import role_named
from bot.workflows.words import VERBS, Said, VerbName


def fits_later(said: Said) -> bool:
    """Whether the rest is what a verb that does not work yet will take."""
    return _LATER[said.verb](said)


def _alone(said: Said) -> bool:
    return taken_apart(said.rest).empty


def _an_item(said: Said) -> bool:
    return not said.rest or only_digits(said.rest)


def _an_item_and_why(said: Said) -> bool:
    return not said.rest or only_digits(said.rest.split()[0])


def _another_incident(said: Said) -> bool:
    args = taken_apart(said.rest)
    return not [word for word in args.words if word.lower() not in ("into", "with", "of")]


def _an_owner(said: Said) -> bool:
    return not said.rest or bool(taken_apart(said.rest).users) or (said.canonical and said.in_room)


def _a_role_and_a_person(said: Said) -> bool:
    args = taken_apart(said.rest)
    return args.empty or role_named(args, said.vocabulary) is not None


_LATER: Mapping[VerbName, Callable[[Said], bool]] = {
    **dict.fromkeys((verb.name for verb in VERBS if not verb.works), _alone),
    VerbName.CHECK: _an_item,
    VerbName.SKIP: _an_item_and_why,
    VerbName.MERGE: _another_incident,
    VerbName.ACTION: _an_owner,
    VerbName.HANDOVER: _a_role_and_a_person,
}
