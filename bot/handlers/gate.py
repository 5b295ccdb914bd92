"""The gate: who may use Warroom at all, and how a no or a failure is said to whoever waits for an answer."""

from collections.abc import Awaitable, Callable
from enum import StrEnum

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.handlers.asking import COMMAND
from bot.handlers.edges import TROUBLE, say
from bot.handlers.services import Installation, Payload, Services
from bot.handlers.which import Unclear
from bot.views.help import picker
from bot.views.message import Message
from bot.views.refusals import SORRY, STRANGER, refusal_view, refused
from bot.workflows.commands import Refused
from bot.workflows.text import plain

log = structlog.get_logger()


KEPT = frozenset({"member_joined_channel", "member_left_channel"})  # of our own doing, and worth knowing


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
        if not _is_ours(body, services.installation.team_id):
            log.info("refused", reason="another workspace", kind=_kind(body).value)
            return await _answered(body, Refused(STRANGER), client, respond)
        await next()
        return None

    async def not_what_we_did(
        body: Payload,
        next: Callable[[], Awaitable[None]],  # noqa: A002
    ) -> BoltResponse | None:
        if _is_our_doing(body, services.installation):
            return BoltResponse(status=200, body="")
        await next()
        return None

    async def failed(
        error: Exception, body: Payload, client: AsyncWebClient, respond: AsyncRespond
    ) -> BoltResponse:  # fmt: skip
        if isinstance(error, Refused):
            return await _answered(body, error, client, respond)
        log.error("a handler failed", kind=_kind(body).value, exc_info=error)
        if _kind(body) is Kind.EVENT:
            return BoltResponse(status=500, body="")
        return await _answered(body, Refused(SORRY), client, respond)

    app.use(only_our_workspace)
    app.use(not_what_we_did)
    app.error(failed)


def _kind(body: Payload) -> Kind:
    if body.get("type") == "block_actions":
        return Kind.CLICK
    if body.get("type") in ("shortcut", "message_action"):
        return Kind.SHORTCUT
    if body.get("type") == "view_submission":
        return Kind.FORM
    return Kind.COMMAND if body.get("command") else Kind.EVENT


def _is_ours(body: Payload, team_id: str) -> bool:
    """Whether it comes from our workspace; in a shared channel an event may carry the other's id beside ours."""
    if _kind(body) is Kind.EVENT:
        named = [entry.get("team_id") for entry in (*(body.get("authorizations") or ()), body)]
        return team_id in named or not any(named)
    person = body.get("user")
    of_person = person.get("team_id") if isinstance(person, dict) else None
    return (of_person or body.get("team_id") or (body.get("team") or {}).get("id") or team_id) == team_id


def _is_our_doing(body: Payload, ours: Installation) -> bool:
    """Whether an event tells us of what we said ourselves.

    Bolt would drop all of them, also the news that somebody deleted a message of ours; so it is told not to.
    """
    event = body.get("event") or {}
    if _kind(body) is not Kind.EVENT or event.get("subtype") == "message_deleted" or event.get("type") in KEPT:
        return False
    changed = event.get("message") if isinstance(event.get("message"), dict) else {}
    return ours.bot_user_id in (event.get("user"), (changed or {}).get("user"))


async def _answered(body: Payload, no: Refused, client: AsyncWebClient, respond: AsyncRespond) -> BoltResponse:
    """Say no the way this kind of payload allows."""
    kind = _kind(body)
    if kind is Kind.COMMAND:
        return BoltResponse(status=200, body=_ephemeral(_worded(no, body.get("command") or COMMAND)))
    if kind is Kind.FORM:
        return BoltResponse(status=200, body=_on_the_form(body, no))
    if kind in (Kind.CLICK, Kind.SHORTCUT) and body.get("response_url"):
        await say(respond, _worded(no, COMMAND))
    elif kind in (Kind.CLICK, Kind.SHORTCUT):
        await _on_top(body, no, client)
    return BoltResponse(status=200, body="")


def _worded(no: Refused, command: str) -> Message:
    return picker(no.reason, no.choices, command) if isinstance(no, Unclear) else refused(no)


def _ephemeral(message: Message) -> Payload:
    body: Payload = {"response_type": "ephemeral", "text": message.text}
    return {**body, "blocks": message.blocks} if message.blocks else body


def _on_the_form(body: Payload, no: Refused) -> Payload:
    """An error on the field it is about, else a view on top, so that nothing that was filled in is lost."""
    fields = {block.get("block_id") for block in body["view"].get("blocks", []) if block.get("type") == "input"}
    if no.field in fields:
        return {"response_action": "errors", "errors": {no.field: plain(no.reason)}}
    return {"response_action": "push", "view": refusal_view(no.reason)}


async def _on_top(body: Payload, no: Refused, client: AsyncWebClient) -> None:
    """A click inside a form or on the Home tab, and a global shortcut, have no response_url."""
    in_a_form = (body.get("view") or {}).get("type") == "modal"
    show = client.views_push if in_a_form else client.views_open
    try:
        await show(trigger_id=body.get("trigger_id", ""), view=refusal_view(no.reason))
    except TROUBLE as failure:
        log.info("an answer did not arrive", error=type(failure).__name__)
