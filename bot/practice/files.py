"""Files: announced, uploaded, shared in a channel, handed out."""

import base64
import mimetypes
from pathlib import PurePath

from bot.practice import messages
from bot.practice.errors import ApiError
from bot.practice.store import Json
from bot.practice.workspace import Workspace, new_id


def announce_file(workspace: Workspace, user: str, name: str, length: int) -> Json:
    """Make room for a file whose content is still to come."""
    file_id, kind = new_id("F"), PurePath(name).suffix.lstrip(".").lower() or "text"
    created = int(workspace.now())
    record = {"id": file_id, "name": name, "title": name, "size": length, "user": user, "created": created}
    record |= {"mimetype": mimetypes.guess_type(name)[0] or "text/plain", "filetype": kind, "pretty_type": kind.upper()}
    return workspace.files.put(file_id, {**record, "timestamp": created, "channels": [], "content": None})


def receive(workspace: Workspace, file_id: str, content: bytes) -> None:
    """Take the content of an announced file; raises `file_not_found`."""
    record = workspace.files.get(file_id)
    if record is None:
        raise ApiError("file_not_found")
    encoded = base64.b64encode(content).decode()
    workspace.files.put(file_id, {**record, "content": encoded, "size": len(content)})


def content_of(workspace: Workspace, file_id: str) -> tuple[Json, bytes]:
    """A file with its content; raises `file_not_found`."""
    record = workspace.files.get(file_id)
    if record is None or record["content"] is None:
        raise ApiError("file_not_found")
    return record, base64.b64decode(record["content"])


def share(workspace: Workspace, channel: Json, file_ids: list[str], draft: Json) -> Json:
    """Post files in a channel; `draft` holds the author, the comment and the thread."""
    for file_id in file_ids:
        record = workspace.files[file_id]
        workspace.files.put(file_id, {**record, "channels": [*record["channels"], channel["id"]]})
    shapes = [file_object(workspace, workspace.files[file_id]) for file_id in file_ids]
    return messages.post(workspace, channel, {"subtype": "file_share", "files": shapes, "upload": True, **draft})


def file_object(workspace: Workspace, record: Json) -> Json:
    """A file as messages and files.info show it."""
    shape = {name: value for name, value in record.items() if name != "content"}
    link = f"{workspace.url}files/{record['id']}/{record['name']}"
    links = {"url_private": link, "url_private_download": link, "permalink": link}
    return {**shape, **links, "mode": "hosted", "is_external": False, "is_public": True, "editable": False}
