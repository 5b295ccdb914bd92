"""Who asks, where, and under which receipt: what every topic needs to know of a command, a button or a form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from slack_sdk.web.async_client import AsyncWebClient

from bot.handlers.services import Payload
from bot.workflows.foreign import is_channel, is_ts, is_user, part, parts, words
from bot.workflows.incident import ChannelId, Incident, IncidentId, MessageTs, Posted, UserId
from bot.workflows.masking import masked
from bot.workflows.text import plain

RECEIPT_LIMIT = 400  # characters; the column's own width
COMMAND = "/incident"  # what texts call the command where none was typed


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Somebody typed words after the command, or tapped a button that stands for such words."""

    user: UserId
    channel: ChannelId
    text: str  # as Slack sends it, escaped
    trigger_id: str
    receipt: str | None
    client: AsyncWebClient
    response_url: str | None = None
    command: str = COMMAND
    room: Incident | None = None  # the incident whose room this is

    @classmethod
    def of_command(cls, body: Payload, client: AsyncWebClient) -> Self:
        """A slash command."""
        trigger = words(body, "trigger_id")
        return cls(
            user=UserId(words(body, "user_id")), channel=channel_of(words(body, "channel_id")),
            text=words(body, "text"), trigger_id=trigger, receipt=receipt_for("command", trigger), client=client,
            response_url=words(body, "response_url") or None, command=words(body, "command") or COMMAND,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Click:
    """Somebody tapped a button in a message or a form."""

    user: UserId
    channel: ChannelId
    action: str
    value: str
    trigger_id: str
    receipt: str | None
    client: AsyncWebClient
    response_url: str | None = None
    view_id: str | None = None
    ephemeral: bool = False  # only that person sees the message
    message: Posted | None = None  # that it stands in; none for a form, or the Home tab

    @classmethod
    def of(cls, body: Payload, client: AsyncWebClient) -> Self:
        """A `block_actions` payload."""
        action, trigger = next(iter(parts(body, "actions")), {}), words(body, "trigger_id")
        container = part(body, "container")
        return cls(
            user=UserId(words(body, "user", "id")),
            channel=channel_of(words(body, "channel", "id") or words(container, "channel_id")),
            action=words(action, "action_id"),
            value=words(action, "value") or words(action, "selected_option", "value"),
            trigger_id=trigger, receipt=receipt_for("click", trigger), client=client,
            response_url=words(body, "response_url") or None, view_id=words(body, "view", "id") or None,
            ephemeral=bool(container.get("is_ephemeral")), message=_posted(container),
        )  # fmt: skip

    @property
    def incident(self) -> IncidentId:
        """The incident the button belongs to: its value begins with the number. 0 when it does not."""
        return number_of(self.value.partition(":")[0])

    @property
    def asking(self) -> Asking:
        """The same as if the button's words had been typed."""
        return Asking(
            user=self.user, channel=self.channel, text=self.value, trigger_id=self.trigger_id,
            receipt=self.receipt, client=self.client, response_url=self.response_url,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Submission:
    """Somebody sent a form."""

    user: UserId
    view_id: str
    root_view_id: str  # of the form it was laid over, if it was
    about: str  # what the form was opened for: the incident's number
    values: Mapping[str, Payload]  # block id → what was entered, see `text`, `chosen` and `person`
    client: AsyncWebClient

    @classmethod
    def of(cls, body: Payload, client: AsyncWebClient) -> Self:
        """A `view_submission` payload."""
        view, entered = part(body, "view"), part(body, "view", "state", "values")
        view_id = words(view, "id")
        return cls(
            user=UserId(words(body, "user", "id")), view_id=view_id, client=client,
            root_view_id=words(view, "root_view_id") or view_id, about=words(view, "private_metadata"),
            values={block: _state(entered, block) for block in entered},
        )  # fmt: skip

    @property
    def receipt(self) -> str | None:
        """The same form counts once."""
        return receipt_for("view", self.view_id)

    @property
    def incident(self) -> IncidentId:
        """The incident the form was opened for; 0 when it was none."""
        return number_of(self.about)

    def text(self, block: str) -> str:
        """What was typed in a field, its secrets masked; empty when nothing was."""
        return masked(plain(words(self.values, block, "value")))

    def chosen(self, block: str) -> str | None:
        """What was chosen from a list."""
        return words(self.values, block, "selected_option", "value") or None

    def ticked(self, block: str) -> bool:
        """Whether the only checkbox of a field is ticked."""
        return bool(self.values.get(block, {}).get("selected_options"))

    def date(self, block: str) -> date | None:
        """The day that was chosen; None for one that no calendar has."""
        try:
            return date.fromisoformat(words(self.values, block, "selected_date"))
        except ValueError:
            return None

    def person(self, block: str) -> UserId | None:
        """Whom a field names."""
        user = words(self.values, block, "selected_user")
        return UserId(user) if is_user(user) else None

    def people(self, block: str) -> tuple[UserId, ...]:
        """Whom a field for several names, each once."""
        chosen = part(self.values, block).get("selected_users")
        named = chosen if isinstance(chosen, list) else []
        return tuple(dict.fromkeys(UserId(user) for user in named if isinstance(user, str) and is_user(user)))


def receipt_for(kind: str, request: str) -> str | None:
    """What a request is known by when it comes again; None for one that Slack gave no id."""
    return f"{kind}:{request}"[:RECEIPT_LIMIT] if request else None


def channel_of(text: str) -> ChannelId:
    """The id of a channel; empty for what cannot be one."""
    return ChannelId(text if is_channel(text) else "")


def number_of(text: str) -> IncidentId:
    """The number of an incident as our own buttons and forms carry it; 0 when it is none."""
    return IncidentId(int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else IncidentId(0)


def _posted(container: Payload) -> Posted | None:
    channel, ts = words(container, "channel_id"), words(container, "message_ts")
    return Posted(channel=ChannelId(channel), ts=MessageTs(ts)) if is_channel(channel) and is_ts(ts) else None


def _state(entered: Payload, block: str) -> Payload:
    """What was entered in the only element of a block."""
    return next((state for state in part(entered, block).values() if isinstance(state, dict)), {})
