"""Talking: messages, edits, deletes, reactions, pins, files."""

import uuid

from bot.practice import files, marks, messages
from bot.practice.errors import ApiError
from bot.practice.events import emit
from bot.practice.people.mentions import in_message
from bot.practice.people.registry import Act, act, refusal
from bot.practice.store import Json
from bot.practice.workspace import ADMIN, BOT_USER, TEAM_ID, kind_of


@act("say")
async def say(doing: Act) -> Json:
    """Post a message, in a thread when `thread_ts` is given."""
    channel = doing.channel()
    manifest = doing.workspace.settings.manifest
    if channel["is_im"] and (manifest.messages_read_only or not manifest.messages_tab):
        raise refusal("messages_tab_disabled", "Sending messages to this app has been turned off.")
    text = in_message(doing.workspace, doing.text("text"))
    if not text.strip():
        raise refusal("no_text", "There is nothing to send.")
    draft: Json = {"user": doing.user, "text": text, "team": TEAM_ID, "client_msg_id": str(uuid.uuid4())}
    if doing.body.get("thread_ts"):
        draft |= {"thread_ts": doing.text("thread_ts"), "reply_broadcast": bool(doing.body.get("reply_broadcast"))}
    message = messages.post(doing.workspace, channel, draft)
    if f"<@{BOT_USER}>" in text:
        kept = {name: value for name, value in messages.shown(message).items() if name != "subtype"}
        mention = {**kept, "type": "app_mention", "channel": channel["id"], "event_ts": message["ts"]}
        emit(doing.workspace, mention, channel)
    _read(doing, channel)
    return {"ts": message["ts"]}


@act("edit")
async def edit(doing: Act) -> Json:
    """Change one's own message."""
    channel = doing.channel()
    message = _own(doing, channel, "cant_update_message")
    text = in_message(doing.workspace, doing.text("text"))
    messages.change(doing.workspace, channel, message, edited_by=doing.user, text=text)
    return {}


@act("delete")
async def delete(doing: Act) -> Json:
    """Delete one's own message, or as an administrator anybody's; an ephemeral one is dismissed."""
    channel = doing.channel(open_only=False)
    ephemeral = doing.workspace.ephemerals.get(f"{channel['id']}/{doing.text('ts')}")
    if ephemeral and ephemeral["shown_to"] == doing.user:
        messages.change_ephemeral(doing.workspace, ephemeral, None)
        return {}
    message = doing.message(channel) if doing.user == ADMIN else _own(doing, channel, "cant_delete_message")
    messages.remove(doing.workspace, channel, message)
    return {}


@act("react")
async def react(doing: Act) -> Json:
    """React to a message."""
    channel = doing.channel()
    marks.react(doing.workspace, channel, doing.message(channel), (doing.text("name").strip(":"), doing.user))
    return {}


@act("unreact")
async def unreact(doing: Act) -> Json:
    """Take one's reaction back."""
    channel = doing.channel()
    marks.unreact(doing.workspace, channel, doing.message(channel), (doing.text("name").strip(":"), doing.user))
    return {}


@act("pin")
async def pin(doing: Act) -> Json:
    """Pin a message."""
    channel = doing.channel()
    marks.pin(doing.workspace, channel, doing.message(channel), doing.user)
    return {}


@act("unpin")
async def unpin(doing: Act) -> Json:
    """Take a pin off."""
    channel = doing.channel()
    marks.unpin(doing.workspace, channel, doing.message(channel), doing.user)
    return {}


@act("upload")
async def upload(doing: Act) -> Json:
    """Share a file whose content is text."""
    channel, content = doing.channel(), doing.text("content").encode()
    record = files.announce_file(doing.workspace, doing.user, doing.text("filename"), len(content))
    files.receive(doing.workspace, record["id"], content)
    draft: Json = {"user": doing.user, "text": in_message(doing.workspace, doing.text("text", "")), "team": TEAM_ID}
    if doing.body.get("thread_ts"):
        draft["thread_ts"] = doing.text("thread_ts")
    return {"ts": files.share(doing.workspace, channel, [record["id"]], draft)["ts"], "file": record["id"]}


@act("mark_read")
async def mark_read(doing: Act) -> Json:
    """Have read a channel to its end."""
    _read(doing, doing.channel(member=False, open_only=False))
    return {}


def _own(doing: Act, channel: Json, error: str) -> Json:
    message = doing.message(channel)
    if message.get("user") != doing.user or message.get("subtype", "file_share") not in (
        "file_share",
        "thread_broadcast",
    ):
        raise ApiError(error, message="This is not your message.")
    return message


def _read(doing: Act, channel: Json) -> None:
    log = doing.workspace.messages(channel["id"])
    newest = next(reversed(log), "")
    doing.workspace.reads.put(f"{doing.user}/{channel['id']}", {"ts": newest})
    frame = {"type": "read", "channel": channel["id"], "ts": newest, "kind": kind_of(channel)}
    doing.workspace.live.tell([doing.user], frame)
