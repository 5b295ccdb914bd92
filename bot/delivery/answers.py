"""Answers that follow: the link to the room, brought into the modal or behind the command once the room is open."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.delivery.retry import GiveUp, Unreadable, judge, seconds_asked_for
from bot.engine import Outcome
from bot.queries import Queries
from bot.workflows.incident import Incident, IncidentId, Part

log = structlog.get_logger()

PATIENCE_SECONDS = 60.0
TRIES = 4
LOOK_EVERY_SECONDS = 1.0  # another replica may have opened the room


@dataclass
class Answers:
    """Waits for rooms, best effort: who is not told here sees the invitation in the sidebar anyway."""

    client: AsyncWebClient
    queries: Queries
    view: Callable[[Incident], dict[str, Any]]  # what the modal becomes
    text: Callable[[Incident], str]  # what follows a command
    _opened: dict[IncidentId, asyncio.Event] = field(default_factory=dict)
    _waiting: set[asyncio.Task[None]] = field(default_factory=set)

    def when_open(self, incident: IncidentId, *, view_id: str | None = None, response_url: str | None = None) -> None:
        """Bring the link to the room into the modal, or behind the command."""
        task = asyncio.create_task(self._answer(incident, view_id, response_url))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    def noticed(self, outcome: Outcome) -> None:
        """Called after each commit."""
        waiting = self._opened.get(outcome.incident.id)
        if waiting and outcome.incident.knows(Part.ENTRANCE):
            waiting.set()

    async def _answer(self, number: IncidentId, view_id: str | None, response_url: str | None) -> None:
        incident = await self._until_open(number)
        if incident is None:
            return
        for attempt in range(1, TRIES + 1):
            try:
                await self._bring(incident, view_id, response_url)
                return
            except (SlackApiError, SlackClientError, aiohttp.ClientError, TimeoutError) as failure:
                log.info("an answer did not arrive", incident=number, error=type(failure).__name__)
                verdict = judge(failure, attempt)
            if isinstance(verdict, GiveUp) or verdict.seconds > PATIENCE_SECONDS:
                return
            await asyncio.sleep(verdict.seconds)

    async def _bring(self, incident: Incident, view_id: str | None, response_url: str | None) -> None:
        if view_id:
            await self.client.views_update(view_id=view_id, view=self.view(incident))
        if response_url:
            behind = AsyncWebhookClient(response_url)
            answer = await behind.send(text=self.text(incident), response_type="ephemeral")
            if answer.status_code >= 300:  # the SDK raises nothing for it
                raise Unreadable(answer.status_code, asked_for=seconds_asked_for(answer.headers))

    async def _until_open(self, number: IncidentId) -> Incident | None:
        opened = self._opened.setdefault(number, asyncio.Event())
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._looked_for(number, opened)
        except TimeoutError:
            return None
        finally:
            self._opened.pop(number, None)

    async def _looked_for(self, number: IncidentId, opened: asyncio.Event) -> Incident:
        while True:
            incident = await self.queries.incident(number)
            if incident and incident.knows(Part.ENTRANCE):
                return incident
            await _set_within(opened, LOOK_EVERY_SECONDS)


async def _set_within(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
