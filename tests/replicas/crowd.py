"""People who use Warroom all at once, try again when something did not work, and remember what they did."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial

from bot.practice.client import PracticeRefused
from tests.town import ANA, BEN, CLEO, DAN, EVE, GENERAL, Town

PEOPLE = (ANA, BEN, CLEO, DAN, EVE)
SERVICES, TROUBLES = ("checkout", "search", "login", "billing"), ("slow", "down", "wrong", "empty")
TRIES, AGAIN_SECONDS = 40, 0.25
PAUSE_SECONDS = 1.0  # at most, between two things one person does
DECLARE_SECONDS = 6.0  # Slack lets an app make twenty channels a minute
KINDS = {"note": 35, "status": 30, "mark": 15, "role": 10, "update": 10}  # of a hundred things somebody does


@dataclass
class Done:
    """Something that was typed: how often it was tried, and whether it was taken in the end."""

    words: str
    incident: str  # its title
    tries: int = 0
    taken: bool = False


@dataclass
class Ledger:
    """What people did, by kind, and how long each answer took in seconds."""

    done: dict[str, list[Done]] = field(default_factory=lambda: {kind: [] for kind in ("declare", *KINDS)})
    took: list[float] = field(default_factory=list)
    unanswered: Counter[str] = field(default_factory=Counter)  # tries that Slack said did not work, by what it said

    def taken(self, kind: str) -> list[Done]:
        """What was taken of one kind."""
        return [one for one in self.done[kind] if one.taken]


@dataclass
class Crowd:
    """Everyone, in one workspace. `seed` makes what they do the same in each run."""

    there: Town
    seed: int = 7
    ledger: Ledger = field(default_factory=Ledger)
    _rooms: dict[str, str] = field(default_factory=dict)  # title → channel
    _marks: int = 0

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311 - nothing secret

    async def act(self, seconds: float) -> None:
        """Do things for so long."""
        until = time.monotonic() + seconds
        await asyncio.gather(self._declare_on(until), *(self._carry_on(person, until) for person in PEOPLE))

    async def _declare_on(self, until: float) -> None:
        number = 0
        while time.monotonic() < until:
            number += 1
            title = f"{self._dice.choice(SERVICES)}{number} {self._dice.choice(TROUBLES)}{number}"  # none like another
            began = time.monotonic()
            if await self._types(ANA, GENERAL, f"declare {title} sev{number % 4 + 1}", "declare", title):
                self._rooms[title] = await self.there.people.until(partial(self._room, title), patience=60)
            await asyncio.sleep(max(0.0, DECLARE_SECONDS - (time.monotonic() - began)))

    async def _room(self, title: str) -> str | None:
        """The room, once its card is in it: before that nobody would know what to do there."""
        workspace, ending = self.there.practice.workspace, title.replace(" ", "-")
        for channel in workspace.channels:
            messages = workspace.messages(channel["id"]).values()
            if channel["name"].endswith(ending) and any(message.get("blocks") for message in messages):
                return str(channel["id"])
        return None

    async def _carry_on(self, person: str, until: float) -> None:
        joined: set[str] = set()
        while time.monotonic() < until:
            await asyncio.sleep(self._dice.uniform(0, PAUSE_SECONDS))
            if not self._rooms:
                continue
            title, room = self._dice.choice(list(self._rooms.items())[-20:])
            if room not in joined:
                await self.there.people.joins(person, room)
                joined.add(room)
            kind = self._dice.choices(list(KINDS), list(KINDS.values()))[0]
            await getattr(self, f"_{kind}")(person, room, title)

    async def _note(self, person: str, room: str, title: str) -> None:
        words = f"note {len(self.ledger.done['note'])} of {person}"
        await self._types(person, room, words.replace("note", "note entry", 1), "note", title)

    async def _status(self, person: str, room: str, title: str) -> None:
        await self._types(person, room, "status", "status", title)

    async def _role(self, person: str, room: str, title: str) -> None:
        role = self._dice.choice(["commander", "scribe", "technical lead"])
        await self._types(person, room, f"claim {role}", "role", title)

    async def _mark(self, person: str, room: str, title: str) -> None:
        """A pushpin on a message of one's own: an event, which Slack sends again by itself."""
        self._marks += 1
        said = Done(f"saw thing {self._marks}.", title, tries=1, taken=True)
        ts = await self.there.people.says(person, room, said.words)
        await self.there.people.reacts(person, room, ts, "pushpin")
        self.ledger.done["mark"].append(said)

    async def _update(self, person: str, room: str, title: str) -> None:
        """The form, its preview, and *Send*: three answers, and somebody gives up when the form did not open."""
        people, words = self.there.people, f"update {len(self.ledger.done['update'])} of {person}."
        sent = Done(words, title)
        try:
            await people.commands(person, room, "/incident update")
            await people.submits(person, {"What is happening": words, "Who is affected": "Everyone"})
            form = await people.fills(person, {})
        except (PracticeRefused, LookupError) as refused:
            self.ledger.unanswered[type(refused).__name__] += 1
        else:
            self.ledger.done["update"].append(sent)
            await self._tries(person, sent, "view_submit", form)
        while await people.modal(person):
            await people.closes(person)

    async def _types(self, person: str, room: str, words: str, kind: str, title: str) -> bool:
        done = Done(words, title)
        self.ledger.done[kind].append(done)
        return await self._tries(person, done, "command", {"channel": room, "command": "/incident", "text": words})

    async def _tries(self, person: str, done: Done, do: str, body: dict[str, object]) -> bool:
        """Do it, and again as a person would when Slack says that it did not work."""
        while not done.taken and done.tries < TRIES:
            done.tries += 1
            began = time.monotonic()
            answer = await self.there.people.tries(person, do, **body)
            done.taken = bool(answer["ok"])
            if done.taken:
                self.ledger.took.append(time.monotonic() - began)
            else:
                self.ledger.unanswered[str(answer.get("error") or answer.get("message"))] += 1
                await asyncio.sleep(AGAIN_SECONDS)
        return done.taken
