"""Files and messages of the timeline: the draft goes out, a marked message comes in."""

from typing import Any

from slack_sdk.errors import SlackApiError

from bot.delivery.looking import CannotLook, Doubt, find_file, marked
from bot.delivery.parcel import NOTHING_LEARNT, Job, Sent, World
from bot.delivery.posts import PERHAPS_TWICE
from bot.delivery.retry import NotNow, error_name
from bot.delivery.uploads import show, show_below, upload
from bot.queries import Line, RoomMessage
from bot.views.pages import FILE_TITLE, FOLLOWS, exported
from bot.views.postmortem import draft
from bot.workflows.commands import Effect
from bot.workflows.effects import CopyDraft, FetchMessage, FileDraft, SendTimeline
from bot.workflows.incident import ChannelId, MessageTs, UserId
from bot.workflows.postmortem import RecordCanvas, RecordDraft
from bot.workflows.text import counted, plain

CANVAS_SCOPE = "canvases:write"
# A canvas that stands there already is somebody's, or an earlier attempt's; and not every plan has them.
NO_CANVAS = frozenset({
    "channel_canvas_already_exists", "free_team_canvas_tab_already_exists", "team_tier_cannot_create_channel_canvases",
    "free_teams_cannot_create_non_tabbed_canvases", "canvas_disabled_user_team", "missing_scope",
})  # fmt: skip
GONE = frozenset({"thread_not_found", "message_not_found"})


async def file_draft(world: World, job: Job, effect: FileDraft) -> Sent:
    """Render the draft from everything known now and upload it into the room."""
    filename = f"inc-{job.incident.id}-post-mortem-draft-{job.key[:4]}.md"
    filed = Sent(command=RecordDraft(incident=job.incident.id))
    if job.uncertain_since and await _arrived(world, job, filename):
        return filed
    content = await _draft(world, job, effect)
    file = await upload(world, filename, f"{job.incident.name} post-mortem draft", content)
    comment = f"The draft of {job.incident.name}'s post-mortem, from the timeline. Open questions are in it."
    await show(world, job.channel, file, comment)
    return filed


async def send_timeline(world: World, job: Job, effect: SendTimeline) -> Sent:
    """Upload the timeline into the person's messages; their id there is known once something was said in them."""
    lines = await _lines(world, job, effect)
    content = exported(job.incident, lines, world.installed.url, world.now())
    doubt = PERHAPS_TWICE if job.uncertain_since else ""
    text = FOLLOWS.format(incident=job.incident.name, lines=counted(len(lines), "line")) + doubt
    title = FILE_TITLE.format(incident=job.incident.name)
    file = await upload(world, f"inc-{job.incident.id}-timeline.md", title, content)
    world.fence()
    told = await world.client.chat_postMessage(channel=effect.user, text=text, metadata=marked(job.key))
    await show_below(world, ChannelId(told["channel"]), file)
    return NOTHING_LEARNT


async def copy_draft(world: World, job: Job, effect: CopyDraft) -> Sent:
    """Copy the draft into the room's canvas, where the plan and the scopes allow it and nobody has made one."""
    if CANVAS_SCOPE not in world.installed.scopes:
        return NOTHING_LEARNT
    content = await _draft(world, job, effect)
    world.fence()
    try:
        made = await world.client.conversations_canvases_create(
            channel_id=job.channel, document_content={"type": "markdown", "markdown": content}
        )
    except SlackApiError as failure:
        if error_name(failure) not in NO_CANVAS:
            raise
        canvas = await _canvas(world, job) if job.uncertain_since else None
        if canvas is None:
            return NOTHING_LEARNT  # the file is in the room anyway
        return Sent(command=RecordCanvas(incident=job.incident.id, canvas=canvas))
    return Sent(command=RecordCanvas(incident=job.incident.id, canvas=made["canvas_id"]))


async def _canvas(world: World, job: Job) -> str | None:
    """The canvas the room has by now, where an attempt whose answer we never saw may have made it."""
    answer = await world.client.conversations_info(channel=job.channel)
    found: str | None = ((answer["channel"].get("properties") or {}).get("canvas") or {}).get("file_id")
    return found


async def _draft(world: World, job: Job, effect: Effect) -> str:
    """The draft from everything known now; the table of roles calls people by name."""
    lines = await _lines(world, job, effect)
    held = {tenure.user for tenure in job.incident.tenures} | {job.incident.declared_by}
    owners = {item.owner for item in job.incident.actions}
    names = await world.people.names(sorted(held | owners))
    return draft(job.incident, lines, world.installed.url, world.now(), names)


async def _lines(world: World, job: Job, effect: Effect) -> list[Line]:
    """The timeline, unless the incident went elsewhere while it was read: it may hold what is not for this place.

    Raises:
        NotNow: it did.
    """
    lines = await world.queries.timeline(job.incident.id)
    newest = await world.queries.incident(job.incident.id)
    if newest is None or newest.room != job.incident.room or not effect.wanted(newest):
        raise NotNow("the incident has changed its room, or who may know of it")
    return lines


async def _arrived(world: World, job: Job, filename: str) -> bool:
    if job.uncertain_since is None:
        return False
    try:
        doubt = Doubt(since=job.uncertain_since, now=world.now())
        return await find_file(world.client, job.channel, filename, doubt) is not None
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
        author=UserId(found["user"]) if found.get("user") and not found.get("bot_id") else None,  # an app is nobody
        thread_ts=MessageTs(thread) if thread and thread != effect.ts else None,
        edited_ts=(found.get("edited") or {}).get("ts", ""),
        files=tuple(plain(file.get("name") or "") or "a file" for file in found.get("files") or ()),
    )
