"""users.info, users.list, users.lookupByEmail, users.profile.get and users.getPresence."""

from bot.practice.errors import ApiError
from bot.practice.methods.paging import answer, page
from bot.practice.methods.registry import Request, everywhere, method
from bot.practice.store import Json
from bot.practice.workspace import ADMIN, APP_ID, BOT_ID, BOT_USER, TEAM_ID, Workspace

USERS_READ = everywhere("users:read")


@method("users.info", "user! include_locale:bool", USERS_READ)
def info(request: Request) -> Json:
    """One person, or the bot."""
    found = [user for user in _everyone(request.workspace) if user["id"] == request.text("user")]
    if not found:
        raise ApiError("user_not_found")
    return {"user": found[0]}


@method("users.list", "cursor limit:int include_locale:bool", USERS_READ)
def list_all(request: Request) -> Json:
    """Everybody."""
    found, metadata = page(request, _everyone(request.workspace))
    return {**answer("members", found, metadata), "cache_ts": int(request.workspace.now())}


@method("users.lookupByEmail", "email!", everywhere("users:read.email"))
def lookup_by_email(request: Request) -> Json:
    """The person with an address; everybody has NAME@practice.example."""
    wanted = request.text("email").lower()
    for user in _everyone(request.workspace):
        if not user["is_bot"] and wanted == _email(user):
            user["profile"]["email"] = wanted
            return {"user": user}
    raise ApiError("users_not_found")


@method("users.profile.get", "user include_labels:bool", everywhere("users.profile:read"))
def profile(request: Request) -> Json:
    """The profile of one person, or the bot's own when nobody is named."""
    return {"profile": _found(request)["profile"]}


@method("users.getPresence", "user", USERS_READ)
def presence(request: Request) -> Json:
    """Everybody counts as being there."""
    _found(request)
    return {"presence": "active"}


def _found(request: Request) -> Json:
    wanted = request.text("user", BOT_USER)
    for user in _everyone(request.workspace):
        if user["id"] == wanted:
            return user
    raise ApiError("user_not_found")


def _email(user: Json) -> str:
    return f"{user['name']}@practice.example"


def user_object(workspace: Workspace, user: str) -> Json:
    """A person as the Web API and events show them."""
    return next(entry for entry in _everyone(workspace) if entry["id"] == user)


def _everyone(workspace: Workspace) -> list[Json]:
    name = workspace.settings.manifest.bot_name
    bot: Json = {"id": BOT_USER, "name": name.lower(), "real_name": name, "title": "", "is_restricted": False}
    east = workspace.settings.zone_seconds
    shape = _user({**bot, "is_bot": True}, east)
    shape["profile"] |= {"bot_id": BOT_ID, "api_app_id": APP_ID}
    return [*(_user(person, east) for person in workspace.people), shape]


def _user(person: Json, east: int) -> Json:
    first, _, last = person["real_name"].partition(" ")
    profile = {"real_name": person["real_name"], "display_name": person["name"], "title": person["title"]}
    profile |= {"display_name_normalized": person["name"], "avatar_hash": "", "phone": "", "skype": ""}
    profile |= {"status_text": "", "status_text_canonical": "", "status_emoji": "", "status_expiration": 0}
    profile |= {"first_name": first, "last_name": last, "real_name_normalized": person["real_name"], "team": TEAM_ID}
    roles = dict.fromkeys(("is_admin", "is_owner", "is_primary_owner", "is_ultra_restricted", "is_app_user"), False)
    roles["is_admin"] = person["id"] == ADMIN
    zone = {"tz": "" if east else "Etc/UTC", "tz_label": "Coordinated Universal Time", "tz_offset": east}
    zone |= {"tz_label": f"UTC{east / 3600:+g}"} if east else {}
    shape = {"id": person["id"], "team_id": TEAM_ID, "name": person["name"], "real_name": person["real_name"]}
    shape |= {"is_bot": person["is_bot"], "is_restricted": person["is_restricted"], "updated": 0}
    shape["deleted"] = bool(person.get("deleted"))
    shape |= {"color": "4bbe2e", "is_email_confirmed": True, "who_can_share_contact_card": "EVERYONE"}
    return {**shape, **zone, **roles, "profile": profile}
