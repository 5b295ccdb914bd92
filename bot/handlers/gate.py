"""The gate: who may use Warroom at all, and how a no or a failure is said to whoever waits for an answer."""

import re
from collections.abc import Awaitable, Callable

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.arrivals import Kind, kind_of, name_of
from bot.handlers.asking import COMMAND
from bot.handlers.edges import TROUBLE, Listener, say, show_on_top, unsaid
from bot.handlers.services import Installation, Payload, Services
from bot.handlers.which import Unclear
from bot.views.help import picker
from bot.views.message import Message
from bot.views.refusals import NAMELESS, SORRY, STRANGER, refusal_view, refused, slack_did_not
from bot.workflows.commands import Refused
from bot.workflows.foreign import is_user, make_fit, part, parts, words
from bot.workflows.incident import ChannelId, UserId
from bot.workflows.text import escape, plain

log = structlog.get_logger()


KEPT = frozenset({"member_joined_channel", "member_left_channel"})  # of our own doing, and worth knowing
_NAMES = re.compile(r"<[@!]")  # a mention


def register(app: AsyncApp, services: Services) -> None:
    """Put the gate in front of everything, and the answers behind it."""

    async def only_our_workspace(
        body: Payload,
        client: AsyncWebClient,
        respond: AsyncRespond,
        next: Callable[[], Awaitable[None]],  # noqa: A002
    ) -> BoltResponse | None:
        structlog.contextvars.clear_contextvars()  # a connection that is kept open brings one request after another
        structlog.contextvars.bind_contextvars(request=name_of(body))
        no = _turned_away(body, services.installation.team_id)
        if no:
            log.info("refused", reason=no, kind=kind_of(body).value)
            answer = await _answered(body, Refused(no), client, respond)
            answer.status = 200  # taken in any case: there is nothing to try once more
            return answer
        make_fit(body)
        await next()
        return None

    async def failed(
        error: Exception, body: Payload, client: AsyncWebClient, respond: AsyncRespond
    ) -> BoltResponse:  # fmt: skip
        again = kind_of(body) is Kind.EVENT and not isinstance(error, Refused)  # Slack sends it once more
        if again or not isinstance(error, (Refused, *TROUBLE)):
            log.error("a handler failed", kind=kind_of(body).value, exc_info=error)
        if again:
            return BoltResponse(status=500, body="")
        return await _answered(body, _refusal(error, body), client, respond)

    app.use(only_our_workspace)
    app.use(_not_what_we_did(services.installation))
    app.error(failed)


def _refusal(error: Exception, body: Payload) -> Refused:
    """What a person is told of it."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, TROUBLE):
        log.warning("Slack did not open a form", kind=kind_of(body).value, error=_named(error))
        return Refused(slack_did_not(_named(error)))
    return Refused(SORRY)


def _turned_away(body: Payload, team_id: str) -> str:
    """Why nothing is done about it, whatever it is; empty when something is."""
    if not _is_ours(body, team_id):
        return STRANGER
    return "" if kind_of(body) is Kind.EVENT or is_user(_person(body)) else NAMELESS


def _is_ours(body: Payload, team_id: str) -> bool:
    """Whether it comes from our workspace; in a shared channel an event may carry the other's id beside ours."""
    if kind_of(body) is Kind.EVENT:
        named = [entry.get("team_id") for entry in (*parts(body, "authorizations"), body)]
        return team_id in named or not any(named)
    return (words(body, "user", "team_id") or body.get("team_id") or part(body, "team").get("id") or team_id) == team_id


def _person(body: Payload) -> str:
    return words(body, "user_id") or words(body, "user", "id")


def _not_what_we_did(ours: Installation) -> Callable[..., Awaitable[BoltResponse | None]]:
    async def check(
        body: Payload,
        next: Callable[[], Awaitable[None]],  # noqa: A002
    ) -> BoltResponse | None:
        if _is_our_doing(body, ours) or _is_nothing(body):
            return BoltResponse(status=200, body="")  # taken, so that it does not come again
        await next()
        return None

    return check


def _is_our_doing(body: Payload, ours: Installation) -> bool:
    """Whether an event tells us of what we said ourselves.

    Bolt would drop all of them, also the news that somebody deleted a message of ours; so it is told not to.
    """
    event = part(body, "event")
    if kind_of(body) is not Kind.EVENT or event.get("subtype") == "message_deleted" or event.get("type") in KEPT:
        return False
    return ours.bot_user_id in (event.get("user"), words(event, "message", "user"))


def _is_nothing(body: Payload) -> bool:
    """Whether an event does not say what has happened."""
    return kind_of(body) is Kind.EVENT and not words(body, "event", "type")


async def _answered(body: Payload, no: Refused, client: AsyncWebClient, respond: AsyncRespond) -> BoltResponse:
    """Say no the way this kind of payload allows."""
    kind = kind_of(body)
    if kind is Kind.COMMAND:
        return BoltResponse(status=200, body=_ephemeral(_worded(no, words(body, "command") or COMMAND)))
    if kind is Kind.FORM:
        return BoltResponse(status=200, body=_on_the_form(body, no))
    if kind is Kind.OPTIONS:
        return BoltResponse(status=200, body={"options": []})
    said = True
    if kind in (Kind.CLICK, Kind.SHORTCUT) and body.get("response_url"):
        said = await say(respond, _worded(no, COMMAND), _listener(body, client))
    elif kind in (Kind.CLICK, Kind.SHORTCUT):
        said = await show_on_top(body, client, refusal_view(no.reason))
    return BoltResponse(status=200, body="") if said else unsaid()


def _listener(body: Payload, client: AsyncWebClient) -> Listener:
    channel = words(body, "channel", "id") or words(body, "container", "channel_id")
    return Listener(client=client, channel=ChannelId(channel), user=UserId(_person(body)))


def _named(error: Exception) -> str:
    """Slack's name for what went wrong, where it gave one."""
    data = getattr(getattr(error, "response", None), "data", None)
    name = data.get("error") if isinstance(data, dict) else None
    return str(name or type(error).__name__)


def _worded(no: Refused, command: str) -> Message:
    """The no, with the command called what the installation calls it."""
    if isinstance(no, Unclear):
        return picker(no.reason, no.choices, command)
    if command != COMMAND:
        no = Refused(no.reason.replace(f"`{COMMAND}", f"`{escape(command)}"), field=no.field, offer=no.offer)
    return refused(no)


def _ephemeral(message: Message) -> Payload:
    body: Payload = {"response_type": "ephemeral", "text": message.text}
    return {**body, "blocks": message.blocks} if message.blocks else body


def _on_the_form(body: Payload, no: Refused) -> Payload:
    """An error on the field it is about, else a view on top, so that nothing that was filled in is lost.

    An error shows plain text: one that mentions people or a group goes on top, where Slack shows who they are.
    """
    fields = {words(block, "block_id") for block in parts(body, "view", "blocks") if block.get("type") == "input"}
    if no.field in fields and not _NAMES.search(no.reason):
        return {"response_action": "errors", "errors": {no.field: plain(no.reason)}}
    return {"response_action": "push", "view": refusal_view(no.reason)}
