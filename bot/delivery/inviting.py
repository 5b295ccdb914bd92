"""Inviting by rule: who the groups' people are by now, the invitations, and who could not be invited and why."""

from collections.abc import Sequence

from bot.delivery.failures import reason
from bot.delivery.parcel import Job, Sent, World
from bot.delivery.retry import TROUBLE, GiveUp, judge
from bot.delivery.rooms import HERE_ALREADY, invite
from bot.workflows.effects import InviteByRule
from bot.workflows.incident import UserId
from bot.workflows.inviting import RecordInvited
from bot.workflows.policy import InviteRule

NOT_AGAIN = "left this room, or was taken out of it"
NOT_CHOSEN = "left this room, was taken out of it, or was not chosen when it went private"


async def invite_by_rule(world: World, job: Job, effect: InviteByRule) -> Sent:
    """Invite whom the rules that still fit want, but for those who take part already, or left."""
    rules = effect.fitting(job.incident)
    wanted, unread = await _wanted(world, rules)
    here = {*job.incident.participants, world.installed.bot_user_id}
    new = [user for user in wanted if user not in here and user not in job.incident.left]
    faults = await invite(world, job.channel, new)
    # After an attempt that may have arrived nobody can tell who was there before it: they count as invited.
    there = set() if job.uncertain_since else {user for user, error in faults.items() if error in HERE_ALREADY}
    refused = {user: reason(error) for user, error in faults.items() if error not in HERE_ALREADY}
    away = NOT_CHOSEN if job.incident.private else NOT_AGAIN
    refused |= {user: away for user in wanted if user in job.incident.left}
    names = await world.people.names(refused)
    return Sent(
        command=RecordInvited(
            incident=job.incident.id, room=job.channel, aloud=effect.aloud,
            rules=tuple(rule.name for rule in rules),
            invited=tuple(user for user in new if user not in refused and user not in there),
            outside=(*(f"{names.get(user, user)}: {why}" for user, why in refused.items()), *unread),
        )
    )  # fmt: skip


async def _wanted(world: World, rules: Sequence[InviteRule]) -> tuple[dict[UserId, None], list[str]]:
    """Whom rules want, each once, and which groups cannot be read and why."""
    people = dict.fromkeys(UserId(user) for rule in rules for user in rule.people)
    unread = []
    for group in dict.fromkeys(group for rule in rules for group in rule.groups):
        try:
            people |= dict.fromkeys(sorted(await world.groups.read(group)))
        except TROUBLE as failure:
            unread.append(_unread(group, failure))
    return people, unread


def _unread(group: str, failure: Exception) -> str:
    """Why nobody of a group is invited; a failure that may pass is raised again, for the next attempt."""
    verdict = judge(failure, attempts=1)
    if not isinstance(verdict, GiveUp):
        raise failure
    return f"the people of the user group {group}: {reason(verdict.error)}"
