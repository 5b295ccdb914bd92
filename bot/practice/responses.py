"""What the app answers through a response_url or in the acknowledgement of a command."""

import json

from bot.practice import messages
from bot.practice.errors import ApiError
from bot.practice.methods.chat import checked_content
from bot.practice.store import Json
from bot.practice.triggers import use_response_url
from bot.practice.workspace import Workspace

KNOWN = frozenset(
    {
        "text", "blocks", "attachments", "response_type", "replace_original", "delete_original", "thread_ts", "mrkdwn",
        "unfurl_links", "unfurl_media", "metadata", "parse", "link_names",
    }
)  # fmt: skip


def read_answer(text: str) -> Json:
    """The JSON object that was posted to a response url; raises ApiError when there is none."""
    try:
        answer = json.loads(text)
    except ValueError:
        raise ApiError("invalid_payload") from None
    if not isinstance(answer, dict):
        raise ApiError("invalid_payload")
    return answer


def seconds_to_wait(workspace: Workspace, key: str, answer: Json) -> int:
    """What `Retry-After` says to an answer that everybody in the channel sees; 0 when it may be posted."""
    reply = workspace.replies.get(key)
    if reply is None or answer.get("response_type") != "in_channel" or answer.get("replace_original"):
        return 0
    return workspace.limits.seconds_to_post(reply["channel"])


def respond(workspace: Workspace, key: str, answer: Json) -> None:
    """Do what was posted to a response url; raises ApiError as Slack would answer it."""
    reply = use_response_url(workspace, key)
    channel = workspace.channels[reply["channel"]]
    original = _original(workspace, reply)
    if answer.get("delete_original"):
        _delete(workspace, channel, original)
        return
    if answer.get("replace_original") and original is None:
        raise ApiError("message_not_found")
    if answer.get("replace_original") and original is not None:
        content = checked_content({name: answer[name] for name in ("text", "blocks", "attachments") if name in answer})
        if original.get("is_ephemeral"):
            messages.change_ephemeral(workspace, original, {**messages.bot_author(workspace), **content})
        else:
            messages.change(workspace, channel, original, edited_by=original["user"], **{"blocks": None, **content})
        return
    if reply.get("thread_ts") and "thread_ts" not in answer:
        answer = {**answer, "thread_ts": reply["thread_ts"]}
    say(workspace, channel, reply["user"], answer)


def say(workspace: Workspace, channel: Json, user: str, answer: Json) -> None:
    """Show the app's answer to the person, or to the channel when it is `in_channel`."""
    unknown = sorted(answer.keys() - KNOWN)
    if unknown:
        raise ApiError("invalid_arguments", response_metadata={"messages": [f"[ERROR] unknown argument: {unknown[0]}"]})
    content: Json = {name: answer[name] for name in ("text", "blocks", "attachments") if name in answer}
    draft = {**messages.bot_author(workspace), **checked_content(content)}
    if answer.get("thread_ts"):
        draft["thread_ts"] = answer["thread_ts"]
    if answer.get("response_type") == "in_channel":
        messages.post(workspace, channel, draft)
    else:
        messages.ephemeral(workspace, channel, user, draft)


def _original(workspace: Workspace, reply: Json) -> Json | None:
    if not reply.get("ts"):
        return None
    if reply["ephemeral"]:
        return workspace.ephemerals.get(f"{reply['channel']}/{reply['ts']}")
    return workspace.messages(reply["channel"]).get(reply["ts"])


def _delete(workspace: Workspace, channel: Json, original: Json | None) -> None:
    if original is None:
        raise ApiError("message_not_found")
    if original.get("is_ephemeral"):
        messages.change_ephemeral(workspace, original, None)
    else:
        messages.remove(workspace, channel, original)
