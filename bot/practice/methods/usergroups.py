"""usergroups.list and usergroups.users.list, over two groups that are always there."""

from bot.practice.errors import ApiError
from bot.practice.methods.registry import Request, everywhere, method
from bot.practice.store import Json
from bot.practice.workspace import TEAM_ID

GROUPS_READ = everywhere("usergroups:read")
GROUPS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("S0ONCALL", "on-call", "On call", ("U0BEN", "U0CLEO")),
    ("S0CARE", "care", "Customer care", ("U0EVE",)),
)


@method("usergroups.list", "include_count:bool include_disabled:bool include_users:bool", GROUPS_READ)
def list_all(request: Request) -> Json:
    """Both groups, with their people or their number when asked for."""
    return {"usergroups": [_shape(request, group) for group in GROUPS]}


@method("usergroups.users.list", "usergroup! include_disabled:bool", GROUPS_READ)
def members(request: Request) -> Json:
    """Who is in a group."""
    for group_id, _, _, users in GROUPS:
        if group_id == request.text("usergroup"):
            return {"users": list(users)}
    raise ApiError("no_such_subteam")


def _shape(request: Request, group: tuple[str, str, str, tuple[str, ...]]) -> Json:
    group_id, handle, name, users = group
    shape: Json = {"id": group_id, "team_id": TEAM_ID, "is_usergroup": True, "handle": handle, "name": name}
    shape |= {"description": "", "date_delete": 0, "prefs": {"channels": [], "groups": []}}
    if request.flag("include_count"):
        shape["user_count"] = len(users)
    if request.flag("include_users"):
        shape["users"] = list(users)
    return shape
