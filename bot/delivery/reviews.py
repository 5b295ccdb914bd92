"""Owners of playbooks that are overdue for review are reminded, in a direct message, once for each interval."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.posts import doubtful
from bot.delivery.retry import TROUBLE
from bot.guarded import guarded
from bot.storage import receipts
from bot.storage.database import Connection, Database
from bot.views.playbooks import review_reminder
from bot.workflows.incident import UserId
from bot.workflows.policy import Playbook, Policy
from bot.workflows.reviews import owner_of, review_of

log = structlog.get_logger()

LOOKING_SECONDS = 3600.0
AT_IT = timedelta(minutes=10)  # whoever has not finished by then was killed
NOT_SENT = (SlackApiError, aiohttp.ClientConnectorError)  # for certain: it is tried again at the next look


class Turn(Enum):
    """How a reminder is begun."""

    FIRST = "first"
    AGAIN = "again"  # somebody began and never finished: it may have arrived


@dataclass
class Reviews:
    """Looks at the playbooks when the process starts, and every hour."""

    client: AsyncWebClient
    database: Database
    policy: Policy
    now: Callable[[], datetime]

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await guarded(self.look(), "reviews of playbooks could not be looked at")
            await asyncio.sleep(LOOKING_SECONDS)

    async def look(self) -> None:
        """Remind the owners of what is overdue, those that were not yet."""
        today = self.now().date()
        for book in self.policy.playbooks:
            owner = owner_of(book)
            if owner and book.review_every and review_of(book, today).overdue:
                await self._remind(book, owner, book.review_every)

    async def _remind(self, book: Playbook, owner: UserId, every: timedelta) -> None:
        name = f"{book.key}:{book.reviewed or 'never'}"
        done, begun = (f"{step}:{name}"[: receipts.KEY_LIMIT] for step in ("review", "review-begun"))
        turn = await self.database.write(lambda connection: _turn(connection, done, begun, self.now()))
        if turn is None:
            return
        said = review_reminder(book, self.now().date())
        said = doubtful(said) if turn is Turn.AGAIN else said
        try:
            await self.client.chat_postMessage(channel=owner, text=said.text, blocks=said.blocks)
        except NOT_SENT as failure:
            log.warning("the owner of a playbook was not reminded", playbook=book.key, error=type(failure).__name__)
            await self.database.write(lambda connection: receipts.take_back(connection, begun))
            return
        except TROUBLE as failure:  # perhaps they were: rather not than twice, since the Home tab says it too
            log.warning("the owner of a playbook may not be reminded", playbook=book.key, error=type(failure).__name__)
        until = self.now() + every
        await self.database.write(lambda connection: _finish(connection, done, begun, until))


def _turn(connection: Connection, done: str, begun: str, now: datetime) -> Turn | None:
    """Whether it is this process's turn to remind; None when it is done, or another one is at it."""
    if receipts.find(connection, done)[0]:
        return None
    first = receipts.write_first(connection, begun, now)
    if not first and not receipts.take_over(connection, begun, now - AT_IT, now):
        return None
    if receipts.find(connection, done)[0]:  # whoever was at it finished between our looking and our beginning
        receipts.take_back(connection, begun)
        return None
    return Turn.FIRST if first else Turn.AGAIN


def _finish(connection: Connection, done: str, begun: str, until: datetime) -> None:
    receipts.write_first(connection, done, until)
    receipts.take_back(connection, begun)
