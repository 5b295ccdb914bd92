"""A town that hell is let loose on, and what has to hold after each thing that is sent to it."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog

from bot.practice.errors import NotDelivered
from bot.practice.store import Json
from bot.practice.triggers import new_response_url, new_trigger
from bot.practice.views import open_views
from bot.practice.workspace import TEAM_ID, Workspace
from tests.hell.payloads import complaints, misread
from tests.town import ANA, GENERAL, Town, Ways, town

SECRET_TITLE = "zebra accounts were opened"  # of the private incident, which only Ana may know of
# How Slack says that a call was not made in the right form; anything else can be nobody's fault.
FORM = ("invalid_arg", "invalid_blocks", "invalid_attach", "invalid_json", "invalid_name", "invalid_users", "json_not",
        "msg_too_long", "msg_blocks", "no_text", "view_too", "too_many", "too_long", "invalid_metadata")  # fmt: skip
VISIBLE = ("text", "blocks", "view", "topic")


@dataclass
class Hell:
    """One town with an open incident and a private one; `port` is where Warroom listens."""

    town: Town
    port: int
    logged: list[Any]
    errors: list[str]
    room: str = ""
    private_room: str = ""
    _session: aiohttp.ClientSession = field(default_factory=aiohttp.ClientSession)
    _calls: int = 0
    _shown: int = 0
    _lines: int = 0

    @property
    def workspace(self) -> Workspace:
        """The practice workspace."""
        return self.town.practice.workspace

    def asked(self, user: str, channel: str = GENERAL) -> Json:
        """What every interaction of a person carries."""
        known = channel if channel in (GENERAL, self.room, self.private_room) else GENERAL
        return {
            "trigger_id": new_trigger(self.workspace, user),
            "response_url": new_response_url(self.workspace, self.workspace.channels[known], user),
        }

    def opened(self, user: str) -> Json | None:
        """The form on top of a person's screen."""
        stack = open_views(self.workspace, user)
        return stack[-1] if stack else None

    async def sends(self, kind: str, body: Json) -> Json:
        """Hand over a payload as Slack would; returns the answer, which has to come in time (or be turned away)."""
        self._calls, self._shown, self._lines = len(self.town.calls), self._ephemerals(), len(self.logged)
        try:
            return dict(await self.workspace.delivery.ask(kind, body))
        except NotDelivered as failure:
            if failure.final:  # it could not be read, and Slack was told not to send it again
                return {}
            raise AssertionError(f"unanswered: {failure.reason}; log: {self._said()}") from None

    async def holds(self, answer: Json, user: str = "U0BEN") -> None:
        """What has to be so after anything that was sent."""
        await self.town.quiet()
        assert not self.errors, self.errors
        assert [entry for entry in self.logged[self._lines :] if entry["log_level"] in ("error", "critical")] == []
        assert self._refused() == []
        assert _wrong(answer) == []
        assert self._wrong_in_sight() == []
        self._only_one_room_each()
        if user != "U0ANA":
            assert SECRET_TITLE not in json.dumps([answer, *self._new_ephemerals(user), self.opened(user)])
        async with self._session.get(f"http://127.0.0.1:{self.port}/readyz") as response:
            assert response.status == 200, await response.text()

    def was_answered(self) -> bool:
        """Whether the person saw something come of it: words, a form, or a change."""
        calls = self.town.calls[self._calls :]
        shown = [call for call in calls if call.method.startswith("views.") and call.ok]
        done = [entry for entry in self.logged[self._lines :] if entry.get("outcome") in ("done", "repeated")]
        return bool(shown or done or self._ephemerals() > self._shown)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._session.close()

    def _ephemerals(self) -> int:
        return len(self.workspace.ephemerals)

    def _new_ephemerals(self, user: str) -> list[Json]:
        return [shown for shown in list(self.workspace.ephemerals)[self._shown :] if shown.get("shown_to") == user]

    def _refused(self) -> list[str]:
        calls = [call for call in self.town.calls[self._calls :] if call.ok is False]
        return [f"{call.method}: {call.error}" for call in calls if str(call.error).startswith(FORM)]

    def _wrong_in_sight(self) -> list[str]:
        """What Slack would read wrongly in what was said since, to all or to one."""
        found = []
        for call in self.town.calls[self._calls :]:
            shown = {name: call.args[name] for name in VISIBLE if call.args.get(name)}
            found += [f"{call.method}: {why}" for content in shown.values() for why in _read(content)]
        for shown in list(self.workspace.ephemerals)[self._shown :]:
            found += _wrong(shown)
        return found

    def _only_one_room_each(self) -> None:
        numbers = [
            str(room["name"]).split("-")[1] for room in self.workspace.channels if room["name"].startswith("inc-")
        ]
        assert len(numbers) == len(set(numbers)), f"more than one room: {sorted(numbers)}"

    def _said(self) -> list[Any]:
        return [*self.errors, *(entry for entry in self.logged[self._lines :] if entry["log_level"] != "info")]


def _read(content: Any) -> list[str]:  # noqa: ANN401 - an argument of a call, its JSON perhaps still as text
    if isinstance(content, str) and content[:1] in "[{":
        content = json.loads(content)
    if isinstance(content, str):
        return [why] if (why := misread(content)) else []
    return complaints(content)


def _wrong(answer: Json) -> list[str]:
    """What is wrong with an acknowledgement, or with a message to one person."""
    errors = answer.get("errors", {"x": "x"})
    found = (
        [] if errors and all(isinstance(text, str) and text.strip() for text in errors.values()) else ["empty errors"]
    )
    found += complaints(answer["blocks"]) if answer.get("blocks") else []
    found += complaints(answer["view"]) if answer.get("view") else []
    return found + (complaints(answer["text"]) if "text" in answer else [])


@asynccontextmanager
async def hell(ways: Ways) -> AsyncIterator[Hell]:
    """A town with two incidents, whose log is listened to."""
    with _listening() as (logged, errors):
        async with town(ways) as there:
            assert there.warroom is not None
            found = Hell(there, there.warroom.settings.port, logged, errors)
            found.room = await there.declares(ANA, "checkout is failing sev2")
            found.private_room = await there.declares(ANA, f"{SECRET_TITLE} --private", number=2)
            try:
                yield found
            finally:
                await found.close()


class Place:
    """Hell, and the loop it runs on while a case is tried."""

    def __init__(self, runner: asyncio.Runner, hell: Hell) -> None:
        self.runner, self.hell = runner, hell

    def __repr__(self) -> str:
        return "the town"  # so that a case that fails is told in a few lines

    def run(self, case: Any) -> Any:  # noqa: ANN401 - a coroutine and what it returns
        """Try one case to its end."""
        return self.runner.run(case)


@contextmanager
def running(ways: Ways) -> Iterator[Place]:
    """One town for many cases."""
    with asyncio.Runner() as runner:
        opening = hell(ways)
        try:
            yield Place(runner, runner.run(opening.__aenter__()))
        finally:
            runner.run(opening.__aexit__(None, None, None))


@contextmanager
def _listening() -> Iterator[tuple[list[Any], list[str]]]:
    """What is logged, by us and by the libraries we use; of those only what went wrong."""
    errors: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            errors.append(self.format(record))

    ear = Ear(logging.ERROR)
    logging.getLogger().addHandler(ear)
    try:
        with structlog.testing.capture_logs() as logged:
            yield logged, errors
    finally:
        logging.getLogger().removeHandler(ear)


__all__ = ["TEAM_ID", "Hell", "Place", "hell", "running"]
