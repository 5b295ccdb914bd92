"""chat.*: posting, updating, deleting, ephemerals, permalinks."""

from bot.practice import messages
from bot.practice.blocks import check_attachments, check_message_blocks, fill_ids
from bot.practice.channels import direct
from bot.practice.errors import ApiError
from bot.practice.methods.registry import Request, everywhere, method
from bot.practice.store import Json
from bot.practice.workspace import BOT_USER, Workspace, new_id

WRITE = everywhere("chat:write")
TEXT_MAX, UPDATE_TEXT_MAX, MARKDOWN_MAX, ATTACHMENTS_MAX = 40_000, 4_000, 12_000, 100
CONTENT = "text blocks:list attachments:list markdown_text parse link_names:bool as_user:bool"
LOOKS = "username icon_emoji icon_url mrkdwn:bool unfurl_links:bool unfurl_media:bool"


@method("chat.postMessage", f"channel! {CONTENT} {LOOKS} metadata:dict thread_ts reply_broadcast:bool", WRITE)
def post_message(request: Request) -> Json:
    """Post as the bot, in a channel or to a person."""
    channel = _destination(request)
    draft = {**messages.bot_author(request.workspace), **_content(request), **_metadata(request)}
    if request.args.get("thread_ts"):
        draft |= {"thread_ts": request.text("thread_ts"), "reply_broadcast": request.flag("reply_broadcast")}
    message = messages.post(request.workspace, channel, draft)
    shape = messages.shown(message, with_metadata=True)
    return {"channel": channel["id"], "ts": message["ts"], "message": shape}


@method("chat.update", f"channel! ts! {CONTENT} metadata:dict reply_broadcast:bool file_ids:list", WRITE)
def update(request: Request) -> Json:
    """Change one of the bot's own messages."""
    channel = request.channel(writing=True)
    message = _own_message(request, channel, "cant_update_message")
    if len(request.text("text")) > UPDATE_TEXT_MAX:
        raise ApiError("msg_too_long")
    fields = {**_content(request), **_metadata(request)}
    if "blocks" in message and "blocks" not in request.args and "text" in request.args:
        fields["blocks"] = None  # a new text alone replaces what the blocks said
    if fields.get("metadata") == {}:
        fields["metadata"] = None
    messages.change(request.workspace, channel, message, edited_by=BOT_USER, **fields)
    text = message.get("text", "")
    return {"channel": channel["id"], "ts": message["ts"], "text": text, "message": messages.shown(message)}


@method("chat.delete", "channel! ts! as_user:bool", WRITE)
def delete(request: Request) -> Json:
    """Delete one of the bot's own messages."""
    channel = request.channel()
    messages.remove(request.workspace, channel, _own_message(request, channel, "cant_delete_message"))
    return {"channel": channel["id"], "ts": request.text("ts")}


@method("chat.postEphemeral", f"channel! user! {CONTENT} username icon_emoji icon_url thread_ts", WRITE)
def post_ephemeral(request: Request) -> Json:
    """Show a message to one member of a channel."""
    channel = request.channel(writing=True)
    if BOT_USER not in channel["members"]:
        raise ApiError("not_in_channel")
    if request.text("user") not in channel["members"]:
        raise ApiError("user_not_in_channel")
    draft = {**messages.bot_author(request.workspace), **_content(request)}
    if request.args.get("thread_ts"):
        draft["thread_ts"] = request.text("thread_ts")
    shown = messages.ephemeral(request.workspace, channel, request.text("user"), draft)
    return {"message_ts": shown["ts"]}


@method("chat.getPermalink", "channel! message_ts!")
def get_permalink(request: Request) -> Json:
    """The link to a message."""
    channel = request.channel()
    message = messages.find(request.workspace, channel, request.text("message_ts"))
    return {"channel": channel["id"], "permalink": permalink(request.workspace, channel, message)}


