"""The end of a room: archived some days after its incident ended, and succeeded by another when that is reopened."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.workflows.archiving import RecordArchived, RoomArchived, RoomExpired, RoomSucceeded
from bot.workflows.commands import Effect, Event, Refused
from bot.workflows.due import DueKind, FallDue, due_times
from bot.workflows.effects import ArchiveRoom, CopyDraft, LetIn, OpenRoom, PinCard, PostInRoom, ShowCard, ShowTopic
from bot.workflows.endings import Cancel, Close
from bot.workflows.incident import CustomersTold, Ending, Incident, Part
from bot.workflows.phases import PhaseChanged, Reopen
from bot.workflows.policy import DEFAULT_POLICY, Phase
from bot.workflows.postmortem import PrepareDraft
from tests.values import ANA, ANNOUNCEMENT, BEN, CARD, CLEO, NOW, ROOM, SEVEN, an_incident

WEEK, SECOND = timedelta(days=7), timedelta(seconds=1)
ROOM_ARCHIVED = DueKind.ROOM_ARCHIVED
OLD = replace(ROOM, archived=True)


def ended(**changes: Any) -> Incident:  # noqa: ANN401 - any field of an incident
    return an_incident(**{"phase": Phase.LEARNING, "ending": Ending.CLOSED, "ended_at": NOW, "room": ROOM, **changes})


def after(incident: Incident, events: Sequence[Event]) -> tuple[Incident, list[Effect]]:
    """The incident after these events, and what they ask for."""
    asked: list[Effect] = []
    for event in events:
        incident = event.apply(incident)
        asked += event.effects(incident)
    return incident, asked


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        ({}, NOW + WEEK),
        ({"phase": Phase.DETECTION, "ending": Ending.CANCELLED}, NOW + WEEK),
        ({"ending": Ending.MERGED}, None),
        ({"ending": None, "ended_at": None}, None),  # resolved, not closed
        ({"room": None}, None),
        ({"room": OLD}, None),
        ({"policy": replace(DEFAULT_POLICY, archive_after=None)}, None),
        ({"policy": replace(DEFAULT_POLICY, archive_after=2 * SECOND)}, NOW + 2 * SECOND),
    ],
)
def test_when_a_room_is_archived(changes: dict[str, Any], due: object) -> None:
    assert due_times(ended(**changes)) == ({ROOM_ARCHIVED: due} if due else {})


@pytest.mark.parametrize("command", [Close(incident=SEVEN, by=ANA), Cancel(incident=SEVEN, by=ANA, reason="a test")])
def test_every_end_sets_the_date_and_reopening_takes_it_away(command: Close | Cancel) -> None:
    over, _ = after(
        an_incident(phase=Phase.LEARNING, room=ROOM), command.decide(an_incident(phase=Phase.LEARNING), NOW)
    )
    assert due_times(over) == {ROOM_ARCHIVED: NOW + WEEK}
    again, _ = after(over, Reopen(incident=SEVEN, by=ANA).decide(over, NOW + SECOND))
    assert (again.ended_at, again.room) == (None, ROOM)
    assert ROOM_ARCHIVED not in due_times(again)


def test_on_its_day_the_room_is_archived_quietly_and_once() -> None:
    command = FallDue(incident=SEVEN, kind=ROOM_ARCHIVED, due_at=NOW + WEEK)
    assert command.decide(ended(), NOW + WEEK - SECOND) == []
    late = NOW + WEEK + timedelta(days=3)  # after a time without a bot
    events = command.decide(ended(), late)
    assert events == [RoomExpired(room=ROOM)]
    waiting, asked = after(ended(), events)
    assert asked == [ArchiveRoom(channel=ROOM.channel)]
    assert PostInRoom(text="said before").wanted(waiting)
    assert due_times(waiting) == {}
    events = RecordArchived(incident=SEVEN, channel=ROOM.channel).decide(waiting, late)
    over, asked = after(waiting, events)
    assert (over.room, asked) == (OLD, [])
    entry = events[0].tells(over)
    assert entry is not None
    assert (entry.text, entry.at) == ("The room was archived", late)
    assert due_times(over) == {}
    assert command.decide(over, late) == []


def test_nothing_is_said_in_an_archived_room() -> None:
    for effect in (PostInRoom(text="x"), ShowCard(), ShowTopic(), LetIn(users=(ANA,))):
        assert effect.wanted(ended())
        assert not effect.wanted(ended(room=OLD))
    with pytest.raises(Refused, match="is archived, with its last draft in it: <#C0ROOM>"):
        PrepareDraft(incident=SEVEN, by=ANA).decide(ended(room=OLD), NOW)


def test_reopened_after_that_it_goes_on_in_another_room() -> None:
    over = ended(
        room=OLD, card=CARD, announcement=ANNOUNCEMENT, furnished=tuple(Part), participants=(ANA, BEN), private=False
    )
    events = Reopen(incident=SEVEN, by=CLEO, reason="again").decide(over, NOW + 2 * WEEK)
    assert [type(event) for event in events[:2]] == [RoomSucceeded, PhaseChanged]
    again, asked = after(over, events)
    assert (again.room, again.card, again.former_rooms) == (None, None, (OLD,))
    assert (again.furnished, again.announcement) == ((Part.ANNOUNCEMENT,), ANNOUNCEMENT)
    assert again.participants == (ANA, BEN, CLEO)
    assert again.is_open
    assert asked[:3] == [OpenRoom(), LetIn(users=(CLEO,), entrance=True), LetIn(users=(ANA, BEN))]
    assert asked[3:6] == [ShowTopic(), ShowCard(), PinCard()]


def test_reopened_it_gets_a_canvas_in_its_new_room_and_nothing_has_ended_it_yet() -> None:
    over = ended(room=OLD, canvas="F1", fix="rolled back", customers_told=CustomersTold.YES)
    again, _ = after(over, Reopen(incident=SEVEN, by=CLEO, reason="again").decide(over, NOW + 2 * WEEK))
    assert (again.canvas, again.fix, again.customers_told) == (None, "", None)
    assert CopyDraft().wanted(replace(again, room=ROOM))
    stayed, _ = after(ended(canvas="F1"), Reopen(incident=SEVEN, by=CLEO).decide(ended(canvas="F1"), NOW))
    assert stayed.canvas == "F1"


def test_one_reopened_before_its_turn_is_not_archived_and_one_reopened_meanwhile_gets_another_room() -> None:
    waiting = ended(room=replace(ROOM, archiving=True))
    assert ArchiveRoom(channel=ROOM.channel).wanted(waiting)
    again, _ = after(waiting, Reopen(incident=SEVEN, by=CLEO).decide(waiting, NOW))
    assert again.room == ROOM
    assert not ArchiveRoom(channel=ROOM.channel).wanted(again)
    events = RecordArchived(incident=SEVEN, channel=ROOM.channel).decide(again, NOW)
    assert [type(event) for event in events] == [RoomArchived, RoomSucceeded]
    assert RecordArchived(incident=SEVEN, channel=ROOM.channel).decide(ended(room=OLD), NOW) == []


def test_a_room_that_stands_is_kept() -> None:
    events = Reopen(incident=SEVEN, by=ANA).decide(ended(), NOW)
    assert not [event for event in events if isinstance(event, RoomSucceeded)]
