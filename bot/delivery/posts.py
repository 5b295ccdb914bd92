"""Messages: the card, the announcement and the news, each with at most one visible copy."""

from dataclasses import dataclass, replace

from slack_sdk.errors import SlackApiError

from bot.delivery.failures import FAILURES
from bot.delivery.looking import CannotLook, find_message, marked
from bot.delivery.parcel import NOTHING_LEARNT, Job, Sent, World
from bot.delivery.places import GONE
from bot.delivery.retry import error_name
from bot.views.actions import reminder as action_reminder
from bot.views.announcement import announcement
from bot.views.card import Waiting, card
from bot.views.declare import source_text
from bot.views.message import Message
from bot.views.updates import draft, reminder
from bot.workflows.actions import action_numbered
from bot.workflows.effects import (
    PostInRoom,
    PostUnderAnnouncement,
    RemindOfAction,
    RemindPerson,
    RemindRoom,
    ShowAnnouncement,
    ShowCard,
    TellPrivately,
    TellSource,
)
from bot.workflows.furnishing import WAITS_LONG_AFTER, RecordPart
from bot.workflows.incident import ChannelId, MessageTs, Part, Posted, UserId

NO_THREAD = frozenset({"cannot_reply_to_message", "thread_not_found", "message_not_found"})  # the card was deleted
PERHAPS_TWICE = "\n_(Slack did not confirm the first attempt: this may have reached you already.)_"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a message goes: a channel, or a thread in it, shown in the channel too when `aloud`."""

    channel: ChannelId
    thread: MessageTs | None = None
    aloud: bool = False


async def show_card(world: World, job: Job, effect: ShowCard) -> Sent:
    """Post the card, or edit the one that stands; one that somebody deleted is posted again."""
    message = card(job.incident, world.now(), await _waiting(world, job))
    if job.incident.card and await _edited(world, job.incident.card, message):
        return NOTHING_LEARNT
    posted = await _post(world, job, Place(channel=job.channel), message)
    return Sent(command=RecordPart(incident=job.incident.id, part=Part.CARD, posted=posted))


async def _waiting(world: World, job: Job) -> Waiting | None:
    """What else of the incident waits long for Slack; the card itself is here."""
    delays = await world.queries.held_up(job.incident.id, world.now() - WAITS_LONG_AFTER)
    others = [delay for delay in delays if delay.kind != ShowCard.__name__]
    whats = dict.fromkeys(FAILURES[delay.kind].what for delay in others if delay.kind in FAILURES)
    return Waiting(since=others[0].since, whats=tuple(whats)) if whats else None


async def show_announcement(world: World, job: Job, effect: ShowAnnouncement) -> Sent:
    """Post the announcement, or edit the one that stands."""
    message, standing = announcement(job.incident, world.now()), job.incident.announcement
    if standing:
        await _edited(world, standing, message)
        return NOTHING_LEARNT
    channel = await world.announcements.channel()
    try:
        posted = await _post(world, job, Place(channel=channel), message)
    except SlackApiError as failure:
        if error_name(failure) not in GONE:
            raise
        posted = await _post(world, job, Place(channel=await world.announcements.instead(failure)), message)
    return Sent(command=RecordPart(incident=job.incident.id, part=Part.ANNOUNCEMENT, posted=posted))


async def post_in_room(world: World, job: Job, effect: PostInRoom) -> Sent:
    """Say something in the card's thread, or in the room itself when there is no card, or somebody deleted it."""
    standing = job.incident.card
    place = Place(channel=job.channel, thread=standing.ts if standing else None, aloud=effect.aloud)
    try:
        posted = await _post(world, job, place, _plain(effect.text))
    except SlackApiError as failure:
        if place.thread is None or error_name(failure) not in NO_THREAD:
            raise
        posted = await _post(world, job, replace(place, thread=None), _plain(effect.text))
    return Sent(posted=posted)


