"""Messages through the SDK: posting, updating, threads, metadata, ephemerals, marks, files, bookmarks."""

from dataclasses import replace

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.client import PracticeClient
from bot.practice.manifest import read_manifest
from bot.practice.server import Listening, RunningPractice, start
from tests.practice.conftest import MANIFEST, Json, refused, settings, web_client

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def room(slack: AsyncWebClient) -> str:
    """A channel of the bot with Ana in it."""
    made: Json = (await slack.conversations_create(name="inc-1"))["channel"]
    await slack.conversations_invite(channel=made["id"], users="U0ANA")
    return str(made["id"])


async def test_stamps_are_unique_and_rise(slack: AsyncWebClient, room: str) -> None:
    stamps = [(await slack.chat_postMessage(channel=room, text=str(number)))["ts"] for number in range(20)]
    assert stamps == sorted(set(stamps))


async def test_a_message_is_changed_and_deleted(slack: AsyncWebClient, people: PracticeClient, room: str) -> None:
    posted = await slack.chat_postMessage(channel=room, text="one")
    await slack.chat_update(channel=room, ts=posted["ts"], text="two <@U0ANA>")
    assert "Echo: two @ana (edited)" in await people.reads("ana", room)
    assert (await refused(slack.chat_update(channel=room, ts=posted["ts"], text="x" * 4001)))["error"] == "msg_too_long"
    await slack.chat_delete(channel=room, ts=posted["ts"])
    gone = await refused(slack.chat_update(channel=room, ts=posted["ts"], text="three"))
    assert gone["error"] == "message_not_found"
    anas = await people.says("ana", room, "mine")
    assert (await refused(slack.chat_update(channel=room, ts=anas, text="x")))["error"] == "cant_update_message"


async def test_where_the_bot_may_post(slack: AsyncWebClient, room: str) -> None:
    assert (await refused(slack.chat_postMessage(channel=room, text="")))["error"] == "no_text"
    assert (await refused(slack.chat_postMessage(channel="C0NOWHERE", text="x")))["error"] == "channel_not_found"
    assert (await slack.chat_postMessage(channel="C0GENERAL", text="x"))["ok"]  # chat:write.public
    running = await start(settings(declined=frozenset({"chat:write.public"})), Listening(port=0))
    answer = await refused(web_client(running).chat_postMessage(channel="C0GENERAL", text="x"))
    assert answer["error"] == "not_in_channel"
    await running.close()


async def test_direct_messages_need_the_messages_tab(slack: AsyncWebClient, people: PracticeClient) -> None:
    await slack.chat_postMessage(channel="U0ANA", text="a word")
    assert "Echo: a word" in await people.reads("ana", await people.direct_channel("ana"))
    silent = replace(read_manifest(MANIFEST), messages_tab=False)
    running = await start(settings(manifest=silent), Listening(port=0))
    answer = await refused(web_client(running).chat_postMessage(channel="U0ANA", text="x"))
    assert answer["error"] == "messages_tab_disabled"
    await running.close()


async def test_history_leaves_threads_out_but_for_broadcasts(slack: AsyncWebClient, room: str) -> None:
    root = (await slack.chat_postMessage(channel=room, text="root"))["ts"]
    reply = (await slack.chat_postMessage(channel=room, text="quiet", thread_ts=root))["ts"]
    await slack.chat_postMessage(channel=room, text="loud", thread_ts=reply, reply_broadcast=True)
    texts = [message["text"] for message in (await slack.conversations_history(channel=room, limit=2))["messages"]]
    assert texts == ["loud", "root"]
    thread = (await slack.conversations_replies(channel=room, ts=reply))["messages"]
    assert [message["text"] for message in thread] == ["root", "quiet", "loud"]
    assert (thread[0]["reply_count"], thread[2]["subtype"]) == (2, "thread_broadcast")
    missing = await refused(slack.conversations_replies(channel=room, ts="1.000000"))
    assert missing["error"] == "thread_not_found"


