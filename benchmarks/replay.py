"""Real incidents played again: how much of a published timeline the draft holds, and what it could not know.

`python -m benchmarks.replay FILE…`: each file is JSON with `messages`, a list of {ts, text, kind} with ISO times, and
`published`, which may have `title`, `resolution` and `action_items`. What was said word for word (`slack_verbatim`) is
said in the room and marked with a pushpin, as a scribe would; every other line is typed as a note, the earlier ones
with their time. Nobody tells the bot anything else, so that what it asks is what it could not know.
"""

import asyncio
import json
import logging
import re
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from freezegun import freeze_time

from benchmarks.table import markdown
from bot.app import Warroom
from bot.views.postmortem import draft as render
from tests.town import ANA, BEN, GENERAL, Town, Ways, free_port, ready, settings, workspace

VERBATIM = "slack_verbatim"
RUNS = 5
USAGE = "Name one or more files: python -m benchmarks.replay incident.json … (see the top of benchmarks/replay.py)."
_DAY = re.compile(r"^### (\d{4}-\d\d-\d\d)$")
_LINE = re.compile(r"^- \[(\d\d:\d\d)\]\((\S+)\) (.*)$")
_LETTERS = 60  # of an entry that have to be in a line of the draft, in their order and without anything between


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of one incident."""

    name: str
    entries: int
    held: int
    in_time: int  # of those held, with the minute that was published
    linked: int
    asked: int  # questions put to a role
    unknown: int  # measures nobody gave the moments for
    actions: int  # action items that were published; nobody gives an owner and a day for them
    ms: float


async def replay(path: Path) -> Result:
    """Play one incident, and compare its draft with what was published."""
    document = json.loads(path.read_text(encoding="utf-8"))
    entries = sorted(((_at(entry), entry) for entry in document["messages"]), key=lambda entry: entry[0])
    with tempfile.TemporaryDirectory() as folder, freeze_time(entries[0][0], real_asyncio=True) as frozen:
        ways, port = Ways(database_url=f"sqlite:///{folder}/warroom.sqlite"), free_port()
        async with workspace(ways, port) as there:
            there.warroom = Warroom(
                settings=settings(ways, there.practice, port), policy=ways.policy, pacing=ways.pacing
            )
            await there.warroom.start()
            try:
                await ready(there, port)
                text, ms = await _played(there, document, entries, frozen)
            finally:
                await there.warroom.stop()
    return _compared(path.stem, document, entries, text, ms)


async def _played(there: Town, document: Any, entries: Sequence[tuple[str, Any]], frozen: Any) -> tuple[str, float]:  # noqa: ANN401
    published = document.get("published") or {}
    title = " ".join(str(published.get("title") or document.get("id") or "An incident").split())[:140]
    await there.people.commands(ANA, GENERAL, f"/incident declare {title}")
    room = await there.room()
    await there.quiet()
    await there.people.joins(BEN, room)
    await there.people.clicks(BEN, room, "Take command")
    for at, entry in entries:
        frozen.move_to(datetime.fromisoformat(at))
        if entry.get("kind") == VERBATIM:
            ts = await there.people.says(ANA, room, entry["text"][:3900])
            await there.people.reacts(BEN, room, ts, "pushpin")
        else:
            await there.people.commands(ANA, room, f"/incident note {entry['text'][:2900]}")
        await there.quiet()
    await there.resolves(BEN, room, fix=str(published.get("resolution") or "")[:900])
    assert there.warroom is not None
    incident = await there.warroom.queries.incident(1)  # type: ignore[arg-type]
    assert incident is not None
    times = []
    for _ in range(RUNS):
        begun = _now()
        render(incident, await there.warroom.queries.timeline(incident.id), there.practice.url, datetime.now(UTC))
        times.append((_now() - begun) * 1000)
    files = [file for message in await there.people.messages(ANA, room) for file in message.get("files", [])]
    return await there.people.downloads(ANA, room, files[-1]["name"]), statistics.median(times)


def _now() -> float:
    """Seconds of a clock that is not frozen."""
    return asyncio.get_running_loop().time()


def _compared(name: str, document: Any, entries: Sequence[tuple[str, Any]], text: str, ms: float) -> Result:  # noqa: ANN401
    letters = [(at, address, _plain(said)) for at, address, said in _timeline(text)]
    hits = [
        next(((at, line_at, address) for line_at, address, said in letters if _begins(entry) in said), None)
        for at, entry in entries
    ]
    held = [hit for hit in hits if hit]
    return Result(
        name=name, entries=len(entries), held=len(held),
        in_time=sum(_minute(at) == line_at for at, line_at, _ in held),
        linked=sum(bool(address) for _, _, address in held),
        asked=text.count("- [ ] **"),
        unknown=text.count("| _not known:"),
        actions=len((document.get("published") or {}).get("action_items") or ()),
        ms=ms,
    )  # fmt: skip


def _timeline(text: str) -> Iterator[tuple[str, str, str]]:
    """The lines of the draft's timeline: day and minute, address, words."""
    day = ""
    for line in text.splitlines():
        day = match[1] if (match := _DAY.match(line)) else day
        if match := _LINE.match(line):
            yield f"{day} {match[1]}", match[2], match[3]


def _at(entry: Any) -> str:  # noqa: ANN401 - an entry of the file
    return datetime.fromisoformat(entry["ts"]).astimezone(UTC).isoformat()


def _minute(at: str) -> str:
    return f"{datetime.fromisoformat(at).astimezone(UTC):%Y-%m-%d %H:%M}"


def _begins(entry: Any) -> str:  # noqa: ANN401 - an entry of the file
    return _plain(str(entry["text"]))[:_LETTERS]


def _plain(text: str) -> str:
    """The letters and digits alone, so that markup and escapes do not count."""
    return re.sub(r"[\W_]+", "", text).lower()


def main(names: Sequence[str]) -> int:
    """Play the files, and print the table; returns the exit status."""
    if not names:
        print(USAGE, file=sys.stderr)
        return 2
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    results = [asyncio.run(replay(Path(name))) for name in names]
    head = ("incident", "published entries", "held", "at their minute", "with a link", "questions asked",
            "measures unknown", "action items published", "draft, ms")  # fmt: skip
    rows = [
        (found.name, found.entries, found.held, found.in_time, found.linked, found.asked, found.unknown, found.actions,
         f"{found.ms:.1f}")
        for found in results
    ]  # fmt: skip
    note = (
        f"Medians of {RUNS} drafts. An entry counts as held when its first {_LETTERS} letters and digits stand in one "
        "line of the draft."
    )
    print(markdown("Real incidents replayed", head, rows, note))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
