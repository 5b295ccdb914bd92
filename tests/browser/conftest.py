"""A town with windows: the practice workspace, Warroom serving it, and a real browser looking at it."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal, Protocol

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from tests.browser.chromium import FLAGS, WHY_NOT, executable
from tests.browser.person import PATIENCE_MS, Person
from tests.town import Town, Ways, town

DESKTOP: ViewportSize = {"width": 1280, "height": 1000}
PHONE: ViewportSize = {"width": 390, "height": 844}
Scheme = Literal["light", "dark"]


class Opens(Protocol):
    """Opens a window as a person, at a channel's id; a `new` browser has not seen the page before."""

    async def __call__(
        self,
        name: str,
        channel: str = "",
        *,
        viewport: ViewportSize = DESKTOP,
        scheme: Scheme = "light",
        new: bool = False,
    ) -> Person:
        """Return the person at the window, the page being there."""


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where screenshots go: the folder PICTURES names, or one that is thrown away."""
    folder = Path(os.environ.get("PICTURES", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium; the test is skipped where there is none, and fails in CI."""
    path = executable()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(WHY_NOT)
        pytest.skip(WHY_NOT)
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield running
        await running.close()


@pytest_asyncio.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    """A workspace with Warroom serving it, on SQLite over Socket Mode."""
    async with town(Ways(database_url=f"sqlite:///{tmp_path}/warroom.sqlite")) as there:
        yield there


@pytest_asyncio.fixture
async def window(browser: Browser, place: Town, pictures: Path) -> AsyncIterator[Opens]:
    """Opens a window as a person: `await window("ana")`; what the page complains about fails the test."""
    complaints: list[str] = []

    async def opens(
        name: str, channel: str = "", *, viewport: ViewportSize = DESKTOP, scheme: Scheme = "light", new: bool = False
    ) -> Person:
        context = await browser.new_context(viewport=viewport, color_scheme=scheme, has_touch=viewport == PHONE)
        if not new:
            await context.add_init_script("localStorage.setItem('welcomed', 'yes')")
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        _listen(page, complaints)
        person = Person(name, page, pictures)
        await person.opens(place.practice.url, channel)
        return person

    yield opens
    assert not complaints


def _listen(page: Page, complaints: list[str]) -> None:
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("requestfailed", lambda request: _note_outside(request.url, complaints))
    page.on("request", lambda request: _note_outside(request.url, complaints))


def _note_outside(url: str, complaints: list[str]) -> None:
    if not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
        complaints.append(f"the page asked for {url}")
