"""Files that a person adds to a form: uploaded by themselves, named in the form's state, shared in no channel."""

import base64
import binascii
from pathlib import PurePath

from bot.practice import files
from bot.practice.people.registry import Act, act, refusal
from bot.practice.store import Json
from bot.practice.workspace import Workspace


@act("add_file")
async def add_file(doing: Act) -> Json:
    """Upload a file whose content is in base64; the answer has its id for the state of a `file_input`."""
    try:
        content = base64.b64decode(doing.text("content_base64"), validate=True)
    except (binascii.Error, ValueError):
        raise refusal("invalid_arguments", "content_base64 is not base64.") from None
    record = files.announce_file(doing.workspace, doing.user, doing.text("filename"), len(content))
    files.receive(doing.workspace, record["id"], content)
    return {"file": record["id"]}


def attached(workspace: Workspace, element: Json, given: object) -> Json:
    """The state with whole files, as Slack sends it; `given` names them by id, bare or in objects.

    Raises:
        ApiError: a file is not there, or of a type the field does not take.
    """
    named = given.get("files") if isinstance(given, dict) else given
    found = [_file(workspace, entry) for entry in (named if isinstance(named, list) else [])]
    wanted = [kind.lower().lstrip(".") for kind in element.get("filetypes", [])]
    for record in found:
        kind = PurePath(record["name"]).suffix.lstrip(".").lower()
        if wanted and kind not in wanted:
            raise refusal(
                "invalid_file_type", f"{record['name']} is not of a type this field takes: {', '.join(wanted)}."
            )
    return {"files": [files.file_object(workspace, record) for record in found]}


def _file(workspace: Workspace, entry: object) -> Json:
    file_id = entry.get("id") if isinstance(entry, dict) else entry
    record = workspace.files.get(str(file_id))
    if record is None:
        raise refusal("file_not_found", "That file was not uploaded.")
    return record
