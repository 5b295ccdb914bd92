"""How `factor` is read: words that name one, the number of one that was none, or nothing to read them all."""

import re

from bot.workflows.arguments import number_in_front, taken_apart
from bot.workflows.parsed import FactorWords, Parsed
from bot.workflows.words import Said

_NONE_AFTER_ALL = re.compile(r"(?:drop|remove|withdraw) #?(?P<number>[1-9][0-9]{0,2})", re.IGNORECASE)


def factor(said: Said) -> Parsed | None:
    """`factor no limit on retries`, `factor drop 2`, or `factor` alone."""
    incident, text = number_in_front(said.rest)
    args = taken_apart(said.rest)
    if args.empty:
        return FactorWords(incident=args.incident)
    if incident is None and not said.in_room:
        return None  # “factor authentication is down” is a title where no incident is being talked about
    if dropped := _NONE_AFTER_ALL.fullmatch(text):
        return FactorWords(incident=incident, withdrawn=int(dropped["number"]))
    return FactorWords(text, incident)
