"""What Slack and people call things by, each a type of its own so that none is taken for another."""

from dataclasses import dataclass
from typing import NewType

IncidentId = NewType("IncidentId", int)  # the number people say: 7 in INC-7; never reused
UserId = NewType("UserId", str)  # Slack's `U…` or `W…`
ChannelId = NewType("ChannelId", str)  # Slack's `C…`
MessageTs = NewType("MessageTs", str)  # Slack's message id inside a channel, "1700000000.000100"


@dataclass(frozen=True, kw_only=True)
class Posted:
    """Where a message stands in Slack."""

    channel: ChannelId
    ts: MessageTs
