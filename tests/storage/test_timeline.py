"""The timeline: appended in order, read with the words of its messages, and no line of it altered unnoticed."""

from datetime import timedelta, timezone
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from bot.storage import messages, tables, timeline
from bot.storage.database import Database
from bot.storage.messages import RoomMessage
from bot.storage.timeline import Line
from bot.workflows.commands import Entry
from bot.workflows.incident import MessageTs, Posted
from bot.workflows.timeline import PAGE, Excerpt, Part
from tests.values import ANA, BEN, CARD, DECLARED, NOW, ROOM, SEVEN

MARKED = Posted(channel=ROOM.channel, ts=MessageTs("1795419100.000100"))
SUMMER = timezone(timedelta(hours=2))
ENTRIES = (
    Entry(text="<@U0ANA> declared INC-7", at=DECLARED, by=ANA),
    Entry(text="The room was opened", at=DECLARED.astimezone(SUMMER)),
    Entry(text="", at=DECLARED - timedelta(minutes=5), by=BEN, source=MARKED),
)


@pytest.fixture
def kept(with_incident: Database) -> Database:
    """A database with three timeline entries of INC-7."""
    for entry in ENTRIES:
        with_incident.write_now(
            lambda connection, entry=entry: timeline.append(connection, SEVEN, "Said", entry, NOW)  # type: ignore[misc]
        )
    return with_incident


def lines(database: Database) -> list[Line]:
    return database.write_now(partial(timeline.lines, incident=SEVEN))


def is_whole(database: Database) -> bool:
    return database.write_now(partial(timeline.is_whole, incident=SEVEN))


def change(database: Database, line: int, /, **values: Any) -> None:  # noqa: ANN401 - any column
    row = (tables.timeline.c.incident == SEVEN) & (tables.timeline.c.seq == line)
    update = sa.update(tables.timeline).where(row).values(values)
    database.write_now(lambda connection: connection.execute(update))


def a_line(seq: int, **changes: Any) -> Line:  # noqa: ANN401 - any field of a line
    entry = ENTRIES[seq - 1]
    read: dict[str, Any] = {
        "recorded_at": NOW,
        "evidence": None,
        "thread_ts": None,
        "deleted": False,
        "marked": False,
        "files": (),
    }
    return Line(**{**read, "seq": seq, "kind": "Said", "at": entry.at, "by": entry.by, "text": entry.text, **changes})


def test_lines_are_read_in_the_order_things_happened(kept: Database) -> None:
    assert lines(kept) == [a_line(3, evidence=MARKED, marked=True), a_line(1), a_line(2)]


def test_a_marked_message_is_read_in_its_newest_words(kept: Database) -> None:
    said = RoomMessage(channel=MARKED.channel, ts=MARKED.ts, text="it is the cache", author=BEN, files=("graph.png",))
    kept.write_now(partial(messages.keep, message=said))
    marked = a_line(3, evidence=MARKED, marked=True, text="it is the cache", files=("graph.png",))
    assert lines(kept)[0] == marked
    gone = RoomMessage(channel=MARKED.channel, ts=MARKED.ts, text="", deleted=True)
    kept.write_now(partial(messages.keep, message=gone))
    assert lines(kept)[0] == a_line(3, evidence=MARKED, marked=True, deleted=True)


def test_an_entry_is_tied_to_the_message_that_told_of_it(kept: Database) -> None:
    kept.write_now(lambda connection: timeline.set_evidence(connection, SEVEN, 1, CARD))
    assert lines(kept)[1] == a_line(1, evidence=CARD)
    assert is_whole(kept)


def test_a_marked_message_is_better_evidence_than_what_told_of_it(kept: Database) -> None:
    kept.write_now(lambda connection: timeline.set_evidence(connection, SEVEN, 3, CARD))
    assert lines(kept)[0].evidence == MARKED


def test_a_correction_refers_to_its_line_and_the_line_to_its_newest_correction(kept: Database) -> None:
    for text in ("it was 4.3", "it was 4.4"):
        entry = Entry(text=text, at=NOW, by=ANA, corrects=1)
        kept.write_now(lambda connection, entry=entry: timeline.append(connection, SEVEN, "Said", entry, NOW))  # type: ignore[misc]
    assert lines(kept)[1] == a_line(1, corrected=5)
    assert [line.corrects for line in lines(kept)] == [None, None, None, 1, 1]
    assert kept.write_now(lambda connection: timeline.line(connection, SEVEN, 1)) == a_line(1, corrected=5)
    assert kept.write_now(lambda connection: timeline.line(connection, SEVEN, 9)) is None
    assert is_whole(kept)
    change(kept, 4, corrects=2)
    assert not is_whole(kept)


def test_a_page_holds_its_own_lines_and_knows_of_how_many(kept: Database) -> None:
    for number in range(PAGE):
        entry = Entry(text=f"note {number}", at=NOW + timedelta(seconds=number), by=ANA)
        kept.write_now(lambda c, entry=entry: timeline.append(c, SEVEN, "NoteAdded", entry, NOW))  # type: ignore[misc]

    def read(excerpt: Excerpt, number: int | None) -> tuple[Part, list[int]]:
        part, found = kept.write_now(lambda c: timeline.page(c, SEVEN, excerpt, number))
        return part, [line.seq for line in found]

    assert read(Excerpt.ALL, None) == (Part(excerpt=Excerpt.ALL, number=1, total=13), [*range(4, 14)])
    assert read(Excerpt.ALL, 0)[1] == [3, 1, 2, 4, 5, 6, 7, 8, 9, 10]
    assert read(Excerpt.NOTES, None)[1] == [4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
    assert read(Excerpt.CHANGES, None)[1] == [3, 1, 2]
    assert read(Excerpt.UPDATES, 5) == (Part(excerpt=Excerpt.UPDATES, number=0, total=0), [])
    assert [line.seq for line in kept.write_now(lambda c: timeline.newest(c, SEVEN, 2))] == [12, 13]


def test_an_untouched_timeline_is_whole(kept: Database) -> None:
    assert is_whole(kept)


@pytest.mark.parametrize(
    ("seq", "changes"),
    [
        (1, {"text": "<@U0BEN> declared INC-7"}),
        (1, {"by": BEN}),
        (2, {"at": DECLARED + timedelta(microseconds=1)}),
        (2, {"kind": "Written"}),
        (3, {"source_ts": "1795419100.000200"}),
        (2, {"salt": "0" * 32}),
        (2, {"digest": "0" * 64}),
        (3, {"chain": "0" * 64}),
    ],
)
def test_an_altered_line_breaks_the_chain(kept: Database, seq: int, changes: dict[str, Any]) -> None:
    change(kept, seq, **changes)
    assert not is_whole(kept)


@pytest.mark.parametrize("seq", [1, 2])
def test_a_missing_line_breaks_the_chain(kept: Database, seq: int) -> None:
    row = (tables.timeline.c.incident == SEVEN) & (tables.timeline.c.seq == seq)
    kept.write_now(lambda connection: connection.execute(sa.delete(tables.timeline).where(row)))
    assert not is_whole(kept)


def test_lines_that_changed_places_break_the_chain(kept: Database) -> None:
    change(kept, 1, seq=9)
    change(kept, 2, seq=1)
    change(kept, 9, seq=2)
    assert not is_whole(kept)


def test_the_content_of_a_line_can_be_erased_but_not_replaced(kept: Database) -> None:
    change(kept, 1, text="", by=None, salt="")
    assert is_whole(kept)
    change(kept, 1, text="somebody else did")
    assert not is_whole(kept)
