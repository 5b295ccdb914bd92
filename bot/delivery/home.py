"""Home tabs: published when somebody opens theirs, and anew after a change for those who looked lately.

Best effort, in memory: whoever opens the tab again gets it fresh, so nothing is lost when a publication is.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.pace import Turns
from bot.delivery.retry import TROUBLE
from bot.engine import Outcome
from bot.guarded import guarded
from bot.queries import Queries
from bot.views.home import READ_BACK, Board, Boards, home
from bot.views.message import View
from bot.workflows.incident import UserId

log = structlog.get_logger()

LOOKING = timedelta(minutes=15)  # for so long somebody who opened the tab is taken to be looking
LOOKERS = 200  # at most, the last to come
SETTLING_SECONDS = 1.0  # a change is often followed by another
PUBLISH = "views.publish"
PACE_SECONDS = 1.2  # between two: about half of what Slack allows, the other half is for those who open theirs
OPEN_SECONDS = 1.5  # the event of opening wants its answer within three, and a look at the person may take one


@dataclass
class Looker:
    """Somebody who has the tab open, as far as we know, and what stands there."""

    since: datetime
    shown: str = ""
    guest: bool = False


@dataclass
class Homes:
    """Publishes Home tabs. `pace` is how long it waits between two of them after a change."""

    client: AsyncWebClient
    queries: Queries
    now: Callable[[], datetime]
    turns: Turns
    pace: float = PACE_SECONDS
    _lookers: dict[UserId, Looker] = field(default_factory=dict)  # the last to come is the last
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def opened(self, user: UserId, *, guest: bool = False) -> None:
        """Somebody opens the tab: show them how things stand; when too many do at once, a little later."""
        self._lookers.pop(user, None)
        looker = self._lookers[user] = Looker(since=self.now(), guest=guest)
        self._forget()
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                await self._publish(user, looker, await self._boards())
        except TROUBLE as failure:
            log.info("a Home tab was not published", error=type(failure).__name__)
            self._changed.set()

    def noticed(self, outcome: Outcome) -> None:
        """Called after each commit."""
        if outcome.events and self._lookers:
            self._changed.set()

    async def run(self) -> None:
        """After changes, bring the tabs up to date that somebody may be looking at, until cancelled."""
        while True:
            await self._changed.wait()
            await asyncio.sleep(SETTLING_SECONDS)
            self._changed.clear()
            await guarded(self._publish_anew(), "Home tabs were not brought up to date")

    async def _publish_anew(self) -> None:
        self._forget()
        lookers = dict(self._lookers)
        if not lookers:
            return
        boards = await self._boards()
        for user, looker in reversed(lookers.items()):
            try:
                said = await self._publish(user, looker, boards)
            except TROUBLE as failure:
                log.info("a Home tab was not published", error=type(failure).__name__)
                said = True
            await asyncio.sleep(self.pace if said else 0)

    async def _boards(self) -> Boards:
        """Everything any viewer's tab is made of, in one reading."""
        now = self.now()
        found = await self.queries.open_resolved_and_after(now - READ_BACK)
        return Boards.of(found, self.queries.policy.playbooks, now)

    async def _publish(self, user: UserId, looker: Looker, boards: Boards) -> bool:
        """Publish a tab unless it stands there already; returns whether Slack was asked."""
        view: View = home(Board.of(user, boards, self.now(), guest=looker.guest))
        shown = hashlib.sha256(json.dumps(view).encode()).hexdigest()
        if shown == looker.shown:
            return False
        await self.turns.wait(PUBLISH)
        await self.client.views_publish(user_id=user, view=view)
        looker.shown = shown
        return True

    def _forget(self) -> None:
        """Only the last to come are kept, and not for long."""
        gone = [user for user, looker in self._lookers.items() if self.now() - looker.since > LOOKING]
        for user in [*gone, *list(self._lookers)[:-LOOKERS]]:
            self._lookers.pop(user, None)
