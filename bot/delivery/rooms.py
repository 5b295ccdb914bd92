"""Rooms: creating the channel, letting people in, its topic and its pin, and archiving it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.delivery.looking import Doubt, find_channel
from bot.delivery.pace import INVITED_AT_ONCE
from bot.delivery.parcel import NOTHING_LEARNT, Job, Sent, World
from bot.delivery.retry import EXPECTED, CannotDeliver, GiveUp, HalfDone, error_name, judge
from bot.views.card import topic
from bot.workflows.archiving import RecordArchived
from bot.workflows.effects import ArchiveRoom, ComeBack, LetIn, OpenRoom, PinCard, ShowTopic
from bot.workflows.furnishing import RecordPart, RecordRoom
from bot.workflows.incident import ChannelId, Part, Room, UserId
from bot.workflows.naming import room_name
from bot.workflows.noticing import Change, NoticeChannel
from bot.workflows.policy import COMMANDER
from bot.workflows.text import plain

NAME_TRIES = 20
GONE_ALREADY = frozenset({"already_archived", "is_archived", "channel_not_found"})
HERE_ALREADY = frozenset({"already_in_channel", "cant_invite_self"})


async def open_room(world: World, job: Job, effect: OpenRoom) -> Sent:
    """Create the channel. A name that is taken is adopted when an earlier attempt of ours took it, else passed over."""
    for attempt in range(NAME_TRIES):
        name = room_name(job.incident.id, job.incident.title, attempt)
        channel = await _create(world, job, name)
        if channel:
            return Sent(command=RecordRoom(incident=job.incident.id, room=Room(channel=channel, name=name)))
    raise CannotDeliver("name_taken")


async def _create(world: World, job: Job, name: str) -> ChannelId | None:
    world.fence()
    try:
        made = await world.client.conversations_create(name=name, is_private=job.incident.private)
    except SlackApiError as failure:
        if error_name(failure) != "name_taken":
            raise
        return await _adopt(world, job, name)
    return ChannelId(made["channel"]["id"])


async def _adopt(world: World, job: Job, name: str) -> ChannelId | None:
    if job.uncertain_since is None:
        return None
    doubt = Doubt(since=job.uncertain_since, now=world.now())
    private = job.incident.private  # one that went private never goes on in the public room of before, of the same name
    found = await find_channel(world.client, name, world.installed.bot_user_id, doubt, private=private)
    if found is None or any(former.channel == found for former in job.incident.former_rooms):
        return None
    return found if await world.queries.in_room(found) is None else None


async def archive_room(world: World, job: Job, effect: ArchiveRoom) -> Sent:
    """Archive a room that is no longer needed."""
    return await archived(world, job, effect.channel)


async def archived(world: World, job: Job, channel: ChannelId) -> Sent:
    """Archive a room; one that somebody archived or deleted already is as good as archived."""
    world.fence()
    try:
        await world.client.conversations_archive(channel=channel)
    except SlackApiError as failure:
        if error_name(failure) not in GONE_ALREADY and not await _is_archived(world, failure, channel):
            raise
    return Sent(command=RecordArchived(incident=job.incident.id, channel=channel))


async def _is_archived(world: World, failure: SlackApiError, channel: ChannelId) -> bool:
    """Whether it is archived, for a bot that was taken out of it and may not try."""
    if error_name(failure) != "not_in_channel":
        return False
    answer = await world.client.conversations_info(channel=channel)
    return bool(answer["channel"].get("is_archived"))


async def let_in(world: World, job: Job, effect: LetIn) -> Sent:
    """Invite people; who is there already is as good as invited."""
    faults = await invite(world, job.channel, effect.admitted(job.incident))
    _check_invited(faults.values())
    if not effect.entrance:
        return NOTHING_LEARNT
    return Sent(command=RecordPart(incident=job.incident.id, part=Part.ENTRANCE, room=job.channel))


async def invite(world: World, channel: ChannelId, users: Sequence[UserId]) -> dict[UserId, str]:
    """Invite people, and hand back what stood against some of them; one who cannot come keeps nobody else out."""
    faults: dict[UserId, str] = {}
    for start in range(0, len(users), INVITED_AT_ONCE):
        some = users[start : start + INVITED_AT_ONCE]
        try:
            world.fence()
            faults |= await _invite(world, channel, some)
        except EXPECTED as failure:
            if start == 0:
                raise
            faults |= _behind_others(failure, some)
    return faults


def _behind_others(failure: Exception, users: Sequence[UserId]) -> dict[UserId, str]:
    """What stood against these, of whom none was invited, while others are in already.

    Raises:
        HalfDone: it may work later, and the next attempt has to know of those.
    """
    verdict = judge(failure, attempts=1)
    if not isinstance(verdict, GiveUp):
        raise HalfDone(verdict.error) from failure
    return dict.fromkeys(users, verdict.error)


async def _invite(world: World, channel: ChannelId, users: Sequence[UserId]) -> dict[UserId, str]:
    try:
        answer = await world.client.conversations_invite(channel=channel, users=",".join(users), force=True)
    except SlackApiError as failure:
        faults = _each_fault(failure, users)
        if not faults:
            raise
        return faults
    return _faults(answer.get("errors"), users)


def _each_fault(failure: SlackApiError, users: Sequence[UserId]) -> dict[UserId, str]:
    """What stands against each of the people; empty when it is the call itself that went wrong."""
    data = failure.response.data if isinstance(failure.response.data, dict) else {}
    error = error_name(failure)
    return _faults(data.get("errors"), users) or (dict.fromkeys(users, error) if error in HERE_ALREADY else {})


def _faults(errors: Sequence[Mapping[str, Any]] | None, users: Sequence[UserId]) -> dict[UserId, str]:
    """Slack's list of errors by person; one that names nobody holds for the first."""
    return {UserId(str(fault.get("user") or users[0])): str(fault.get("error")) for fault in errors or ()}


