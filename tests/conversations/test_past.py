"""Similar incidents of the past: named in the thread of a new one's card, and asked for; private ones to their own."""

from tests.town import ANA, BEN, EVE, GENERAL, Town


async def test_a_new_incident_is_told_of_the_past_quietly_and_why(place: Town) -> None:
    await place.declares(ANA, "checkout is failing in europe sev2")
    await place.resolves(ANA, GENERAL, "INC-1", fix="The deploy was rolled back")
    room = await place.declares(BEN, "checkout is down in europe sev2", number=2)
    told = await place.thread(BEN, room)
    assert "Seen before? Similar incidents of the past:" in told
    assert (
        "INC-1 checkout is failing in europe (#inc-1-checkout-is-failing-in-europe): same words: checkout, europe"
        in told
    )
    assert "What ended it: The deploy was rolled back" in told
    other = await place.declares(EVE, "mail is late sev4", number=3)
    assert "Seen before" not in await place.thread(EVE, other)


async def test_whoever_asks_is_told_only_what_they_may_see(place: Town) -> None:
    await place.declares(ANA, "payroll leaked --private")
    await place.resolves(ANA, GENERAL, "INC-1")
    room = await place.declares(BEN, "payroll leaked again", number=2)
    await place.people.joins(ANA, room)
    assert "INC-1" not in await place.thread(BEN, room)
    await place.people.commands(BEN, room, "/incident related")
    await place.told(BEN, room, "Nothing of the past is like INC-2")
    await place.people.commands(ANA, GENERAL, "/incident related INC-2")
    await place.told(ANA, GENERAL, "INC-1 payroll leaked")
    await place.people.commands(EVE, GENERAL, "/incident related INC-1")
    await place.told(EVE, GENERAL, "There is no incident INC-1 you can see.")
