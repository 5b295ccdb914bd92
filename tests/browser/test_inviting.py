"""What a room reads when rules invite people, as it looks on a phone."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio

from bot.workflows.policy import SEV1, InviteRule
from tests.browser.conftest import PHONE, Opens
from tests.town import ANA, HOUSE_RULES, Town, Ways, town

LEADERS = InviteRule(name="leadership", severities=(SEV1,), people=("U0DAN", "U0NOBODY"))
ON_CALL = InviteRule(name="payments on call", severities=(SEV1,), groups=("S0ONCALL",))


@pytest_asyncio.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    """A workspace with rules of invitation."""
    rules = replace(HOUSE_RULES, invites=(LEADERS, ON_CALL))
    async with town(Ways(database_url=f"sqlite:///{tmp_path}/warroom.sqlite", policy=rules)) as there:
        yield there


async def test_who_came_and_that_nobody_was_paged_is_read_on_a_phone(place: Town, window: Opens) -> None:
    room = await place.declares(ANA, "checkout is failing sev3")
    ana = await window(ANA, room, viewport=PHONE)
    await ana.types("/incident severity 1")
    await ana.reads("Invited by rule (leadership, payments on call)")
    await ana.reads("Nobody was paged: call whoever is needed now.")
    await ana.picture("invited-phone")
    assert await ana.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
