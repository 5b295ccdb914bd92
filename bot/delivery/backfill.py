"""What people wrote and marked in the rooms while nobody listened, read from Slack's history after each connect.

A bookmark says up to where a room's history was read without a hole. It is set when a look has come to its end, and
never from what was heard meanwhile: a message that arrives while this runs, or a kill in the middle of it, leaves no
hole. From a little before it each look reads on. Where nobody listened for minutes, the day before is read again,
behind all rooms: an old message may have been edited, deleted, marked or replied to. Doing it twice does no harm.
"""

import asyncio
import math
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.people import People
from bot.delivery.retry import TROUBLE, GiveUp, error_name, in_brief, is_throttled, judge
from bot.engine import Engine, Outcome
from bot.guarded import guarded
from bot.queries import Queries, RoomMessage
from bot.workflows.commands import Command, Refused
from bot.workflows.departures import NoticeLeft
from bot.workflows.furnishing import RoomOpened
from bot.workflows.incident import ChannelId, Incident, MessageTs, Posted, Stamp, UserId
from bot.workflows.membership import RecordCameIn, RecordLeft
from bot.workflows.noticing import SHUT, RoomChanged
from bot.workflows.timeline import PUSHPINS, MarkMessage

log = structlog.get_logger()

PAUSE_SECONDS = 1.5  # between two calls: Slack allows 50 a minute, and deliveries look into the history too
CAME, WENT = frozenset({"channel_join", "group_join"}), frozenset({"channel_leave", "group_leave"})
PAGE = 200
TRIES = 5  # of one call
SKEW = 300.0  # seconds our clock and Slack's may differ
NO_THREAD = frozenset({"thread_not_found", "message_not_found"})  # somebody deleted what it hung on

OVERLAP = timedelta(minutes=10)  # before the bookmark: for what was edited or marked since, or shown late
BUSY = timedelta(hours=1)  # a thread written in so lately is looked into, also below an older message
BUSY_THREADS = 10  # at most
GAP = 300.0  # seconds nobody listened after which Slack has stopped repeating its events
AGAIN_SECONDS = 60.0  # until a room that could not be read for the moment is read again
KEPT_BY_ALL = timedelta(days=1)  # a workspace may tidy its messages away by itself, but not sooner
OPENED_LATE = timedelta(seconds=10)  # after its declaration: people may have been in the room before we knew of it

NONE_YET = MessageTs("")
Message = dict[str, Any]  # as Slack describes it
Known = Mapping[MessageTs, tuple[str, MessageTs | None]]  # when each was edited, and of which thread it is


