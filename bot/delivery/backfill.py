"""What people wrote and marked in the rooms while nobody listened, read from Slack's history after each connect.

All of a room's history is compared with what is stored, rather than read on from the newest stored message: one
that arrives while this runs, or a kill in the middle of it, leaves no hole. Doing it twice does no harm.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.people import People
from bot.delivery.retry import GiveUp, judge
from bot.engine import Engine, Outcome
from bot.queries import Queries, RoomMessage
from bot.workflows.commands import Refused
from bot.workflows.incident import ChannelId, Incident, MessageTs, Posted, Stamp, UserId
from bot.workflows.noticing import SHUT, RoomChanged
from bot.workflows.timeline import PUSHPINS, MarkMessage

log = structlog.get_logger()

PAUSE_SECONDS = 1.5  # between two calls: Slack allows 50 a minute, and deliveries look into the history too
PAGE = 200
TRIES = 5  # of one call
SKEW = 300.0  # seconds our clock and Slack's may differ
TROUBLE = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)

KEPT_BY_ALL = timedelta(days=1)  # a workspace may tidy its messages away by itself, but not sooner

Message = dict[str, Any]  # as Slack describes it
Known = Mapping[MessageTs, tuple[str, MessageTs | None]]  # when each was edited, and of which thread it is


@dataclass
class Missed:
    """What one look into a room finds that is not stored. `known` is what was stored before the look began."""

    incident: Incident
    channel: ChannelId
    known: Known
    messages: dict[MessageTs, RoomMessage] = field(default_factory=dict)
    marks: dict[MessageTs, tuple[tuple[UserId, ...], Message]] = field(default_factory=dict)  # who marked which
    seen: set[MessageTs] = field(default_factory=set)
    threads: set[MessageTs] = field(default_factory=set)  # which were read
    replies: Counter[MessageTs | None] = field(init=False)  # how many are stored of each thread

    def __post_init__(self) -> None:
        self.replies = Counter(thread for _, thread in self.known.values())

    def notice(self, message: Message) -> None:
        """Take from a message what is new of it: its words, an edit, a mark."""
        ts, heard = MessageTs(message["ts"]), RoomMessage.written(self.channel, message)
        if message.get("subtype") == "tombstone":  # deleted, but its thread lives on
            return
        self.seen.add(ts)
        if heard and (ts not in self.known or heard.edited_ts > self.known[ts][0]):
            self.messages[ts] = heard
        users = _marked_by(message)
        if users and ts not in self.incident.marked:
            self.marks[ts] = (users, message)

    def has_news_below(self, message: Message) -> bool:
        """Whether a message's thread holds other replies than are stored."""
        ts, count = MessageTs(message["ts"]), int(message.get("reply_count") or 0)
        return count != self.replies[ts] or (count > 0 and message.get("latest_reply") not in self.known)

    def notice_deletions(self, now: datetime) -> None:
        """What was stored and is no longer there was deleted; of older messages it may only have been tidied away."""
        for ts, (_, thread) in self.known.items():
            read = thread is None or thread in self.threads
            if read and ts not in self.seen and now.timestamp() - float(ts) < KEPT_BY_ALL.total_seconds():
                self.messages[ts] = RoomMessage(channel=self.channel, ts=ts, text="", deleted=True)


