"""Looking at what an incident has in Slack, piece by piece, before anything of it is repaired."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.installation import Installed
from bot.delivery.people import People
from bot.delivery.retry import TROUBLE, GiveUp, error_name, judge
from bot.queries import Queries
from bot.views.announcement import announcement
from bot.views.card import card, topic
from bot.views.message import Message
from bot.workflows.incident import ChannelId, Incident, Posted, UserId
from bot.workflows.policy import COMMANDER
from bot.workflows.repair import STALE, Findings, Piece
from bot.workflows.text import plain

TRIES, PATIENCE = 3, 10.0  # of one call; seconds that Slack may ask us to wait before the next
MEMBER_PAGES = 10  # of 200 people each
LETTERS_KEPT = timedelta(days=2)  # news that are older are on the timeline, and no longer news
# What is worth saying again. The rest is made anew by looking at what is there.
AGAIN = (
    "PostInRoom", "PostUnderAnnouncement", "TellSource", "TellPrivately", "LetIn", "InviteByRule",
    "FileDraft", "CopyDraft", "SendTimeline", "FetchMessage", "RemindPerson", "RemindRoom", "RemindOfAction",
    "BriefPerson", "TellOther", "LeaveRoom", "WithdrawAnnouncement",
)  # fmt: skip
SHORTCODE = re.compile(r":[a-z][a-z0-9_+-]*:")


class Unseen(Exception):
    """Slack did not show something; `error` is its name for why."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@dataclass
