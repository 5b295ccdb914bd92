"""Contributing factors: the answers to who names them, the list, and their part of the draft."""

from bot.views.facts import title
from bot.views.markdown import literal
from bot.views.message import Message
from bot.views.refusals import asked, told
from bot.views.sources import Sources, linked
from bot.workflows.incident import Factor, Incident
from bot.workflows.parsed import Choice
from bot.workflows.text import escape_prose

NAMED = "Contributing factor {number} of {incident}: {text}"
WITHDRAWN = "Contributing factor {number} of {incident} is withdrawn; the timeline keeps that it was named."
NONE_YET = (
    "Nobody has named a contributing factor of {incident} yet. There is hardly ever one cause: what had to come "
    "together? `/incident factor connection pool without a limit` names one, and a later incident that is like it "
    "is told so."
)
SEEN_BEFORE, TAKE_BACK = "Seen before?", "Withdraw it"
LIST_HEAD = "*Contributing factors of {incident}*"
HOW_TO_DROP = "`/incident factor drop 2` withdraws one."


def named_answer(incident: Incident, factor: Factor) -> Message:
    """It is named; whether it was one before, and the way back."""
    text = NAMED.format(number=factor.number, incident=incident.name, text=escape_prose(factor.text))
    again = Choice(SEEN_BEFORE, f"related {incident.name}")
    return asked(text, (again, Choice(TAKE_BACK, f"factor {incident.name} drop {factor.number}")))


def withdrawn_answer(incident: Incident, number: int) -> Message:
    """It is one no more."""
    return told(WITHDRAWN.format(number=number, incident=incident.name))


def listed_factors(incident: Incident) -> Message:
    """All that are held to."""
    if not incident.factors:
        return told(NONE_YET.format(incident=incident.name))
    rows = [f"{factor.number}. {escape_prose(factor.text)}" for factor in incident.factors]
    head = LIST_HEAD.format(incident=title(incident).replace("*", ""))
    return asked("\n".join([head, *rows, HOW_TO_DROP]), (Choice(SEEN_BEFORE, f"related {incident.name}"),))


def factor_rows(sources: Sources) -> str:
    """Those that were named, as the draft lists them: each with its source."""
    return "".join(f"- {_row(sources, factor)}\n" for factor in sources.incident.factors)


def _row(sources: Sources, factor: Factor) -> str:
    return linked(literal(factor.text), sources.of_moment(factor.at, "FactorNamed"))
