"""The people's side: what each person sees, the live feed, guests, and a workspace that outlives its process."""

from pathlib import Path

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.client import PracticeClient, PracticeRefused
from bot.practice.server import Listening, RunningPractice, start
from tests.practice.conftest import refused, settings, web_client

pytestmark = pytest.mark.asyncio


async def test_what_a_person_sees(people: PracticeClient) -> None:
    state = await people.state("ana")
    assert [person["name"] for person in state["people"]] == ["ana", "ben", "cleo", "dan", "eve", "fin"]
    assert [room["name"] for room in state["channels"]] == ["general", "engineering", "Echo"]
    assert state["bot"] == {"user_id": "U0WARROOM", "bot_id": "B0WARROOM", "name": "Echo"}
    assert state["commands"][0] == {
        "command": "/echo",
        "description": "Says it back",
        "usage_hint": "[anything]",
    }
    await people.says("ana", "general", "hello")
    assert (await people.channel("general", "ben"))["unread"] == 1
    await people.act("ben", "mark_read", channel="general")
    assert (await people.channel("general", "ben"))["unread"] == 0


async def test_a_guest_sees_only_their_rooms(people: PracticeClient) -> None:
    names = [room["name"] for room in (await people.state("fin"))["channels"]]
    assert names == ["general", "Echo"]
    assert (await people.tries("fin", "join", channel="engineering"))["error"] == "channel_not_found"


async def test_nobody_edits_what_others_said(people: PracticeClient) -> None:
    ts = await people.says("ana", "general", "mine")
    with pytest.raises(PracticeRefused, match="not your message"):
        await people.edits("ben", "general", ts, "yours")


async def test_the_administrator_deletes_what_the_app_said(people: PracticeClient, slack: AsyncWebClient) -> None:
    await slack.conversations_join(channel="C0GENERAL")
    ts = (await slack.chat_postMessage(channel="C0GENERAL", text="a card"))["ts"]
    with pytest.raises(PracticeRefused, match="not your message"):
        await people.deletes("ben", "general", ts)
    await people.deletes("ana", "general", ts)
    assert "a card" not in await people.reads("ben", "general")
    assert (await slack.users_info(user="U0ANA"))["user"]["is_admin"]


async def test_people_do_to_a_channel_what_they_like(people: PracticeClient, slack: AsyncWebClient) -> None:
    room = (await slack.conversations_create(name="inc-1"))["channel"]["id"]
    await slack.conversations_invite(channel=room, users="U0ANA,U0BEN")
    await people.sets_topic("ben", room, "ours now")
    await people.renames("ben", room, "inc-2")
    await people.removes("ana", room, "Echo")
    assert "Echo has left the channel" in (await people.reads("ana", room)).replace("@", "")
    assert (await refused(slack.conversations_setTopic(channel=room, topic="ours")))["error"] == "not_in_channel"
    with pytest.raises(PracticeRefused, match="not in this channel"):
        await people.removes("ana", room, "Echo")
    with pytest.raises(PracticeRefused, match="cannot take this one out"):
        await people.removes("ana", "general", "ben")
    await people.archives("ana", room)
    await people.unarchives("ana", room)
    seen = await people.channel(room, "ana")
    assert (seen["name"], seen["topic"], seen["is_archived"]) == ("inc-2", "ours now", False)


async def test_the_live_feed_tells_whom_it_concerns(practice: RunningPractice, people: PracticeClient) -> None:
    async with aiohttp.ClientSession() as session:
        ana = await session.ws_connect(f"{practice.url}practice/live?as=ana")
        fin = await session.ws_connect(f"{practice.url}practice/live?as=fin")
        await people.says("ben", "engineering", "not for guests")
        await people.says("ben", "general", "for all")
        frame = await ana.receive_json(timeout=1)
        assert (frame["type"], frame["channel"], frame["message"]["text"]) == (
            "message",
            "C0ENGINEERING",
            "not for guests",
        )
        assert (await fin.receive_json(timeout=1))["message"]["text"] == "for all"
        await people.tries("ana", "command", channel="general", command="/echo", text="")
        assert (await ana.receive_json(timeout=1))["message"]["text"] == "for all"
        assert await ana.receive_json(timeout=1) == {
            "type": "notice",
            "text": '/echo failed with the error "dispatch_failed"',
        }


async def test_a_workspace_is_found_again_after_a_restart(tmp_path: Path) -> None:
    listening = Listening(port=0, state=tmp_path / "deep" / "practice.sqlite")
    first = await start(settings(), listening)
    slack = web_client(first)
    room = (await slack.conversations_create(name="inc-1"))["channel"]["id"]
    ts = (await slack.chat_postMessage(channel=room, text="card"))["ts"]
    await slack.pins_add(channel=room, timestamp=ts)
    await first.close()
    second = await start(settings(), listening)
    again = AsyncWebClient(token="xoxb-practice", base_url=second.api_url)
    assert (await again.pins_list(channel=room))["items"][0]["message"]["text"] == "card"
    assert (await again.chat_postMessage(channel=room, text="later"))["ts"] > ts
    # What the app did not take before the restart is still on its way to it.
    assert not await second.workspace.delivery.settled(patience=0.1)
    await second.close()
