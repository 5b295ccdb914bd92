"""Going private in the browser: what stays readable is said before, and outsiders are left with a number."""

from playwright.async_api import expect

from tests.browser.conftest import PHONE, Opens
from tests.conversations.worst import incident
from tests.town import ANA, BEN, CLEO, EVE, Town


async def test_an_incident_goes_private_on_a_phone(window: Opens, place: Town) -> None:
    room = await place.declares(ANA, "the payroll export was copied sev2")
    await place.people.joins(BEN, room)
    await place.people.joins(CLEO, room)
    await place.people.clicks(BEN, room, "Take command")
    await place.quiet()
    ben, eve = await window(BEN, room, viewport=PHONE), await window(EVE, "")
    await eve.goes_to("incidents")
    await eve.reads("the payroll export was copied")
    await ben.types("/incident private")
    await ben.reads("what was linked, copied, mailed or read before", ben.dialog)
    await ben.picture("private-form-phone")
    await ben.clicks("Go private", ben.dialog)
    await ben.reads("is open: ", ben.dialog)
    await ben.page.keyboard.press("Escape")
    await eve.reads("INC-1")
    await expect(eve.log).not_to_contain_text("payroll")
    await eve.picture("private-announcement")
    again = (await incident(place)).room
    assert again is not None
    assert again.channel != room
    await ben.opens(place.practice.url, again.channel)
    await ben.reads("it goes on here")
    await ben.picture("private-room-phone")
