"""A hand-over in the browser: offered with a word, read and accepted on a phone, and seen on the card."""

from tests.browser.conftest import PHONE, Opens
from tests.town import ANA, BEN, Town


async def test_a_role_is_handed_over_to_somebody_on_a_phone(window: Opens, place: Town) -> None:
    room = await place.declares(BEN, "card payments are failing sev2")
    await place.people.clicks(BEN, room, "Take command")
    await place.people.commands(BEN, room, "/incident note rolled back to 4.2")
    await place.people.commands(BEN, room, "/incident task Call the vendor @ben in 20m")
    await place.quiet()
    ben = await window(BEN, room)
    await ben.types("/incident handover commander @ana watch the cache")
    await ben.reads("Offered to @Ana Silva, with a brief.")
    ana = await window(ANA, await place.people.direct_channel(ANA), viewport=PHONE)
    await ana.reads("Worries of @Ben Okafor: watch the cache")
    await ana.picture("handover-brief-phone")
    await ana.clicks("I have it")
    await ana.reads("You are incident commander of INC-1")
    await ben.reads("Incident commander: @Ana Silva")
    await ben.picture("handover-card")