class Look:
    """One look at one incident, as it is being taken."""

    at: datetime
    incident: Incident
    room: ChannelId | None = None
    name: str | None = None
    archived: bool = False
    there: list[Piece] = field(default_factory=list)
    missing: dict[Piece, str] = field(default_factory=dict)
    closed: list[ChannelId] = field(default_factory=list)
    absent: list[UserId] = field(default_factory=list)
    deactivated: list[UserId] = field(default_factory=list)
    letters: list[int] = field(default_factory=list)

    def note(self, piece: Piece, error: str | None) -> None:
        """A piece is there (None), or missing, with Slack's name for what stands against it."""
        if error is None:
            self.there.append(piece)
        else:
            self.missing[piece] = error

    def findings(self) -> Findings:
        """What was found."""
        return Findings(
            at=self.at, room=self.room, name=self.name, archived=self.archived, there=tuple(self.there),
            missing=self.missing, closed=tuple(self.closed), absent=tuple(self.absent),
            deactivated=tuple(self.deactivated), letters=tuple(self.letters),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Inspector:
    """Takes looks; it changes nothing. `needed` are the scopes that may not be declined."""

    client: AsyncWebClient
    queries: Queries
    installed: Installed
    people: People
    now: Callable[[], datetime]
    needed: tuple[str, ...] = ()

    async def look(self, incident: Incident) -> Findings:
        """What is there of an incident, and what is missing."""
        look = Look(at=self.now(), incident=incident)
        if await self._room(look):
            await self._inside(look)
        if not (incident.private or incident.unannounced):
            await self._announcement(look)
        if incident.ending is None:
            await self._people(look)
        await self._letters(look)
        lacking = [scope for scope in self.needed if scope not in self.installed.scopes]
        look.note(Piece.SCOPES, ", ".join(lacking) if lacking else None)
        return look.findings()

    async def _room(self, look: Look) -> bool:
        """Whether there is a room, and one can look inside."""
        room, over = look.incident.room, look.incident.ending is not None
        if room is None or (over and room.archived):
            look.note(Piece.ROOM, None if over else "")
            return False
        look.room = room.channel
        try:
            found = await self._channel(room.channel)
        except Unseen as unseen:
            # A private channel looks the same when it is gone and when Warroom was taken out of it.
            look.archived = unseen.error == "channel_not_found" and not look.incident.private
            look.note(Piece.ROOM, unseen.error)
            return False
        look.archived, look.name = bool(found.get("is_archived")), str(found.get("name") or room.name)
        look.note(Piece.ROOM, "is_archived" if look.archived and not over else None)
        if look.archived:
            return False
        names = await self.people.names(look.incident.holders(COMMANDER))
        wanted, stands = topic(look.incident, names), str((found.get("topic") or {}).get("value", ""))
        member = bool(found.get("is_member"))
        look.note(Piece.PRESENCE, None if member else "not_in_channel")
        if not member:
            look.closed.append(room.channel)
            return False
        look.note(Piece.TOPIC, None if _essence(stands) == _essence(wanted) else STALE)
        return True

    async def _inside(self, look: Look) -> None:
        standing = look.incident.card
        if standing is None:
            look.note(Piece.CARD, "")
            return
        try:
            message = await self._message(standing)
        except Unseen as unseen:
            look.note(Piece.CARD, unseen.error)
            return
        look.note(Piece.CARD, _compared(message, card(look.incident, look.at)))
        pinned = message is not None and standing.channel in (message.get("pinned_to") or ())
        look.note(Piece.PIN, None if pinned else "no_pin")

    async def _announcement(self, look: Look) -> None:
        standing = look.incident.announcement
        if standing is None:
            if look.incident.ending is None:
                look.note(Piece.ANNOUNCEMENT, "")
            return
        try:
            found = await self._channel(standing.channel)
            if not found.get("is_member"):
                look.closed.append(standing.channel)
                raise Unseen("not_in_channel")
            if found.get("is_archived"):
                raise Unseen("is_archived")
            message = await self._message(standing)
        except Unseen as unseen:
            look.note(Piece.ANNOUNCEMENT, unseen.error)
            return
        look.note(Piece.ANNOUNCEMENT, _compared(message, announcement(look.incident, look.at)))

    async def _people(self, look: Look) -> None:
        """Who holds a role: are they still in the workspace, and in the room?"""
        holders = dict.fromkeys(user for users in look.incident.roles.values() for user in users)
        if not holders:
            return
        try:
            gone = [user for user in holders if await self._is_gone(user)]
            members = await self._members(look)
        except Unseen as unseen:
            look.note(Piece.PEOPLE, unseen.error)
            return
        look.deactivated += gone
        look.note(Piece.ROLES, "user_is_gone" if gone else None)
        if members is not None:
            wanted = [user for user in holders if not (look.incident.private and user in look.incident.left)]
            look.absent += [user for user in wanted if user not in members and user not in gone]
            look.note(Piece.PEOPLE, "not_in_channel" if look.absent else None)

    async def _letters(self, look: Look) -> None:
        found = await self.queries.given_up(look.incident.id, AGAIN, look.at - LETTERS_KEPT)
        look.letters += [letter.id for letter in found]
        look.note(Piece.LETTERS, found[-1].error if found else None)

    async def _is_gone(self, user: UserId) -> bool:
        try:
            answer = await self._asked(self.client.users_info, user=user)
        except Unseen as unseen:
            if unseen.error == "user_not_found":
                return True
            raise
        return bool(answer["user"].get("deleted"))

    async def _members(self, look: Look) -> frozenset[str] | None:
        """Who is in the room; None where one cannot look, or for more people than are worth the calls."""
        if Piece.PRESENCE not in look.there:
            return None
        members: list[str] = []
        cursor = ""
        for _ in range(MEMBER_PAGES):
            page = await self._asked(self.client.conversations_members, channel=look.room, limit=200, cursor=cursor)
            members += page["members"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return frozenset(members)
        return None

    async def _channel(self, channel: ChannelId) -> dict[str, Any]:
        answer = await self._asked(self.client.conversations_info, channel=channel)
        return dict(answer["channel"])

    async def _message(self, posted: Posted) -> dict[str, Any] | None:
        """A message of a channel; None when it was deleted."""
        answer = await self._asked(
            self.client.conversations_history, channel=posted.channel, oldest=posted.ts, latest=posted.ts,
            inclusive=True, limit=1,
        )  # fmt: skip
        found = [message for message in answer["messages"] if message["ts"] == posted.ts]
        return dict(found[0]) if found and found[0].get("subtype") != "tombstone" else None

    async def _asked(self, ask: Callable[..., Awaitable[Any]], **options: Any) -> Any:  # noqa: ANN401 - Slack's answer
        """One call, again while Slack asks for a little patience.

        Raises:
            Unseen: Slack says no, or does not answer well.
        """
        for attempt in range(1, TRIES + 1):
            try:
                return await ask(**options)
            except TROUBLE as failure:
                verdict = judge(failure, attempt)
                named = error_name(failure) if isinstance(failure, SlackApiError) else ""
                if isinstance(verdict, GiveUp) or attempt == TRIES or verdict.seconds > PATIENCE:
                    raise Unseen(named or verdict.error) from failure
                await asyncio.sleep(verdict.seconds)
        raise AssertionError("unreachable")


def _compared(message: dict[str, Any] | None, wanted: Message) -> str | None:
    """None when a message says what it should."""
    if message is None:
        return "message_not_found"
    return None if _essence(str(message.get("text", ""))) == _essence(wanted.text) else STALE


def _essence(text: str) -> str:
    """The letters and figures of a text: Slack gives emoji back as words, and links in angle brackets."""
    return "".join(letter for letter in SHORTCODE.sub("", plain(text)) if letter.isalnum())
