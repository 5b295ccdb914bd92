"""Clicks and choices, in messages, modals and on the Home tab; suggestions of external selects."""

from bot.practice import messages
from bot.practice.blocks import blocks_of, interactive_elements
from bot.practice.inputs import STATE_NAMES, has_state, initial_state, state_of
from bot.practice.people.attaching import attached
from bot.practice.people.interactions import TROUBLE, hand_over, payload, shown_view, view_of
from bot.practice.people.registry import Act, act, refusal
from bot.practice.store import Json
from bot.practice.triggers import new_response_url
from bot.practice.workspace import APP_ID, Workspace, kind_of

PRESSED = ("button", "workflow_button", "icon_button")
NO_ANSWER = "This app did not respond ({error})."


@act("click")
async def click(doing: Act) -> Json:
    """Use an element of a message, an ephemeral one too."""
    channel = doing.channel(member=False, open_only=False)
    message = _message(doing, channel)
    element = _element(doing, blocks_of(message))
    ephemeral = bool(message.get("is_ephemeral"))
    container = {"type": "message", "message_ts": message["ts"], "channel_id": channel["id"], "is_ephemeral": ephemeral}
    if "thread_ts" in message:
        container["thread_ts"] = message["thread_ts"]
    body = {**payload(doing, "block_actions"), "container": container}
    name = "directmessage" if channel["is_im"] else channel["name"]
    body["channel"] = {"id": channel["id"], "name": "privategroup" if kind_of(channel) == "group" else name}
    if not ephemeral:
        body["message"] = messages.shown(message)
    body["state"] = {"values": _state_values(message, doing, element)}
    body["response_url"] = new_response_url(doing.workspace, channel, doing.user, message)
    await hand_over(doing, "interactive", {**body, "actions": [_action(doing, element)]}, NO_ANSWER)
    return {}


@act("view_click")
async def view_click(doing: Act) -> Json:
    """Use an element of a modal or of the Home tab; `values` tells what else is filled in by now."""
    record = view_of(doing)
    element = _element(doing, blocks_of(record))
    fill(doing.workspace, record, doing.body.get("values") or {})
    if has_state(element):
        fill(doing.workspace, record, {doing.text("block_id"): {doing.text("action_id"): _given(doing)}})
    if _is_silent(record, doing):
        return {}
    body = {**payload(doing, "block_actions", record["id"]), "view": shown_view(record)}
    body["container"] = {"type": "view", "view_id": record["id"]}
    await hand_over(doing, "interactive", {**body, "actions": [_action(doing, element)]}, TROUBLE)
    return {}


@act("suggest")
async def suggest(doing: Act) -> Json:
    """Type into an external select; hands back what the app offers."""
    body = {**payload(doing, "block_suggestion"), "value": doing.text("value", "")}
    body |= {"action_id": doing.text("action_id"), "block_id": doing.text("block_id"), "api_app_id": APP_ID}
    if doing.body.get("view_id"):
        record = view_of(doing)
        body |= {"view": shown_view(record), "container": {"type": "view", "view_id": record["id"]}}
    else:
        channel = doing.channel(member=False)
        message = _message(doing, channel)
        body |= {"channel": {"id": channel["id"], "name": channel["name"]}, "message": messages.shown(message)}
        body["container"] = {"type": "message", "message_ts": message["ts"], "channel_id": channel["id"]}
    answer = await hand_over(doing, "interactive", body, "Failed to load results ({error}).")
    groups = answer.get("option_groups") or []
    return {"options": answer.get("options") or [option for group in groups for option in group["options"]]}


def fill(workspace: Workspace, record: Json, values: object) -> None:
    """Note what the person has filled into a view, given as {block_id: {action_id: state}}."""
    if not isinstance(values, dict):
        raise refusal("invalid_arguments", "values must be {block_id: {action_id: state}}")
    for block_id, given in values.items():
        for action_id, state in given.items() if isinstance(given, dict) else [("", None)]:
            element = _find(record["blocks"], block_id, action_id)
            if element is None or not has_state(element):
                raise refusal("invalid_arguments", f"there is no input {action_id!r} in the block {block_id!r}")
            if element["type"] == "file_input":
                state = attached(workspace, element, state)
            record["state"]["values"][block_id][action_id] = _chosen(element, state)
    workspace.views.put(record["id"], record)


def _message(doing: Act, channel: Json) -> Json:
    ephemeral = doing.workspace.ephemerals.get(f"{channel['id']}/{doing.text('ts')}")
    if ephemeral and ephemeral["shown_to"] == doing.user:
        return ephemeral
    return doing.message(channel)


def _element(doing: Act, blocks: list[Json]) -> Json:
    element = _find(blocks, doing.text("block_id"), doing.text("action_id"))
    if element is None:
        raise refusal("not_found", "There is no such button or field any more.")
    return element


def _find(blocks: list[Json], block_id: str, action_id: str) -> Json | None:
    for block in blocks:
        for element in interactive_elements(block) if block["block_id"] == block_id else []:
            if element["action_id"] == action_id:
                return element
    return None


def _chosen(element: Json, given: object) -> Json:
    try:
        return state_of(element, given)
    except KeyError as missing:
        raise refusal("invalid_arguments", f"{missing} is not offered") from missing


def _action(doing: Act, element: Json) -> Json:
    action: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": doing.text("block_id")}
    if element["type"] in PRESSED:
        action |= {name: element[name] for name in ("text", "value", "style", "url") if name in element}
    elif element["type"] == "feedback_buttons":
        action |= {name: _feedback(element, _given(doing))[name] for name in ("text", "value")}
    else:
        action |= _chosen(element, _given(doing))
        action |= {name: element[name] for name in ("placeholder", STATE_NAMES[element["type"]][1]) if name in element}
    return {**action, "action_ts": doing.workspace.next_ts()}


def _feedback(element: Json, given: object) -> Json:
    """The one of two feedback buttons that was pressed."""
    chosen = [element[name] for name in ("positive_button", "negative_button") if element[name]["value"] == given]
    if not chosen:
        raise refusal("invalid_arguments", f"{given!r} is neither of the two answers")
    answer: Json = chosen[0]
    return answer


def _given(doing: Act) -> object:
    names = ("value", *(name for name, _ in STATE_NAMES.values()))
    return next((doing.body[name] for name in names if name in doing.body), None)


def _is_silent(record: Json, doing: Act) -> bool:
    """Whether it is an input that tells the app nothing before the modal is submitted."""
    blocks = [block for block in blocks_of(record) if block["block_id"] == doing.body["block_id"]]
    return any(block["type"] == "input" and not block.get("dispatch_action") for block in blocks)


def _state_values(message: Json, doing: Act, used: Json) -> Json:
    values: dict[str, Json] = {}
    for block in blocks_of(message):
        for element in filter(has_state, interactive_elements(block)):
            state = _chosen(element, _given(doing)) if element is used else initial_state(element)
            values.setdefault(block["block_id"], {})[element["action_id"]] = state
    return values
