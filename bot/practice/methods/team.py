"""team.info."""

from bot.practice.errors import ApiError
from bot.practice.methods.registry import Request, everywhere, method
from bot.practice.store import Json
from bot.practice.workspace import TEAM_DOMAIN, TEAM_ID, TEAM_NAME


@method("team.info", "team domain include_slackbot_availability:bool", everywhere("team:read"))
def info(request: Request) -> Json:
    """The workspace's own name and domain; no other team is known."""
    if request.text("team", TEAM_ID) != TEAM_ID or request.text("domain", TEAM_DOMAIN) != TEAM_DOMAIN:
        raise ApiError("team_not_found")
    team = {"id": TEAM_ID, "name": TEAM_NAME, "domain": TEAM_DOMAIN, "email_domain": "", "url": request.workspace.url}
    return {"team": team}
