"""Every way out of a private incident, in one table, tried by whoever is not in it: a member, a guest, one who left."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace

import aiohttp
import pytest
import pytest_asyncio
import structlog

from bot.doctor import examine
from tests.conversations.looking import direct, settled
from tests.conversations.test_private import VERBS, _taps, all_of, answered
from tests.town import ANA, BEN, EVE, FIN, GENERAL, Clock, Town, Ways, settings, town

TITLE, WORD = "quokka", "ocelot"  # of the title, and of all that was said in it after one of them had left
OUTSIDERS = {"a member": EVE, "a guest": FIN, "one who left": BEN}


@dataclass(frozen=True)
class Scene:
    """A private incident, INC-1, and a public one, INC-2; `logged` is all that was logged."""

    place: Town
    ways: Ways
    clock: Clock
    room: str
    logged: list[str]


Exit = Callable[[Scene, str], Awaitable[str]]


def typed(*lines: str) -> Exit:
    """What commands in #general are answered, and the forms that they open."""

    async def tried(scene: Scene, person: str) -> str:
        read = [await answered(scene.place, person, line) for line in lines]
        return "\n".join([*read, await _form(scene, person)])

    return tried


def tapped(*buttons: tuple[str, str]) -> Exit:
    """What buttons do that somebody makes up, and the files that come of them."""

    async def tried(scene: Scene, person: str) -> str:
        for action, value in buttons:
            await _taps(scene.place, action, value, f"U0{person.upper()}")
        await settled(scene.place)
        return f"{await all_of(scene.place, person)}\n{await _form(scene, person)}"

    return tried


async def announced(scene: Scene, person: str) -> str:
    """The channel of the announcements, with its threads, as everybody could read it."""
    channel = next(found["id"] for found in scene.place.practice.workspace.channels if found["name"] == "incidents")
    return str(list(scene.place.practice.workspace.messages(channel).values()))


async def home(scene: Scene, person: str) -> str:
    """The Home tab."""
    await scene.place.people.opens_home(person)
    return await scene.place.people.reads_home(person)


async def declared_again(scene: Scene, person: str) -> str:
    """The question whether it is open already, by word and by form."""
    said = await answered(scene.place, person, "declare ledger files were stolen")
    await scene.place.people.commands(person, GENERAL, "/incident ledger files were stolen too")
    return said + await _form(scene, person)


async def shortcuts(scene: Scene, person: str) -> str:
    """The shortcuts on a message of another channel."""
    ts = await scene.place.people.says(person, GENERAL, "is something wrong?")
    for shortcut in ("declare_from_message", "add_to_timeline"):
        await scene.place.people.uses_message_shortcut(person, GENERAL, ts, shortcut)
    return await _form(scene, person)


async def reminded(scene: Scene, person: str) -> str:
    """Direct messages: reminders of updates, items and action items, as time passes."""
    assert scene.place.warroom is not None
    for _ in range(4):
        scene.clock.forward(86400)
        await scene.place.warroom.scheduler.sweep()
        await settled(scene.place)
    return await direct(scene.place, person)


async def pages(scene: Scene, person: str) -> str:
    """What is answered without a password."""
    assert scene.place.warroom is not None
    port = scene.place.warroom.settings.port
    read = []
    async with aiohttp.ClientSession() as session:
        for page in ("metrics", "readyz", "healthz"):
            async with session.get(f"http://127.0.0.1:{port}/{page}") as answer:
                read.append(await answer.text())
    return "\n".join(read)


async def log(scene: Scene, person: str) -> str:
    """The log from INFO on."""
    return "\n".join(scene.logged)


async def everything(scene: Scene, person: str) -> str:
    """All that a person can read anywhere in Slack, names and topics of channels included."""
    return await all_of(scene.place, person)


EXITS: dict[str, Exit] = {
    "announcement and its thread": announced,
    "by number": typed(*(verb.format("INC-1") for verb in VERBS)),
    "more by number": typed("private INC-1", "task INC-1 Look at it", "playbook INC-1", "related INC-1",
                            "handover commander INC-1", "handover commander @ana INC-1"),
    "tied to another": typed(
        "relate INC-2 to INC-1", "merge INC-2 into INC-1", "merge INC-1 into INC-2", "status INC-2"
    ),
    "lists, overview and help": typed("list", "", "help", "playbooks", "status"),
    "health": typed("health"),
    "Home": home,
    "open already?": declared_again,
    "shortcuts of a message": shortcuts,
    "buttons": tapped(("join", "1"), ("claim", "1:commander"), ("more", "1:roles"), ("go_private", "1"),
                      ("item", "1:1:help"), ("action", "1:1:change"), ("update", "1"),
                      ("hand_over", "1:commander"), ("handover_accept", "1:1"), ("handover_decline", "1:1")),
    "the timeline as a file, and the draft": tapped(("timeline_export", "1"), ("home_draft", "1")),
    "repair": typed("repair INC-1", "repair INC-1 new"),
    "reminders": reminded,
    "pages of the server": pages,
    "log": log,
    "all of Slack": everything,
}  # fmt: skip


@pytest_asyncio.fixture
async def scene(ways: Ways, clock: Clock) -> AsyncIterator[Scene]:
    """Ana works in it alone, after Ben has left."""
    ways = replace(ways, now=clock, slacks_now=clock)
    with structlog.testing.capture_logs() as logged:
        async with town(ways) as place:
            room = await place.declares(ANA, f"ledger files of {TITLE} --private")
            await place.people.commands(ANA, room, "/incident role scribe @ben")
            await place.people.commands(ANA, room, "/incident action Add an alert @ben by friday")
            await settled(place)
            await place.people.leaves(BEN, room)
            await settled(place)
            for line in (
                f"note it was the {WORD}",
                f"factor no fence around the {WORD}",
                "sev 1",
                "claim commander",
                f"action Ask the {WORD} @ana by friday",
            ):
                await place.people.commands(ANA, room, f"/incident {line}")
            await place.people.says(ANA, room, f"the {WORD} did it")
            await place.declares(ANA, "search is slow", 2)
            await settled(place)
            yield Scene(place, ways, clock, room, [str(entry) for entry in logged])


@pytest.mark.parametrize("person", OUTSIDERS.values(), ids=list(OUTSIDERS))
async def test_no_exit_lets_anything_of_it_out(scene: Scene, person: str) -> None:
    known = (await all_of(scene.place, person)).count(TITLE)  # somebody who left keeps what they were told before
    for name, leave in EXITS.items():
        read = await leave(scene, person)
        assert WORD not in read, name
        assert read.count(TITLE) <= known, name
        for form in list(scene.place.practice.workspace.stacks):
            form["views"] = []


async def test_the_doctor_names_no_incident(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    await examine(settings(scene.ways, scene.place.practice, 1), online=True)
    told = capsys.readouterr().out
    assert "announcements channel" in told
    assert TITLE not in told
    assert WORD not in told


async def _form(scene: Scene, person: str) -> str:
    """What lies on top of a person's screen, if anything."""
    return str(await scene.place.people.modal(person) or "")