async def post_under_announcement(world: World, job: Job, effect: PostUnderAnnouncement) -> Sent:
    """Tell stakeholders in the announcement's thread."""
    standing = job.incident.announcement
    if standing is None:
        return NOTHING_LEARNT
    place = Place(channel=standing.channel, thread=standing.ts)
    return Sent(posted=await _post(world, job, place, _plain(effect.text)))


async def tell_source(world: World, job: Job, effect: TellSource) -> Sent:
    """Say in the thread an incident was declared from where it goes on."""
    place = Place(channel=effect.channel, thread=effect.ts)
    return Sent(posted=await _post(world, job, place, _plain(source_text(job.incident))))


async def tell_privately(world: World, job: Job, effect: TellPrivately) -> Sent:
    """Send a direct message. Without a scope to read it back, a second attempt says that it may be one."""
    text = effect.text + (PERHAPS_TWICE if job.uncertain_since else "")
    world.fence()
    await world.client.chat_postMessage(
        channel=effect.user, text=text, metadata=marked(job.key), unfurl_links=False, unfurl_media=False
    )
    return NOTHING_LEARNT


async def remind_person(world: World, job: Job, effect: RemindPerson) -> Sent:
    """Send somebody the draft of the update that is promised, with the buttons for it."""
    return await _to_person(world, job, effect.user, await _reminder(world, job, effect))


async def remind_of_action(world: World, job: Job, effect: RemindOfAction) -> Sent:
    """Send somebody an action item of theirs, with the buttons for it."""
    item = action_numbered(job.incident, effect.number)
    return await _to_person(world, job, effect.user, action_reminder(job.incident, item, world.now()))


async def _to_person(world: World, job: Job, user: UserId, message: Message) -> Sent:
    """A direct message with buttons; a second attempt says that it may be one."""
    text = message.text + (PERHAPS_TWICE if job.uncertain_since else "")
    world.fence()
    await world.client.chat_postMessage(
        channel=user, text=text, blocks=message.blocks, metadata=marked(job.key), unfurl_links=False,
        unfurl_media=False,
    )  # fmt: skip
    return NOTHING_LEARNT


async def remind_room(world: World, job: Job, effect: RemindRoom) -> Sent:
    """The same for everyone to see, in the room itself."""
    return Sent(posted=await _post(world, job, Place(channel=job.channel), await _reminder(world, job, effect)))


async def _reminder(world: World, job: Job, effect: RemindPerson | RemindRoom) -> Message:
    now = world.now()
    lines = await world.queries.timeline(job.incident.id)
    return reminder(job.incident, effect.rung, draft(job.incident, lines, now), now, effect.late)


async def _edited(world: World, posted: Posted, message: Message) -> bool:
    """Edit a message in place; False when it is no longer there."""
    world.fence()
    try:
        await world.client.chat_update(channel=posted.channel, ts=posted.ts, text=message.text, blocks=message.blocks)
    except SlackApiError as failure:
        if error_name(failure) != "message_not_found":
            raise
        return False
    return True


async def _post(world: World, job: Job, place: Place, message: Message) -> Posted:
    """Post a message, unless an earlier attempt turns out to have arrived."""
    doubt = ""
    if job.uncertain_since:
        try:
            found = await find_message(world.client, place.channel, place.thread, job.key, job.uncertain_since)
        except CannotLook:
            found, doubt = None, PERHAPS_TWICE
        if found:
            return found
    world.fence()
    answer = await world.client.chat_postMessage(
        channel=place.channel,
        text=message.text + doubt,
        blocks=message.blocks or None,
        thread_ts=place.thread,
        reply_broadcast=True if place.thread and place.aloud else None,
        metadata=marked(job.key),
        unfurl_links=False,
        unfurl_media=False,
    )
    return Posted(channel=ChannelId(answer["channel"]), ts=MessageTs(answer["ts"]))


def _plain(text: str) -> Message:
    return Message(text=text, blocks=[])
