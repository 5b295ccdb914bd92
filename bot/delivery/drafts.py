"""Files and messages of the timeline: the draft goes out, a marked message comes in."""

from typing import Any

from slack_sdk.errors import SlackApiError

from bot.delivery.looking import CannotLook, find_file, marked
from bot.delivery.parcel import NOTHING_LEARNT, Job, Sent, World
from bot.delivery.posts import PERHAPS_TWICE
from bot.delivery.retry import error_name
from bot.queries import RoomMessage
from bot.views.pages import FILE_TITLE, FOLLOWS, exported
from bot.views.postmortem import draft
from bot.workflows.effects import FetchMessage, FileDraft, SendTimeline
from bot.workflows.incident import MessageTs, UserId
from bot.workflows.postmortem import RecordDraft
from bot.workflows.text import plain

GONE = frozenset({"thread_not_found", "message_not_found"})


async def file_draft(world: World, job: Job, effect: FileDraft) -> Sent:
    """Render the draft from everything known now and upload it into the room."""
    filename = f"inc-{job.incident.id}-post-mortem-draft-{job.key[:4]}.md"
    filed = Sent(command=RecordDraft(incident=job.incident.id))
    if job.uncertain_since and await _arrived(world, job, filename):
        return filed
    lines = await world.queries.timeline(job.incident.id)
    held = {user for holders in job.incident.roles.values() for user in holders} | {job.incident.declared_by}
    names = await world.people.names(sorted(held))
    content = draft(job.incident, lines, world.installed.url, world.now(), names)
    world.fence()
    await world.client.files_upload_v2(
        channel=job.channel,
        filename=filename,
        title=f"{job.incident.name} post-mortem draft",
        content=content,
        initial_comment=f"The draft of {job.incident.name}'s post-mortem, from the timeline. Open questions are in it.",
    )
    return filed


async def send_timeline(world: World, job: Job, effect: SendTimeline) -> Sent:
    """Upload the timeline into the person's messages; their id there is known once something was said in them."""
    lines = await world.queries.timeline(job.incident.id)
    content = exported(job.incident, lines, world.installed.url, world.now())
    doubt = PERHAPS_TWICE if job.uncertain_since else ""
    text = FOLLOWS.format(incident=job.incident.name, count=len(lines)) + doubt
    world.fence()
    told = await world.client.chat_postMessage(channel=effect.user, text=text, metadata=marked(job.key))
    await world.client.files_upload_v2(
        channel=told["channel"],
        filename=f"inc-{job.incident.id}-timeline.md",
        title=FILE_TITLE.format(incident=job.incident.name),
        content=content,
    )
    return NOTHING_LEARNT


async def _arrived(world: World, job: Job, filename: str) -> bool:
    if job.uncertain_since is None:
        return False
    try:
        return await find_file(world.client, job.channel, filename, job.uncertain_since) is not None
    except CannotLook:
        return False


async def fetch_message(world: World, job: Job, effect: FetchMessage) -> Sent:
    """Read a marked message that the room's rows do not hold; replies are not in the channel's history."""
    if await world.queries.knows_message(effect.channel, effect.ts):
        return NOTHING_LEARNT
    answer = await world.client.conversations_history(
        channel=effect.channel, latest=effect.ts, oldest=effect.ts, inclusive=True, limit=1
    )
    found = _exactly(answer["messages"], effect.ts)
    if found is None:
        found = _exactly(await _replies(world, effect), effect.ts)
    if found is not None:
        await world.queries.keep_message(_room_message(effect, found))
    return NOTHING_LEARNT


async def _replies(world: World, effect: FetchMessage) -> list[dict[str, Any]]:
    """The message as a reply in a thread; nothing when somebody has deleted it meanwhile, which is no failure."""
    try:
        answer = await world.client.conversations_replies(channel=effect.channel, ts=effect.ts, limit=1)
    except SlackApiError as failure:
        if error_name(failure) not in GONE:
            raise
        return []
    found: list[dict[str, Any]] = answer["messages"]
    return found


def _exactly(messages: list[dict[str, Any]], ts: MessageTs) -> dict[str, Any] | None:
    return next((message for message in messages if message["ts"] == ts), None)


def _room_message(effect: FetchMessage, found: dict[str, Any]) -> RoomMessage:
    thread = found.get("thread_ts")
    return RoomMessage(
        channel=effect.channel,
        ts=effect.ts,
        text=plain(found.get("text") or ""),
        author=UserId(found["user"]) if found.get("user") else None,
        thread_ts=MessageTs(thread) if thread and thread != effect.ts else None,
        edited_ts=(found.get("edited") or {}).get("ts", ""),
        files=tuple(plain(file.get("name") or "") or "a file" for file in found.get("files") or ()),
    )
