"""The Home tab: right for each viewer when it is opened, and brought up to date while they look."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.practice.client import find_element
from tests.conversations.test_gate import THEIRS
from tests.conversations.test_redelivered import sends
from tests.town import ANA, BEN, DAN, EVE, Clock, Town, Ways, town

THINGS = ("", "payroll leaked", "search is slow", "mail is late", "carts are empty", "uploads hang")


def published(place: Town) -> list[str]:
    """Whose tab was published, in order."""
    return [call.args["user_id"] for call in place.calls if call.method == "views.publish"]


async def shows(place: Town, person: str, text: str) -> None:
    """Wait until somebody's tab shows this."""

    async def there() -> bool:
        return text in await place.people.reads_home(person)

    await place.people.until(there)


async def test_the_tab_is_there_when_it_is_opened_and_declares(place: Town) -> None:
    await place.people.opens_home(ANA)
    await shows(place, ANA, "No incident is open.")
    await place.people.clicks_home(ANA, "Declare an incident")
    await place.people.submits(ANA, {"What is wrong?": "checkout is failing"})
    room = await place.room()
    await place.quiet()
    await place.people.joins(BEN, room)
    await place.people.clicks(BEN, room, "Take command")
    await shows(place, ANA, "Incident commander: @ben")
    assert "#inc-1-checkout-is-failing" in await place.people.reads_home(ANA)
    await place.people.opens_home(BEN)
    await shows(place, BEN, "You hold a role in")
    assert await place.people.reads_home(EVE) == ""


async def test_each_viewer_reads_what_is_for_them(place: Town) -> None:
    await place.declares(ANA, "payroll leaked --private")
    for person in (ANA, BEN):
        await place.people.opens_home(person)
    await shows(place, ANA, "INC-1 payroll leaked")
    await shows(place, BEN, "No incident is open.")
    await place.declares(ANA, "checkout is failing", 2)
    await shows(place, BEN, "Open now: 1")
    await shows(place, ANA, "Open now: 2")
    assert "payroll" not in await place.people.reads_home(BEN)


async def test_a_resolved_incident_has_its_draft(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev3")
    await place.people.opens_home(EVE)
    await place.resolves(ANA, room)
    await shows(place, EVE, "Resolved in the last 7 days")
    await place.quiet()
    await place.people.clicks_home(EVE, "Draft")
    assert "The draft of INC-1's post-mortem follows as a file in #inc-1" in await place.people.reads_modal(EVE)
    await place.quiet()
    assert len([file for message in await place.people.messages(ANA, room) for file in message.get("files", [])]) == 2


async def test_what_changes_nothing_on_a_tab_is_not_published(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev3")
    await place.people.opens_home(EVE)
    await shows(place, EVE, "Open now: 1")
    await place.people.commands(ANA, room, "/incident note looking at it")
    await place.people.commands(ANA, room, "/incident sev 1")
    await shows(place, EVE, "SEV1 critical")
    assert published(place) == ["U0EVE", "U0EVE"]


async def test_who_looked_long_ago_costs_nothing_more(ways: Ways) -> None:
    hands: list[timedelta] = []
    later = replace(ways, now=lambda: datetime.now(UTC) + sum(hands, timedelta()))
    async with town(later) as place:
        await place.people.opens_home(EVE)
        await shows(place, EVE, "No incident is open.")
        hands.append(timedelta(minutes=20))
        await place.people.opens_home(DAN)
        await place.declares(ANA, "checkout is failing")
        await shows(place, DAN, "Open now: 1")
        assert published(place) == ["U0EVE", "U0DAN", "U0DAN"]


async def test_what_was_resolved_a_week_ago_is_gone(ways: Ways) -> None:
    hands: list[timedelta] = []
    later = replace(ways, now=lambda: datetime.now(UTC) + sum(hands, timedelta()))
    async with town(later) as place:
        room = await place.declares(ANA, "checkout is failing")
        await place.resolves(ANA, room)
        hands.append(timedelta(days=6, hours=23))
        await place.people.opens_home(EVE)
        await shows(place, EVE, "INC-1 checkout is failing")
        hands.append(timedelta(hours=2))
        await place.people.opens_home(BEN)
        await shows(place, BEN, "No incident is open.")
        assert "INC-1" not in await place.people.reads_home(BEN)


async def test_a_stranger_and_the_messages_tab_are_shown_nothing(place: Town) -> None:
    opened = {"type": "app_home_opened", "user": "U0ANA", "channel": "D1", "tab": "messages"}
    for changes, team in (
        ({}, None),
        ({"tab": "home", "user": "U9STRANGER"}, THEIRS),
        ({"tab": "home", "user": ""}, None),
    ):
        body = {"type": "event_callback", "event_id": "Ev1", "event": {**opened, **changes}}
        await sends(place, "events_api", {**body, **({"team_id": team} if team else {})})
    assert published(place) == []


async def test_a_slack_that_does_not_take_it_breaks_nothing(place: Town) -> None:
    place.practice.workspace.settings.manifest = replace(place.practice.workspace.settings.manifest, home_tab=False)
    await place.people.opens_home(ANA)
    await place.declares(BEN, "checkout is failing")
    assert await place.people.reads_home(ANA) == ""
    place.practice.workspace.settings.manifest = replace(place.practice.workspace.settings.manifest, home_tab=True)
    await place.people.opens_home(ANA)
    await shows(place, ANA, "Open now: 1")
    assert find_element((await place.people.state(ANA))["home"]["blocks"], "Declare an incident")


async def test_a_button_of_a_tab_that_has_aged_says_why_it_does_nothing(ways: Ways) -> None:
    hands: list[timedelta] = []
    later = replace(ways, now=lambda: datetime.now(UTC) + sum(hands, timedelta()))
    async with town(later) as place:
        room = await place.declares(ANA, "checkout is failing")
        await place.resolves(ANA, room)
        await place.people.commands(ANA, room, "/incident close all is written down")
        await place.people.opens_home(EVE)
        await shows(place, EVE, "Draft")
        hands.append(timedelta(days=8))
        assert place.warroom is not None
        await place.warroom.scheduler.sweep()
        await place.quiet()
        await place.people.clicks_home(EVE, "Draft")
        assert "is archived, with its last draft in it" in await place.people.reads_modal(EVE)


async def test_a_role_that_nobody_takes_is_told_once_there_are_enough_incidents(ways: Ways, clock: Clock) -> None:
    async with town(replace(ways, now=clock)) as place:
        for number in range(1, 6):
            hidden = " --private" if number == 1 else ""
            room = await place.declares(ANA, f"{THINGS[number]} sev2{hidden}", number)
            for role in ("commander", "tech lead"):
                await place.people.commands(ANA, room, f"/incident claim {role}")
            clock.forward(1800)
            await place.resolves(ANA, room)
            await place.people.opens_home(EVE)
            if number < 5:  # with the private one there are four
                await shows(place, EVE, "No incident is open.")
                assert "Nobody was" not in await place.people.reads_home(EVE)
        await shows(place, EVE, "Nobody was communications lead in the last 4 incidents that called for one")
        assert "Nobody was incident commander" not in await place.people.reads_home(EVE)
