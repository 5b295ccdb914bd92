"""The card on first opening, and the sample incident played from it."""

import pytest
from playwright.async_api import ViewportSize, expect

from tests.browser.conftest import DESKTOP, PHONE, Opens
from tests.browser.test_accessibility import faults
from tests.town import ANA, BEN, GENERAL

VIEWPORTS = [pytest.param(DESKTOP, id="desktop"), pytest.param(PHONE, id="phone")]


@pytest.mark.parametrize("viewport", VIEWPORTS)
async def test_a_new_browser_is_told_what_to_try_once(window: Opens, viewport: ViewportSize) -> None:
    ana = await window(ANA, GENERAL, viewport=viewport, new=True)
    card = ana.page.get_by_role("region", name="What to try")
    await ana.reads("A workspace to practise in", card)
    await ana.picture(f"welcome-{viewport['width']}")
    assert await faults(ana) == []
    await ana.clicks("Close", card)
    await expect(card).to_be_hidden()
    await ana.page.reload()
    await ana.page.wait_for_selector("#composer-text")
    await expect(card).to_be_hidden()


async def test_the_sample_is_played_and_seen_by_everybody(window: Opens) -> None:
    ana, ben = await window(ANA, GENERAL, new=True), await window(BEN, GENERAL)
    card = ana.page.get_by_role("region", name="What to try")
    await card.get_by_label("Speed").select_option("step by step")
    await ana.clicks("▶ Play a sample incident", card)
    await ana.reads("step 0 of 31", card)
    for done in (1, 2, 3):
        await ana.clicks("Next step", card)
        await ana.reads(f"step {done} of 31", card)
    await ana.reads("Customers write that they cannot pay by card", ana.log)
    await ben.reads("step 3 of 31", ben.page.get_by_role("region", name="What to try"))
    await ana.goes_to("inc-1-card-payments-are-failing")
    await ana.picture("sample")
    await ana.clicks("Stop", card)
    await expect(card).to_be_hidden()
    await expect(ben.page.get_by_role("region", name="What to try")).to_be_hidden()
