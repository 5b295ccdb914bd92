"""Accounts: the administrator takes somebody's away, and gives it back."""

from bot.practice.events import emit
from bot.practice.methods.users import user_object
from bot.practice.people.registry import Act, act, refusal
from bot.practice.people.rooms import somebody
from bot.practice.store import Json
from bot.practice.workspace import ADMIN, BOT_USER


@act("deactivate")
async def deactivate(doing: Act) -> Json:
    """Take somebody's account away; they stay a name on what they wrote, and can do nothing more."""
    return _set(doing, deleted=True)


@act("reactivate")
async def reactivate(doing: Act) -> Json:
    """Give an account back."""
    return _set(doing, deleted=False)


def _set(doing: Act, *, deleted: bool) -> Json:
    user, workspace = somebody(doing, doing.text("user")), doing.workspace
    if doing.user != ADMIN or user in (ADMIN, BOT_USER):
        raise refusal("not_authorized", "Only the administrator can do that, and not to themselves.")
    workspace.people.put(user, {**workspace.people[user], "deleted": deleted})
    shown = user_object(workspace, user)
    event = {"type": "user_change", "user": shown, "cache_ts": int(workspace.now()), "event_ts": workspace.next_ts()}
    emit(workspace, event)
    return {}
