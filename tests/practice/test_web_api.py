"""The Web API's manners: tokens, unknown methods and arguments, scopes, hooks and latency."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.client import PracticeClient
from bot.practice.manifest import read_manifest
from bot.practice.server import Listening, RunningPractice, start
from bot.practice.workspace import APP_TOKEN, Call
from tests.practice.conftest import MANIFEST, refused, settings, web_client

pytestmark = pytest.mark.asyncio


async def test_the_bot_learns_who_it_is(practice: RunningPractice, slack: AsyncWebClient) -> None:
    answer = await slack.auth_test()
    assert (answer["team_id"], answer["user_id"], answer["url"]) == ("T0PRACTICE", "U0WARROOM", practice.url)
    assert "chat:write" in answer.headers["x-oauth-scopes"]


async def test_tokens_are_looked_at(practice: RunningPractice, slack: AsyncWebClient) -> None:
    assert (await refused(web_client(practice, "xoxb-other").auth_test()))["error"] == "invalid_auth"
    assert (await refused(web_client(practice, "").auth_test()))["error"] == "not_authed"
    wrong_kind = await refused(slack.apps_connections_open(app_token="xoxb-practice"))
    assert wrong_kind["error"] == "not_allowed_token_type"
    assert (await slack.apps_connections_open(app_token=APP_TOKEN))["url"].startswith("ws://127.0.0.1:")


async def test_what_it_does_not_know_it_refuses_by_name(slack: AsyncWebClient) -> None:
    assert (await refused(slack.api_call("chat.shout")))["error"] == "unknown_method"
    odd = await refused(slack.api_call("conversations.info", params={"channel": "C0GENERAL", "colour": "red"}))
    assert odd["response_metadata"]["messages"] == ["[ERROR] unknown argument: colour"]
    missing = await refused(slack.api_call("conversations.setTopic", params={"topic": "x"}))
    assert missing["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]
    wrong = await refused(slack.api_call("conversations.create", params={"name": "x", "is_private": "maybe"}))
    assert wrong["response_metadata"]["messages"] == ["[ERROR] must be of type bool [json-pointer:/is_private]"]
    assert (await slack.conversations_info(channel="C0GENERAL", team_id="T0PRACTICE"))["ok"]


async def test_a_declined_scope_is_missing() -> None:
    running = await start(settings(declined=frozenset({"groups:write"})), Listening(port=0))
    slack = web_client(running)
    answer = await refused(slack.conversations_create(name="secret", is_private=True))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "groups:write")
    assert "channels:manage" in answer["provided"]
    assert (await slack.conversations_create(name="open"))["ok"]
    await running.close()


async def test_a_scope_the_manifest_never_asked_for_is_missing() -> None:
    bare = replace(read_manifest(MANIFEST), scopes=("chat:write",), optional_scopes=())
    running = await start(settings(manifest=bare), Listening(port=0))
    assert (await refused(web_client(running).users_info(user="U0ANA")))["needed"] == "users:read"
    await running.close()


async def test_calls_are_recorded_and_hooks_see_the_effect(practice: RunningPractice, slack: AsyncWebClient) -> None:
    seen: list[tuple[str, bool]] = []

    async def after(call: Call) -> None:
        seen.append((call.method, any(channel["name"] == "made" for channel in practice.workspace.channels)))

    practice.workspace.after_call.append(after)
    await slack.conversations_create(name="made")
    await refused(slack.conversations_create(name="made"))
    assert seen == [("conversations.create", True)] * 2
    assert [(call.ok, call.error) for call in practice.workspace.calls] == [(True, None), (False, "name_taken")]


async def seconds(call: Callable[[], Awaitable[object]]) -> float:
    """How long a call takes."""
    began = time.perf_counter()
    await call()
    return time.perf_counter() - began


async def test_calls_take_as_long_as_they_are_told_to(slack: AsyncWebClient, people: PracticeClient) -> None:
    await people.control(latency_ms={"*": 0, "auth.test": 120})
    assert min([await seconds(slack.api_test) for _ in range(9)]) < 0.12
    assert await seconds(slack.auth_test) > 0.12


async def test_another_page_of_the_browser_is_kept_out(practice: RunningPractice) -> None:
    async with aiohttp.ClientSession() as session:
        headers = {"Origin": "http://evil.example"}
        async with session.get(f"{practice.url}practice/state?as=ana", headers=headers) as response:
            assert response.status == 403
