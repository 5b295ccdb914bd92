"""The table of things a person can do, and what a person's client refuses."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.practice.errors import ApiError
from bot.practice.messages import find
from bot.practice.store import Json
from bot.practice.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Act:
    """One person doing one thing."""

    workspace: Workspace
    user: str
    body: Mapping[str, object]

    def text(self, name: str, default: str | None = None) -> str:
        """A string of the body; raises `invalid_arguments` when it is needed and missing."""
        value = self.body.get(name, default)
        if not isinstance(value, str):
            raise refusal("invalid_arguments", f"{name} is missing")
        return value

    def channel(self, *, member: bool = True, open_only: bool = True) -> Json:
        """The channel the person means, by id or name, if they can see it."""
        named = self.text("channel").lstrip("#")
        for channel in self.workspace.channels:
            if named in (channel["id"], channel["name"]) and self.user in self.workspace.audience(channel):
                break
        else:
            raise refusal("channel_not_found", "There is no such channel for you.")
        if member and self.user not in channel["members"]:
            raise refusal("not_in_channel", "Join the channel first.")
        if open_only and channel["is_archived"]:
            raise refusal("is_archived", "This channel is archived.")
        return channel

    def message(self, channel: Json) -> Json:
        """The message the person means."""
        return find(self.workspace, channel, self.text("ts"))


def refusal(error: str, message: str) -> ApiError:
    """What a person's client answers instead of doing it."""
    return ApiError(error, message=message)


Doing = Callable[[Act], Awaitable[Json]]
ACTS: dict[str, Doing] = {}


def act(name: str) -> Callable[[Doing], Doing]:
    """Enter something a person can do into the table."""

    def enter(doing: Doing) -> Doing:
        ACTS[name] = doing
        return doing

    return enter
