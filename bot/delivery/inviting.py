"""Inviting by rule: who the groups' people are by now, the invitations, and who could not be invited and why."""

from dataclasses import dataclass, field

from bot.delivery.failures import reason
from bot.delivery.parcel import Job, Sent, World
from bot.delivery.retry import TROUBLE, GiveUp, judge
from bot.delivery.rooms import HERE_ALREADY, invite
from bot.workflows.effects import InviteByRule
from bot.workflows.incident import UserId
from bot.workflows.inviting import RecordInvited

NOT_AGAIN = "left this room, or was taken out of it"


@dataclass
class _Wanted:
    """Whom the rules want, in their order, and what of them could not be found out."""

    people: dict[UserId, None] = field(default_factory=dict)
    outside: list[str] = field(default_factory=list)


async def invite_by_rule(world: World, job: Job, effect: InviteByRule) -> Sent:
    """Invite whom the rules that still fit want, but for those who take part already, or left."""
    wanted = await _wanted(world, job, effect)
    here = {*job.incident.participants, world.installed.bot_user_id}
    new = [user for user in wanted.people if user not in here and user not in job.incident.left]
    faults = await invite(world, job.channel, new)
    # After an attempt that may have arrived nobody can tell who was there before it: they count as invited.
    there = set() if job.uncertain_since else {user for user, error in faults.items() if error in HERE_ALREADY}
    refused = {user: reason(error) for user, error in faults.items() if error not in HERE_ALREADY}
    refused |= {user: NOT_AGAIN for user in wanted.people if user in job.incident.left}
    names = await world.people.names(refused)
    return Sent(
        command=RecordInvited(
            incident=job.incident.id, room=job.channel, aloud=effect.aloud,
            rules=tuple(rule.name for rule in effect.fitting(job.incident)),
            invited=tuple(user for user in new if user not in refused and user not in there),
            outside=(*(f"{names.get(user, user)}: {why}" for user, why in refused.items()), *wanted.outside),
        )
    )  # fmt: skip


async def _wanted(world: World, job: Job, effect: InviteByRule) -> _Wanted:
    wanted = _Wanted()
    for rule in effect.fitting(job.incident):
        wanted.people |= dict.fromkeys(map(UserId, rule.people))
        for group in rule.groups:
            await _add_group(world, wanted, group)
    return wanted


async def _add_group(world: World, wanted: _Wanted, group: str) -> None:
    """Add the people of a group, or why it cannot be read; a failure that may pass is left to the next attempt."""
    try:
        wanted.people |= dict.fromkeys(sorted(await world.groups.read(group)))
    except TROUBLE as failure:
        verdict = judge(failure, attempts=1)
        if not isinstance(verdict, GiveUp):
            raise
        wanted.outside.append(f"the people of the user group {group}: {reason(verdict.error)}")
