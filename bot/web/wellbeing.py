"""What `/incident health` is told: the checks of /readyz, what this process knows, and what the database knows."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import VERSION
from bot.storage import standing
from bot.storage.database import Database, DatabaseAway
from bot.storage.presence import Presence
from bot.storage.standing import Standing
from bot.web.readiness import Readiness
from bot.web.vitals import Vitals
from bot.workflows.health import GivenUp, Health, Ledger

WEEK = timedelta(days=7)
KNOWN = re.compile(r"[a-z_]+")  # the shape of Slack's names for errors; others may carry what somebody wrote
OWN = "a failure of its own, which is in the log"


@dataclass(frozen=True, kw_only=True)
class Wellbeing:
    """Asked for each answer. `what` says an effect in words, as in “post in the room”; `why` an error of Slack's."""

    database: Database
    presence: Presence
    readiness: Readiness
    vitals: Vitals
    now: Callable[[], datetime]
    what: Callable[[str], str]
    why: Callable[[str], str]

    async def health(self) -> Health:
        """How Warroom stands."""
        checks = await self.readiness.look()
        return Health(
            version=VERSION, since=self.vitals.since, checks=checks, heard_at=self.vitals.heard_at,
            over="Socket Mode" if self.readiness.socket() else "HTTP", throttled=self.vitals.throttled_lately(),
            ledger=None if checks["database"] or checks["schema"] else await self._ledger(),
        )  # fmt: skip

    async def _ledger(self) -> Ledger | None:
        now = self.now()
        try:
            found, (kept, promised), replicas = await self.database.read(
                lambda connection: (
                    standing.look(connection, now),
                    standing.promises(connection, now - WEEK, now),
                    self.presence.alive(connection),
                )
            )
        except DatabaseAway:
            return None
        queues = found.lanes.values()
        return Ledger(
            replicas=replicas, waiting=sum(queue.waiting for queue in queues),
            oldest=min((queue.since for queue in queues), default=None),
            overdue_since=found.overdue_since, given_up=self._given_up(found), kept=kept, promised=promised,
            closed=tuple(name for name in found.closed_limits if ":" not in name),  # the others name a room
        )  # fmt: skip

    def _given_up(self, found: Standing) -> tuple[GivenUp, ...]:
        counted: Counter[tuple[str, str]] = Counter()
        for (kind, error), times in found.given_up.items():
            why = self.why(error) if KNOWN.fullmatch(error) else OWN
            counted[self.what(kind), why] += times
        return tuple(GivenUp(what=what, why=why, times=times) for (what, why), times in counted.most_common())
