"""Everything that can be reserved, by every way one can do it: refused with who may, and done by whoever that is."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

import pytest

from bot.practice.client import PracticeRefused
from bot.workflows.incident import Ending, Incident, ItemState, Stamp
from bot.workflows.permissions import NAMED, Deed
from bot.workflows.policy import COMMANDER, COMMUNICATIONS_LEAD, SCRIBE, TECHNICAL_LEAD, Phase
from tests.conversations.looking import incident, timeline
from tests.conversations.test_updates import later
from tests.town import ANA, BEN, CLEO, DAN, HOUSE_RULES, Clock, Town, Ways, town

Step = Callable[[Town, str, str], Awaitable[object]]  # one thing that a person does in a room
NO = "Here only"
UPDATE = {"What is happening": "Payments fail", "Who is affected": "A third of all customers", "Next update": "1800"}
REASON = {"reason": "it was over before"}


def types(words: str) -> Step:
    """Type it."""
    return lambda place, person, room: place.people.commands(person, room, f"/incident {words}")


def presses(label: str) -> Step:
    """Press a button in the room, or choose from the card's menu."""
    return lambda place, person, room: place.people.clicks(person, room, label)


def presses_inside(label: str) -> Step:
    """Press a button of the form."""
    return lambda place, person, _: place.people.clicks_in_modal(person, label)


def sends(values: Mapping[str, object]) -> Step:
    """Fill in the form and send it."""
    return lambda place, person, _: place.people.submits(person, dict(values))


async def goes_on(place: Town, person: str, _: str) -> None:
    """Say why required items are left out, if that is asked."""
    if await place.people.modal(person):
        await place.people.submits(person, REASON)


async def resolves(place: Town, person: str, _: str) -> None:
    """Fill in the form for resolving."""
    asked = "Why are they left out?" in await place.people.reads_modal(person)
    await place.people.submits(person, {"fix": "rolled back", "told": "yes", **(REASON if asked else {})})


@dataclass(frozen=True)
class Way:
    """One way of doing a deed: its steps, and what is true when it is done."""

    deed: Deed
    steps: tuple[Step, ...]
    done: Callable[[Incident], bool]
    named: str = ""  # what the refusal calls it, if not as the deed is called


def holds(role: str, user: str) -> Callable[[Incident], bool]:
    """Somebody holds a role."""
    return lambda incident: user in incident.holders(role)  # type: ignore[arg-type]


def offered(to: str) -> Callable[[Incident], bool]:
    """A role was offered to somebody last."""
    return lambda incident: bool(incident.handovers) and incident.handovers[-1].to == to


def graded(severity: str) -> Callable[[Incident], bool]:
    """It has this severity."""
    return lambda incident: incident.severity == severity


def stands(phase: Phase) -> Callable[[Incident], bool]:
    """It is in this phase, and has not ended."""
    return lambda incident: incident.phase is phase and incident.ending is None


def updated(number: int) -> Callable[[Incident], bool]:
    """So many updates were sent."""
    return lambda incident: incident.update is not None and incident.update.number == number


def contained(incident: Incident) -> bool:
    """Its impact has stopped."""
    return incident.at(Stamp.CONTAINED) is not None


def ended(ending: Ending) -> Callable[[Incident], bool]:
    """It ended so."""
    return lambda incident: incident.ending is ending


