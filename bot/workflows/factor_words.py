"""How `factor` is read: words that name one, the number of one that was none, or nothing to read them all."""

import re

from bot.workflows.arguments import number_in_front, taken_apart
from bot.workflows.parsed import FactorWords, Malformed, Parsed
from bot.workflows.words import Said

_NONE_AFTER_ALL = re.compile(r"(?:drop|remove|withdraw)\b\s*(?P<which>(?:#?\d.*|\S+)?)", re.IGNORECASE)
_ONE = re.compile(r"#?(?P<number>[1-9][0-9]{0,2})\.?(?: INC-(?P<incident>[1-9][0-9]{0,8}))?", re.IGNORECASE)
WHICH_FACTOR = "Say the number of one factor; `factor` shows them."


def factor(said: Said) -> Parsed | None:
    """`factor no limit on retries`, `factor drop 2`, or `factor` alone."""
    incident, text = number_in_front(said.rest)
    args = taken_apart(said.rest)
    if args.empty:
        return FactorWords(incident=args.incident)
    if incident is None and not said.in_room:
        return None  # “factor authentication is down” is a title where no incident is being talked about
    if dropped := _NONE_AFTER_ALL.fullmatch(text):
        return _dropped(said, incident, dropped["which"])
    return FactorWords(text, incident)


def _dropped(said: Said, incident: int | None, which: str) -> Parsed:
    """Exactly one is withdrawn at a time: what is not quite that names no factor."""
    one = _ONE.fullmatch(which)
    if one is None:
        return Malformed(said.verb, WHICH_FACTOR, "factor drop 2")
    late = one["incident"]
    return FactorWords(incident=int(late) if late else incident, withdrawn=int(one["number"]))
