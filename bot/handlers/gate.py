"""The gate: who may use Warroom at all, and how a no or a failure is said to whoever waits for an answer."""

from collections.abc import Awaitable, Callable
from enum import StrEnum

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.handlers.asking import COMMAND
from bot.handlers.edges import say, show_on_top
from bot.handlers.services import Payload, Services
from bot.handlers.which import Unclear
from bot.views.help import picker
from bot.views.message import Message
from bot.views.refusals import NAMELESS, SORRY, STRANGER, TOO_LATE, refusal_view, refused
from bot.workflows.commands import Refused
from bot.workflows.foreign import is_user, make_fit, part, parts, words
from bot.workflows.text import plain

log = structlog.get_logger()


# A form can be opened for 3 s after a click, once, and laid over two others that are still open.
GONE_BY = frozenset({
    "expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired", "trigger_exchanged",
    "push_limit_reached", "not_found",
})  # fmt: skip


class Kind(StrEnum):
    """What Slack sent, by how it wants to be answered."""

    COMMAND = "command"  # with a message in the acknowledgement
    CLICK = "click"  # with an empty acknowledgement, and a message through the response_url
    SHORTCUT = "shortcut"  # as a click; from nowhere in particular, with a view of its own
    FORM = "form"  # with errors on fields, or another view
    EVENT = "event"  # with a status: 500 has it sent again


def register(app: AsyncApp, services: Services) -> None:
    """Put the gate in front of everything, and the answers behind it."""

    async def only_our_workspace(
        body: Payload,
        client: AsyncWebClient,
        respond: AsyncRespond,
        next: Callable[[], Awaitable[None]],  # noqa: A002
    ) -> BoltResponse | None:
        no = _turned_away(body, services.installation.team_id)
        if no:
            log.info("refused", reason=no, kind=_kind(body).value)
            return await _answered(body, Refused(no), client, respond)
        make_fit(body)
        if _kind(body) is Kind.EVENT and not words(body, "event", "type"):
            return BoltResponse(status=200, body="")  # nothing that happened: taken, so that it does not come again
        await next()
        return None

    async def failed(
        error: Exception, body: Payload, client: AsyncWebClient, respond: AsyncRespond
    ) -> BoltResponse:  # fmt: skip
        if isinstance(error, Refused):
            return await _answered(body, error, client, respond)
        if isinstance(error, SlackApiError) and error.response.get("error") in GONE_BY:
            log.info("a form could not be opened any more", error=error.response.get("error"))
            return await _answered(body, Refused(TOO_LATE), client, respond)
        log.error("a handler failed", kind=_kind(body).value, exc_info=error)
        if _kind(body) is Kind.EVENT:
            return BoltResponse(status=500, body="")
        return await _answered(body, Refused(SORRY), client, respond)

    app.use(only_our_workspace)
    app.error(failed)


def _kind(body: Payload) -> Kind:
    if body.get("type") == "block_actions":
        return Kind.CLICK
    if body.get("type") in ("shortcut", "message_action"):
        return Kind.SHORTCUT
    if body.get("type") == "view_submission":
        return Kind.FORM
    return Kind.COMMAND if body.get("command") else Kind.EVENT


def _turned_away(body: Payload, team_id: str) -> str:
    """Why nothing is done about it, whatever it is; empty when something is."""
    if not _is_ours(body, team_id):
        return STRANGER
    return "" if _kind(body) is Kind.EVENT or is_user(_person(body)) else NAMELESS


def _is_ours(body: Payload, team_id: str) -> bool:
    """Whether it comes from our workspace; in a shared channel an event may carry the other's id beside ours."""
    if _kind(body) is Kind.EVENT:
        named = [entry.get("team_id") for entry in (*parts(body, "authorizations"), body)]
        return team_id in named or not any(named)
    return (words(body, "user", "team_id") or body.get("team_id") or part(body, "team").get("id") or team_id) == team_id


def _person(body: Payload) -> str:
    return words(body, "user_id") or words(body, "user", "id")


async def _answered(body: Payload, no: Refused, client: AsyncWebClient, respond: AsyncRespond) -> BoltResponse:
    """Say no the way this kind of payload allows."""
    kind = _kind(body)
    if kind is Kind.COMMAND:
        return BoltResponse(status=200, body=_ephemeral(_worded(no, words(body, "command") or COMMAND)))
    if kind is Kind.FORM:
        return BoltResponse(status=200, body=_on_the_form(body, no))
    if kind in (Kind.CLICK, Kind.SHORTCUT) and body.get("response_url"):
        await say(respond, _worded(no, COMMAND))
    elif kind in (Kind.CLICK, Kind.SHORTCUT):
        await show_on_top(body, client, refusal_view(no.reason))
    return BoltResponse(status=200, body="")


def _worded(no: Refused, command: str) -> Message:
    return picker(no.reason, no.choices, command) if isinstance(no, Unclear) else refused(no)


def _ephemeral(message: Message) -> Payload:
    body: Payload = {"response_type": "ephemeral", "text": message.text}
    return {**body, "blocks": message.blocks} if message.blocks else body


def _on_the_form(body: Payload, no: Refused) -> Payload:
    """An error on the field it is about, else a view on top, so that nothing that was filled in is lost."""
    fields = {words(block, "block_id") for block in parts(body, "view", "blocks") if block.get("type") == "input"}
    if no.field in fields:
        return {"response_action": "errors", "errors": {no.field: plain(no.reason)}}
    return {"response_action": "push", "view": refusal_view(no.reason)}
