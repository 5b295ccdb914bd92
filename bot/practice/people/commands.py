"""Slash commands and shortcuts."""

from bot.practice import messages, responses
from bot.practice.channels import direct
from bot.practice.errors import ApiError
from bot.practice.events import emit
from bot.practice.people.interactions import TROUBLE, hand_over, payload, tell_notice
from bot.practice.people.mentions import in_command
from bot.practice.people.registry import Act, act, refusal
from bot.practice.store import Json
from bot.practice.triggers import new_response_url, new_trigger
from bot.practice.views import home_of, view_object
from bot.practice.workspace import APP_ID, TEAM_DOMAIN, TEAM_ID, VERIFICATION_TOKEN, kind_of

ROOM_NAMES = {"im": "directmessage", "group": "privategroup"}


@act("command")
async def command(doing: Act) -> Json:
    """Type a slash command; what the app acknowledges with is shown to the person or in the channel."""
    channel, name = doing.channel(member=False), doing.text("command")
    known = next((entry for entry in doing.workspace.settings.manifest.commands if entry.name == name), None)
    if known is None:
        raise refusal("invalid_command", f"{name} is not a valid command.")
    text = doing.text("text", "").strip()
    person = doing.workspace.people[doing.user]
    body = {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel["id"],
        "channel_name": ROOM_NAMES.get(kind_of(channel), channel["name"]),
        "user_id": doing.user,
        "user_name": person["name"],
        "command": name,
        "text": in_command(doing.workspace, text) if known.should_escape else text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": new_response_url(doing.workspace, channel, doing.user),
        "trigger_id": new_trigger(doing.workspace, doing.user),
    }
    answer = await hand_over(doing, "slash_commands", body, name + ' failed with the error "{error}"')
    if answer:
        _show(doing, channel, answer, name)
    return {}


@act("global_shortcut")
async def global_shortcut(doing: Act) -> Json:
    """Choose a shortcut of the app from the menu."""
    body = {**payload(doing, "shortcut"), "callback_id": _shortcut(doing, "global")}
    await hand_over(doing, "interactive", {**body, "action_ts": doing.workspace.next_ts()}, TROUBLE)
    return {}


@act("message_shortcut")
async def message_shortcut(doing: Act) -> Json:
    """Choose a shortcut on a message."""
    channel = doing.channel(member=False)
    message = doing.message(channel)
    body = {**payload(doing, "message_action"), "callback_id": _shortcut(doing, "message")}
    body |= {"channel": {"id": channel["id"], "name": ROOM_NAMES.get(kind_of(channel), channel["name"])}}
    body |= {"message": messages.shown(message), "message_ts": message["ts"], "action_ts": doing.workspace.next_ts()}
    body["response_url"] = new_response_url(doing.workspace, channel, doing.user, message)
    await hand_over(doing, "interactive", body, TROUBLE)
    return {}


@act("home")
async def home(doing: Act) -> Json:
    """Open the app's Home tab."""
    channel = direct(doing.workspace, doing.user)
    record = home_of(doing.workspace, doing.user)
    event = {"type": "app_home_opened", "user": doing.user, "channel": channel["id"], "tab": "home"}
    seen = {"view": view_object(record)} if record else {}
    emit(doing.workspace, {**event, **seen, "event_ts": doing.workspace.next_ts()})
    return {}


def _shortcut(doing: Act, kind: str) -> str:
    callback_id = doing.text("callback_id")
    for shortcut in doing.workspace.settings.manifest.shortcuts:
        if (shortcut.kind, shortcut.callback_id) == (kind, callback_id):
            return callback_id
    raise refusal("not_found", f"The app has no {kind} shortcut {callback_id}.")


def _show(doing: Act, channel: Json, answer: Json, name: str) -> None:
    try:
        responses.say(doing.workspace, channel, doing.user, answer)
    except ApiError as refused:
        text = f'{name} failed with the error "{refused.error}"'
        tell_notice(doing.workspace, doing.user, text)
        raise refusal(refused.error, text) from refused
