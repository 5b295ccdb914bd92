"""The checklist in the browser: it ticks itself, items are skipped and done by menu, going on asks for a reason."""

from playwright.async_api import expect

from tests.browser.conftest import DESKTOP, PHONE, Opens
from tests.town import ANA, BEN, Town


async def test_a_checklist_is_played_on_a_desk_and_on_a_phone(window: Opens, place: Town) -> None:
    room = await place.declares(ANA, "card payments are failing sev2")
    await place.people.joins(BEN, room)
    ana, ben = await window(ANA, room, viewport=DESKTOP), await window(BEN, room, viewport=PHONE)
    await ana.reads("Checklist 1/9 · before the next phase: 1, 3, 9")
    await ana.picture("checklist-card")
    await ben.picture("checklist-card-phone")
    await ana.clicks("Take command")
    await ben.reads("Checklist 2/9 · before the next phase: 3, 9")
    menus = ben.log.locator("[data-action=item]")
    await ben.chooses("Mine", menus.nth(6))
    await ben.reads("whether it is really down @Ben Okafor")
    await ben.chooses("Done", menus.nth(6))
    await ana.reads("Checklist 3/9")
    await ana.clicks("Next phase")
    await ana.reads("Still open in Detection & Analysis, and required:", ana.dialog)
    await ana.picture("checklist-going-on")
    await ana.fills({"Why are they left out?": "The alert named the cause"})
    await ana.clicks("Go on", ana.dialog)
    await ben.reads("10. Choose the quickest way out")
    await ben.clicks("Checklist")
    await ben.reads("(left out: The alert named the cause)", ben.dialog)
    await ben.picture("checklist-form-phone")
    await ben.chooses("Skip", ben.dialog.locator("[data-action=item]").nth(2))
    await ben.reads("Keep what a restart would destroy", ben.dialog)
    await ben.fills({"Why is it left out?": "Nothing was restarted"})
    await ben.clicks("Skip", ben.dialog)
    await expect(ben.dialog).to_contain_text("left out: Nothing was restarted")
    await ana.reads("Checklist 1/5")
    await ana.chooses("Help", ana.log.locator("[data-action=item]").first)
    await ana.reads("A way out that is known beats a cause that is not.")
