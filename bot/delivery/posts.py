"""Messages: the card, the announcement and the news, each with at most one visible copy."""

from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from slack_sdk.errors import SlackApiError

from bot.delivery.failures import FAILURES
from bot.delivery.looking import CannotLook, Doubt, find_message, marked
from bot.delivery.parcel import NOTHING_LEARNT, Job, Sent, World
from bot.delivery.places import GONE
from bot.delivery.retry import error_name
from bot.views.actions import reminder as action_reminder
from bot.views.announcement import announcement
from bot.views.blocks import context
from bot.views.card import Waiting, card
from bot.views.catchup import for_latecomer
from bot.views.declare import source_text
from bot.views.handover import brief, offer_over, taken_over
from bot.views.message import Message
from bot.views.past import seen_before
from bot.views.updates import reminder, unseen
from bot.workflows.actions import action_numbered
from bot.workflows.due import LATE_AFTER, nudge_now
from bot.workflows.effects import (
    BriefPerson,
    CatchUp,
    CloseBrief,
    PostInRoom,
    PostUnderAnnouncement,
    RecallPast,
    RemindOfAction,
    RemindPerson,
    RemindRoom,
    ShowAnnouncement,
    ShowCard,
    TellPrivately,
    TellSource,
)
from bot.workflows.furnishing import WAITS_LONG_AFTER, RecordPart
from bot.workflows.handover import RecordBrief
from bot.workflows.incident import ChannelId, HandoverState, MessageTs, Part, Posted, UserId
from bot.workflows.offers import offer_numbered
from bot.workflows.past import like
from bot.workflows.similar import declared_at_once
from bot.workflows.times import soon

log = structlog.get_logger()

NO_THREAD = frozenset({"cannot_reply_to_message", "thread_not_found", "message_not_found"})  # the card was deleted
UNCHANGEABLE = frozenset({"cant_update_message", "edit_window_closed", "channel_not_found", "is_inactive"})
NOT_THERE = frozenset({"user_not_in_channel"})  # they left again, and miss nothing
PERHAPS_TWICE = "\n_(Slack did not confirm the first attempt: this may have reached you already.)_"
LATE_NEWS = "\n_(From {when}; Slack did not take it sooner.)_"
LATE_NEWS_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a message goes: a channel, or a thread in it, shown in the channel too when `aloud`."""

    channel: ChannelId
    thread: MessageTs | None = None
    aloud: bool = False


async def show_card(world: World, job: Job, effect: ShowCard) -> Sent:
    """Post the card, or edit the one that stands; one that somebody deleted is posted again."""
    message = card(job.incident, world.now(), await _waiting(world, job))
    if job.incident.card and await edited(world, job.incident.card, message):
        return NOTHING_LEARNT
    posted = await post(world, job, Place(channel=job.channel), message)
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
    if standing and await _stands(world, standing, message):
        return NOTHING_LEARNT
    try:
        posted = await post(world, job, Place(channel=await world.announcements.channel()), message)
    except SlackApiError as failure:
        if error_name(failure) not in GONE:
            raise
        posted = await post(world, job, Place(channel=await world.announcements.instead(failure)), message)
    return Sent(command=RecordPart(incident=job.incident.id, part=Part.ANNOUNCEMENT, posted=posted))


async def _stands(world: World, standing: Posted, message: Message) -> bool:
    """Bring the announcement up to date; False when it was deleted, or its channel archived and another one is meant.

    A channel that Warroom was taken out of is not entered again unasked.
    """
    try:
        return await edited(world, standing, message)
    except SlackApiError as failure:
        if error_name(failure) not in ("is_archived", "channel_not_found"):
            raise
        if await world.announcements.instead(failure) == standing.channel:
            raise
        return False


async def post_in_room(world: World, job: Job, effect: PostInRoom) -> Sent:
    """Say something in the card's thread, or in the room itself when there is no card, or somebody deleted it."""
    standing, text = job.incident.card, nudge_now(job.incident, effect.nudge) if effect.nudge else effect.text
    if text is None:
        return NOTHING_LEARNT
    place = Place(channel=job.channel, thread=standing.ts if standing else None, aloud=effect.aloud)
    late = "" if effect.entries else _lateness(world, job)  # what was gathered tells the time of each line
    said = plain_message(text + late)
    try:
        posted = await post(world, job, place, said)
    except SlackApiError as failure:
        if place.thread is None or error_name(failure) not in NO_THREAD:
            raise
        posted = await post(world, job, replace(place, thread=None), said)
    return Sent(posted=posted)


