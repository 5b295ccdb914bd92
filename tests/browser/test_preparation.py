"""What the Home tab says of being ready, as it is read on a phone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.browser.conftest import PHONE, Opens
from tests.town import ANA, CLEO, Clock, Town, Ways, town

THINGS = ("search is slow", "mail is late", "carts are empty", "uploads hang", "invoices are sent twice")


@pytest.fixture
def clock() -> Clock:
    """Time that is put forward, so that incidents take a while."""
    return Clock()


@pytest_asyncio.fixture
async def place(tmp_path: Path, clock: Clock) -> AsyncIterator[Town]:
    """A workspace on that time."""
    async with town(Ways(database_url=f"sqlite:///{tmp_path}/warroom.sqlite", now=clock, slacks_now=clock)) as there:
        yield there


async def test_roles_that_nobody_took_are_read_on_a_phone(place: Town, window: Opens, clock: Clock) -> None:
    for number, title in enumerate(THINGS, 1):
        room = await place.declares(ANA, f"{title} sev1", number)
        for role in ("commander", "tech lead", *(["comms"] if number > 3 else [])):
            await place.people.commands(ANA, room, f"/incident claim {role}")
        clock.forward(1800)
        await place.resolves(ANA, room)
    cleo = await window(CLEO, await place.people.direct_channel(CLEO), viewport=PHONE)
    await cleo.page.get_by_role("tab", name="Home").click()
    await cleo.reads("Nobody was scribe in the last 5 incidents that called for one")
    await cleo.reads("Nobody was communications lead in 3 of the last 5 incidents that called for one")
    await cleo.page.get_by_text("Preparation: what needs someone").scroll_into_view_if_needed()
    await cleo.picture("home-preparation-phone")
    assert await cleo.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
