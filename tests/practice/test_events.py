"""Events: which the app hears, in which rooms, and in what shape."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.client import PracticeClient, PracticeRefused
from bot.practice.server import RunningPractice
from tests.practice.conftest import Answer, Connect, Json, bolt_app

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def heard(practice: RunningPractice, slack: AsyncWebClient, connect: Connect) -> AsyncIterator[list[Json]]:
    """Every event callback a connected app gets, with the bot in #general."""
    bodies: list[Json] = []
    app = bolt_app(practice)

    @app.middleware
    async def keep(body: Json, next_: Answer) -> None:
        if body.get("type") == "event_callback":
            bodies.append(body)
        await next_()

    for name in (
        "message", "app_mention", "reaction_added", "pin_added", "channel_archive", "channel_rename", "channel_left",
        "group_left", "user_change", "tokens_revoked", "app_uninstalled",
    ):  # fmt: skip

        @app.event(name)
        async def take(event: Json) -> None:
            """Taken."""

    @app.event("member_joined_channel")
    async def joined(event: Json) -> None:
        """Taken."""

    await connect(app)
    await slack.conversations_join(channel="C0GENERAL")
    await practice.workspace.delivery.settled()
    bodies.clear()
    yield bodies


async def events(practice: RunningPractice, heard: list[Json]) -> list[Json]:
    """The events themselves, once all are delivered."""
    assert await practice.workspace.delivery.settled()
    return [body["event"] for body in heard]


async def test_the_wrapper(practice: RunningPractice, people: PracticeClient, heard: list[Json]) -> None:
    ts = await people.says("ana", "general", "1 < 2 & @ben")
    (event,) = await events(practice, heard)
    assert event["text"] == "1 &lt; 2 &amp; <@U0BEN>"
    assert (event["channel"], event["channel_type"], event["user"], event["ts"]) == (
        "C0GENERAL",
        "channel",
        "U0ANA",
        ts,
    )
    body = heard[0]
    assert (body["team_id"], body["authorizations"][0]["user_id"]) == ("T0PRACTICE", "U0WARROOM")
    assert body["event_id"].startswith("Ev")


async def test_edits_deletes_and_threads(practice: RunningPractice, people: PracticeClient, heard: list[Json]) -> None:
    ts = await people.says("ana", "general", "one")
    await people.edits("ana", "general", ts, "two")
    reply = await people.says("ben", "general", "reply", thread_ts=ts)
    await people.deletes("ben", "general", reply)
    first, changed, replied, deleted = await events(practice, heard)
    assert (changed["subtype"], changed["previous_message"]["text"]) == ("message_changed", "one")
    assert changed["message"]["edited"]["user"] == "U0ANA"
    assert (replied["thread_ts"], replied["parent_user_id"]) == (first["ts"], "U0ANA")
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", reply)


async def test_rooms_the_bot_is_not_in_are_silent(
    practice: RunningPractice, people: PracticeClient, heard: list[Json]
) -> None:
    await people.says("ana", "engineering", "unheard")
    assert await events(practice, heard) == []
    await people.invites("ana", "engineering", "echo")
    await people.says("ana", "engineering", "heard")
    member, said = await events(practice, heard)  # Bolt keeps the bot's own channel_join message to itself
    assert (member["type"], member["user"], member["channel_type"]) == ("member_joined_channel", "U0WARROOM", "C")
    assert member["inviter"] == "U0ANA"
    assert said["text"] == "heard"


async def test_only_what_the_manifest_subscribes_to(
    practice: RunningPractice, people: PracticeClient, heard: list[Json]
) -> None:
    ts = await people.says("ana", "general", "@echo look")
    await people.reacts("ben", "general", ts, "pushpin")
    await people.unreacts("ben", "general", ts, "pushpin")  # reaction_removed is not subscribed to
    await people.pins("ben", "general", ts)
    found = await events(practice, heard)
    assert [event["type"] for event in found] == ["message", "app_mention", "reaction_added", "pin_added"]
    assert found[2]["item"] == {"type": "message", "channel": "C0GENERAL", "ts": ts}
    assert (found[3]["item"]["message"]["ts"], found[3]["channel_id"]) == (ts, "C0GENERAL")


async def test_private_and_direct_messages_have_their_kinds(
    practice: RunningPractice, people: PracticeClient, heard: list[Json]
) -> None:
    secret = (await people.act("ana", "create_channel", name="secret", is_private=True))["channel"]
    await people.invites("ana", secret, "echo")
    await people.says("ana", secret, "private")
    await people.says("ana", await people.direct_channel("ana"), "direct")
    kinds = {event["text"]: event["channel_type"] for event in await events(practice, heard) if "text" in event}
    assert (kinds["private"], kinds["direct"]) == ("group", "im")


async def test_archive_and_rename_are_told(
    practice: RunningPractice, people: PracticeClient, heard: list[Json]
) -> None:
    room = (await people.act("ana", "create_channel", name="side"))["channel"]
    await people.invites("ana", room, "echo")
    await people.act("ana", "rename", channel=room, name="aside")
    await people.act("ana", "archive", channel=room)
    found = await events(practice, heard)
    renamed = next(event for event in found if event["type"] == "channel_rename")
    archived = next(event for event in found if event["type"] == "channel_archive")
    assert (renamed["channel"]["name"], archived["channel"], archived["user"]) == ("aside", room, "U0ANA")


async def test_a_bot_that_is_taken_out_is_told_by_whom(
    practice: RunningPractice, people: PracticeClient, heard: list[Json]
) -> None:
    secret = (await people.act("ana", "create_channel", name="secret", is_private=True))["channel"]
    for room in ("engineering", secret):
        await people.invites("ana", room, "echo")
        await people.removes("ana", room, "echo")
    left = [event for event in await events(practice, heard) if event["type"] in ("channel_left", "group_left")]
    assert [(event["type"], event["actor_id"]) for event in left] == [
        ("channel_left", "U0ANA"),
        ("group_left", "U0ANA"),
    ]
    assert left[1]["channel"] == secret
    assert "member_left_channel" not in [event["type"] for event in await events(practice, heard)]


async def test_an_account_that_is_taken_away_is_told_and_can_do_nothing(
    practice: RunningPractice, people: PracticeClient, heard: list[Json], slack: AsyncWebClient
) -> None:
    with pytest.raises(PracticeRefused, match="Only the administrator"):
        await people.deactivates("ben", "cleo")
    await people.deactivates("ana", "ben")
    (event,) = await events(practice, heard)
    assert (event["type"], event["user"]["id"], event["user"]["deleted"]) == ("user_change", "U0BEN", True)
    assert (await slack.users_info(user="U0BEN"))["user"]["deleted"]
    with pytest.raises(PracticeRefused, match="deactivated"):
        await people.says("ben", "general", "am I here?")
    with pytest.raises(SlackApiError, match="cant_invite"):
        await slack.conversations_invite(channel=(await _made(slack)), users="U0BEN")
    await people.reactivates("ana", "ben")
    await people.says("ben", "general", "I am back")


async def _made(slack: AsyncWebClient) -> str:
    return str((await slack.conversations_create(name="side"))["channel"]["id"])


async def test_an_app_that_is_uninstalled_is_told_and_locked_out(
    practice: RunningPractice, people: PracticeClient, heard: list[Json], slack: AsyncWebClient
) -> None:
    await people.control(token="uninstalled")
    found = await events(practice, heard)
    assert {event["type"] for event in found} == {"tokens_revoked", "app_uninstalled"}
    with pytest.raises(SlackApiError, match="account_inactive"):
        await slack.auth_test()
    await people.control(token="valid")
    await slack.auth_test()
