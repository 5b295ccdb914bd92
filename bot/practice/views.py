"""Modals and Home tabs: checked, opened, stacked three deep, updated under their hash, closed."""

import json
from itertools import count

from bot.practice.block_schema import Check, Findings, Shape, boolean, check_shape, string, text
from bot.practice.blocks import check_blocks, fill_ids, interactive_elements, refuse
from bot.practice.errors import ApiError, invalid_arguments
from bot.practice.inputs import has_state, initial_state
from bot.practice.store import Json
from bot.practice.workspace import APP_ID, BOT_ID, TEAM_ID, Workspace, new_id

STACK_MAX = 3
VIEW_BYTES_MAX = 256_000
COMMON: dict[str, Check] = {
    "blocks": lambda _value, _pointer, _findings: None,
    "private_metadata": string(3000),
    "callback_id": string(255),
    "external_id": string(255),
}
MODAL = Shape(
    properties={
        **COMMON,
        "title": text("plain", 24),
        "submit": text("plain", 24),
        "close": text("plain", 24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
    },
    required=("title", "blocks"),
)
HOME = Shape(properties=COMMON, required=("blocks",))
_hashes = count(1)


def check_view(view: object, kinds: tuple[str, ...] = ("modal",)) -> None:
    """Refuse a view that Slack would refuse, with `invalid_arguments` in the shape of 2026."""
    findings = Findings()
    kind = view.get("type") if isinstance(view, dict) else None
    if not isinstance(view, dict) or kind not in kinds:
        raise invalid_arguments([f"must be a view of type {' or '.join(kinds)} [json-pointer:/view/type]"])
    if len(json.dumps(view)) > VIEW_BYTES_MAX:
        raise ApiError("view_too_large")
    check_shape(view, MODAL if kind == "modal" else HOME, "/view", findings)
    check_blocks(view.get("blocks"), str(kind), "/view/blocks", findings)
    if kind == "modal" and "submit" not in view and not findings.errors and _has_inputs(view):
        findings.add("missing_property", "a modal with input blocks needs a submit button", "/view/submit", "submit")
    refuse(findings, "invalid_arguments")


def open_modal(workspace: Workspace, user: str, view: Json) -> Json:
    """Show a modal; whatever modal the person had open is gone."""
    for view_id in stack_of(workspace, user):
        workspace.views.drop(view_id)
    record = _new_record(workspace, user, view)
    _set_stack(workspace, user, [record["id"]])
    return record


def push_modal(workspace: Workspace, user: str, view: Json) -> Json:
    """Lay a modal over the one that is open; raises `push_limit_reached`, and `not_found` when none is."""
    stack = stack_of(workspace, user)
    if not stack:
        raise ApiError("not_found")
    if len(stack) >= STACK_MAX:
        raise ApiError("push_limit_reached")
    record = _new_record(workspace, user, view)
    record |= {"previous_view_id": stack[-1], "root_view_id": stack[0]}
    workspace.views.put(record["id"], record)
    _set_stack(workspace, user, [*stack, record["id"]])
    return record


def update_view(workspace: Workspace, record: Json, view: Json, expected_hash: str | None = None) -> Json:
    """Show something else in an open view; what was filled in stays where block_id and action_id do."""
    if expected_hash is not None and expected_hash != record["hash"]:
        raise ApiError("hash_conflict")
    _check_external_id(workspace, view, own=record["id"])
    fresh = _filled(view)
    kept = record["state"]["values"]
    for block_id, inputs in fresh["state"]["values"].items():
        for action_id, state in inputs.items():
            former = kept.get(block_id, {}).get(action_id)
            if former and former["type"] == state["type"]:
                inputs[action_id] = former
    constant = {name: record[name] for name in ("id", "user", "previous_view_id", "root_view_id")}
    updated = workspace.views.put(record["id"], {**fresh, **constant, "hash": _hash(workspace)})
    tell_stack(workspace, record["user"])
    return updated


def close_view(workspace: Workspace, record: Json, *, whole_stack: bool = False) -> list[Json]:
    """Take a view off the person's screen, with what lies over it; hands back the views that went."""
    stack = stack_of(workspace, record["user"])
    kept = [] if whole_stack or record["id"] not in stack else stack[: stack.index(record["id"])]
    gone = [workspace.views[view_id] for view_id in stack if view_id not in kept]
    for entry in gone:
        workspace.views.drop(entry["id"])
    _set_stack(workspace, record["user"], kept)
    return gone


def publish_home(workspace: Workspace, user: str, view: Json, expected_hash: str | None = None) -> Json:
    """Show a person's Home tab."""
    former = home_of(workspace, user)
    if expected_hash is not None and former and former["hash"] != expected_hash:
        raise ApiError("hash_conflict")
    if former:
        workspace.views.drop(former["id"])
    record = _new_record(workspace, user, view)
    workspace.live.tell([user], {"type": "home", "view": record})
    return record


def home_of(workspace: Workspace, user: str) -> Json | None:
    """The person's Home tab, if the app published one."""
    return next((view for view in workspace.views if view["type"] == "home" and view["user"] == user), None)


def stack_of(workspace: Workspace, user: str) -> list[str]:
    """The ids of the person's open modals, the top one last."""
    ids: list[str] = (workspace.stacks.get(user) or {"views": []})["views"]
    return ids


def open_views(workspace: Workspace, user: str) -> list[Json]:
    """The person's open modals, the top one last."""
    return [workspace.views[view_id] for view_id in stack_of(workspace, user)]


def view_object(record: Json) -> Json:
    """A view as the Web API and payloads show it."""
    return {name: value for name, value in record.items() if name != "user"}


def tell_stack(workspace: Workspace, user: str) -> None:
    """Show the person's page its modals anew."""
    workspace.live.tell([user], {"type": "views", "views": open_views(workspace, user)})


def _new_record(workspace: Workspace, user: str, view: Json) -> Json:
    _check_external_id(workspace, view)
    view_id = new_id("V")
    record = {**_filled(view), "id": view_id, "user": user, "hash": _hash(workspace)}
    return workspace.views.put(view_id, {**record, "previous_view_id": None, "root_view_id": view_id})


def _filled(view: Json) -> Json:
    blocks = fill_ids(view["blocks"], lambda: new_id("")[:6])
    values: dict[str, Json] = {}
    for block in blocks:
        states = {
            element["action_id"]: initial_state(element)
            for element in interactive_elements(block)
            if has_state(element)
        }
        if states:
            values[block["block_id"]] = states
    defaults: Json = {"callback_id": "", "private_metadata": "", "external_id": ""}
    if view["type"] == "modal":
        defaults |= {"submit": None, "close": None}
    flags = {"clear_on_close": False, "notify_on_close": False}
    owner = {"team_id": TEAM_ID, "app_id": APP_ID, "app_installed_team_id": TEAM_ID, "bot_id": BOT_ID}
    return {**defaults, **flags, **view, **owner, "blocks": blocks, "state": {"values": values}}


def _check_external_id(workspace: Workspace, view: Json, own: str = "") -> None:
    name = view.get("external_id")
    if name and any(record["external_id"] == name and record["id"] != own for record in workspace.views):
        raise ApiError("duplicate_external_id")


def _hash(workspace: Workspace) -> str:
    return f"{int(workspace.now())}.{next(_hashes):08x}"


def _has_inputs(view: Json) -> bool:
    return any(block["type"] == "input" for block in view["blocks"])


def _set_stack(workspace: Workspace, user: str, views: list[str]) -> None:
    workspace.stacks.put(user, {"views": views})
    tell_stack(workspace, user)
