"""What whoever wants more of an incident reads once it is over: how it ended, and what can still be done."""

from collections.abc import Mapping

from bot.workflows.commands import Refused
from bot.workflows.incident import Ending, Incident
from bot.workflows.linking import named

OVER: Mapping[Ending | None, str] = {
    None: "{incident} was resolved already. When nothing is left to do, `/incident close {incident}`; if it broke "
    "again, `/incident reopen {incident}`.",
    Ending.CLOSED: "{incident} was closed already. If it broke again, `/incident reopen {incident}`.",
    Ending.CANCELLED: "{incident} was cancelled as a false alarm already. If not, `/incident reopen {incident}`.",
    Ending.MERGED: "{incident} goes on as {other}: do it there. `/incident reopen {incident}` brings this one back.",
}


def over(incident: Incident) -> str:
    """How an incident that is over ended, and what can still be done, for whoever wants more of it than that."""
    other = named(incident.merged_into) if incident.merged_into else ""
    return OVER[incident.ending].format(incident=incident.name, other=other)


def check_goes_on(incident: Incident) -> None:
    """Let pass what has not ended for good; one that is being learnt from goes on.

    Raises:
        Refused: it has, and how.
    """
    if incident.ending is not None:
        raise Refused(over(incident))
