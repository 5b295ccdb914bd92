"""Who the app is, and its Socket Mode connections: api.test, auth.test, apps.connections.open."""

from bot.practice.methods.registry import Request, method
from bot.practice.store import Json
from bot.practice.workspace import APP_ID, BOT_ID, BOT_USER, TEAM_ID, TEAM_NAME


@method("api.test", "error", token="none")  # noqa: S106
def api_test(request: Request) -> Json:
    """Echo."""
    if request.args.get("error"):
        return {"ok": False, "error": request.args["error"], "args": request.args}
    return {"args": request.args}


@method("auth.test")
def auth_test(request: Request) -> Json:
    """Who the token belongs to."""
    return {
        "url": request.workspace.url,
        "team": TEAM_NAME,
        "user": request.workspace.settings.manifest.bot_name.lower(),
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", "app_token", token="app")  # noqa: S106
def connections_open(request: Request) -> Json:
    """A one-time address for a Socket Mode connection."""
    base = request.workspace.url.replace("http", "ws", 1)
    return {"url": f"{base}socket?ticket={request.workspace.sockets.ticket()}&app_id={APP_ID}"}
