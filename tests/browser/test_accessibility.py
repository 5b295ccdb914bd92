"""What axe-core finds wrong with the page: nothing of weight, in light and dark, wide and narrow."""

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import ViewportSize

from tests.browser.conftest import DESKTOP, PHONE, Opens, Scheme
from tests.browser.person import Person
from tests.town import ANA, BEN, GENERAL, Town

LOOKS = [
    pytest.param(DESKTOP, "light", id="desktop-light"),
    pytest.param(DESKTOP, "dark", id="desktop-dark"),
    pytest.param(PHONE, "light", id="phone-light"),
    pytest.param(PHONE, "dark", id="phone-dark"),
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


@pytest.mark.parametrize(("viewport", "scheme"), LOOKS)
async def test_axe_finds_nothing_in_room_thread_form_and_home(
    place: Town, window: Opens, viewport: ViewportSize, scheme: Scheme
) -> None:
    room = await place.declares(ANA, "checkout is failing sev1")
    await place.people.joins(BEN, room)
    await place.people.says(BEN, room, "Looking at the *gateway* now, `POST /charge` answers 502")
    ana = await window(ANA, room, viewport=viewport, scheme=scheme)
    await ana.reads("Looking at the gateway")
    assert await faults(ana) == []
    await ana.chooses("Roles")
    await ana.dialog.wait_for()
    assert await faults(ana) == []
    await _closes_the_form(place, ana)
    await ana.opens(place.practice.url, GENERAL)
    await ana.reads("is open:")
    await ana.types("/incident open")
    await ana.reads("Declare an incident", ana.dialog)
    assert await faults(ana) == []
    await _closes_the_form(place, ana)
    await ana.opens(place.practice.url, await place.people.direct_channel(ANA))
    await ana.page.get_by_role("tab", name="Home").click()
    await ana.reads("Open now: 1")
    assert await faults(ana) == []


async def faults(person: Person) -> list[str]:
    """What axe-core finds wrong with the page a person has open, one line for each place."""
    found: dict[str, Any] = (await Axe().run(person.page, options=RULES)).response
    return [
        f"{fault['id']}: {fault['help']}: {node['html'][:160]} {node['target']}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


async def _closes_the_form(place: Town, ana: Person) -> None:
    """Close it, and wait until the workspace knows: a form that stands open comes again with the next page."""
    await ana.page.keyboard.press("Escape")

    async def is_closed() -> bool:
        return await place.people.modal(ANA) is None

    await place.people.until(is_closed)
