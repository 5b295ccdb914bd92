"""What people do in a simulated incident, each a deed for one minute of it."""

from tests.simulation.driver import Deed
from tests.town import Town


def types(person: str, words: str) -> Deed:
    """Somebody types a command in the room."""

    async def deed(town: Town, room: str) -> None:
        await town.people.commands(person, room, f"/incident {words}")

    return deed


def writes(person: str, happening: str) -> Deed:
    """Somebody writes an update in the form, and sends what the preview shows."""

    async def deed(town: Town, room: str) -> None:
        await town.people.commands(person, room, "/incident update")
        await town.people.submits(
            person, {"What is happening": happening, "Who is affected": "A third of all customers"}
        )
        await town.people.submits(person)

    return deed


def presses(person: str, label: str, *, in_room: bool = False) -> Deed:
    """Somebody presses a button of the newest reminder."""

    async def deed(town: Town, room: str) -> None:
        await town.people.clicks(person, room if in_room else await town.people.direct_channel(person), label)

    return deed


def goes_on(person: str, reason: str) -> Deed:
    """Somebody presses *Next phase*, and says why required items are left out."""

    async def deed(town: Town, room: str) -> None:
        await town.people.clicks(person, room, "Next phase")
        await town.people.submits(person, {"Why are they left out?": reason})

    return deed


def resolves(person: str, fix: str) -> Deed:
    """Somebody resolves it with the form."""

    async def deed(town: Town, room: str) -> None:
        await town.resolves(person, room, fix=fix, told="yes")

    return deed


def marks(person: str, text: str) -> Deed:
    """Somebody writes in the room, and somebody puts it on the timeline with a pushpin."""

    async def deed(town: Town, room: str) -> None:
        ts = await town.people.says(person, room, text)
        await town.people.reacts(person, room, ts, "pushpin")

    return deed


def joins(*people: str) -> Deed:
    """Somebody comes into the room."""

    async def deed(town: Town, room: str) -> None:
        for person in people:
            await town.people.joins(person, room)

    return deed
