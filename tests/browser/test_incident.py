"""A whole incident by clicking: from the declare to the draft that was downloaded, as three people."""

from pathlib import Path

from playwright.async_api import expect

from tests.browser.conftest import PHONE, Opens
from tests.browser.person import Person
from tests.town import ANA, BEN, EVE, GENERAL, Town

ROOM = "inc-1-checkout-is-failing"


async def test_an_incident_by_clicking_as_three_people(place: Town, window: Opens) -> None:
    ana, ben, eve = await window(ANA, GENERAL), await window(BEN, GENERAL), await window(EVE)
    await _declare(ana)
    await _respond(ana, ben)
    await place.quiet()
    # The card from its first line on: what is at the end of the room is in the picture of the thread.
    await (
        ana.log.get_by_role("article").filter(has_text="Checklist 3/9").first.evaluate("card => card.scrollIntoView()")
    )
    await ana.picture("room")
    await eve.goes_to("incidents")
    await eve.reads("INC-1 checkout is failing")
    await eve.picture("announcement")
    draft = await _resolve(ana)
    assert draft.startswith("# ")
    assert "Rolled back to 4.2" in draft
    await eve.reads("Over. We are writing down what happened · resolved")


async def _declare(ana: Person) -> None:
    await ana.types("/incident checkout is failing")
    await ana.reads("Declare an incident", ana.dialog)
    await ana.fills({"What do customers see?": "Card payments are refused for about a third of customers"})
    await ana.picture("form")
    await ana.clicks("Declare", ana.dialog)
    await ana.reads(f"#{ROOM}", ana.dialog)
    await ana.page.keyboard.press("Escape")
    await ana.goes_to(ROOM)


async def _respond(ana: Person, ben: Person) -> None:
    await ana.clicks("Take command")
    await ana.reads("Incident commander: @Ana Silva")
    await ben.goes_to(ROOM)
    await ben.clicks("Join channel")
    await ben.types("The deploy of 14:02 changed the card gateway")
    await expect(ana.message("The deploy of 14:02")).to_be_visible()
    await ana.types("/incident severity 2")
    await ana.reads("SEV2")
    await ben.types("/incident note Rolled back to 4.2")
    await ben.log.get_by_role("button", name="replies").first.click()
    await ben.reads("Rolled back to 4.2", ben.page.get_by_role("complementary", name="Thread"))
    await ben.picture("thread")


async def _resolve(ana: Person) -> str:
    await ana.types("/incident resolve")
    await ana.reads("What fixed it?", ana.dialog)
    await ana.fills({"What fixed it?": "Rolled back to 4.2", "Why are they left out?": "It was the last deploy"})
    await ana.clicks("Resolve", ana.dialog)
    download = await ana.downloads(ana.log.get_by_role("link", name="download").last)
    return Path(await download.path()).read_text()


async def test_two_windows_see_the_same_card_change(window: Opens, place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.joins(BEN, room)
    ana, ben = await window(ANA, room), await window(BEN, room, viewport=PHONE)
    await ben.clicks("Take command")
    await ana.reads("Incident commander: @Ben Okafor")
    await ben.reads("Incident commander: @Ben Okafor")
    await ben.picture("phone")
