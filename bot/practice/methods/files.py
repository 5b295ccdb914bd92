"""files.*: announcing an upload, completing it, looking at a file."""

from bot.practice import files, messages
from bot.practice.blocks import check_message_blocks, fill_ids
from bot.practice.errors import ApiError, invalid_arguments
from bot.practice.methods.registry import Request, everywhere, method
from bot.practice.store import Json
from bot.practice.workspace import BOT_USER, new_id

FILES_WRITE, FILES_READ = everywhere("files:write"), everywhere("files:read")
SHARING = "channel_id channels thread_ts initial_comment blocks:list highlight_type"


@method("files.getUploadURLExternal", "filename! length:int! alt_text alt_txt snippet_type", FILES_WRITE)
def get_upload_url(request: Request) -> Json:
    """An address to post the content to."""
    if request.args["length"] <= 0:
        raise invalid_arguments(["length must be greater than 0 [json-pointer:/length]"])
    record = files.announce_file(request.workspace, BOT_USER, request.text("filename"), request.args["length"])
    return {"upload_url": f"{request.workspace.url}upload/{record['id']}", "file_id": record["id"]}


@method("files.completeUploadExternal", f"files:list! {SHARING}", FILES_WRITE)
def complete_upload(request: Request) -> Json:
    """Finish uploads and share them."""
    workspace = request.workspace
    ids = [_finished(request, entry) for entry in request.args["files"]]
    named = request.text("channel_id") or request.text("channels")
    for channel_id in filter(None, named.split(",")):
        channel = _target(request, channel_id)
        draft = {**messages.bot_author(workspace), "text": request.text("initial_comment")}
        if request.args.get("blocks"):
            check_message_blocks(request.args["blocks"])
            draft["blocks"] = fill_ids(request.args["blocks"], lambda: new_id("")[:6])
        if request.args.get("thread_ts"):
            draft["thread_ts"] = request.text("thread_ts")
        files.share(workspace, channel, ids, draft)
    return {"files": [{"id": file_id, "title": _title(request, file_id)} for file_id in ids]}


@method("files.info", "file! count:int page:int limit:int cursor", FILES_READ)
def info(request: Request) -> Json:
    """One file."""
    record = request.workspace.files.get(request.text("file"))
    if record is None:
        raise ApiError("file_not_found")
    return {
        "file": files.file_object(request.workspace, record),
        "comments": [],
        "response_metadata": {"next_cursor": ""},
    }


def _finished(request: Request, entry: object) -> str:
    if (
        not isinstance(entry, dict)
        or not isinstance(entry.get("id"), str)
        or entry.keys() - {"id", "title", "highlight_type"}
    ):
        raise invalid_arguments(["files must be a list of {id, title} [json-pointer:/files]"])
    record = request.workspace.files.get(entry["id"])
    if record is None or record["content"] is None:
        raise ApiError("file_not_found")
    request.workspace.files.put(record["id"], {**record, "title": entry.get("title") or record["name"]})
    return str(record["id"])


def _title(request: Request, file_id: str) -> str:
    record = request.workspace.files.get(file_id)
    return str(record["title"]) if record else ""


def _target(request: Request, channel_id: str) -> Json:
    channel = request.workspace.channels.get(channel_id)
    if channel is None or (channel["is_private"] and BOT_USER not in channel["members"]):
        raise ApiError("channel_not_found")
    if BOT_USER not in channel["members"]:
        raise ApiError("not_in_channel")
    if channel["is_archived"]:
        raise ApiError("is_archived")
    return channel
