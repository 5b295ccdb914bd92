"""The grammar of verbs that are still to come: what is said to be missing today, rather than taken for a title."""

from collections.abc import Callable, Mapping

from bot.workflows.arguments import taken_apart
from bot.workflows.words import VERBS, Said, VerbName


def fits_later(said: Said) -> bool:
    """Whether the rest is what a verb that does not work yet will take."""
    return _LATER[said.verb](said)


def _alone(said: Said) -> bool:
    return taken_apart(said.rest).empty


_LATER: Mapping[VerbName, Callable[[Said], bool]] = {
    **dict.fromkeys((verb.name for verb in VERBS if not verb.works), _alone),
}
