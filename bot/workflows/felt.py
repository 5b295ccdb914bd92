"""How long customers felt it, as far as anybody has said: from when the impact began to when it stopped."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.workflows.incident import Incident, Stamp


@dataclass(frozen=True, kw_only=True)
class Felt:
    """What is known of the impact: when it began, when it stopped, and the moment by which it was over."""

    began: datetime | None
    stopped: datetime | None
    over: datetime | None  # resolved: it had stopped by then, nobody said when

    @property
    def end(self) -> datetime | None:
        """When it stopped, else by when it had; None while it goes on."""
        return self.stopped or self.over

    @property
    def exact(self) -> bool:
        """Whether both ends are known."""
        return self.began is not None and self.stopped is not None

    @property
    def in_order(self) -> bool:
        """Whether the end does not come before the beginning."""
        return self.began is None or self.end is None or self.began <= self.end

    @property
    def span(self) -> timedelta | None:
        """How long it was felt, at most where nobody said when it stopped; None while an end is unknown."""
        return self.end - self.began if self.began and self.end and self.in_order else None


def felt(incident: Incident) -> Felt:
    """What has been said of how long customers felt it."""
    return Felt(
        began=incident.at(Stamp.IMPACT_STARTED), stopped=incident.at(Stamp.CONTAINED), over=incident.at(Stamp.RESOLVED)
    )
