"""People, moments and an incident for tests of the rules and of what is stored: plain values."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.workflows.incident import (
    ChannelId,
    Incident,
    IncidentId,
    MessageTs,
    Part,
    Posted,
    Room,
    Stamp,
    Stamped,
    UserId,
)
from bot.workflows.policy import SEV2

ANA, BEN, CLEO, DAN = UserId("U0ANA"), UserId("U0BEN"), UserId("U0CLEO"), UserId("U0DAN")
DECLARED = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
NOW = DECLARED + timedelta(minutes=12)
SEVEN = IncidentId(7)
ROOM = Room(channel=ChannelId("C0ROOM"), name="inc-7-checkout-is-failing")
CARD = Posted(channel=ROOM.channel, ts=MessageTs("1795419000.000100"))
ANNOUNCEMENT = Posted(channel=ChannelId("C0NEWS"), ts=MessageTs("1795419000.000200"))


def stamped(at: datetime, by: UserId | None = ANA) -> Stamped:
    return Stamped(at=at, by=by, set_at=at)


def an_incident(**changes: Any) -> Incident:  # noqa: ANN401 - any field of an incident
    """An open incident, declared by Ana twelve minutes ago and furnished since."""
    incident = Incident(
        id=SEVEN, title="checkout is failing", severity=SEV2, declared_by=ANA, participants=(ANA,),
        stamps={Stamp.DECLARED: stamped(DECLARED)}, furnished=tuple(Part),
        room=ROOM, card=CARD, announcement=ANNOUNCEMENT,
    )  # fmt: skip
    return replace(incident, **changes)
