"""Whatever is done to a private incident, by whomever: not a byte of it reaches somebody who is not in it."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any

import aiohttp
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.settings import Transport
from bot.storage.database import Connection
from tests.conftest import need
from tests.conversations.test_private import VERBS, _taps
from tests.databases import POSTGRESQL, SQLITE, Databases
from tests.hell.leaks import Watch
from tests.hell.profile import cases
from tests.hell.road import Hell, Place, running
from tests.town import ANA, BEN, CLEO, DAN, EVE, FIN, GENERAL, Clock, Town, Ways

CLOCK = Clock()
anyone = st.sampled_from((ANA, BEN, CLEO, DAN, EVE, FIN))
others = st.sampled_from((BEN, CLEO, DAN, EVE, FIN))
words = st.sampled_from((
    *VERBS, "list", "", "private {}", "task {} Call @eve {mark}", "action {} Write {mark} @cleo by friday",
    "action {} Write {mark} @eve by friday", "role scribe @dan {}", "role commander @ben {}", "note {} it is {mark}",
    "resolve {} {mark}", "cancel {} {mark}", "reopen {} {mark}", "phase detection {} {mark}", "relate {} to INC-1",
    "merge INC-1 into {}", "merge {} into INC-1", "related {}", "handover scribe @eve {}", "playbook {}",
    "declare vault{n} desk{n} was stolen", "vault{n} desk{n} was stolen", "health", "playbooks", "help",
))  # fmt: skip
taps = st.sampled_from((
    ("join", "{n}"), ("claim", "{n}:commander"), ("timeline_export", "{n}"), ("item", "{n}:1:done"),
    ("more", "{n}:roles"),
    ("go_private", "{n}"), ("update", "{n}"), ("checklist", "{n}"), ("action", "{n}:1:change"), ("resolve", "{n}"),
    ("more", "{n}:repair"), ("home_draft", "{n}"), ("action_finish", "{n}:1"),
))  # fmt: skip
steps = st.lists(
    st.one_of(
        st.tuples(st.just("types"), anyone, words, st.booleans()),
        st.tuples(st.just("types"), st.just(ANA), words, st.just(True)),
        st.tuples(st.just("taps"), anyone, taps),
        st.tuples(st.just("says"), anyone), st.tuples(st.just("uses"), anyone), st.tuples(st.just("looks"), anyone),
        st.tuples(st.just("invites"), others), st.tuples(st.just("leaves"), others),
        st.tuples(st.just("removes"), others), st.tuples(st.just("waits"), st.sampled_from((300.0, 1500.0, 4000.0))),
    ),
    min_size=4, max_size=10,
)  # fmt: skip
before = st.lists(
    st.sampled_from((
        "join:cleo", "join:eve", "claim:ben", "action:eve", "form:cleo", "form:eve", "home:cleo", "export:eve"
    )),
    max_size=4, unique=True,
)  # fmt: skip


@pytest.fixture(scope="module", params=[SQLITE, POSTGRESQL])
def there(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Place]:
    """A town of its own for these cases, whose clock is put forward."""
    need(request, databases)
    with databases.fresh(request.param) as url:
        ways = Ways(database_url=url, transport=Transport.SOCKET, now=CLOCK, slacks_now=CLOCK)
        with running(ways) as found:
            yield found


TASK = ("types", ANA, "task {} Call {mark}", True)
LED_BY_BEN = [
    ("types", ANA, "role commander @ben {}", True),
    ("types", ANA, "action {} Add {mark} @ben by friday", True),
]


@example(steps=[TASK, ("uses", CLEO), ("uses", EVE)], public=["join:cleo", "form:cleo", "form:eve"], invited=set())
@example(steps=[*LED_BY_BEN, ("leaves", BEN), ("waits", 1500.0), ("waits", 4e6)], public=None, invited=set())
@given(
    steps=steps, public=st.none() | before, invited=st.sets(st.sampled_from(("U0BEN", "U0DAN", "U0FIN")), max_size=2)
)
@cases(14, slow=True)
def test_no_byte_of_a_private_incident_reaches_somebody_who_is_not_in_it(
    there: Place, steps: list[Any], public: list[str] | None, invited: set[str]
) -> None:
    there.run(_tries(there.hell, steps, public, sorted(invited)))


async def _tries(hell: Hell, steps: list[Any], public: list[str] | None, invited: list[str]) -> None:
    number, place = await _newest(hell) + 1, hell.town
    mark = f"zq{number}xv"
    watch = Watch(hell=hell, number=number, mark=mark)
    if public is None:
        await place.declares(ANA, f"vault{number} desk{number} {mark} --private", number=number)
    else:
        await _went_private(watch, public, invited)
    await _settled(place)
    await watch.begins()
    for step in steps:
        with suppress(LookupError, AssertionError):  # what cannot be done is not done
            await _does(watch, step)
        await _settled(place)
        await watch.holds()
    async with aiohttp.ClientSession() as session:
        for page in ("metrics", "readyz"):
            async with session.get(f"http://127.0.0.1:{hell.port}/{page}") as answer:
                assert mark not in await answer.text()
    for stack in list(hell.workspace.stacks):
        stack["views"] = []


async def _went_private(watch: Watch, public: list[str], invited: list[str]) -> None:
    """A public incident, with what others did to it a moment before it goes private: some of it still waits."""
    place, number = watch.hell.town, watch.number
    room = await place.declares(ANA, f"vault{number} desk{number} emptied sev2", number=number)
    await place.people.commands(ANA, room, "/incident private")
    doings: dict[str, Callable[[str], Awaitable[Any]]] = {
        "join": lambda who: _taps(place, "join", str(number), who),
        "claim": lambda who: place.people.commands(who.removeprefix("U0").lower(), room, "/incident claim commander"),
        "action": lambda who: place.people.commands(
            ANA, room, f"/incident action Add an alert @{who[2:].lower()} by friday"
        ),
        "form": lambda who: place.people.commands(who[2:].lower(), GENERAL, f"/incident checklist INC-{number}"),
        "home": lambda who: place.people.opens_home(who[2:].lower()),
        "export": lambda who: _taps(place, "timeline_export", str(number), who),
    }
    for doing in public:
        what, _, who = doing.partition(":")
        await doings[what](f"U0{who.upper()}")
    await place.people.submits(ANA, {"invited": invited})
    await place.people.commands(ANA, GENERAL, f"/incident note INC-{number} it was {watch.mark}")


async def _does(watch: Watch, step: tuple[Any, ...]) -> None:
    """One step; in the room where the person is in it and wants to be, else in #general."""
    place, number, (what, who, *more) = watch.hell.town, watch.number, step
    room = await _room(watch)
    if what == "types":
        line = str(more[0]).replace("{}", f"INC-{number}").replace("{mark}", watch.mark).replace("{n}", str(number))
        inside = f"U0{who.upper()}" in watch.inside
        line = line if inside else line.replace(watch.mark, "it")
        await place.people.commands(who, room if room and more[1] and inside else GENERAL, f"/incident {line}".rstrip())
    elif what == "taps":
        await _taps(place, more[0][0], more[0][1].format(n=number), f"U0{who.upper()}")
    elif what == "waits":
        assert place.warroom is not None
        CLOCK.forward(who)
        await place.warroom.scheduler.sweep()
    elif what == "looks":
        await place.people.opens_home(who)
    elif what == "uses":
        await _uses(place, who)
    elif room:
        deeds: dict[str, Callable[[], Awaitable[Any]]] = {
            "says": lambda: place.people.says(who, room, f"we saw {watch.mark}"),
            "invites": lambda: place.people.invites(ANA, room, who),
            "leaves": lambda: place.people.leaves(who, room),
            "removes": lambda: place.people.removes(ANA, room, who),
        }
        await deeds[what]()


async def _uses(place: Town, who: str) -> None:
    """Whatever form lies on top: an item of the checklist ticked in it, else sent as it is."""
    form = json.dumps(await place.people.modal(who))
    if item := re.search(r"\d+:\d+:done", form):
        await place.people.clicks_in_modal(who, item[0])
    else:
        await place.people.submits(who, {})


async def _room(watch: Watch) -> str | None:
    assert watch.hell.town.warroom is not None
    found = await watch.hell.town.warroom.queries.incident(watch.number)  # type: ignore[arg-type]
    return str(found.room.channel) if found and found.room else None


async def _newest(hell: Hell) -> int:
    assert hell.town.warroom is not None

    def look(connection: Connection) -> int:
        return int(connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM incidents").scalar_one())

    return await hell.town.warroom.database.read(look)


async def _settled(place: Town) -> None:
    assert await place.practice.workspace.delivery.settled(10)
    await place.quiet(30)
    await asyncio.sleep(0)