@dataclass
class Backfill:
    """Looks through the rooms of the open incidents, one after the other, whenever it is asked to."""

    client: AsyncWebClient
    queries: Queries
    engine: Engine
    people: People
    now: Callable[[], datetime]
    pause: float = PAUSE_SECONDS
    _asked: asyncio.Event = field(default_factory=asyncio.Event)

    def ask(self) -> None:
        """Something may have been missed."""
        self._asked.set()

    def noticed(self, outcome: Outcome) -> None:
        """Called after each commit: while we were not in a room, its people may have written there."""
        if any(isinstance(event, RoomChanged) and event.change not in SHUT for event in outcome.events):
            self.ask()

    async def run(self) -> None:
        """Look each time after being asked; asked twice meanwhile is asked once."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            try:
                await self.look()
            except Exception:  # whatever goes wrong here, the next connect tries again
                log.exception("what was missed could not be looked for")

    async def look(self) -> None:
        """Once through all rooms; one that cannot be read holds up no other."""
        for incident in await self.queries.open_ones():
            if incident.room is None:
                continue
            try:
                await self._fill(incident, incident.room.channel)
            except TROUBLE as failure:
                log.warning("a room's history could not be read", incident=incident.id, error=str(failure))

    async def _fill(self, incident: Incident, channel: ChannelId) -> None:
        missed = await self._missed(incident, channel)
        await self.queries.keep_messages(sorted(missed.messages.values(), key=lambda message: message.ts))
        for ts, (users, message) in sorted(missed.marks.items()):
            await self._mark(incident, Posted(channel=channel, ts=ts), users, message)
        if missed.messages or missed.marks:
            count = {"messages": len(missed.messages), "marks": len(missed.marks)}
            log.info("missed messages were read", incident=incident.id, **count)

    async def _missed(self, incident: Incident, channel: ChannelId) -> Missed:
        missed = Missed(incident, channel, await self.queries.known_messages(channel))
        now = self.now()
        async for message in self._pages(self.client.conversations_history, channel, oldest=_beginning(incident)):
            missed.notice(message)
            if missed.has_news_below(message):
                missed.threads.add(MessageTs(message["ts"]))
                async for reply in self._pages(self.client.conversations_replies, channel, ts=message["ts"]):
                    missed.notice(reply)
        missed.notice_deletions(now)
        return missed

    async def _mark(self, incident: Incident, posted: Posted, users: tuple[UserId, ...], message: Message) -> None:
        """Put it on the timeline for the first of them who is of this workspace."""
        found = [(user, await self.people.person(user)) for user in users]
        ours = [user for user, person in found if not (person and person.is_stranger)]
        if not ours:
            return
        author, thread = message.get("user"), message.get("thread_ts")
        command = MarkMessage(
            incident=incident.id, message=posted, by=ours[0], said_at=datetime.fromtimestamp(float(posted.ts), UTC),
            author=UserId(author) if author else None,
            thread_ts=MessageTs(thread) if thread and thread != posted.ts else None,
        )  # fmt: skip
        try:
            await self.engine.execute(command)
        except Refused as refused:
            log.info("a missed mark was refused", incident=incident.id, reason=refused.reason)

    async def _pages(
        self, ask: Callable[..., Awaitable[Any]], channel: ChannelId, **options: str
    ) -> AsyncIterator[Message]:
        cursor = ""
        while True:
            page = await self._call(ask, channel=channel, limit=PAGE, cursor=cursor, **options)
            for message in page["messages"]:
                yield message
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    async def _call(self, ask: Callable[..., Awaitable[Any]], **options: object) -> Any:  # noqa: ANN401 - Slack's answer
        """One call, after a pause, and again when Slack asks for patience."""
        for attempt in range(1, TRIES + 1):
            await asyncio.sleep(self.pause)
            try:
                return await ask(**options)
            except (SlackApiError, *TROUBLE) as failure:
                verdict = judge(failure, attempt)
                if isinstance(verdict, GiveUp) or attempt == TRIES:
                    raise
                await asyncio.sleep(verdict.seconds)
        raise AssertionError("unreachable")


def _beginning(incident: Incident) -> str:
    declared = incident.at(Stamp.DECLARED)
    return f"{declared.timestamp() - SKEW:.6f}" if declared else "0"


def _marked_by(message: Message) -> tuple[UserId, ...]:
    marks = [mark for mark in message.get("reactions") or () if mark.get("name") in PUSHPINS]
    return tuple(UserId(user) for mark in marks for user in mark.get("users") or ())
