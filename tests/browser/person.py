"""Somebody at the practice page: what a person sees, clicks and types, by the names a screen reader would read out."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Download, Locator, Page, TimeoutError, expect  # noqa: A004 - Playwright's own

PATIENCE_MS = 10_000.0
MENU_TRIES, MENU_PATIENCE_MS = 4, 2_500.0


@dataclass
class Person:
    """A window of the practice page; `name` is the person's handle, such as `ana`."""

    name: str
    page: Page
    pictures: Path

    @property
    def log(self) -> Locator:
        """The messages of the channel on show."""
        return self.page.get_by_role("log", name="Messages", exact=True)

    @property
    def dialog(self) -> Locator:
        """The modal on top."""
        return self.page.get_by_role("dialog").last

    async def opens(self, base_url: str, channel: str = "") -> None:
        """Open the page as this person, at a channel's id."""
        path = f"archives/{channel}" if channel else ""
        await self.page.goto(f"{base_url}{path}?as=U0{self.name.upper()}")
        await self.page.wait_for_selector("#composer :is(textarea, .notice)")

    async def goes_to(self, channel: str) -> None:
        """Choose a channel in the sidebar by its name, opening the sidebar first where it is folded away."""
        link = self.page.locator("#sidebar").get_by_role("button", name=channel).first
        menu = self.page.get_by_role("button", name="Channels and people").first
        if await menu.is_visible():
            await menu.click()
        await link.click()
        await expect(self.page.locator("#head")).to_contain_text(channel)

    async def types(self, text: str) -> None:
        """Write a message or a command, and send it."""
        field = self.page.locator("#composer-text")
        await field.fill(text)
        await field.press("Enter")

    async def clicks(self, label: str, within: Locator | None = None) -> None:
        """Click the newest button with this label."""
        await (within or self.page).get_by_role("button", name=label, exact=True).last.click()

    async def chooses(self, label: str, menu: Locator | None = None) -> None:
        """Choose from a menu, the one behind a card's buttons unless another is given.

        It closes when what it belongs to is drawn anew, as in Slack: then people open it again.
        """
        item = self.page.get_by_role("menuitem", name=label, exact=True)
        for _ in range(MENU_TRIES):
            await (menu or self.page.locator("[data-action=more]").last).click()
            with contextlib.suppress(TimeoutError):
                await item.click(timeout=MENU_PATIENCE_MS)
                return
        raise AssertionError(f"no menu keeps standing with {label!r} in it")

    async def reads(self, text: str, within: Locator | None = None) -> None:
        """Wait until this text is on the page, or within a part of it."""
        await expect(within or self.page.locator("body")).to_contain_text(
            text, timeout=PATIENCE_MS, use_inner_text=True
        )

    async def fills(self, values: Mapping[str, str]) -> None:
        """Type into the fields of the open modal by their labels."""
        for label, value in values.items():
            await self.dialog.get_by_label(label).first.fill(value)

    def message(self, text: str) -> Locator:
        """The newest message that contains this text."""
        return self.log.get_by_role("article").filter(has_text=text).last

    async def downloads(self, link: Locator) -> Download:
        """Click a link to a file, and return the download."""
        async with self.page.expect_download() as coming:
            await link.click()
        return await coming.value

    async def picture(self, name: str) -> Path:
        """Take a screenshot of the window; returns its path."""
        path = self.pictures / f"{name}.png"
        await self.page.mouse.move(0, 0)
        await self.page.screenshot(path=path, animations="disabled")
        return path
