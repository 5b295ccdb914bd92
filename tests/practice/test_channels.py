"""Channels through the SDK: names, membership, privacy, archiving, paging."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.client import PracticeClient
from tests.practice.conftest import refused

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("Upper", "invalid_name_specials"),
        ("with space", "invalid_name_specials"),
        ("---", "invalid_name_punctuation"),
        ("x" * 81, "invalid_name_maxlength"),
        ("general", "name_taken"),
    ],
)
async def test_a_name_slack_would_refuse_is_refused(slack: AsyncWebClient, name: str, error: str) -> None:
    assert (await refused(slack.conversations_create(name=name)))["error"] == error


async def test_a_new_channel_is_furnished(slack: AsyncWebClient, people: PracticeClient) -> None:
    room = (await slack.conversations_create(name="x" * 80))["channel"]
    assert (room["creator"], room["is_member"], room["is_private"]) == ("U0WARROOM", True, False)
    await slack.conversations_invite(channel=room["id"], users="U0ANA")
    await slack.conversations_setTopic(channel=room["id"], topic="SEV1")
    assert (await refused(slack.conversations_setTopic(channel=room["id"], topic="x" * 251)))["error"] == "too_long"
    seen = await people.reads("ana", room["id"])
    assert "ana: @ana has joined the channel" in seen
    assert "Echo: @Echo set the channel topic: SEV1" in seen
    assert await people.newest_channel() == room["id"]


async def test_an_archived_channel_keeps_its_name(slack: AsyncWebClient) -> None:
    room = (await slack.conversations_create(name="inc-1"))["channel"]["id"]
    await slack.conversations_archive(channel=room)
    assert (await refused(slack.conversations_archive(channel=room)))["error"] == "already_archived"
    assert (await refused(slack.chat_postMessage(channel=room, text="hi")))["error"] == "is_archived"
    assert (await refused(slack.conversations_create(name="inc-1")))["error"] == "name_taken"
    assert (await refused(slack.conversations_unarchive(channel=room)))["error"] == "not_in_channel"
    assert (await refused(slack.conversations_archive(channel="C0GENERAL")))["error"] == "not_in_channel"


async def test_invitations_tell_what_is_wrong_with_whom(slack: AsyncWebClient) -> None:
    room = (await slack.conversations_create(name="inc-1"))["channel"]["id"]
    users = ["U0ANA", "U0NOBODY", "U0WARROOM"]
    answer = await refused(slack.conversations_invite(channel=room, users=users))
    assert [(fault["user"], fault["error"]) for fault in answer["errors"]] == [
        ("U0NOBODY", "user_not_found"),
        ("U0WARROOM", "cant_invite_self"),
    ]
    assert (await slack.conversations_members(channel=room))["members"] == ["U0WARROOM"]
    forced = await slack.conversations_invite(channel=room, users=users, force=True)
    assert len(forced["errors"]) == 2
    assert (await refused(slack.conversations_invite(channel=room, users="U0ANA")))["error"] == "already_in_channel"


async def test_a_private_channel_does_not_exist_for_outsiders(slack: AsyncWebClient, people: PracticeClient) -> None:
    secret = (await people.act("ana", "create_channel", name="secret", is_private=True))["channel"]
    assert (await refused(slack.conversations_info(channel=secret)))["error"] == "channel_not_found"
    assert (await people.tries("ben", "join", channel=secret))["error"] == "channel_not_found"
    await people.invites("ana", secret, "echo")
    assert (await slack.conversations_info(channel=secret))["channel"]["is_private"]
    with pytest.raises(LookupError):
        await people.channel("secret", "ben")


async def test_the_bots_own_channels_come_in_pages(slack: AsyncWebClient) -> None:
    for number in range(5):
        await slack.conversations_create(name=f"inc-{number}", is_private=number == 3)
    types = "public_channel,private_channel"
    names: list[str] = []
    async for answer in await slack.users_conversations(types=types, limit=2):
        names += [channel["name"] for channel in answer["channels"]]
    assert names == [f"inc-{number}" for number in range(5)]
    assert (await refused(slack.users_conversations(cursor="nonsense")))["error"] == "invalid_cursor"


async def test_only_its_own_channels_may_be_renamed(slack: AsyncWebClient, people: PracticeClient) -> None:
    room = (await slack.conversations_create(name="inc-1"))["channel"]["id"]
    assert (await slack.conversations_rename(channel=room, name="inc-2"))["channel"]["previous_names"] == ["inc-1"]
    other = (await people.act("ana", "create_channel", name="anas"))["channel"]
    assert (await refused(slack.conversations_rename(channel=other, name="mine")))["error"] == "not_in_channel"
    await slack.conversations_join(channel=other)
    assert (await refused(slack.conversations_rename(channel=other, name="mine")))["error"] == "not_authorized"


@pytest.mark.parametrize(("count", "error"), [(100, "user_not_found"), (101, "too_many_users")])
async def test_no_more_than_a_hundred_are_invited_at_once(slack: AsyncWebClient, count: int, error: str) -> None:
    room = (await slack.conversations_create(name="crowd"))["channel"]["id"]
    users = ",".join(f"U0NOBODY{number}" for number in range(count))
    assert (await refused(slack.conversations_invite(channel=room, users=users)))["error"] == error