def permalink(workspace: Workspace, channel: Json, message: Json) -> str:
    """The link to a message; a reply's leads into its thread."""
    link = f"{workspace.url}archives/{channel['id']}/p{message['ts'].replace('.', '')}"
    root = message.get("thread_ts", message["ts"])
    return link if root == message["ts"] else f"{link}?thread_ts={root}&cid={channel['id']}"


def checked_content(args: Json) -> Json:
    """The text, blocks and attachments of a message; raises `no_text`, `invalid_blocks` and their like."""
    content = {**_attachments(args.get("attachments")), **_blocks(args.get("blocks"))}
    text = _text(args)
    if not (text.strip() or content.get("blocks") or content.get("attachments")):
        raise ApiError("no_text")
    return {"text": text[:TEXT_MAX] or (messages.NO_TEXT_FALLBACK if content.get("blocks") else ""), **content}


def _text(args: Json) -> str:
    if "markdown_text" in args and ("text" in args or "blocks" in args):
        raise ApiError("markdown_text_conflict")
    if len(args.get("markdown_text", "")) > MARKDOWN_MAX:
        raise ApiError("msg_too_long")
    return str(args.get("text", "") or args.get("markdown_text", ""))


def _blocks(blocks: list[Json] | None) -> Json:
    if blocks is None:
        return {}
    if blocks:
        check_message_blocks(blocks)
    return {"blocks": fill_ids(blocks, lambda: new_id("")[:6]) or None}


def _attachments(attachments: list[Json] | None) -> Json:
    if attachments is None:
        return {}
    if len(attachments) > ATTACHMENTS_MAX:
        raise ApiError("too_many_attachments")
    if attachments:
        check_attachments(attachments)
    return {"attachments": [_with_ids(attachment) for attachment in attachments]}


def _with_ids(attachment: Json) -> Json:
    if "blocks" not in attachment:
        return attachment
    return {**attachment, "blocks": fill_ids(attachment["blocks"], lambda: new_id("")[:6])}


def _content(request: Request) -> Json:
    if {"username", "icon_emoji", "icon_url"} & request.args.keys():
        request.need(("chat:write.customize",))
    content = checked_content(request.args)
    return {name: value for name, value in content.items() if value is not None or "ts" in request.args}


def _metadata(request: Request) -> Json:
    metadata = request.args.get("metadata")
    if metadata is None:
        return {}
    if metadata and not (
        isinstance(metadata.get("event_type"), str) and isinstance(metadata.get("event_payload"), dict)
    ):
        raise ApiError("invalid_metadata_format")
    if metadata.keys() - {"event_type", "event_payload", "entities"}:
        raise ApiError("invalid_metadata_schema")
    return {"metadata": metadata}


def _destination(request: Request) -> Json:
    named = request.text("channel")
    channel = direct(request.workspace, named) if named in request.workspace.people else None
    if channel is None and not named.startswith("C") and named not in request.workspace.channels:
        channel = _by_name(request.workspace, named.lstrip("#"))
    channel = channel or request.channel(writing=True)
    if channel["is_im"] and not request.workspace.settings.manifest.messages_tab:
        raise ApiError("messages_tab_disabled")
    if channel["is_archived"]:
        raise ApiError("is_archived")
    if BOT_USER not in channel["members"] and "chat:write.public" not in request.workspace.scopes:
        raise ApiError("not_in_channel")
    return channel


def _by_name(workspace: Workspace, name: str) -> Json | None:
    found = (channel for channel in workspace.channels if channel["name"] == name and name)
    visible = (channel for channel in found if not channel["is_private"] or BOT_USER in channel["members"])
    return next(visible, None)


def _own_message(request: Request, channel: Json, refusal: str) -> Json:
    message = messages.find(request.workspace, channel, request.text("ts"))
    if message.get("user") != BOT_USER or message.get("subtype", "").startswith("channel_"):
        raise ApiError(refusal)
    return message
