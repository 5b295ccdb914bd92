"""Payloads of what people do with the app, how they are handed over, and the notice when the app does not answer."""

from bot.practice.errors import NotDelivered
from bot.practice.people.registry import Act, refusal
from bot.practice.store import Json
from bot.practice.triggers import new_trigger
from bot.practice.views import view_object
from bot.practice.workspace import APP_ID, TEAM_DOMAIN, TEAM_ID, VERIFICATION_TOKEN, Workspace

TROUBLE = "We had some trouble connecting. Try again?"
ERRORS = {
    "timeout": "operation_timeout",
    "http_timeout": "operation_timeout",
    "http_error": "http_service_error",
    "connection_failed": "dispatch_failed",
}


def payload(doing: Act, kind: str, view_id: str = "") -> Json:
    """The fields every interaction carries; `view_id` when it comes out of a modal."""
    person = doing.workspace.people[doing.user]
    user = {"id": doing.user, "username": person["name"], "name": person["name"], "team_id": TEAM_ID}
    return {
        "type": kind,
        "user": user,
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": new_trigger(doing.workspace, doing.user, view_id),
    }


async def hand_over(doing: Act, kind: str, body: Json, notice: str) -> Json:
    """Deliver, and hand back the acknowledgement; an app that fails to answer earns the person the notice.

    In `notice`, {error} stands for the error's name.
    """
    try:
        return await doing.workspace.delivery.ask(kind, body)
    except NotDelivered as failed:
        error = ERRORS[failed.reason]
        text = notice.format(error=error)
        tell_notice(doing.workspace, doing.user, text)
        raise refusal(error, text) from failed


def tell_notice(workspace: Workspace, user: str, text: str) -> None:
    """Show a person an error."""
    workspace.live.tell([user], {"type": "notice", "text": text})


def view_of(doing: Act) -> Json:
    """The view the person acts in."""
    record = doing.workspace.views.get(doing.text("view_id"))
    if record is None or record["user"] != doing.user:
        raise refusal("not_found", "This view is not open any more.")
    return record


def shown_view(record: Json) -> Json:
    """A view as payloads carry it."""
    return view_object(record)
