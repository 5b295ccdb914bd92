"""Rate limits: off unless asked for, tiers by method, one post a second in a channel, and Slack's answer."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.limits import TIER_OF, TIERS, Limits
from bot.practice.methods import METHODS
from bot.practice.server import Listening, RunningPractice, start
from bot.practice.triggers import new_response_url
from tests.practice.conftest import settings, web_client

pytestmark = pytest.mark.asyncio
UNLIMITED = {"auth.test", "blocks.validate", "chat.getPermalink", "chat.postMessage"}


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = 1_800_000_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    """Time that is moved by hand."""
    return Clock()


@pytest_asyncio.fixture
async def strict(clock: Clock) -> AsyncIterator[RunningPractice]:
    """A workspace with its limits in force."""
    running = await start(settings(limits=True, clock=clock), Listening(port=0))
    yield running
    await running.close()


async def test_every_method_has_its_tier() -> None:
    assert set(METHODS) - set(TIER_OF) == UNLIMITED
    assert set(TIER_OF) <= set(METHODS)


async def test_the_second_post_in_a_second_waits_and_another_channel_does_not(
    strict: RunningPractice, clock: Clock
) -> None:
    slack = web_client(strict)
    await slack.conversations_join(channel="C0GENERAL")
    await slack.conversations_join(channel="C0ENGINEERING")
    await slack.chat_postMessage(channel="C0GENERAL", text="one")
    with pytest.raises(SlackApiError) as refused:
        await slack.chat_postMessage(channel="C0GENERAL", text="two")
    answer = refused.value.response
    assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "1")
    await slack.chat_postMessage(channel="C0ENGINEERING", text="elsewhere")
    clock.at += 1
    await slack.chat_postMessage(channel="C0GENERAL", text="two")
    said = [message["text"] for message in strict.workspace.messages("C0GENERAL").values()]
    assert said[-2:] == ["one", "two"]


async def test_a_tier_is_used_up_and_fills_again(strict: RunningPractice, clock: Clock) -> None:
    slack = web_client(strict)
    for _ in range(TIERS[2]):
        await slack.users_list()
    with pytest.raises(SlackApiError) as refused:
        await slack.users_list()
    assert refused.value.response.headers["Retry-After"] == "3"
    await slack.users_info(user="U0ANA")  # another method has its own
    clock.at += 3
    await slack.users_list()


async def test_sharing_a_file_and_answering_aloud_are_posts_as_well(strict: RunningPractice, clock: Clock) -> None:
    slack, workspace = web_client(strict), strict.workspace
    await slack.conversations_join(channel="C0GENERAL")
    url = new_response_url(workspace, workspace.channels["C0GENERAL"], "U0ANA")
    await slack.files_upload_v2(channel="C0GENERAL", content="a draft", filename="draft.md")
    aloud, quiet = {"text": "aloud", "response_type": "in_channel"}, {"text": "to Ana"}
    async with aiohttp.ClientSession() as session:
        async with session.post(url, json=aloud) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
        async with session.post(url, json=quiet) as answer:
            assert answer.status == 200
        clock.at += 1
        async with session.post(url, json=aloud) as answer:
            assert answer.status == 200
    with pytest.raises(SlackApiError, match="ratelimited"):
        await slack.chat_postMessage(channel="C0GENERAL", text="too soon")


async def test_the_sdk_waits_as_long_as_it_is_told() -> None:
    running = await start(settings(limits=True), Listening(port=0))
    slack = web_client(running)
    slack.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=2))
    await slack.conversations_join(channel="C0GENERAL")
    for text in ("one", "two"):
        await slack.chat_postMessage(channel="C0GENERAL", text=text)
    await running.close()


async def test_off_nothing_is_held_against_anybody(slack: AsyncWebClient) -> None:
    await slack.conversations_join(channel="C0GENERAL")
    for number in range(30):
        await slack.chat_postMessage(channel="C0GENERAL", text=str(number))
        await slack.users_list()


async def test_a_clock_that_goes_back_gives_nothing_away(clock: Clock) -> None:
    limits = Limits(clock, on=True)
    taken = [limits.seconds_to_wait("users.list", {}) for _ in range(TIERS[2])]
    assert set(taken) == {0}
    clock.at -= 3600
    assert limits.seconds_to_wait("users.list", {}) == 3
