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


async def test_what_two_declared_in_the_same_moment_is_said_aloud_in_the_newer_room(place: Town) -> None:
    await place.declares(ANA, "checkout is failing sev2")
    await place.people.commands(BEN, GENERAL, "/incident declare checkout is down sev2")
    await place.people.clicks(BEN, GENERAL, "Open anyway")
    await place.quiet()
    room = "inc-2-checkout-is-down"
    said = (
        "@ana declared INC-1 checkout is failing (#inc-1-checkout-is-failing) in the same moment. If the two are the "
        "same, `/incident merge INC-2 into INC-1` brings everybody together."
    )
    assert said in await place.people.reads(BEN, room)
    await place.people.commands(BEN, room, "/incident merge INC-2 into INC-1")
    await place.told(BEN, room, "INC-2 goes on as INC-1")


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


async def test_what_contributed_is_named_in_the_room_and_a_later_incident_is_told(place: Town) -> None:
    room = await place.declares(ANA, "carts are empty sev2")
    await place.people.commands(ANA, room, "/incident factor")
    await place.told(ANA, room, "Nobody has named a contributing factor of INC-1 yet.")
    await place.people.commands(ANA, room, "/incident factor the connection pool was exhausted")
    await place.told(ANA, room, "Contributing factor 1 of INC-1: the connection pool was exhausted")
    await place.quiet()
    assert "named a contributing factor: the connection pool was exhausted" in await place.thread(ANA, room)
    await place.resolves(ANA, GENERAL, "INC-1")
    other = await place.declares(BEN, "search: connection pool is exhausted sev2", number=2)
    because = (
        "INC-1 carts are empty (#inc-1-carts-are-empty): contributing factor then: the connection pool was exhausted"
    )
    assert because in await place.thread(BEN, other)
    await place.people.commands(BEN, other, "/incident factor exhausted connection pool")
    await place.told(BEN, other, "Contributing factor 1 of INC-2: exhausted connection pool")
    await place.people.commands(BEN, other, "/incident related")
    await place.told(BEN, other, "same contributing factor: the connection pool was exhausted")
    await place.people.commands(BEN, GENERAL, "/incident factor INC-1 drop 1")
    await place.told(BEN, GENERAL, "Contributing factor 1 of INC-1 is withdrawn")
    await place.people.commands(BEN, other, "/incident related")
    await place.told(BEN, other, "Nothing of the past is like INC-2")


async def test_the_factors_of_a_private_incident_are_told_to_its_own_alone(place: Town) -> None:
    room = await place.declares(ANA, "payroll leaked --private")
    await place.people.commands(ANA, room, "/incident factor one shared admin key")
    await place.told(ANA, room, "Contributing factor 1 of INC-1")
    await place.resolves(ANA, GENERAL, "INC-1")
    other = await place.declares(BEN, "shared admin key is rejected", number=2)
    await place.people.joins(ANA, other)
    assert "INC-1" not in await place.thread(BEN, other)
    for asked in ("/incident related", "/incident factor INC-1", "/incident factor INC-1 drop 1"):
        await place.people.commands(BEN, other, asked)
    await place.told(BEN, other, "Nothing of the past is like INC-2")
    await place.told(BEN, other, "There is no incident INC-1 you can see.")
    await place.people.commands(ANA, other, "/incident related")
    await place.told(ANA, other, "contributing factor then: one shared admin key")