async def recall_past(world: World, job: Job, effect: RecallPast) -> Sent:
    """Name similar incidents of the past in the card's thread; aloud, what was declared in the same moment."""
    found = like(job.incident, await world.queries.past_like(job.incident))
    twins = declared_at_once(job.incident, await world.queries.open_ones())
    standing = job.incident.card
    if not (found or twins) or standing is None:
        return NOTHING_LEARNT
    place = Place(channel=job.channel, thread=standing.ts, aloud=bool(twins))
    return Sent(posted=await post(world, job, place, seen_before(job.incident, found, twins)))


async def post_under_announcement(world: World, job: Job, effect: PostUnderAnnouncement) -> Sent:
    """Tell stakeholders in the announcement's thread."""
    standing = job.incident.announcement
    if standing is None:
        return NOTHING_LEARNT
    place = Place(channel=standing.channel, thread=standing.ts)
    text = effect.text + _lateness(world, job)
    try:
        posted = await post(world, job, place, plain_message(text))
    except SlackApiError as failure:
        if error_name(failure) not in NO_THREAD:
            raise
        # The announcement was deleted, and is made again in its turn; nobody has to wait for that.
        posted = await post(world, job, Place(channel=standing.channel), plain_message(f"{job.incident.name}: {text}"))
    return Sent(posted=posted)


async def tell_source(world: World, job: Job, effect: TellSource) -> Sent:
    """Say in the thread an incident was declared from where it goes on."""
    place = Place(channel=effect.channel, thread=effect.ts)
    return Sent(posted=await post(world, job, place, plain_message(source_text(job.incident))))


async def tell_privately(world: World, job: Job, effect: TellPrivately) -> Sent:
    """Send a direct message. Without a scope to read it back, a second attempt says that it may be one."""
    return await _to_person(world, job, effect.user, plain_message(effect.text + _lateness(world, job)))


async def catch_up(world: World, job: Job, effect: CatchUp) -> Sent:
    """Show somebody in the room what they missed; a second attempt says that it may be one, as nobody can look."""
    lines = await world.queries.timeline(job.incident.id)
    message = for_latecomer(job.incident, lines, world.now())
    message = doubtful(message) if job.uncertain_since else message
    world.fence()
    try:
        await world.client.chat_postEphemeral(
            channel=job.channel, user=effect.user, text=message.text, blocks=message.blocks
        )
    except SlackApiError as failure:
        if error_name(failure) not in NOT_THERE:
            raise
    return NOTHING_LEARNT


async def remind_person(world: World, job: Job, effect: RemindPerson) -> Sent:
    """Send somebody the draft of the update that is promised, with the buttons for it."""
    return await _to_person(world, job, effect.user, _reminder(world, job, effect))


async def remind_of_action(world: World, job: Job, effect: RemindOfAction) -> Sent:
    """Send somebody an action item of theirs, with the buttons for it."""
    item = action_numbered(job.incident, effect.number)
    return await _to_person(world, job, effect.user, action_reminder(job.incident, item, world.now()))


async def brief_person(world: World, job: Job, effect: BriefPerson) -> Sent:
    """Send somebody the brief of a role, as much of it as they may know now; where it stands is kept."""
    offer, seen = offer_numbered(job.incident, effect.number), await _sees(world, job, effect.user)
    lines = await world.queries.timeline(job.incident.id) if seen else []
    posted = await _send(world, job, effect.user, brief(job.incident, offer, lines, world.now(), seen=seen))
    if offer.state is not HandoverState.OFFERED:
        return NOTHING_LEARNT
    return Sent(command=RecordBrief(incident=job.incident.id, number=offer.number, message=posted))