BACK = Way(Deed.PHASE, (types("phase detection it broke again"),), stands(Phase.DETECTION))
REOPENED = Way(Deed.PHASE, (types("reopen"),), stands(Phase.DETECTION))
RESOLVED = stands(Phase.LEARNING)
# In the order of one incident's course. Who tries holds the role of technical lead throughout.
WAYS = (
    Way(Deed.ROLE, (types("claim scribe"),), lambda incident: bool(incident.holders(SCRIBE))),
    Way(Deed.ROLE, (presses("1:roles"), presses_inside("Take this role")),
        lambda incident: bool(incident.holders(COMMUNICATIONS_LEAD))),
    Way(Deed.ROLE, (types("role communications @eve"),), holds(COMMUNICATIONS_LEAD, "U0EVE")),
    Way(Deed.ROLE, (presses("1:roles"), sends({"give-scribe": "U0FIN"})), holds(SCRIBE, "U0FIN")),
    Way(Deed.ROLE, (presses("1:roles"), presses_inside("Hand over"), sends({"to": "U0EVE"})), offered("U0EVE")),
    Way(Deed.ROLE, (types("handover tech @fin"),), offered("U0FIN")),
    Way(Deed.ROLE, (types("handover tech"), sends({"to": "U0EVE"})), offered("U0EVE")),
    Way(Deed.SEVERITY, (types("severity 1"),), graded("sev1")),
    Way(Deed.SEVERITY, (presses("1:severity"), sends({"severity": "sev2"})), graded("sev2")),
    Way(Deed.UPDATE, (types("update"), sends(UPDATE), sends({})), updated(1)),
    Way(Deed.UPDATE, (presses("Update"), sends(UPDATE), sends({})), updated(2)),
    Way(Deed.PHASE, (types("next"), goes_on), stands(Phase.CONTAINMENT)),
    BACK,
    Way(Deed.PHASE, (types("contained"),), contained),
    Way(Deed.PHASE, (presses("Next phase"), goes_on), stands(Phase.CONTAINMENT)),
    Way(Deed.PHASE, (types("phase recovery"), goes_on), stands(Phase.RECOVERY)),
    Way(Deed.RESOLVE, (presses("Resolve"), resolves), RESOLVED),
    BACK,
    Way(Deed.PHASE, (presses("1:contained"),), contained),
    Way(Deed.RESOLVE, (types("resolve"), resolves), RESOLVED),
    REOPENED,
    Way(Deed.RESOLVE, (presses("1:resolve"), resolves), RESOLVED),
    REOPENED,
    Way(Deed.RESOLVE, (types("phase resolved"), resolves), RESOLVED),
    Way(Deed.CLOSE, (types("close all is written down"),), ended(Ending.CLOSED)),
    REOPENED,
    Way(Deed.RESOLVE, (types("resolve"), resolves), RESOLVED),
    Way(Deed.CLOSE, (presses("Close"),), ended(Ending.CLOSED)),
    REOPENED,
    Way(Deed.CANCEL, (types("cancel it was nothing"),), ended(Ending.CANCELLED)),
    REOPENED,
    Way(Deed.CANCEL, (types("merge INC-2"),), ended(Ending.MERGED), "merges"),
    REOPENED,
)  # fmt: skip
FORMS: tuple[tuple[str, tuple[Step, ...], dict[str, str]], ...] = (
    ("severity", (presses("1:severity"),), {"severity": "sev1"}),
    ("update", (types("update"),), UPDATE),
    ("its preview", (types("update"), sends(UPDATE)), {}),
    ("roles", (presses("1:roles"),), {"give-scribe": "U0FIN"}),
    ("hand-over", (types("handover tech"),), {"to": "U0EVE"}),
    ("resolve", (types("resolve"),), {"fix": "rolled back"} | REASON),
    ("going on", (types("next"),), REASON),
)  # fmt: skip
NEVER_ASKED = (
    "note rolled back to 4.2", "started 13:40", "check 4", "skip 8 the flag is off", "task Call the vendor",
    "action Add an alert by friday", "service payments", "playbook bad deploy", "status", "catchup", "checklist",
    "timeline", "related", "relate INC-2", "unrelate INC-2", "declare search is slow sev3", "private",
)  # fmt: skip


@dataclass(frozen=True)
class House:
    """What an installation asks for, who may then, and who may not; `said` is what those are told."""

    who: str
    may: str
    may_not: str
    said: str


HOUSES = (
    House("commander", ANA, BEN, "Here only the incident commander {deed} INC-1: ask @ana."),
    House("S0ONCALL", CLEO, ANA, "{deed} INC-1: ask one of them in the room."),  # the commander is not on call
)


async def set_up(place: Town, house: House) -> str:
    """The room of an incident that Ana commands; both who may and who may not are technical lead."""
    assert place.warroom is not None
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.declares(ANA, "payments are failing sev2", number=2)
    for person in (house.may, house.may_not):
        await place.people.joins(person, room)
    await place.people.commands(house.may, room, "/incident claim commander")
    for person in (house.may, house.may_not):
        await place.people.commands(house.may, room, f"/incident role tech @{person}")
    if house.may != ANA:
        await place.people.commands(house.may, room, "/incident role commander @ana")
    await place.quiet()
    return room


async def refused(place: Town, person: str, room: str, way: Way) -> str:
    """Go that way as far as it leads; returns the refusal."""
    before = (await place.people.reads(person, room)).count(NO)
    for step in way.steps:
        try:
            await step(place, person, room)
        except PracticeRefused as no:
            return str(no.answer["errors"])
        read = await place.people.reads(person, room)
        if read.count(NO) > before:
            return NO + read.rsplit(NO, 1)[-1].splitlines()[0]
        if await place.people.modal(person) and NO in (shown := await place.people.reads_modal(person)):
            return shown
    raise AssertionError(f"nobody was refused: {read}")


