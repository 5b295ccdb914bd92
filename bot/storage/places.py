"""Channels that a setting names: resolved once, the id kept."""

import sqlalchemy as sa

from bot.storage.tables import places
from bot.workflows.incident import ChannelId


def find(connection: sa.Connection, wanted: str) -> ChannelId | None:
    """The channel that a setting's value was resolved to."""
    return connection.execute(sa.select(places.c.channel).where(places.c.wanted == wanted)).scalar_one_or_none()


def keep(connection: sa.Connection, wanted: str, channel: ChannelId) -> None:
    """Remember what a setting's value was resolved to."""
    forget(connection, wanted)
    connection.execute(sa.insert(places).values(wanted=wanted, channel=channel))


def forget(connection: sa.Connection, wanted: str) -> None:
    """Resolve it again next time: the channel is gone."""
    connection.execute(sa.delete(places).where(places.c.wanted == wanted))
