"""A stakeholder who knows nothing of servers, on a phone: the announcement and its thread hold all they need."""

from tests.browser.conftest import PHONE, Opens
from tests.conversations.test_updates import WORDS
from tests.town import ANA, DAN, EVE, Town


async def test_the_announcement_tells_the_whole_story(place: Town, window: Opens) -> None:
    room = await place.declares(ANA, "card payments are failing sev2")
    await place.people.joins(EVE, "incidents")
    await place.people.clicks(ANA, room, "Take command")
    await place.people.commands(ANA, room, "/incident role comms @dan")
    eve = await window(EVE, viewport=PHONE)
    await eve.goes_to("incidents")
    await eve.reads("card payments are failing")
    await eve.picture("stakeholder-open")
    for words in ({**WORDS}, {**WORDS, "What is happening": "Payments by card work again for most people"}):
        await place.people.commands(DAN, room, "/incident update")
        await place.people.submits(DAN, words)
        await place.people.submits(DAN)
        await place.quiet()
    await place.people.commands(ANA, room, "/incident sev 1")
    await place.people.commands(ANA, room, "/incident phase recovery the cause was found at once")
    await place.people.commands(ANA, room, "/incident contained")
    await place.quiet()
    await eve.reads("Restoring the service")
    await eve.log.get_by_role("button", name="replies").last.click()
    thread = eve.page.get_by_role("complementary", name="Thread")
    for told in ("Update 1", "A third of all customers", "Update 2", "SEV1 critical", "Now: Restoring the service."):
        await eve.reads(told, thread)
    await eve.reads("The impact has stopped.", thread)
    await eve.picture("stakeholder-thread")
    await place.resolves(ANA, room, fix="The gateway takes our new certificate")
    await eve.reads("What ended it: The gateway takes our new certificate.", thread)
    await eve.reads("A draft of the post-mortem is in", thread)
    await eve.picture("stakeholder-over")
    await eve.page.keyboard.press("Escape")
    await eve.reads("Over. We are writing down what happened")
    await eve.picture("stakeholder-condensed")
