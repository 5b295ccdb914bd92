"""Who asks, where, and under which receipt: what every topic needs to know of a command, a button or a form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from slack_sdk.web.async_client import AsyncWebClient

from bot.handlers.services import Payload
from bot.workflows.incident import ChannelId, Incident, IncidentId, UserId
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
        trigger = body.get("trigger_id", "")
        return cls(
            user=UserId(body["user_id"]), channel=ChannelId(body.get("channel_id", "")), text=body.get("text") or "",
            trigger_id=trigger, receipt=receipt_for("command", trigger), client=client,
            response_url=body.get("response_url"), command=body.get("command") or COMMAND,
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

    @classmethod
    def of(cls, body: Payload, client: AsyncWebClient) -> Self:
        """A `block_actions` payload."""
        action, trigger = body["actions"][0], body.get("trigger_id", "")
        container = body.get("container") or {}
        channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
        return cls(
            user=UserId(body["user"]["id"]), channel=ChannelId(channel), action=action.get("action_id", ""),
            value=action.get("value") or (action.get("selected_option") or {}).get("value") or "",
            trigger_id=trigger, receipt=receipt_for("click", trigger),
            client=client, response_url=body.get("response_url"), view_id=(body.get("view") or {}).get("id"),
            ephemeral=bool(container.get("is_ephemeral")),
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
    values: Mapping[str, Any]  # block id → what was entered, see `text`, `chosen` and `person`
    client: AsyncWebClient

    @classmethod
    def of(cls, body: Payload, client: AsyncWebClient) -> Self:
        """A `view_submission` payload."""
        view = body["view"]
        entered = (view.get("state") or {}).get("values") or {}
        return cls(
            user=UserId(body["user"]["id"]), view_id=view["id"], root_view_id=view.get("root_view_id") or view["id"],
            about=view.get("private_metadata") or "",
            values={block: next(iter(states.values()), {}) for block, states in entered.items()}, client=client,
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
        return masked(plain(self.values.get(block, {}).get("value") or ""))

    def chosen(self, block: str) -> str | None:
        """What was chosen from a list."""
        return (self.values.get(block, {}).get("selected_option") or {}).get("value")

    def ticked(self, block: str) -> bool:
        """Whether the only checkbox of a field is ticked."""
        return bool(self.values.get(block, {}).get("selected_options"))

    def date(self, block: str) -> date | None:
        """The day that was chosen."""
        chosen = self.values.get(block, {}).get("selected_date")
        return date.fromisoformat(chosen) if chosen else None

    def person(self, block: str) -> UserId | None:
        """Whom a field names."""
        user = self.values.get(block, {}).get("selected_user")
        return UserId(user) if user else None


def receipt_for(kind: str, request: str) -> str | None:
    """What a request is known by when it comes again; None for one that Slack gave no id."""
    return f"{kind}:{request}"[:RECEIPT_LIMIT] if request else None


def number_of(text: str) -> IncidentId:
    """The number of an incident as our own buttons and forms carry it; 0 when it is none."""
    return IncidentId(int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else IncidentId(0)
