"""Status updates by clicking: the reminder with its draft, the form, the preview, and what a stakeholder reads."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from tests.browser.conftest import PHONE, Opens
from tests.town import ANA, DAN, EVE, Town, Ways, town

AHEAD = timedelta(minutes=26)  # the reminder of a SEV2 comes after 25


@pytest.fixture
def hands() -> list[timedelta]:
    """How far the bot's clock is ahead: the sum of these."""
    return []


@pytest_asyncio.fixture
async def place(tmp_path: Path, hands: list[timedelta]) -> AsyncIterator[Town]:
    """A workspace whose bot's clock can be put forward."""
    url = f"sqlite:///{tmp_path}/warroom.sqlite"
    async with town(Ways(database_url=url, now=lambda: datetime.now(UTC) + sum(hands, timedelta()))) as there:
        yield there


async def test_a_reminder_becomes_an_update(place: Town, window: Opens, hands: list[timedelta]) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(ANA, room, "/incident role communications @dan")
    await place.people.commands(ANA, room, "/incident note rolled back to 4.2, errors are falling")
    dan, eve = await window(DAN, await place.people.direct_channel(DAN), viewport=PHONE), await window(EVE)
    hands.append(AHEAD)
    await dan.reads("This would be sent:")
    await dan.picture("reminder")
    await dan.clicks("Edit")
    await dan.fills({"What is happening": "Card payments fail", "Who is affected": "About a third of customers"})
    await dan.picture("update-form")
    await dan.clicks("Preview", dan.dialog)
    await dan.reads("Goes to the thread of the announcement and the room.", dan.dialog)
    await dan.picture("update-preview")
    await dan.clicks("Send", dan.dialog)
    await place.quiet()
    await eve.goes_to("incidents")
    await eve.reads("Next update by")
    await eve.log.get_by_role("button", name="1 reply").last.click()
    await eve.reads("About a third of customers", eve.page.get_by_role("complementary", name="Thread"))
    await eve.picture("update")
