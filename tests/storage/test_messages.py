"""Messages of the rooms: whatever order Slack tells of them in, the row is what the newest version says."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import permutations

from bot.queries import Queries
from bot.storage import messages, tables
from bot.storage.database import Database
from bot.storage.messages import RoomMessage
from bot.workflows.incident import ChannelId, MessageTs
from bot.workflows.policy import DEFAULT_POLICY
from tests.values import BEN, ROOM

SAID = RoomMessage(channel=ROOM.channel, ts=MessageTs("1795419100.000100"), text="it is the cach", author=BEN)
MENDED = replace(SAID, text="it is the cache", edited_ts="1795419110.000000")
FINAL = replace(SAID, text="it is the cache of the shop", edited_ts="1795419120.000000", files=("graph.png",))
UNFURLED = replace(SAID, text="it is the cach (with a preview)")
DELETED = RoomMessage(channel=SAID.channel, ts=SAID.ts, text="", deleted=True)


def kept(database: Database, told: Sequence[RoomMessage]) -> RoomMessage | None:
    """What is stored of a message after Slack told of it like this."""
    for message in told:
        database.write_now(partial(messages.keep, message=message))
    return next((row for row in stored(database) if row.ts == told[0].ts), None)


def stored(database: Database) -> list[RoomMessage]:
    with database.engine.connect() as connection:
        rows = connection.execute(tables.messages.select()).mappings().all()
    return [RoomMessage(**{**row, "files": tuple(row["files"])}) for row in rows]


def orders(*told: RoomMessage) -> Iterator[list[RoomMessage]]:
    """Every order in which Slack may tell of them, each about a message of its own."""
    for number, order in enumerate(permutations(told)):
        yield [replace(message, ts=MessageTs(f"1795419100.{number:06}")) for message in order]


def test_the_newest_edit_wins_in_whatever_order_they_arrive(with_incident: Database) -> None:
    for order in orders(SAID, MENDED, FINAL, UNFURLED):
        assert kept(with_incident, order) == replace(FINAL, ts=order[0].ts), order


def test_a_deletion_is_final(with_incident: Database) -> None:
    for order in orders(SAID, FINAL, DELETED):
        row = kept(with_incident, order)
        assert row is not None
        assert (row.deleted, row.text, row.files) == (True, "", ()), order


def test_a_preview_is_no_edit(with_incident: Database) -> None:
    assert kept(with_incident, [SAID, UNFURLED]) == SAID


def test_a_deletion_keeps_who_wrote_it(with_incident: Database) -> None:
    threaded = replace(SAID, thread_ts=MessageTs("1795419000.000100"))
    assert kept(with_incident, [threaded, DELETED]) == replace(DELETED, author=BEN, thread_ts=threaded.thread_ts)


def test_what_is_said_elsewhere_is_not_kept(with_incident: Database) -> None:
    assert kept(with_incident, [replace(SAID, channel=ChannelId("C0LOBBY"))]) is None


async def test_a_message_is_known_once_it_is_kept(with_incident: Database) -> None:
    queries = Queries(with_incident, DEFAULT_POLICY)
    assert not await queries.knows_message(SAID.channel, SAID.ts)
    await queries.keep_message(SAID)
    assert await queries.knows_message(SAID.channel, SAID.ts)


async def test_versions_that_arrive_at_once_do_not_undo_each_other(with_incident: Database) -> None:
    queries = Queries(with_incident, DEFAULT_POLICY)
    edits = [replace(SAID, text=f"version {number}", edited_ts=f"1795419{number}.000000") for number in range(200, 240)]
    await asyncio.gather(*(queries.keep_message(message) for message in (*reversed(edits), SAID)))
    assert stored(with_incident) == [edits[-1]]
