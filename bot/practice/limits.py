"""Slack's rate limits: a tier for each method, one post a second in a channel, and all posts of a workspace.

Source: https://docs.slack.dev/apis/web-api/rate-limits and the methods' own pages, read in 2026. Tiers are calls a
minute that every app may make at least; here they are also all it may make, in a burst or spread out.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.practice.store import Json

TIERS: Mapping[int, int] = {1: 1, 2: 20, 3: 50, 4: 100}  # calls a minute
POSTS_A_SECOND = 1.0  # in one channel, over all ways to post
POSTS_A_MINUTE = 300  # in the whole workspace: "several hundred messages per minute"
_BY_TIER: Mapping[int, str] = {
    2: "conversations.create conversations.archive conversations.unarchive conversations.rename conversations.setTopic "
    "conversations.list users.list pins.add pins.remove pins.list bookmarks.add reactions.remove "
    "conversations.canvases.create conversations.setPurpose bookmarks.edit bookmarks.remove usergroups.list "
    "usergroups.users.list",
    3: "apps.connections.open chat.update chat.delete conversations.invite conversations.join conversations.kick "
    "conversations.leave conversations.open conversations.info conversations.history conversations.replies "
    "users.conversations reactions.add reactions.get bookmarks.list users.lookupByEmail users.getPresence team.info "
    "canvases.edit",
    4: "api.test chat.postEphemeral conversations.members users.info views.open views.push views.update views.publish "
    "users.profile.get files.getUploadURLExternal files.completeUploadExternal files.info",
}
TIER_OF: Mapping[str, int] = {name: tier for tier, names in _BY_TIER.items() for name in names.split()}
POSTING: Mapping[str, str] = {"chat.postMessage": "channel", "files.completeUploadExternal": "channel_id"}


@dataclass
class Bucket:
    """Tokens that come back at a steady rate, at most `size` of them; times are seconds since 1970."""

    size: float
    a_second: float
    left: float
    at: float

    def take(self, now: float) -> float:
        """Take a token and hand back 0, or take none and hand back the seconds until there is one."""
        self.left = min(self.size, self.left + max(0.0, now - self.at) * self.a_second)
        self.at = now
        if self.left >= 1:
            self.left -= 1
            return 0.0
        return (1 - self.left) / self.a_second


@dataclass
class Limits:
    """The limits of one workspace; nothing is held against anybody while they are off."""

    clock: Callable[[], float]
    on: bool = False
    _buckets: dict[str, Bucket] = field(default_factory=dict)

    def switch(self, *, on: bool) -> None:
        """Put them into force with full buckets, or out of it."""
        self.on = on
        self._buckets.clear()

    def seconds_to_wait(self, method: str, args: Json) -> int:
        """0 when the call may go on, else what `Retry-After` says: whole seconds, at least 1."""
        if not self.on:
            return 0
        waits = [self._take(method, TIERS[TIER_OF[method]], TIERS[TIER_OF[method]] / 60)] if method in TIER_OF else []
        channel = args.get(POSTING.get(method, ""))
        return max(math.ceil(max(waits, default=0.0)), self.seconds_to_post(str(channel)) if channel else 0)

    def seconds_to_post(self, channel: str) -> int:
        """The same for a message in a channel, whichever way it comes there."""
        if not self.on:
            return 0
        waits = (
            self._take(f"post:{channel}", 1, POSTS_A_SECOND),
            self._take("posts", POSTS_A_MINUTE, POSTS_A_MINUTE / 60),
        )
        return math.ceil(max(waits))

    def _take(self, name: str, size: float, a_second: float) -> float:
        now = self.clock()
        return self._buckets.setdefault(name, Bucket(size, a_second, size, now)).take(now)
