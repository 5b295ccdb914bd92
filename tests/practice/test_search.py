"""Searching a channel: all words, in texts, blocks and threads; nothing of a room one may not see."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.client import PracticeClient, PracticeRefused

pytestmark = pytest.mark.asyncio


async def found(people: PracticeClient, person: str, channel: str, words: str) -> list[str]:
    """The texts of what a person finds."""
    return [message["text"] for message in await people.searches(person, channel, words)]


async def test_all_words_count_in_texts_threads_and_blocks(people: PracticeClient, slack: AsyncWebClient) -> None:
    root = await people.says("ana", "general", "The Gateway refuses cards")
    await people.says("ben", "general", "The gateway is fine again", thread_ts=root)
    await slack.conversations_join(channel="C0GENERAL")
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "Ask <@U0ANA> about the *gateway*"}}
    await slack.chat_postMessage(channel="C0GENERAL", text="in blocks", blocks=[block])
    assert await found(people, "cleo", "general", "gateway") == [
        "in blocks", "The gateway is fine again", "The Gateway refuses cards",
    ]  # fmt: skip
    assert await found(people, "cleo", "general", "again GATEWAY") == ["The gateway is fine again"]
    assert await found(people, "cleo", "general", "@ana about") == ["in blocks"]
    assert await found(people, "cleo", "general", "gateway elephants") == []
    assert await found(people, "cleo", "general", "  ") == []


async def test_a_room_one_may_not_see_is_not_searched(people: PracticeClient) -> None:
    await people.says("ana", "engineering", "The secret gateway")
    with pytest.raises(PracticeRefused, match="no such channel"):
        await people.searches("fin", "engineering", "gateway")
