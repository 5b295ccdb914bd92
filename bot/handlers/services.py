"""What handlers are given: the engine, the questions they may ask, and the few things of Slack they need to know."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Protocol

from bot.handlers.permits import Permitted
from bot.queries import Queries
from bot.workflows.health import Health
from bot.workflows.incident import IncidentId, UserId
from bot.workflows.policy import Policy


class Person(Protocol):
    """What the workspace says about somebody."""

    @property
    def is_guest(self) -> bool:
        """Whether they see only the channels they were invited to."""

    @property
    def is_bot(self) -> bool:
        """Whether they are an app."""

    @property
    def is_stranger(self) -> bool:
        """Whether they are of another workspace, here through Slack Connect."""

    @property
    def is_gone(self) -> bool:
        """Whether their account was deactivated."""

    @property
    def zone(self) -> tzinfo:
        """The clock they read, which the times they type are told by."""


class People(Protocol):
    """The workspace's people, read through a cache."""

    async def person(self, user: UserId) -> Person | None:
        """Somebody of the workspace; None when Slack does not know them, or does not answer within a second."""

    def known_names(self, users: Iterable[str]) -> dict[str, str]:
        """What people are called, as far as that is known without asking Slack."""

    def notice(self, member: dict[str, Any]) -> None:
        """Slack says that somebody has changed."""


class Acceptance(Protocol):
    """Whether Slack takes what we say."""

    @property
    def error(self) -> str:
        """Slack's name for why it does not; empty while it does."""

    async def refused(self, error: str) -> None:
        """It does not, from now on."""


class Repairs(Protocol):
    """Looks into Slack, asks for what is missing, and looks again."""

    def begin(self, number: IncidentId, by: UserId, response_url: str | None, *, anew: bool = False) -> None:
        """Repair an incident, and answer privately when that is done; best effort, doing it again does no harm."""


class Answers(Protocol):
    """Answers that follow later, when the room is there; best effort, since a person can see the room itself."""

    def when_open(self, incident: IncidentId, *, view_id: str | None = None, response_url: str | None = None) -> None:
        """Bring the link to the room into the modal, or behind the command."""


class Homes(Protocol):
    """The Home tabs; best effort, since opening one again shows it fresh."""

    async def opened(self, user: UserId, *, guest: bool = False) -> None:
        """Show somebody how things stand, now and while they look."""


class Installation(Protocol):
    """The app as it is installed in its one workspace."""

    @property
    def team_id(self) -> str:
        """The workspace's id."""

    @property
    def url(self) -> str:
        """The workspace's address with a slash at the end; permalinks begin with it."""

    @property
    def bot_user_id(self) -> UserId:
        """The bot's own user."""

    def missing_for_private(self) -> tuple[str, ...]:
        """The scopes that private incidents need and that were not granted; empty when all were."""


def utcnow() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Services:
    """Everything a handler may use."""

    engine: Permitted
    queries: Queries
    policy: Policy
    people: People
    answers: Answers
    homes: Homes
    acceptance: Acceptance
    repairs: Repairs
    installation: Installation
    health: Callable[[], Awaitable[Health]]  # how Warroom itself stands
    now: Callable[[], datetime] = utcnow  # the same clock as the engine's


Payload = dict[str, Any]