async def close_brief(world: World, job: Job, effect: CloseBrief) -> Sent:
    """Say in a brief what became of its offer; the buttons of one that cannot be changed answer so."""
    incident, offer = job.incident, offer_numbered(job.incident, effect.number)
    if effect.whole and await _sees(world, job, effect.user):
        message = taken_over(incident, offer, await world.queries.timeline(incident.id), world.now())
    else:
        message = offer_over(incident, offer, seen=await _sees(world, job, effect.user))
    try:
        await edited(world, effect.message, message)
    except SlackApiError as failure:
        if error_name(failure) not in UNCHANGEABLE:
            raise
        log.info("a brief could not be changed any more", error=error_name(failure))
    return NOTHING_LEARNT


async def _sees(world: World, job: Job, user: UserId) -> bool:
    person = await world.people.person(user)
    return job.incident.is_seen_by(user, guest=person is not None and person.is_guest)


async def _to_person(world: World, job: Job, user: UserId, message: Message) -> Sent:
    await _send(world, job, user, message)
    return NOTHING_LEARNT


async def _send(world: World, job: Job, user: UserId, message: Message) -> Posted:
    """A direct message; a second attempt says that it may be one."""
    message = doubtful(message) if job.uncertain_since else message
    world.fence()
    answer = await world.client.chat_postMessage(
        channel=user, text=message.text, blocks=message.blocks or None, metadata=marked(job.key), unfurl_links=False,
        unfurl_media=False,
    )  # fmt: skip
    return Posted(channel=ChannelId(answer["channel"]), ts=MessageTs(answer["ts"]))


async def remind_room(world: World, job: Job, effect: RemindRoom) -> Sent:
    """The same for everyone to see, in the room itself."""
    return Sent(posted=await post(world, job, Place(channel=job.channel), _reminder(world, job, effect)))


def _reminder(world: World, job: Job, effect: RemindPerson | RemindRoom) -> Message:
    now = world.now()
    waited = now - job.asked_at
    late = waited + (effect.late or timedelta(0)) if waited > LATE_AFTER else effect.late
    return reminder(job.incident, effect.rung, unseen(job.incident), now, late)


async def edited(world: World, posted: Posted, message: Message) -> bool:
    """Edit a message in place; False when it is no longer there."""
    world.fence()
    try:
        await world.client.chat_update(channel=posted.channel, ts=posted.ts, text=message.text, blocks=message.blocks)
    except SlackApiError as failure:
        if error_name(failure) != "message_not_found":
            raise
        return False
    return True


async def post(world: World, job: Job, place: Place, message: Message) -> Posted:
    """Post a message, unless an earlier attempt turns out to have arrived."""
    if job.uncertain_since:
        try:
            since = Doubt(since=job.uncertain_since, now=world.now())
            found = await find_message(world.client, place.channel, place.thread, job.key, since)
        except CannotLook:
            found, message = None, doubtful(message)
        if found:
            return found
    world.fence()
    answer = await world.client.chat_postMessage(
        channel=place.channel,
        text=message.text,
        blocks=message.blocks or None,
        thread_ts=place.thread,
        reply_broadcast=True if place.thread and place.aloud else None,
        metadata=marked(job.key),
        unfurl_links=False,
        unfurl_media=False,
    )
    return Posted(channel=ChannelId(answer["channel"]), ts=MessageTs(answer["ts"]))


def doubtful(message: Message) -> Message:
    """The same, saying that it may be there already; where there are blocks, people read those and not the text."""
    blocks = [*message.blocks, context(PERHAPS_TWICE.strip())] if message.blocks else []
    return Message(message.text + PERHAPS_TWICE, blocks)


def plain_message(text: str) -> Message:
    return Message(text=text, blocks=[])


def _lateness(world: World, job: Job) -> str:
    """What is added to news that come late, such as after an outage of Slack's."""
    late = world.now() - job.asked_at > LATE_NEWS_AFTER
    return LATE_NEWS.format(when=soon(job.asked_at, world.now())) if late else ""
