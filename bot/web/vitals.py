"""What this process knows of itself: what it heard and asked lately; told by the places where it happens."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState

from bot.arrivals import kind_of
from bot.engine import Outcome
from bot.web.metrics import Metrics
from bot.workflows.due import DueKind, ReminderGiven
from bot.workflows.incident import Incident
from bot.workflows.updates import UpdateSent

UNSIGNED = 401
THROTTLED = 429
LATELY = timedelta(hours=1)
MISSED = (DueKind.UPDATE_MISSED, DueKind.UPDATE_OVERDUE)


@dataclass
class Vitals:
    """The life of this process."""

    now: Callable[[], datetime]
    metrics: Metrics = field(default_factory=Metrics)
    heard_at: datetime | None = None  # when Slack sent something last
    answered_at: datetime | None = None  # when Slack last said yes to the bot's token
    connections: int = 0  # greetings of Socket Mode so far
    _throttled: deque[tuple[datetime, str]] = field(default_factory=lambda: deque(maxlen=10_000))

    def __post_init__(self) -> None:
        self.since = self.now()

    def acknowledged(self, body: Mapping[str, Any], status: int, seconds: float) -> None:
        """Something of Slack's was answered."""
        if status == UNSIGNED:
            self.metrics.unsigned.inc()
            return
        self.heard_at = self.now()
        self.metrics.acknowledgements.labels(kind_of(dict(body)).value).observe(seconds)

    def greeted(self) -> None:
        """Socket Mode is connected, for the first time or anew."""
        self.connections += 1
        if self.connections > 1:
            self.metrics.reconnects.inc()

    def called(self, method: str, outcome: str, error: str) -> None:
        """Slack was asked something; `error` is its name for what was wrong."""
        self.metrics.calls.labels(method, outcome).inc()
        if outcome == "throttled":
            self.metrics.throttled.labels(method).inc()
            self._throttled.append((self.now(), method))
        if outcome == "ok" and not method.startswith("apps."):  # those are asked with another token
            self.answered_at = self.now()

    def throttled_lately(self) -> dict[str, int]:
        """How often Slack asked to wait within the last hour, by method."""
        since, found = self.now() - LATELY, dict[str, int]()
        for at, method in self._throttled:
            if at >= since:
                found[method] = found.get(method, 0) + 1
        return found

    def delivered(self, effect: str, end: str) -> None:
        """A delivery came to one of its ends."""
        self.metrics.deliveries.labels(effect, end.replace(" ", "_")).inc()

    def asked_database(self, kind: str, seconds: float) -> None:
        """A transaction has ended."""
        self.metrics.database.labels(kind).observe(seconds)

    def committed(self, outcome: Outcome) -> None:
        """A command was carried out: was a promise kept, or its minute missed?"""
        if outcome.repeated:
            return
        for event in outcome.events:
            if isinstance(event, UpdateSent) and (told := outcome.incident.told[-1:]) and told[0].promised:
                self.metrics.promises.labels("kept" if told[0].sent <= told[0].promised else "late").inc()
            if isinstance(event, ReminderGiven) and event.kind in MISSED and not _was_missed(outcome.before):
                self.metrics.promises.labels("missed").inc()


def _was_missed(before: Incident | None) -> bool:
    """Whether the promise's minute had been missed already."""
    told = before.promise.told if before and before.promise else ()
    return any(kind.value in told for kind in MISSED)


class CallWatcher(AsyncRetryHandler):
    """Sees the outcome of every call, also of the clients that Bolt copies; it never has one tried again."""

    def __init__(self, called: Callable[[str, str, str], None]) -> None:
        super().__init__()
        self._called = called

    async def can_retry_async(
        self, *, state: RetryState, request: HttpRequest, response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:  # fmt: skip
        """Told of an answer, or of why there is none."""
        said = str((response.body or {}).get("error", "")) if response and isinstance(response.body, dict) else ""
        broken = response is None and isinstance(error, SlackApiError)  # an answer that nobody can read
        self._called(_method(request.url), "broken" if broken else _outcome(response, said), said)
        return False


def _method(url: str) -> str:
    """The method's name; files go to an address of their own."""
    last = url.split("?")[0].rstrip("/").rpartition("/")[2]
    return last if "." in last and "/api/" in url else "upload"


def _outcome(response: HttpResponse | None, said: str) -> str:
    if response is None:
        return "unreachable"
    if response.status_code == THROTTLED or said in ("ratelimited", "rate_limited"):
        return "throttled"
    if response.status_code >= 400 or response.body is None:
        return "broken"
    return "refused" if said else "ok"
