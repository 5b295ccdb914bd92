"""What the tests of Slack at its worst share: a clock to put forward, answers gone wrong, effects asked for alone."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from bot.app import Warroom
from bot.practice.client import PATIENCE
from bot.practice.workspace import Call, Hook
from bot.storage import outbox
from bot.workflows.commands import Effect
from bot.workflows.incident import Incident, IncidentId
from tests.town import Clock, Town

PAGE = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
GZIP = {"Content-Encoding": "gzip"}


@dataclass(frozen=True)
class Trouble:
    """An answer gone wrong; `late` when the call has had its effect by then."""

    name: str
    answer: Callable[[], BaseException]
    late: bool = False
    certain: bool = False  # that nothing has happened

    def __str__(self) -> str:
        return self.name


def ends() -> BaseException:
    """The connection ends without an answer: aiohttp closes it when a handler is cancelled."""
    return asyncio.CancelledError()


def page(status: int) -> Callable[[], BaseException]:
    """A page of a gateway's under any status."""
    return lambda: answered(PAGE, status, content_type="text/html")


def json_of(body: bytes, status: int = 200) -> Callable[[], BaseException]:
    """Something that says it is JSON."""
    return lambda: answered(body, status)


def answered(
    body: bytes, status: int = 200, content_type: str = "application/json", headers: Mapping[str, str] | None = None
) -> web.HTTPException:  # fmt: skip
    """Any answer at all, raised out of a hook."""

    class Answer(web.HTTPException):
        status_code = status

    answer = Answer(headers=headers, content_type=content_type)
    answer.body = body
    return answer


def garbled() -> BaseException:
    """Bytes that say they are packed, and are not."""
    return answered(gzip.compress(b'{"ok": true}')[:9] + b"not packed", headers=GZIP)


@asynccontextmanager
async def going_wrong(
    place: Town, method: str, trouble: Trouble, times: int = 1, only: Callable[[Call], bool] = lambda call: True
) -> AsyncIterator[list[Call]]:
    """The next calls of a method go wrong; hands back those that did."""
    spoiled: list[Call] = []

    async def hook(call: Call) -> None:
        if call.method == method and len(spoiled) < times and only(call):
            spoiled.append(call)
            raise trouble.answer()

    workspace = place.practice.workspace
    hooks: list[Hook] = workspace.after_call if trouble.late else workspace.before_call
    hooks.append(hook)
    try:
        yield spoiled
    finally:
        hooks.remove(hook)


def served(place: Town) -> Warroom:
    """The Warroom that serves the place."""
    assert place.warroom is not None
    return place.warroom


async def incident(place: Town, number: int = 1) -> Incident:
    """An incident as it is now."""
    found = await served(place).queries.incident(IncidentId(number))
    assert found is not None
    return found


async def asks(place: Town, effect: Effect, number: int = 1) -> None:
    """Ask for an effect as an event would."""
    there, now = await incident(place, number), served(place).now()
    await served(place).database.write(lambda connection: outbox.add(connection, there, effect, None, now))
    served(place).deliverer.wake()


async def settles(place: Town, clock: Clock, step: float = 0.5, patience: float = PATIENCE) -> None:
    """Put the clock forward until nothing waits to be delivered."""
    deadline = asyncio.get_running_loop().time() + patience
    while (backlog := await served(place).queries.backlog()).pending:
        assert asyncio.get_running_loop().time() < deadline, f"still waiting to be delivered: {backlog}"
        clock.forward(step)
        served(place).deliverer.wake()
        await asyncio.sleep(0.01)