@dataclass
class Missed:
    """What one look into a room finds that is not stored. `known` is what was stored before the look began."""

    incident: Incident
    channel: ChannelId
    since: MessageTs
    known: Known
    newest: MessageTs = NONE_YET  # of everything that stands in the room's history
    messages: dict[MessageTs, RoomMessage] = field(default_factory=dict)
    marks: dict[MessageTs, tuple[tuple[UserId, ...], Message]] = field(default_factory=dict)  # who marked which
    moves: dict[UserId, tuple[str, bool]] = field(default_factory=dict)  # who came or went last when; True: went
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
        self._notice_move(message)
        if heard and (ts not in self.known or heard.edited_ts > self.known[ts][0]):
            self.messages[ts] = heard
        users = _marked_by(message)
        if users and ts not in self.incident.marked:
            self.marks[ts] = (users, message)

    def _notice_move(self, message: Message) -> None:
        user, subtype = UserId(message.get("user") or ""), message.get("subtype")
        last, _ = self.moves.get(user, ("", False))
        if subtype in CAME | WENT and last < message["ts"]:
            self.moves[user] = (message["ts"], subtype in WENT)

    def memberships(self) -> list[Command]:
        """Who is not where the incident has them: went and still takes part, or came and does not."""
        commands: list[Command] = []
        for user, (ts, went) in self.moves.items():
            at = datetime.fromtimestamp(float(ts), UTC)
            if went and user in self.incident.participants:
                if self.incident.private:  # with the room they leave the roles they hold
                    commands.append(NoticeLeft(incident=self.incident.id, user=user, channel=self.channel))
                commands.append(RecordLeft(incident=self.incident.id, user=user, channel=self.channel, at=at))
            elif not went and user in self.incident.left:
                commands.append(RecordCameIn(incident=self.incident.id, user=user, channel=self.channel, at=at))
        return commands

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
    again_after: float = AGAIN_SECONDS
    _asked: asyncio.Event = field(default_factory=asyncio.Event)
    _gap: float = 0.0

    def ask(self, gap: float = math.inf) -> None:
        """Something may have been missed: nobody listened for so many seconds."""
        self._gap = max(self._gap, gap)
        self._asked.set()

    def noticed(self, outcome: Outcome) -> None:
        """Called after each commit: what was said in a room before we knew it, or while we were out, was not kept."""
        opened = next((event for event in outcome.events if isinstance(event, RoomOpened)), None)
        declared = outcome.incident.at(Stamp.DECLARED)
        if opened and declared and opened.at - declared > OPENED_LATE:
            self.ask(0.0)
        if any(isinstance(event, RoomChanged) and event.change not in SHUT for event in outcome.events):
            self.ask()

    async def run(self) -> None:
        """Look each time after being asked; asked twice meanwhile is asked once."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            gap, self._gap = self._gap, 0.0
            unread = await guarded(self.look(gap), "what was missed could not be looked for")
            if unread is not False:
                asyncio.get_running_loop().call_later(self.again_after, self.ask, gap)

    async def look(self, gap: float = math.inf) -> bool:
        """Through all rooms; one that cannot be read holds up no other. Returns whether some have to be read again."""
        rooms = [(incident, incident.room.channel) for incident in await self.queries.open_ones() if incident.room]
        bookmarks = {channel: await self.queries.read_up_to(channel) for _, channel in rooms}
        unread = [
            await self._fill(incident, channel, _since(incident, bookmarks[channel])) for incident, channel in rooms
        ]
        if gap >= GAP:
            day = f"{(self.now() - KEPT_BY_ALL).timestamp():.6f}"
            unread += [
                await self._fill(incident, channel, MessageTs(max(_beginning(incident), day)))
                for incident, channel in rooms
                if bookmarks[channel]
            ]
        return any(unread)

    async def _fill(self, incident: Incident, channel: ChannelId, since: MessageTs) -> bool:
        """Read one room on; returns whether it could not be, for the moment."""
        missed = Missed(incident, channel, since, await self.queries.known_messages(channel, since))
        try:
            await self._read(missed)
        except TROUBLE as failure:
            log.warning("a room's history could not be read", incident=incident.id, error=in_brief(failure))
            return not isinstance(judge(failure, 1), GiveUp)
        finally:
            await self.queries.keep_messages(sorted(missed.messages.values(), key=lambda message: message.ts))
        for command in missed.memberships():
            await self.engine.execute(command)
        for ts, (users, message) in sorted(missed.marks.items()):
            await self._mark(incident, Posted(channel=channel, ts=ts), users, message)
        if missed.newest:
            await self.queries.was_read_up_to(channel, missed.newest)
        if missed.messages or missed.marks:
            count = {"messages": len(missed.messages), "marks": len(missed.marks)}
            log.info("missed messages were read", incident=incident.id, **count)
        return False

    async def _read(self, missed: Missed) -> None:
        channel, now = missed.channel, self.now()
        async for message in self._pages(self.client.conversations_history, channel, oldest=missed.since):
            missed.newest = max(missed.newest, MessageTs(message["ts"]))
            missed.notice(message)
            if missed.has_news_below(message):
                await self._read_thread(missed, MessageTs(message["ts"]))
        for thread in await self._older_threads(missed):
            await self._read_thread(missed, thread, oldest=missed.since)
        missed.notice_deletions(now)

    async def _read_thread(self, missed: Missed, thread: MessageTs, **options: str) -> None:
        """The replies of a thread; one whose root is gone is left alone."""
        try:
            async for reply in self._pages(self.client.conversations_replies, missed.channel, ts=thread, **options):
                missed.notice(reply)
        except SlackApiError as failure:
            if error_name(failure) not in NO_THREAD:
                raise
        else:
            missed.threads.add(thread)

    async def _older_threads(self, missed: Missed) -> list[MessageTs]:
        """Threads that people write in just now below messages that stand further up."""
        lately = f"{float(missed.since) - BUSY.total_seconds():.6f}"
        busy = await self.queries.busy_threads(missed.channel, lately, BUSY_THREADS)
        card = [missed.incident.card.ts] if missed.incident.card else []
        return [ts for ts in dict.fromkeys([*card, *busy]) if ts < missed.since]

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
        """One call, after a pause; again, from where it was, as often as Slack asks for patience, else a few times."""
        failures = 0
        while True:
            await asyncio.sleep(self.pause)
            try:
                return await ask(**options)
            except TROUBLE as failure:
                failures += not is_throttled(failure)
                verdict = judge(failure, max(1, failures))
                if isinstance(verdict, GiveUp) or failures >= TRIES:
                    raise
                await asyncio.sleep(verdict.seconds)


def _since(incident: Incident, bookmark: MessageTs | None) -> MessageTs:
    """From where a room is read on."""
    if bookmark is None:
        return _beginning(incident)
    return MessageTs(f"{float(bookmark) - OVERLAP.total_seconds():.6f}")


def _beginning(incident: Incident) -> MessageTs:
    declared = incident.at(Stamp.DECLARED)
    return MessageTs(f"{declared.timestamp() - SKEW:.6f}" if declared else "0")


def _marked_by(message: Message) -> tuple[UserId, ...]:
    marks = [mark for mark in message.get("reactions") or () if mark.get("name") in PUSHPINS]
    return tuple(UserId(user) for mark in marks for user in mark.get("users") or ())
