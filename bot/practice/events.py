"""Which happenings the app is told of: those its manifest names, with the scope, in rooms the bot is in."""

from bot.practice.store import Json
from bot.practice.workspace import APP_ID, BOT_USER, TEAM_ID, VERIFICATION_TOKEN, Workspace, kind_of, new_id

# Any one of the scopes is enough.
EVENT_SCOPES: dict[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "app_uninstalled": (),
    "channel_archive": ("channels:read",),
    "channel_created": ("channels:read",),
    "channel_left": ("channels:read",),
    "channel_rename": ("channels:read",),
    "channel_unarchive": ("channels:read",),
    "group_archive": ("groups:read",),
    "group_left": ("groups:read",),
    "group_rename": ("groups:read",),
    "group_unarchive": ("groups:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "pin_added": ("pins:read",),
    "pin_removed": ("pins:read",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "tokens_revoked": (),
    "user_change": ("users:read",),
}
MESSAGE_SUBSCRIPTIONS = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}
CHANNEL_TYPES = {"channel": "C", "group": "G", "im": "D"}


def emit(workspace: Workspace, event: Json, channel: Json | None = None) -> None:
    """Queue an event for the app, if it is one the app may hear of; `channel` is where it happened."""
    if channel and BOT_USER not in channel["members"]:
        return
    name = event["type"]
    if name == "message" and channel:
        name = MESSAGE_SUBSCRIPTIONS[kind_of(channel)]
    if name not in workspace.settings.manifest.bot_events:
        return
    wanted = EVENT_SCOPES[name]
    if wanted and not workspace.scopes.intersection(wanted):
        return
    workspace.delivery.queue(_callback(workspace, event))


def _callback(workspace: Workspace, event: Json) -> Json:
    event_id = new_id("Ev")
    authorization = {
        "enterprise_id": None,
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(workspace.now()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": f"4-{event_id}",
    }
