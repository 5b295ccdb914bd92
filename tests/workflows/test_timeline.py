"""Notes and marks: what reaches the timeline, in which words, and what does not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.workflows import furnishing, timeline, updates
from bot.workflows.commands import Entry, Event, Refused
from bot.workflows.effects import FetchMessage, PostInRoom, SendTimeline
from bot.workflows.incident import ChannelId, Incident, MessageTs, Posted
from bot.workflows.timeline import (
    KINDS,
    NOTE_LIMIT,
    AddNote,
    CorrectLine,
    Excerpt,
    ExportTimeline,
    MarkMessage,
    MessageMarked,
    NoteAdded,
)
from bot.workflows.times import when
from tests.values import ANA, BEN, NOW, ROOM, SEVEN, an_incident

SAID = Posted(channel=ROOM.channel, ts=MessageTs("1795419100.000100"))
SAID_AT = NOW - timedelta(minutes=3)
MARK = MarkMessage(incident=SEVEN, message=SAID, said_at=SAID_AT, by=ANA, author=BEN, thread_ts=MessageTs("1.1"))


def test_a_note_is_told_in_the_thread_and_kept_in_the_same_words() -> None:
    (event,) = AddNote(incident=SEVEN, text=" rolled back, see <@U0BEN> <!channel> ", by=ANA).decide(an_incident(), NOW)
    assert event == NoteAdded(text="rolled back, see <@U0BEN> <!channel>", by=ANA, at=NOW)
    assert event.apply(an_incident()) == an_incident()
    text = "<@U0ANA> noted: rolled back, see <@U0BEN> @\u200bchannel"
    assert event.tells(an_incident()) == Entry(text=text, at=NOW, by=ANA)
    assert event.effects(an_incident()) == (PostInRoom(text=f":memo: {text}", evidence=True),)


def test_a_note_of_the_past_stands_where_it_belongs() -> None:
    note = AddNote(incident=SEVEN, text="rolled back", by=ANA, happened_at=SAID_AT)
    (event,) = note.decide(an_incident(), NOW)
    assert event.tells(an_incident()) == Entry(text="<@U0ANA> noted: rolled back", at=SAID_AT, by=ANA)
    under = f":memo: <@U0ANA> noted: rolled back _(under {when(SAID_AT)})_"
    assert event.effects(an_incident()) == (PostInRoom(text=under, evidence=True),)


def test_a_note_of_the_limit_is_taken_and_of_one_more_refused() -> None:
    assert len(AddNote(incident=SEVEN, text="x" * NOTE_LIMIT + "  ", by=ANA).decide(an_incident(), NOW)) == 1
    with pytest.raises(Refused) as refused:
        AddNote(incident=SEVEN, text="x" * (NOTE_LIMIT + 1), by=ANA).decide(an_incident(), NOW)
    assert refused.value.reason == (
        "A note holds at most 3,000 characters, this one has 3,001. "
        "Post it in the room instead and mark the message with :pushpin:."
    )
    assert refused.value.field == "note"


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_a_note_without_words_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Refused) as refused:
        AddNote(incident=SEVEN, text=text, by=ANA).decide(an_incident(), NOW)
    assert refused.value.reason == "A note needs some words: `/incident note rolled back to 4.2`."


def test_a_mark_puts_a_message_on_the_timeline_when_it_was_said_by_whoever_said_it() -> None:
    (event,) = MARK.decide(an_incident(), NOW)
    assert event == MessageMarked(message=SAID, said_at=SAID_AT, author=BEN, thread_ts=MessageTs("1.1"))
    marked = event.apply(an_incident())
    assert marked == an_incident(marked=(SAID.ts,))
    assert event.tells(marked) == Entry(text="", at=SAID_AT, by=BEN, source=SAID)
    assert event.effects(marked) == (FetchMessage(channel=SAID.channel, ts=SAID.ts, thread_ts=MessageTs("1.1")),)


def test_a_message_is_marked_once_by_whomever() -> None:
    assert replace(MARK, by=BEN).decide(an_incident(marked=(SAID.ts,)), NOW) == []


@pytest.mark.parametrize(
    ("incident", "channel"), [(an_incident(), ChannelId("C0LOBBY")), (an_incident(room=None), ROOM.channel)]
)
def test_only_messages_of_the_room_can_be_marked(incident: Incident, channel: ChannelId) -> None:
    with pytest.raises(Refused) as refused:
        replace(MARK, message=replace(SAID, channel=channel)).decide(incident, NOW)
    assert refused.value.reason == "Only messages of an incident's room can go on its timeline."


def test_the_excerpts_name_kinds_that_there_are() -> None:
    there = {kind.__name__ for module in (furnishing, timeline, updates) for kind in vars(module).values()
             if isinstance(kind, type) and issubclass(kind, Event)}  # fmt: skip
    assert {name for kinds in KINDS.values() for name in (*kinds.only, *kinds.without)} <= there
    assert KINDS.keys() == set(Excerpt)


def test_a_correction_refers_to_its_line_and_is_told() -> None:
    (event,) = CorrectLine(incident=SEVEN, line=12, text=" it was <4.3> ", by=ANA).decide(an_incident(), NOW)
    text = "<@U0ANA> corrected line 12: it was &lt;4.3&gt;"
    assert event.tells(an_incident()) == Entry(text=text, at=NOW, by=ANA, corrects=12)
    assert event.effects(an_incident()) == (PostInRoom(text=f":memo: {text}", evidence=True),)
    for words in (" ", "x" * (NOTE_LIMIT + 1)):
        with pytest.raises(Refused):
            CorrectLine(incident=SEVEN, line=12, text=words, by=ANA).decide(an_incident(), NOW)


def test_asking_for_the_file_is_no_news() -> None:
    (event,) = ExportTimeline(incident=SEVEN, by=BEN).decide(an_incident(), NOW)
    assert event.tells(an_incident()) is None
    assert event.effects(an_incident()) == (SendTimeline(user=BEN),)
