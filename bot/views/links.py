"""What an incident is tied to, in sentences: what it goes on as, what was merged into it, what it is related to."""

from collections.abc import Collection, Mapping, Sequence

from bot.workflows.incident import Fate, Incident, IncidentId, Linked
from bot.workflows.linking import named
from bot.workflows.text import listed

GOES_ON: Mapping[Fate | None, str] = {
    None: "Goes on as {other}",
    Fate.RESOLVED: "Went on as {other}, which is resolved",
    Fate.CANCELLED: "Went on as {other}, which was cancelled as a false alarm",
    Fate.MERGED: "Went on as {other}, which was merged into another one",
}
MERGED_IN = "Merged into this: {others}"
RELATED = "Related: {others}"
SHOWN = 8


def ties(incident: Incident, seen: Collection[IncidentId] = ()) -> list[str]:
    """A sentence for each kind of tie; private incidents only with their number among `seen`, else not at all."""
    into = incident.merged_into
    duplicates, related = (_shown(links, seen) for links in (incident.duplicates, incident.related))
    return [
        *([goes_on(incident, _name(into, seen))] if into else []),
        *([MERGED_IN.format(others=duplicates)] if duplicates else []),
        *([RELATED.format(others=related)] if related else []),
    ]


def goes_on(incident: Incident, other: str) -> str:
    """What a merged incident goes on as, and what became of that one."""
    return GOES_ON[incident.fate].format(other=other)


def _shown(links: Sequence[Linked], seen: Collection[IncidentId]) -> str:
    names = [_name(link, seen) for link in links if not link.private or link.incident in seen]
    more = [f"{len(names) - SHOWN} more"] if len(names) > SHOWN else []
    return listed((*names[:SHOWN], *more), nothing="")


def _name(link: Linked, seen: Collection[IncidentId]) -> str:
    if link.private and link.incident in seen:
        return f"INC-{link.incident} (private)"
    return named(link)
