"""Modals: submitted and closed, and what the app's answer does to them."""

from bot.practice import views
from bot.practice.errors import ApiError, NotDelivered
from bot.practice.inputs import complaint
from bot.practice.people.clicks import fill
from bot.practice.people.interactions import TROUBLE, hand_over, payload, shown_view, tell_notice, view_of
from bot.practice.people.registry import Act, act, refusal
from bot.practice.store import Json


@act("view_submit")
async def view_submit(doing: Act) -> Json:
    """Submit a modal; {ok: false, errors} when the client or the app complains about inputs."""
    record = view_of(doing)
    if record["id"] != views.stack_of(doing.workspace, doing.user)[-1]:
        raise refusal("not_found", "Another modal lies over this one.")
    if not record.get("submit"):
        raise refusal("not_found", "This modal has nothing to submit.")
    fill(doing.workspace, record, doing.body.get("values") or {})
    complaints = _complaints(record)
    if complaints:
        return {"ok": False, "errors": complaints}
    body = {**payload(doing, "view_submission", record["id"]), "view": shown_view(record), "response_urls": []}
    answer = await hand_over(doing, "interactive", body, TROUBLE)
    try:
        return _follow(doing, record, answer)
    except ApiError as refused:
        tell_notice(doing.workspace, doing.user, TROUBLE)
        raise refusal(refused.error, f"{TROUBLE} {refused.extra.get('response_metadata', '')}".strip()) from refused


@act("view_close")
async def view_close(doing: Act) -> Json:
    """Close a modal; the app hears of it only where the view asks for that."""
    record = view_of(doing)
    clear = bool(record.get("clear_on_close"))
    for gone in views.close_view(doing.workspace, record, whole_stack=clear)[::-1]:
        if gone.get("notify_on_close"):
            body = {**payload(doing, "view_closed"), "view": shown_view(gone), "is_cleared": clear}
            del body["trigger_id"]
            try:
                await doing.workspace.delivery.ask("interactive", body)
            except NotDelivered:
                continue  # the person sees nothing of it: the modal is closed already
    return {}


def _complaints(record: Json) -> dict[str, str]:
    found = {}
    for block in record["blocks"]:
        if block["type"] == "input":
            state = record["state"]["values"][block["block_id"]][block["element"]["action_id"]]
            text = complaint(block, state)
            if text:
                found[block["block_id"]] = text
    return found


def _follow(doing: Act, record: Json, answer: Json) -> Json:
    action = answer.get("response_action")
    if action == "errors":
        return {"ok": False, "errors": _known_errors(record, answer)}
    # The app may have changed or closed the view with a call of its own before it answered.
    record = doing.workspace.views.get(record["id"]) or record
    if action == "update":
        views.check_view(answer.get("view"))
        views.update_view(doing.workspace, record, answer["view"])
    elif action == "push":
        views.check_view(answer.get("view"))
        views.push_modal(doing.workspace, doing.user, answer["view"])
    elif action == "clear":
        views.close_view(doing.workspace, record, whole_stack=True)
    elif action is None:
        views.close_view(doing.workspace, record)
    else:
        raise ApiError("invalid_response_action")
    return {}


def _known_errors(record: Json, answer: Json) -> dict[str, str]:
    errors = answer.get("errors")
    inputs = {block["block_id"] for block in record["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or errors.keys() - inputs:
        raise ApiError("invalid_errors", response_metadata="errors must name input blocks of the view")
    return errors
