"""Smaller methods of the Web API through the SDK: purposes, bookmarks, people, groups, the team."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.manifest import read_manifest
from bot.practice.server import Listening, start
from tests.practice.conftest import MANIFEST, refused, settings, web_client

pytestmark = pytest.mark.asyncio
MORE_SCOPES = ("users:read.email", "users.profile:read", "usergroups:read", "team:read")


@pytest_asyncio.fixture
async def allowed() -> AsyncIterator[AsyncWebClient]:
    """An app that may read addresses, profiles, groups and the team as well."""
    manifest = read_manifest(MANIFEST)
    running = await start(
        settings(manifest=replace(manifest, scopes=(*manifest.scopes, *MORE_SCOPES))), Listening(port=0)
    )
    yield web_client(running)
    await running.close()


async def test_a_purpose_is_set_and_bounded(slack: AsyncWebClient) -> None:
    room = (await slack.conversations_create(name="inc-1"))["channel"]["id"]
    await slack.conversations_setPurpose(channel=room, purpose="Find out")
    assert (await slack.conversations_info(channel=room))["channel"]["purpose"]["value"] == "Find out"
    fault = await refused(slack.conversations_setPurpose(channel=room, purpose="x" * 251))
    assert fault["error"] == "too_long"


async def test_a_bookmark_is_edited_and_removed(slack: AsyncWebClient) -> None:
    room = (await slack.conversations_create(name="inc-1"))["channel"]["id"]
    made = await slack.bookmarks_add(channel_id=room, title="Call", type="link", link="https://example.com/1")
    mark = made["bookmark"]["id"]
    changed = await slack.bookmarks_edit(bookmark_id=mark, channel_id=room, title="The call")
    assert (changed["bookmark"]["title"], changed["bookmark"]["link"]) == ("The call", "https://example.com/1")
    fault = await refused(slack.bookmarks_edit(bookmark_id=mark, channel_id=room, link="nowhere"))
    assert fault["error"] == "invalid_link"
    await slack.bookmarks_remove(bookmark_id=mark, channel_id=room)
    assert (await slack.bookmarks_list(channel_id=room))["bookmarks"] == []
    assert (await refused(slack.bookmarks_remove(bookmark_id=mark, channel_id=room)))["error"] == "not_found"


async def test_people_are_found(allowed: AsyncWebClient) -> None:
    found = await allowed.users_lookupByEmail(email="ana@practice.example")
    assert found["user"]["id"] == "U0ANA"
    fault = await refused(allowed.users_lookupByEmail(email="no@practice.example"))
    assert fault["error"] == "users_not_found"
    assert (await allowed.users_profile_get(user="U0BEN"))["profile"]["real_name"] == "Ben Okafor"
    assert (await allowed.users_getPresence(user="U0BEN"))["presence"] == "active"


async def test_groups_and_the_team_are_told(allowed: AsyncWebClient) -> None:
    groups = (await allowed.usergroups_list(include_users=True))["usergroups"]
    assert [(group["handle"], len(group["users"])) for group in groups] == [("on-call", 2), ("care", 1)]
    assert (await allowed.usergroups_users_list(usergroup="S0CARE"))["users"] == ["U0EVE"]
    assert (await refused(allowed.usergroups_users_list(usergroup="S0NONE")))["error"] == "no_such_subteam"
    assert (await allowed.team_info())["team"]["domain"] == "practice"


async def test_scopes_are_asked_for_and_unknown_methods_refused(slack: AsyncWebClient) -> None:
    assert (await refused(slack.usergroups_list()))["error"] == "missing_scope"
    assert (await refused(slack.users_lookupByEmail(email="ana@practice.example")))["error"] == "missing_scope"
    assert (await refused(slack.api_call("reminders.add")))["error"] == "unknown_method"
