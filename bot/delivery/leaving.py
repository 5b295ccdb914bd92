"""What is left behind when an incident goes private: its announcement and its room, without a word of where it goes."""

from slack_sdk.errors import SlackApiError

from bot.delivery.parcel import NOTHING_LEARNT, Job, Sent, World
from bot.delivery.posts import Place, edited, plain_message, post
from bot.delivery.retry import TROUBLE, HalfDone, Later, error_name, judge
from bot.delivery.rooms import GONE_ALREADY, archived
from bot.views.private import GOES_ON, left_card, withdrawn
from bot.workflows.effects import LeaveRoom, WithdrawAnnouncement


async def withdraw_announcement(world: World, job: Job, effect: WithdrawAnnouncement) -> Sent:
    """Make one line of it; one that somebody deleted, or that nobody can change any more, is as good as that."""
    try:
        await edited(world, effect.message, withdrawn(job.incident))
    except SlackApiError as failure:
        if error_name(failure) not in GONE_ALREADY:
            raise
    return NOTHING_LEARNT


async def leave_room(world: World, job: Job, effect: LeaveRoom) -> Sent:
    """Each step is done once, however often this is begun; a room in which nothing can be said is archived unsaid.

    While there is no room to go on in, the one of before stays open: people may have no other place.
    """
    try:
        if effect.card:
            await edited(world, effect.card, left_card(job.incident))
        await post(world, job, Place(channel=effect.channel), plain_message(GOES_ON.format(incident=job.incident.name)))
    except SlackApiError as failure:
        if error_name(failure) not in GONE_ALREADY:
            raise
    return await _shut(world, job, effect) if job.incident.room else NOTHING_LEARNT


async def _shut(world: World, job: Job, effect: LeaveRoom) -> Sent:
    """Archive it; whatever fails for now leaves what was said there standing.

    Raises:
        HalfDone: to be tried again, and something is in Slack.
    """
    try:
        return await archived(world, job, effect.channel)
    except TROUBLE as failure:
        if isinstance(judge(failure, 1), Later):
            raise HalfDone("said, but not archived yet") from failure
        raise
