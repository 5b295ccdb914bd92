"""The workspace itself: its people, rooms, messages and settings, and what every part of it shares."""

import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.practice.delivery import Delivery, Timing
from bot.practice.faults import Faults
from bot.practice.limits import Limits
from bot.practice.live import LiveFeed
from bot.practice.manifest import Manifest
from bot.practice.sockets import SocketTransport
from bot.practice.store import Database, Json, Shelf

TEAM_ID, TEAM_DOMAIN, TEAM_NAME = "T0PRACTICE", "practice", "Practice"
APP_ID, BOT_USER, BOT_ID = "A0PRACTICE", "U0WARROOM", "B0WARROOM"
BOT_TOKEN, APP_TOKEN = "xoxb-practice", "xapp-practice"
VERIFICATION_TOKEN = "practice-verification"  # noqa: S105
GENERAL = "C0GENERAL"
CALLS_KEPT = 20_000

PEOPLE: tuple[tuple[str, str, str, str, bool], ...] = (
    ("U0ANA", "ana", "Ana Silva", "Incident commander on duty", False),
    ("U0BEN", "ben", "Ben Okafor", "Backend engineer", False),
    ("U0CLEO", "cleo", "Cleo Marin", "Site reliability engineer", False),
    ("U0DAN", "dan", "Dan Weber", "Communications lead", False),
    ("U0EVE", "eve", "Eve Larsen", "Head of customer care", False),
    ("U0FIN", "fin", "Fin Moreau", "Guest", True),
)

ADMIN = PEOPLE[0][0]  # may delete other people's messages


@dataclass
class Call:
    """One Web API call, as the hooks and the record see it; `ok` and `error` are known once it is answered."""

    method: str
    args: Json
    at: float
    ok: bool | None = None
    error: str | None = None


Hook = Callable[[Call], Awaitable[None]]


def wall_clock() -> float:
    """Seconds since 1970, looked up at each call so that a frozen clock is seen."""
    return time.time()


@dataclass(kw_only=True)
class Settings:
    """What a workspace is started with; `declined` are optional scopes the installer said no to."""

    manifest: Manifest
    bot_token: str = BOT_TOKEN
    app_token: str = APP_TOKEN
    declined: frozenset[str] = frozenset()
    limits: bool = False  # whether Slack's rate limits are in force
    clock: Callable[[], float] = wall_clock
    timing: Timing = field(default_factory=Timing)
    zone_seconds: int = 0  # east of UTC: the clock everybody reads


class Workspace:
    """Everything the workspace knows; the modules named after topics act on it."""

    def __init__(self, settings: Settings, database: Database | None = None) -> None:
        self.settings = settings
        self.url = ""  # "http://127.0.0.1:8377/", known once the server listens
        self.people, self.channels, self.log = (Shelf(kind, database) for kind in ("people", "channels", "messages"))
        self.ephemerals, self.views, self.stacks = (Shelf(kind, database) for kind in ("ephemerals", "views", "stacks"))
        self.files, self.bookmarks, self.reads = (Shelf(kind, database) for kind in ("files", "bookmarks", "reads"))
        self.triggers, self.replies = (Shelf(kind, database) for kind in ("triggers", "response_urls"))
        self.canvases = Shelf("canvases", database)
        self.sockets = SocketTransport(APP_ID)
        self.faults, self.limits = Faults(), Limits(settings.clock, on=settings.limits)
        self.delivery = Delivery(self.sockets, settings.timing, Shelf("pending_events", database), self.faults)
        self.live = LiveFeed()
        self.calls: list[Call] = []  # the newest CALLS_KEPT of them
        self.before_call: list[Hook] = []
        self.after_call: list[Hook] = []
        self.revoked: frozenset[str] = frozenset()  # scopes that were taken back since
        self._by_channel: dict[str, dict[str, Json]] = {}
        self._last_micros = 0
        self._index()
        if not len(self.channels):
            self._furnish()

    @property
    def scopes(self) -> frozenset[str]:
        """The scopes the app was granted."""
        manifest = self.settings.manifest
        granted = frozenset(manifest.scopes) | frozenset(manifest.optional_scopes)
        return granted - self.settings.declined - self.revoked

    def now(self) -> float:
        """Seconds since 1970 by the workspace's clock."""
        return self.settings.clock()

    def next_ts(self) -> str:
        """A new message timestamp: unique, and later than every one before it."""
        self._last_micros = max(int(self.now() * 1_000_000), self._last_micros + 1)
        return ts_of(self._last_micros)

    def messages(self, channel_id: str) -> dict[str, Json]:
        """The messages of a channel by ts, oldest first."""
        return self._by_channel.setdefault(channel_id, {})

    def keep_message(self, channel_id: str, message: Json) -> Json:
        """Store a new or changed message."""
        self.messages(channel_id)[message["ts"]] = message
        return self.log.put(f"{channel_id}/{message['ts']}", message)

    def drop_message(self, channel_id: str, ts: str) -> None:
        """Forget a message."""
        self.messages(channel_id).pop(ts, None)
        self.log.drop(f"{channel_id}/{ts}")

    def audience(self, channel: Json) -> list[str]:
        """The people whose pages show this channel: its members, and for a public one everybody but guests outside."""
        return [
            person["id"]
            for person in self.people
            if person["id"] in channel["members"]
            or not (channel["is_private"] or channel.get("is_im") or person["is_restricted"])
        ]

    def _index(self) -> None:
        for key, message in self.log.items():
            self.messages(key.partition("/")[0])[message["ts"]] = message
        stamps = [key.partition("/")[2] for shelf in (self.log, self.ephemerals) for key, _ in shelf.items()]
        self._last_micros = max((int(stamp.replace(".", "")) for stamp in stamps), default=0)

    def _furnish(self) -> None:
        for user, name, real_name, title, restricted in PEOPLE:
            person = {"id": user, "name": name, "real_name": real_name, "title": title}
            self.people.put(user, {**person, "is_restricted": restricted, "is_bot": False})
        everyone = [person[0] for person in PEOPLE]
        insiders = [person[0] for person in PEOPLE if not person[4]]
        for channel_id, name, members in ((GENERAL, "general", everyone), ("C0ENGINEERING", "engineering", insiders)):
            channel = blank_channel(channel_id, PEOPLE[0][0], int(self.now()))
            self.channels.put(
                channel_id, {**channel, "name": name, "members": members, "is_general": name == "general"}
            )


def ts_of(micros: int) -> str:
    """A Slack timestamp of microseconds since 1970."""
    return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"


def new_id(prefix: str) -> str:
    """A new Slack-like id, such as C0A1B2C3D4E."""
    return prefix + "0" + secrets.token_hex(5).upper()


def blank_channel(channel_id: str, creator: str, created: int) -> Json:
    """A channel record with nothing in it yet."""
    nothing = {"value": "", "creator": "", "last_set": 0}
    return {
        "id": channel_id,
        "name": "",
        "is_private": False,
        "is_im": False,
        "is_general": False,
        "is_archived": False,
        "creator": creator,
        "created": created,
        "topic": dict(nothing),
        "purpose": dict(nothing),
        "members": [],
        "pins": [],
        "previous_names": [],
    }


def kind_of(channel: Json) -> str:
    """`channel` (public), `group` (private) or `im`: Slack's word for the kind."""
    if channel["is_im"]:
        return "im"
    return "group" if channel["is_private"] else "channel"
