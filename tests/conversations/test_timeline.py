"""The timeline: notes of the past, corrections, pages of it, and the whole of it as a file."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.practice.client import PracticeRefused
from bot.queries import Line
from bot.storage import timeline
from bot.storage.database import Connection
from bot.storage.tables import messages, metadata
from bot.workflows.commands import Entry
from bot.workflows.incident import ChannelId, IncidentId, MessageTs, UserId
from tests.town import ANA, BEN, Town, utcnow

ONE = IncidentId(1)


async def lines(place: Town) -> list[Line]:
    """The timeline of INC-1 as it is stored."""
    assert place.warroom is not None
    await place.quiet()
    return await place.warroom.queries.timeline(ONE)


async def test_a_note_with_a_past_time_stands_at_that_moment(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    assert place.warroom is not None
    await place.people.commands(ANA, room, "/incident note 2 h ago first alert")
    await place.told(ANA, room, "Noted on the timeline of INC-1 under")
    first = (await lines(place))[0]
    assert first.text.endswith("noted: first alert")
    assert timedelta(minutes=119) < first.recorded_at - first.at < timedelta(minutes=122)
    assert "noted: first alert (under " in (await place.thread(ANA, room)).replace("_", "")


async def test_a_note_that_merely_begins_with_a_number_is_of_now(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.commands(ANA, room, "/incident note 500 errors are back")
    await place.told(ANA, room, "Noted on the timeline of INC-1.")
    last = (await lines(place))[-1]
    assert last.text.endswith("noted: 500 errors are back")
    assert last.at == last.recorded_at


async def test_the_form_of_a_note_asks_when(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.clicks(ANA, room, "Note")
    with pytest.raises(PracticeRefused) as refused:
        await place.people.submits(ANA, {"note": "rolled back", "When": "tomorrow"})
    assert "is not a time" in refused.value.answer["errors"]["when"]
    at = utcnow() - timedelta(hours=1)
    await place.people.submits(ANA, {"When": f"{at:%H:%M} utc"})
    first = (await lines(place))[0]
    assert first.text.endswith("noted: rolled back")
    assert abs(first.at - datetime(at.year, at.month, at.day, at.hour, at.minute, tzinfo=UTC)) < timedelta(minutes=1)


async def test_a_correction_stands_beside_the_line_it_puts_right(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.commands(ANA, room, "/incident note rolled back to 4.2")
    noted = (await lines(place))[-1]
    await place.people.commands(ANA, room, f"/incident note correct {noted.seq} it was <4.3>")
    answer = await place.told(ANA, room, f"Your correction stands beside line {noted.seq} of INC-1, which said: ")
    assert "@ana noted: rolled back to 4.2" in answer
    before, after = (await lines(place))[-2:]
    assert (before.corrected, after.corrects) == (after.seq, before.seq)
    assert f"corrected line {noted.seq}: it was <4.3>" in await place.thread(ANA, room)
    await place.people.commands(ANA, room, "/incident status")
    assert "(corrected below, in line" in (await place.people.reads(ANA, room)).replace("_", "")
    await place.people.commands(ANA, room, "/incident postmortem")
    await place.quiet()
    drafts = [file["name"] for m in await place.people.messages(ANA, room) for file in m.get("files", ())]
    draft = await place.people.downloads(ANA, room, drafts[-1])
    assert "noted: rolled back to 4.2 — _corrected since ([" in draft
    assert ":_ it was \\<4.3>" in draft
    assert "corrected line" not in draft


async def test_a_correction_from_elsewhere_asks_which_incident_and_keeps_its_words(place: Town) -> None:
    await place.declares(ANA, "checkout is failing")
    await place.declares(ANA, "search is slow", 2)
    await place.people.commands(ANA, "general", "/incident note correct 1 it was {0} & {x}")
    await place.told(ANA, "general", "Which incident do you mean?")
    await place.people.clicks(ANA, "general", "INC-1 checkout is failing")
    await place.told(ANA, "general", "Your correction stands beside line 1 of INC-1")
    assert (await lines(place))[-1].text.endswith("corrected line 1: it was {0} &amp; {x}")


async def test_a_line_that_is_not_there_cannot_be_corrected(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.commands(ANA, room, "/incident note correct 99 it was 4.3")
    await place.told(ANA, room, "There is no line 99 on the timeline of INC-1.")


async def test_the_timeline_is_read_page_by_page_and_filtered(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev1")
    await place.people.commands(ANA, room, "/incident claim commander")
    for number in range(12):
        await place.people.commands(ANA, room, f"/incident note observation {number}")
    await place.quiet()
    await place.people.commands(ANA, room, "/incident timeline")
    page = await place.told(ANA, room, "All, 6–15 of 15.")
    assert "observation 11" in page
    assert "declared INC-1" not in page.split("All, 6–15")[1]
    await place.people.clicks(ANA, room, "Older")
    page = (await place.told(ANA, room, "All, 1–10 of 15.")).split("All, 1–10")[1]
    assert "declared INC-1" in page
    assert "observation 11" not in page
    await place.people.clicks(ANA, room, "Decisions and changes")
    page = (await place.told(ANA, room, "Decisions and changes, 1–2 of 2.")).split("of 2.")[1]
    assert "took the role of incident commander" in page
    assert "observation" not in page
    await place.people.clicks(ANA, room, "Updates")
    await place.told(ANA, room, "Updates: nothing yet.")
    assert "All, " not in await place.people.reads(ANA, room)  # one message, turned in place


async def test_the_whole_timeline_comes_as_a_file_to_the_person_alone(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev1")
    await place.people.joins(BEN, room)
    await place.people.commands(ANA, room, "/incident note rolled back to 4.2")
    await place.people.commands(ANA, room, "/incident note correct 3 it was 4.3")
    await place.quiet()
    await place.people.commands(BEN, room, "/incident log")
    await place.people.clicks(BEN, room, "Export as a file")
    await place.quiet()
    dm = await place.people.direct_channel(BEN)
    content = await place.people.downloads(BEN, dm, "inc-1-timeline.md")
    assert content.startswith("# Timeline of INC-1: checkout is failing")
    assert "(3) [" in content
    assert "noted: rolled back to 4.2 — _corrected since ([" in content
    assert ":_ it was 4.3" in content
    assert "timeline.md" not in str(await place.people.messages(ANA, room))


async def test_the_timeline_of_a_private_incident_is_for_those_in_it(place: Town) -> None:
    await place.declares(ANA, "keys have leaked sev1 --private")
    await place.people.commands(BEN, "general", "/incident timeline INC-1")
    await place.told(BEN, "general", "There is no incident INC-1 you can see.")


async def test_a_timeline_of_ten_thousand_lines_is_shown_within_slacks_three_seconds(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev1")
    assert place.warroom is not None
    now = utcnow()

    def fill(connection: Connection) -> None:
        for number in range(10_000):
            entry = Entry(text=f"line {number}", at=now - timedelta(seconds=number), by=UserId("U0ANA"))
            timeline.append(connection, ONE, "NoteAdded", entry, now)

    await place.warroom.database.write(fill)
    await place.people.commands(ANA, room, "/incident timeline")  # what takes longer than three seconds is refused
    await place.people.clicks(ANA, room, "Older")
    await place.people.clicks(ANA, room, "Notes and marks")
    await place.people.commands(ANA, room, "/incident status")
    await place.told(ANA, room, "Notes and marks, 9991–10000 of 10000.")


async def test_secrets_are_masked_in_everything_that_is_kept(place: Town) -> None:
    secret = "AKIA" + "IOSFODNN7EXAMPLE"
    room = await place.declares(ANA, f"the key {secret} leaked sev1")
    await place.people.commands(ANA, room, f"/incident note found {secret} in the log")
    await place.told(ANA, room, "What looked like a secret in it was masked.")
    ts = await place.people.says(ANA, room, f"it is {secret}, see password=hunter2")
    await place.people.reacts(ANA, room, ts, "pushpin")
    edited = await place.people.says(ANA, room, "nothing yet")
    await place.people.edits(ANA, room, edited, f"now {secret}")
    await place.people.commands(ANA, room, "/incident update")
    await place.people.submits(ANA, {"What is happening": f"We rotate {secret}"})
    await place.people.submits(ANA)
    await place.people.commands(ANA, room, f"/incident phase containment rotated {secret}")
    await place.people.until(lambda: _knows(place, room, edited))
    await place.quiet()
    assert place.warroom is not None
    kept = str(await place.warroom.database.read(_everything))
    assert "it is [masked], see password=[masked]" in kept
    assert secret not in kept
    assert "hunter2" not in kept


async def _knows(place: Town, room: str, ts: str) -> bool:
    assert place.warroom is not None
    return await place.warroom.queries.knows_message(ChannelId(room), MessageTs(ts))


def _everything(connection: Connection) -> list[object]:
    """All rows of all tables."""
    return [row for table in metadata.sorted_tables for row in connection.execute(table.select())]


async def test_a_marked_message_of_the_bots_is_nobodys_activity(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    card = next(message for message in await place.people.messages(ANA, room) if message.get("blocks"))
    await place.people.reacts(ANA, room, card["ts"], "pushpin")
    await place.people.until(lambda: _authors(place))
    assert await _authors(place) == [None]


async def _authors(place: Town) -> list[str | None]:
    assert place.warroom is not None
    query = sa.select(messages.c.author)
    return list(await place.warroom.database.read(lambda connection: connection.execute(query).scalars().all()))