async def test_history_is_cut_by_time_and_paged(slack: AsyncWebClient, room: str) -> None:
    stamps = [(await slack.chat_postMessage(channel=room, text=str(number)))["ts"] for number in range(5)]
    after = await slack.conversations_history(channel=room, oldest=stamps[2])
    assert [message["text"] for message in after["messages"]] == ["4", "3"]
    within = await slack.conversations_history(channel=room, oldest=stamps[2], latest=stamps[3], inclusive=True)
    assert [message["text"] for message in within["messages"]] == ["3", "2"]
    texts: list[str] = []
    async for answer in await slack.conversations_history(channel=room, limit=2, oldest=stamps[0], inclusive=True):
        texts += [message["text"] for message in answer["messages"]]
    assert texts == ["4", "3", "2", "1", "0"]


async def test_metadata_is_kept_and_shown_when_asked_for(slack: AsyncWebClient, room: str) -> None:
    metadata = {"event_type": "incident", "event_payload": {"key": "inc-1:card"}}
    ts = (await slack.chat_postMessage(channel=room, text="card", metadata=metadata))["ts"]
    await slack.chat_update(channel=room, ts=ts, text="card 2")
    plain = (await slack.conversations_history(channel=room, limit=1))["messages"][0]
    full = (await slack.conversations_history(channel=room, limit=1, include_all_metadata=True))["messages"][0]
    assert "metadata" not in plain
    assert full["metadata"] == metadata
    bad = await refused(slack.chat_postMessage(channel=room, text="x", metadata={"event_type": "incident"}))
    assert bad["error"] == "invalid_metadata_format"


async def test_an_ephemeral_is_for_one_member(slack: AsyncWebClient, people: PracticeClient, room: str) -> None:
    await slack.chat_postEphemeral(channel=room, user="U0ANA", text="psst")
    assert "Echo (only visible to you): psst" in await people.reads("ana", room)
    await people.joins("ben", room)
    assert "psst" not in await people.reads("ben", room)
    stranger = await refused(slack.chat_postEphemeral(channel=room, user="U0CLEO", text="psst"))
    assert stranger["error"] == "user_not_in_channel"


async def test_pins_and_reactions(slack: AsyncWebClient, people: PracticeClient, room: str) -> None:
    ts = (await slack.chat_postMessage(channel=room, text="card"))["ts"]
    await slack.pins_add(channel=room, timestamp=ts)
    assert (await refused(slack.pins_add(channel=room, timestamp=ts)))["error"] == "already_pinned"
    assert (await slack.pins_list(channel=room))["items"][0]["created_by"] == "U0WARROOM"
    assert (await people.channel(room))["pins"] == [ts]
    await people.reacts("ana", room, ts, "pushpin")
    await slack.reactions_add(channel=room, timestamp=ts, name="pushpin")
    again = await refused(slack.reactions_add(channel=room, timestamp=ts, name="pushpin"))
    assert again["error"] == "already_reacted"
    got = (await slack.reactions_get(channel=room, timestamp=ts))["message"]["reactions"]
    assert got == [{"name": "pushpin", "users": ["U0ANA", "U0WARROOM"], "count": 2}]


async def test_a_file_is_uploaded_by_the_sdk_and_read(slack: AsyncWebClient, people: PracticeClient, room: str) -> None:
    await slack.files_upload_v2(channel=room, filename="draft.md", content="# Draft", initial_comment="The draft")
    assert "Echo: The draft\n[file draft.md]" in await people.reads("ana", room)
    assert await people.downloads("ana", room, "draft.md") == "# Draft"


async def test_permalinks_open_in_the_page(practice: RunningPractice, slack: AsyncWebClient, room: str) -> None:
    root = (await slack.chat_postMessage(channel=room, text="root"))["ts"]
    reply = (await slack.chat_postMessage(channel=room, text="reply", thread_ts=root))["ts"]
    link = (await slack.chat_getPermalink(channel=room, message_ts=reply))["permalink"]
    assert link == f"{practice.url}archives/{room}/p{reply.replace('.', '')}?thread_ts={root}&cid={room}"


async def test_bookmarks_are_not_idempotent(slack: AsyncWebClient, room: str) -> None:
    for _ in range(2):
        await slack.bookmarks_add(channel_id=room, title="Page", type="link", link="https://example.com")
    assert len((await slack.bookmarks_list(channel_id=room))["bookmarks"]) == 2
    odd = await refused(slack.bookmarks_add(channel_id=room, title="Page", type="link", link="ftp://x"))
    assert odd["error"] == "invalid_link"
