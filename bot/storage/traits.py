"""What incidents are found by when a new one is like them: words of titles, services; one row for each."""

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from bot.storage.incidents import KEY, Shelf
from bot.storage.tables import incidents, traits
from bot.workflows.incident import Incident, IncidentId

CANDIDATES = 40  # with most in common; the rules choose among them


def rewrite(connection: sa.Connection, incident: IncidentId, known: Iterable[str]) -> None:
    """Keep what an incident is found by."""
    connection.execute(sa.delete(traits).where(traits.c.incident == incident))
    rows = [{"trait": trait[:200], "incident": incident} for trait in sorted(known)]
    if rows:
        connection.execute(sa.insert(traits), rows)


def sharing(connection: sa.Connection, wanted: Collection[str], shelf: Shelf, *, private: bool) -> list[Incident]:
    """Those that are over and have most in common, the private ones or the others."""
    over = (traits.c.incident == incidents.c.id) & ~incidents.c.is_open & (incidents.c.private == private)
    shared = sa.func.count()
    found = (
        sa.select(traits.c.incident)
        .select_from(traits.join(incidents, over))
        .where(traits.c.trait.in_([trait[:200] for trait in wanted]))
        .group_by(traits.c.incident)
        .order_by(shared.desc(), traits.c.incident.desc())
        .limit(CANDIDATES)
    )
    numbers = connection.execute(found).scalars().all()
    return shelf.take(connection, sa.select(*KEY).where(incidents.c.id.in_(numbers)))
