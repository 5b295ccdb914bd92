"""Repairs: look, ask for what is missing, wait until it is delivered, and look again, so that the answer is true."""

import asyncio
from dataclasses import dataclass, field

import structlog
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.delivery.inspection import Inspector
from bot.delivery.retry import TROUBLE
from bot.engine import Engine
from bot.queries import Queries
from bot.views.repair import Report, reported
from bot.workflows.commands import Refused
from bot.workflows.incident import IncidentId, UserId
from bot.workflows.repair import Findings, Repair

log = structlog.get_logger()

ROUNDS = 3  # what stands behind something else is only seen when that is there again
LOOKS, LOOK_EVERY_SECONDS = 200, 0.1  # whether the deliveries of one round are made


@dataclass
class Repairs:
    """Runs repairs beside everything else."""

    engine: Engine
    queries: Queries
    inspector: Inspector
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    def begin(self, number: IncidentId, by: UserId, response_url: str | None, *, anew: bool = False) -> None:
        """Repair an incident, and answer privately when that is done."""
        task = asyncio.create_task(self._answer(number, by, response_url, anew=anew))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def repair(self, number: IncidentId, by: UserId, *, anew: bool = False) -> Report | None:
        """What was made, what was there already, and what could not be made; None when there is no such incident."""
        looks: list[Findings] = []
        while incident := await self.queries.incident(number):
            looks.append(await self.inspector.look(incident))
            if len(looks) > ROUNDS or _no_better(looks):
                break
            command = Repair(incident=number, found=looks[-1], by=by, anew=anew and len(looks) == 1)
            outcome = await self.engine.execute(command, revived=looks[-1].letters)
            if looks[-1].complete and not outcome.events:
                break
            await self._delivered(number)
        waits = await self.queries.under_way(number) > 0
        return Report(incident=incident, looks=looks, waits=waits) if incident else None

    async def _delivered(self, number: IncidentId) -> None:
        for _ in range(LOOKS):
            if not await self.queries.under_way(number):
                return
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def _answer(self, number: IncidentId, by: UserId, response_url: str | None, *, anew: bool) -> None:
        try:
            report = await self.repair(number, by, anew=anew)
            if report and response_url:
                message = reported(report)
                await AsyncWebhookClient(response_url).send(
                    text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=False
                )
        except (Refused, *TROUBLE) as failure:
            log.info("a repair could not be answered", incident=number, error=type(failure).__name__)


def _no_better(looks: list[Findings]) -> bool:
    """Whether the last round changed nothing of what is missing; of what is complete nothing can be missing."""
    return len(looks) > 1 and not looks[-1].complete and dict(looks[-1].missing) == dict(looks[-2].missing)
