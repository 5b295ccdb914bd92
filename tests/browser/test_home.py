"""The Home tab as a tired responder sees it, on a desk and on a phone."""

from tests.browser.conftest import PHONE, Opens
from tests.town import ANA, BEN, CLEO, DAN, EVE, Town


async def test_the_home_tab_is_read_and_declares(place: Town, window: Opens) -> None:
    room = await place.declares(ANA, "checkout is failing sev1")
    await place.declares(BEN, "Search results are several minutes behind for shops in the north of Europe sev3", 2)
    await place.declares(CLEO, "payroll export leaked --private", 3)
    await place.declares(DAN, "invoices are sent twice", 4)
    await place.people.commands(BEN, room, "/incident claim commander")
    await place.people.commands(CLEO, room, "/incident claim comms")
    await place.people.commands(CLEO, room, "/incident action INC-1 Add an alert on refused payments @eve by friday")
    await place.resolves(DAN, room, "INC-4")
    eve = await window(EVE, await place.people.direct_channel(EVE))
    await eve.page.get_by_role("tab", name="Home").click()
    await eve.reads("Open now: 2")
    await eve.reads("INC-1, action item 1: Add an alert on refused payments")
    await eve.picture("home")
    cleo = await window(CLEO, await place.people.direct_channel(CLEO), viewport=PHONE)
    await cleo.page.get_by_role("tab", name="Home").click()
    await cleo.reads("You hold a role in")
    await cleo.reads("INC-3 payroll export leaked")
    await cleo.picture("home-phone")
    width = await cleo.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    await place.people.commands(ANA, room, "/incident sev 2")
    await eve.reads("SEV2 major")
    await eve.clicks("Declare an incident")
    await eve.fills({"What is wrong?": "the shop is down"})
    await eve.clicks("Declare", eve.dialog)
    await place.room(5)
    await eve.reads("Open now: 3")
