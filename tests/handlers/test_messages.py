"""Message events: what people write is kept, what apps and Slack say is not."""

from typing import Any

import pytest

from bot.handlers.messages import room_message
from bot.queries import RoomMessage
from bot.workflows.incident import ChannelId, MessageTs, UserId

ROOM, TS = ChannelId("C1"), MessageTs("1795419000.000100")
SAID: dict[str, Any] = {
    "type": "message",
    "channel": "C1",
    "user": "U1",
    "ts": "1795419000.000100",
    "text": "a &amp; b",
}


def kept(**changes: Any) -> RoomMessage:  # noqa: ANN401 - any field of a message
    fields: dict[str, Any] = {"channel": ROOM, "ts": TS, "text": "a & b", "author": UserId("U1")}
    return RoomMessage(**{**fields, **changes})


def test_a_message_is_kept_as_it_was_written() -> None:
    assert room_message(SAID) == kept()


def test_replies_and_files_are_kept() -> None:
    event = {**SAID, "subtype": "file_share", "thread_ts": "1795418000.000100", "files": [{"name": "a.png"}, {}]}
    assert room_message(event) == kept(thread_ts=MessageTs("1795418000.000100"), files=("a.png", "a file"))
    assert room_message({**SAID, "subtype": "thread_broadcast", "thread_ts": SAID["ts"]}) == kept()


def test_an_edit_is_kept_with_its_age_and_an_unfurl_is_none() -> None:
    changed = {"type": "message", "subtype": "message_changed", "channel": "C1", "ts": "9", "message": SAID}
    assert room_message(changed) is None
    edited = {**SAID, "text": "c", "edited": {"user": "U1", "ts": "1795419050.000000"}}
    assert room_message({**changed, "message": edited}) == kept(text="c", edited_ts="1795419050.000000")


@pytest.mark.parametrize(
    "event",
    [
        {"subtype": "message_deleted", "deleted_ts": TS, "previous_message": SAID},
        {"subtype": "message_changed", "message": {**SAID, "subtype": "tombstone"}},
    ],
)
def test_a_deletion_takes_the_words_away(event: dict[str, Any]) -> None:
    assert room_message({"type": "message", "channel": "C1", **event}) == kept(text="", author=None, deleted=True)


@pytest.mark.parametrize(
    "event",
    [
        {**SAID, "subtype": "channel_join"},
        {**SAID, "subtype": "bot_message"},
        {**SAID, "bot_id": "B1"},
        {"type": "message", "subtype": "message_deleted", "channel": "C1", "deleted_ts": TS,
         "previous_message": {"bot_id": "B1"}},
        {"type": "message", "subtype": "message_changed", "channel": "C1"},
        {"type": "message", "subtype": "message_deleted", "channel": "C1"},
        {"type": "message"},
        {},
    ],
)  # fmt: skip
def test_the_rest_is_none_of_ours(event: dict[str, Any]) -> None:
    assert room_message(event) is None
