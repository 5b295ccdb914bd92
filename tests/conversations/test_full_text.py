"""Every message says in its `text` what its blocks say: screen readers and notifications read only that."""

import re
from collections.abc import AsyncIterator, Iterator

from bot.practice.store import Json
from tests.town import ANA, BEN, Town

TYPED = (
    "", "claim commander", "note rolled back to 4.2", "started 20 min ago", "check 9", "skip 6 nobody is free",
    "status", "catchup", "timeline", "list", "help", "health", "checklist", "contained", "sev 3",
    "phase recovery the gateway is out", "action Add an alert <@U0BEN> by friday", "actions", "resovle", "close",
)  # fmt: skip


async def test_the_text_of_a_message_says_what_its_blocks_say(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev1")
    await place.people.joins(BEN, room)
    for words in TYPED:
        await place.people.commands(ANA, room, f"/incident {words}".rstrip())
        await place.quiet()
    await place.resolves(ANA, room, fix="rolled back")
    looked_at = {message["ts"]: message async for message in _everything(place)}
    assert len(looked_at) > len(TYPED)
    silent = {message["text"]: missing for message in looked_at.values() if (missing := _missing(message))}
    assert silent == {}


async def _everything(place: Town) -> AsyncIterator[Json]:
    for channel in place.practice.workspace.channels:
        if ANA in {person.removeprefix("U0").lower() for person in channel["members"]}:
            for message in await place.people.messages(ANA, str(channel["id"])):
                if message.get("blocks"):
                    yield message


def _missing(message: Json) -> set[str]:
    """The words of the blocks, those of buttons and menus aside, that the text does not have."""
    return _words(" ".join(_said(message["blocks"]))) - _words(message["text"])


def _said(blocks: list[Json]) -> Iterator[str]:
    for block in blocks:
        pieces = [block.get("text"), *block.get("fields", ())]
        pieces += block["elements"] if block["type"] == "context" else []
        yield from (piece["text"] for piece in pieces if piece and "text" in piece)


def _words(text: str) -> set[str]:
    without_emoji = re.sub(r":[a-z_]+:", " ", text)
    return set(re.findall(r"\w+", without_emoji.lower()))
