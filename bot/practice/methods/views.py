"""views.* and blocks.validate."""

from bot.practice import views
from bot.practice.block_schema import Findings
from bot.practice.blocks import check_blocks, refuse
from bot.practice.errors import ApiError, invalid_arguments
from bot.practice.methods.registry import Request, method
from bot.practice.store import Json
from bot.practice.triggers import use_trigger


@method("views.open", "view:dict! trigger_id interactivity_pointer")
def open_view(request: Request) -> Json:
    """Open a modal for the person whose trigger this is."""
    views.check_view(request.args["view"])
    user = _triggered(request)["user"]
    return {"view": views.view_object(views.open_modal(request.workspace, user, request.args["view"]))}


@method("views.push", "view:dict! trigger_id interactivity_pointer")
def push(request: Request) -> Json:
    """Lay a modal over the one the trigger came from."""
    views.check_view(request.args["view"])
    user = _triggered(request)["user"]
    return {"view": views.view_object(views.push_modal(request.workspace, user, request.args["view"]))}


@method("views.update", "view:dict! view_id external_id hash")
def update(request: Request) -> Json:
    """Change an open view."""
    record = _named(request)
    views.check_view(request.args["view"], (record["type"],))
    updated = views.update_view(request.workspace, record, request.args["view"], request.args.get("hash"))
    return {"view": views.view_object(updated)}


@method("views.publish", "user_id! view:dict! hash")
def publish(request: Request) -> Json:
    """Publish a person's Home tab."""
    if not request.workspace.settings.manifest.home_tab:
        raise ApiError("not_enabled")
    if request.text("user_id") not in request.workspace.people:
        raise ApiError("user_not_found")
    view = request.args["view"]
    views.check_view(view, ("home",))
    record = views.publish_home(request.workspace, request.text("user_id"), view, request.args.get("hash"))
    return {"view": views.view_object(record)}


@method("blocks.validate", "blocks:list view:dict message:dict", token="none")  # noqa: S106
def validate(request: Request) -> Json:
    """Check blocks, a view or a message without sending it."""
    if len(request.args) != 1:
        raise invalid_arguments(["exactly one of blocks, view, message is needed"])
    if "view" in request.args:
        views.check_view(request.args["view"], ("modal", "home"))
        return {}
    findings = Findings()
    given = request.args.get("blocks", request.args.get("message", {}).get("blocks", []))
    check_blocks(given, "message", "/blocks", findings)
    refuse(findings, "invalid_blocks")
    return {}


def _triggered(request: Request) -> Json:
    trigger = request.text("trigger_id") or request.text("interactivity_pointer")
    if not trigger:
        raise invalid_arguments(["missing required field: trigger_id"])
    return use_trigger(request.workspace, trigger)


def _named(request: Request) -> Json:
    by_id, external = request.text("view_id"), request.text("external_id")
    if bool(by_id) == bool(external):
        raise invalid_arguments(["exactly one of view_id, external_id is needed"])
    for record in request.workspace.views:
        if record["id"] == by_id or (external and record["external_id"] == external):
            return record
    raise ApiError("not_found")