def _check_invited(errors: Iterable[str]) -> None:
    """Who is there already is as good as invited.

    Raises:
        CannotDeliver: somebody is still outside.
    """
    outside = [error for error in errors if error not in HERE_ALREADY]
    if outside:
        raise CannotDeliver(outside[0])


async def come_back(world: World, job: Job, effect: ComeBack) -> Sent:
    """Join a public channel again."""
    world.fence()
    await world.client.conversations_join(channel=effect.channel)
    return Sent(command=NoticeChannel(incident=job.incident.id, channel=effect.channel, change=Change.LET_IN))


async def show_topic(world: World, job: Job, effect: ShowTopic) -> Sent:
    """Set the topic, unless it is set already: every setting posts a message. A new room's first needs no look."""
    wanted = topic(job.incident, await world.people.names(job.incident.holders(COMMANDER)))
    perhaps_set = job.incident.knows(Part.TOPIC) or job.uncertain_since
    if not (perhaps_set and await _topic_now(world, job.channel) == plain(wanted)):
        world.fence()
        await world.client.conversations_setTopic(channel=job.channel, topic=wanted)
    if job.incident.knows(Part.TOPIC):
        return NOTHING_LEARNT
    return Sent(command=RecordPart(incident=job.incident.id, part=Part.TOPIC, room=job.channel))


async def _topic_now(world: World, channel: ChannelId) -> str:
    answer = await world.client.conversations_info(channel=channel)
    return plain(str(answer["channel"].get("topic", {}).get("value", "")))


async def pin_card(world: World, job: Job, effect: PinCard) -> Sent:
    """Pin the card."""
    card = job.incident.card
    if card is None:
        return NOTHING_LEARNT
    world.fence()
    try:
        await world.client.pins_add(channel=card.channel, timestamp=card.ts)
    except SlackApiError as failure:
        if error_name(failure) != "already_pinned":
            raise
    return Sent(command=RecordPart(incident=job.incident.id, part=Part.PIN, room=card.channel))
