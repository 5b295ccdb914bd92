"""When people last wrote in a room, or did something the timeline knows of."""

from datetime import UTC, datetime

import sqlalchemy as sa

from bot.storage.tables import incidents, messages, timeline
from bot.workflows.incident import IncidentId


def last(connection: sa.Connection, incident: IncidentId) -> datetime | None:
    """The moment, None when nothing is known; the bot's own posts and entries do not count."""
    room = sa.select(incidents.c.room).where(incidents.c.id == incident).scalar_subquery()
    # Slack's timestamps have ten digits before the point until the year 2286, so their text is in the order of time.
    said = sa.select(sa.func.max(messages.c.ts)).where(messages.c.channel == room, messages.c.author.is_not(None))
    done = sa.select(sa.func.max(timeline.c.recorded_at)).where(
        timeline.c.incident == incident, timeline.c.by.is_not(None)
    )
    ts, at = connection.execute(said).scalar(), connection.execute(done).scalar()
    written = datetime.fromtimestamp(float(ts), UTC) if ts else None
    return max((moment for moment in (written, at) if moment), default=None)