async def put_away(place: Town, person: str) -> None:
    """Close every form."""
    while await place.people.modal(person):
        await place.people.closes(person)


def reserving(ways: Ways, who: str) -> Ways:
    """An installation that reserves everything that can be."""
    return replace(ways, policy=replace(HOUSE_RULES, permissions={str(deed): who for deed in Deed}))


@pytest.mark.parametrize("house", HOUSES, ids=lambda house: house.who)
async def test_every_way_asks_who_it_is_and_is_open_to_who_may(ways: Ways, house: House) -> None:
    assert {way.deed for way in WAYS} == set(Deed)
    async with town(reserving(ways, house.who)) as place:
        room = await set_up(place, house)
        for number, way in enumerate(WAYS):
            before = await incident(place)
            said = await refused(place, house.may_not, room, way)
            assert house.said.format(deed=way.named or NAMED[way.deed]) in said, number
            assert await incident(place) == before, number
            await put_away(place, house.may_not)
            for step in way.steps:
                await step(place, house.may, room)
            assert way.done(await incident(place)), number
            await put_away(place, house.may)
            await place.quiet()


async def test_a_form_that_stands_open_asks_when_it_is_sent(ways: Ways) -> None:
    async with town(reserving(ways, "commander")) as place:
        room = await set_up(place, HOUSES[0])
        for name, steps, values in FORMS:
            for step in steps:
                await step(place, ANA, room)
            await place.people.commands(ANA, room, "/incident role commander @ben")
            before = await incident(place)
            sent = await place.people.tries(ANA, "view_submit", **await place.people.fills(ANA, values))
            said = str(sent.get("errors") or await place.people.reads_modal(ANA))
            assert "Here only the incident commander" in said, name
            await put_away(place, ANA)
            assert await incident(place) == before, name
            await place.people.commands(BEN, room, "/incident role commander @ana")


async def test_who_gives_command_away_gives_the_other_roles_of_the_form_too(ways: Ways) -> None:
    async with town(reserving(ways, "commander")) as place:
        room = await set_up(place, HOUSES[0])
        await place.people.clicks(ANA, room, "1:roles")
        await place.people.submits(ANA, {"give-commander": "U0BEN", "give-scribe": "U0FIN"})
        now = await incident(place)
        assert (now.holders(COMMANDER), now.holders(SCRIBE)) == (("U0BEN",), ("U0FIN",))


async def test_whoever_an_offer_was_made_to_accepts_it_and_a_claim_of_ones_own_is_no_deed(ways: Ways) -> None:
    async with town(reserving(ways, "S0ONCALL")) as place:
        room = await set_up(place, HOUSES[1])
        await place.people.commands(CLEO, room, "/incident handover tech @dan")
        await place.quiet()
        await place.people.clicks(DAN, await place.people.direct_channel(DAN), "I have it")
        assert "U0DAN" in (await incident(place)).holders(TECHNICAL_LEAD)
        await place.people.commands(ANA, room, "/incident claim commander")
        assert NO not in await place.people.reads(ANA, room)


async def test_what_everybody_may_is_open_where_all_that_can_be_is_reserved(ways: Ways) -> None:
    async with town(reserving(ways, "commander")) as place:
        room = await set_up(place, HOUSES[0])
        for words in NEVER_ASKED:
            await place.people.commands(BEN, room, f"/incident {words}")
            await put_away(place, BEN)
        await place.quiet()
        await place.people.clicks(BEN, room, "1:note")
        await place.people.submits(BEN, {"note": "the cache is cold"})
        read = await place.people.reads(BEN, room)
        assert NO not in read
        assert "Warroom could not" not in read
        now = await incident(place)
        assert (now.checklist[3].state, now.checklist[7].state) == (ItemState.DONE, ItemState.SKIPPED)
        assert any("rolled back to 4.2" in line for line in await timeline(place))
        assert await incident(place, 3)


async def test_the_button_of_a_reminder_asks_too(ways: Ways, clock: Clock) -> None:
    async with town(replace(reserving(ways, "commander"), now=clock)) as place:
        room = await set_up(place, HOUSES[0])
        await place.people.commands(ANA, room, "/incident role communications @dan")
        await later(place, clock, minutes=26)
        for button in ("Send", "Edit"):
            mine = await place.people.direct_channel(DAN)
            before = (await place.people.reads(DAN, mine)).count("Here only the incident commander sends updates of")
            await place.people.clicks(DAN, mine, button)
            after = (await place.people.reads(DAN, mine)).count("Here only the incident commander sends updates of")
            assert after == before + 1
        assert (await incident(place)).update is None
