"""How fast Slack may be asked: its limits, a little below, and what each delivery counts against.

Sources: https://docs.slack.dev/apis/web-api/rate-limits and the methods' own pages. Every limit holds for the app
in its workspace, so all replicas draw on the same rows (bot/storage/pace.py). Slack tolerates bursts and does not say
how it counts: we take a minute's worth at once and then the steady rate. Should it count strictly, its 429 closes the
limit until the second it names, for all replicas.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.delivery.retry import is_throttled, throttled_method
from bot.storage.database import Connection, Database
from bot.storage.pace import Budget, Errand, Pacing, Rate
from bot.workflows.incident import IncidentId

USED = 0.95  # of what Slack allows: the rest is for calls that take unequally long to get there
TIER_2, TIER_3, TIER_4 = 20, 50, 100  # calls a minute of one method
ALL_POSTS = 300  # a minute in one workspace: "several hundred"
POST, POSTS = "post:", "posts"  # the limit of one channel, and that of all together
OF_A_CHANNEL = 3.0  # seconds: asked to wait longer, it is not one channel's posts that are too many
METHODS: Mapping[str, int] = {
    "conversations.create": TIER_2,
    "conversations.archive": TIER_2,
    "conversations.join": TIER_3,
    "conversations.setTopic": TIER_2,
    "conversations.canvases.create": TIER_2,
    "pins.add": TIER_2,
    "chat.update": TIER_3,
    "conversations.invite": TIER_3,
    "files.getUploadURLExternal": TIER_4,
    "files.completeUploadExternal": TIER_4,
    "chat.postEphemeral": TIER_4,
    "views.publish": TIER_4,
    POSTS: ALL_POSTS,
}
INVITED_AT_ONCE = 100  # ids one conversations.invite takes, by its argument's documentation
UPLOAD = ("files.getUploadURLExternal", "files.completeUploadExternal")

Price = tuple[str, ...]


def rate(name: str) -> Rate | None:
    """How often a call that counts against a limit may be made; None when nobody counts."""
    if name.startswith(POST):
        return Rate(size=1, interval=timedelta(seconds=1 / USED))
    a_minute = METHODS.get(name)
    return Rate(size=a_minute, interval=timedelta(seconds=60 / a_minute / USED)) if a_minute else None


def price(errand: Errand) -> Price:
    """The limits that the calls of a delivery count against."""
    try:
        return PRICES[errand.kind](errand) if errand.kind in PRICES else ()
    except (KeyError, TypeError):
        return ()  # another version wrote it down in another way; its delivery says what is the matter


def _post(place: str) -> Price:
    return (POST + place, POSTS)


def _in_room(errand: Errand) -> Price:
    return _post(_room(errand.incident))


def _to_person(errand: Errand) -> Price:
    return _post(errand.payload["user"])


def _fixed(*names: str) -> Callable[[Errand], Price]:
    return lambda errand: names


def _invitations(errand: Errand) -> Price:
    return ("conversations.invite",) * -(-len(errand.payload["users"]) // INVITED_AT_ONCE)


def _card(errand: Errand) -> Price:
    return ("chat.update",) if errand.has_card else _in_room(errand)


def _announcement(errand: Errand) -> Price:
    return ("chat.update",) if errand.has_announcement else _post(ANNOUNCEMENTS)


def _room(incident: IncidentId) -> str:
    return f"inc-{incident}"


ANNOUNCEMENTS = "announcements"
PRICES: Mapping[str, Callable[[Errand], Price]] = {
    "OpenRoom": _fixed("conversations.create"),
    "LetIn": _invitations,
    "InviteByRule": _fixed("conversations.invite"),  # of groups with more than a hundred people it takes more
    "ArchiveRoom": _fixed("conversations.archive"),
    "LeaveRoom": lambda errand: ("chat.update", *_post(errand.payload["channel"]), "conversations.archive"),
    "WithdrawAnnouncement": _fixed("chat.update"),
    "ComeBack": _fixed("conversations.join"),
    "ShowTopic": _fixed("conversations.setTopic"),
    "PinCard": _fixed("pins.add"),
    "ShowCard": _card,
    "ShowAnnouncement": _announcement,
    "PostInRoom": _in_room,
    "PostUnderAnnouncement": _fixed(*_post(ANNOUNCEMENTS)),
    "TellSource": lambda errand: _post(errand.payload["channel"]),
    "TellPrivately": _to_person,
    "CatchUp": _fixed("chat.postEphemeral"),
    "RemindPerson": _to_person,
    "RemindOfAction": _to_person,
    "BriefPerson": _to_person,
    "CloseBrief": _fixed("chat.update"),
    "RemindRoom": _in_room,
    "RecallPast": _in_room,
    "FileDraft": lambda errand: (*UPLOAD, *_in_room(errand)),
    "SendTimeline": lambda errand: (*UPLOAD, *_to_person(errand)),
    "CopyDraft": _fixed("conversations.canvases.create"),
    "TellOther": _fixed(),  # nothing is asked of Slack
    "FetchMessage": _fixed(),  # nearly always the message is stored already, and nothing is asked
}
SLACKS_PACE = Pacing(rate=rate, price=price)


def closed_by(failure: Exception, seconds: float) -> str | None:
    """The limit that Slack says is used up; None when it is only the channel's, which holds up its own lane."""
    if not is_throttled(failure):
        return None
    method = throttled_method(failure)
    if method == "chat.postMessage":
        return POSTS if seconds > OF_A_CHANNEL else None
    return method if method in METHODS else None


@dataclass(frozen=True)
class Turns:
    """Waiting one's turn for calls that no delivery makes."""

    database: Database
    now: Callable[[], datetime]
    pacing: Pacing = SLACKS_PACE

    async def wait(self, name: str) -> None:
        """Wait until a call may be made, and take it."""
        while True:
            seconds = (await self.take(name)).total_seconds()
            if not seconds:
                return
            await asyncio.sleep(seconds)

    async def take(self, name: str) -> timedelta:
        """Take a call if it may be made at once, and hand back zero; else how long it has to wait, and take none."""

        def work(connection: Connection) -> timedelta:
            budget = Budget.of(connection, (name,), self.pacing.rate, self.now())
            wait = budget.wait((name,))
            if not wait:
                budget.take((name,))
                budget.save()
            return wait

        return await self.database.write(work)
