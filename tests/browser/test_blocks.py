"""Every newer block is drawn for people, on a wide screen and on a phone, and what is in it can be used."""

import pytest
from playwright.async_api import ViewportSize, expect
from slack_sdk.web.async_client import AsyncWebClient

from tests.browser.conftest import DESKTOP, PHONE, Opens, Scheme
from tests.browser.test_accessibility import faults
from tests.practice.test_newer_blocks import (
    CARD,
    CAROUSEL,
    FULL_CONTAINER,
    PLAN,
    TASK,
    VIDEO,
    chart,
    data_table,
    feedback,
)
from tests.town import ANA, GENERAL, Town

BLOCKS = [CARD, CAROUSEL, FULL_CONTAINER, chart(), chart("pie"), data_table(3), PLAN, TASK, VIDEO, feedback()]
LOOKS = [pytest.param(DESKTOP, "light", id="desktop"), pytest.param(PHONE, "dark", id="phone")]


@pytest.mark.parametrize(("viewport", "scheme"), LOOKS)
async def test_newer_blocks_can_be_read(place: Town, window: Opens, viewport: ViewportSize, scheme: Scheme) -> None:
    slack = AsyncWebClient(token="xoxb-practice", base_url=place.practice.api_url)
    await slack.conversations_join(channel=GENERAL)
    await slack.chat_postMessage(channel=GENERAL, text="all of it", blocks=BLOCKS)
    ana = await window(ANA, GENERAL, viewport=viewport, scheme=scheme)
    for text in ("Gateway", "bar chart", "Errors", "Way out", "in progress", "Demo", "Not helpful", "More"):
        await ana.reads(text, ana.log)
    await expect(ana.log.get_by_text("cannot show")).to_have_count(0)
    assert await ana.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    await ana.log.get_by_text("More", exact=True).click()
    await ana.picture(f"blocks-{scheme}")
    assert await faults(ana) == []
