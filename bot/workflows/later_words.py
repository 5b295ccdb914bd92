"""The grammar of verbs that are still to come: what is said to be missing today, rather than taken for a title."""

import re
from collections.abc import Callable, Mapping

from bot.workflows.arguments import taken_apart
from bot.workflows.role_words import role_named
from bot.workflows.words import VERBS, Said, VerbName

_TIMES = re.compile(
    r"(?:(?:at|today|yesterday) ?)*(?:[0-9]{1,2}[:.][0-9]{2}|[0-9]{1,2} ?(?:am|pm)|[0-9]{1,4} ?[a-z]{1,7}(?: ago)?)?"
    r"(?: (?:utc|am|pm))?"
)


def fits_later(said: Said) -> bool:
    """Whether the rest is what a verb that does not work yet will take."""
    return _LATER[said.verb](said)


def _alone(said: Said) -> bool:
    return taken_apart(said.rest).empty


def _a_time(said: Said) -> bool:
    return _TIMES.fullmatch(" ".join(said.rest[:40].lower().split())) is not None


def _another_incident(said: Said) -> bool:
    args = taken_apart(said.rest)
    return not [word for word in args.words if word.lower() not in ("into", "with", "of")]


def _a_role_and_a_person(said: Said) -> bool:
    args = taken_apart(said.rest)
    return args.empty or role_named(args, said.vocabulary) is not None


_LATER: Mapping[VerbName, Callable[[Said], bool]] = {
    **dict.fromkeys((verb.name for verb in VERBS if not verb.works), _alone),
    VerbName.STARTED: _a_time,
    VerbName.MERGE: _another_incident,
    VerbName.HANDOVER: _a_role_and_a_person,
}
