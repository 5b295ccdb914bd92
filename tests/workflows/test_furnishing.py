"""What deliveries report back: what is there is known once, and what could not be done is said where it is read."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.workflows.archiving import RoomSucceeded
from bot.workflows.commands import Entry, Refused
from bot.workflows.effects import FileDraft, PostInRoom, ShowCard, TellPrivately
from bot.workflows.furnishing import (
    DeliveryFailed,
    PartFurnished,
    RecordFailure,
    RecordPart,
    RecordRoom,
    RoomFurnished,
    RoomOpened,
)
from bot.workflows.incident import PRIVATE_PARTS, ChannelId, Incident, Part, Posted, Room
from bot.workflows.postmortem import PrepareDraft
from tests.values import ANA, ANNOUNCEMENT, CARD, DECLARED, NOW, ROOM, SEVEN, an_incident

BARE = an_incident(furnished=(), room=None, card=None, announcement=None)
FAILED = RecordFailure(
    incident=SEVEN, what="pin the card", why="the channel is archived (is_archived)", remedy="Pin it by hand.",
    releases=(Part.PIN,),
)  # fmt: skip
WORDS = "Warroom could not pin the card: the channel is archived (is_archived)"
QUICK, SLOW = DECLARED + timedelta(seconds=3), DECLARED + timedelta(seconds=4)
BLANK = Incident(id=SEVEN)


def furnished_but(*missing: Part) -> Incident:
    return an_incident(furnished=tuple(part for part in Part if part not in missing))


def test_the_room_is_recorded_once() -> None:
    command = RecordRoom(incident=SEVEN, room=ROOM)
    (event,) = command.decide(BARE, DECLARED)
    assert event == RoomOpened(room=ROOM, at=DECLARED)
    opened = event.apply(BARE)
    assert opened == replace(BARE, room=ROOM, furnished=(Part.ROOM,))
    assert event.tells(opened) == Entry(text="The room was opened", at=DECLARED)
    assert command.decide(opened, NOW) == []


@pytest.mark.parametrize(
    ("part", "posted", "changes"),
    [
        (Part.ENTRANCE, None, {}),
        (Part.TOPIC, None, {}),
        (Part.CARD, CARD, {"card": CARD}),
        (Part.PIN, None, {}),
        (Part.ANNOUNCEMENT, ANNOUNCEMENT, {"announcement": ANNOUNCEMENT}),
    ],
)
def test_a_part_is_recorded_with_where_it_stands(part: Part, posted: Posted | None, changes: dict[str, Any]) -> None:
    (event,) = RecordPart(incident=SEVEN, part=part, posted=posted).decide(BARE, DECLARED)
    assert event == PartFurnished(part=part, posted=posted)
    assert event.apply(BARE) == replace(BARE, furnished=(part,), **changes)
    assert event.tells(BARE) is None
    assert event.effects(BARE) == ()


def test_a_part_that_is_known_is_not_recorded_again_but_its_place_may_change() -> None:
    assert RecordPart(incident=SEVEN, part=Part.PIN).decide(an_incident(), NOW) == []
    (moved,) = RecordPart(incident=SEVEN, part=Part.CARD, posted=ANNOUNCEMENT).decide(an_incident(), NOW)
    assert moved.apply(an_incident()) == an_incident(card=ANNOUNCEMENT)


def test_a_failure_is_said_aloud_in_the_room_and_stays_on_the_timeline() -> None:
    before = an_incident(furnished=tuple(part for part in Part if part is not Part.PIN))
    event = FAILED.decide(before, NOW)[0]
    after = event.apply(before)
    assert set(after.furnished) == set(Part)
    assert event.tells(after) == Entry(text=WORDS, at=NOW)
    assert event.effects(after) == (PostInRoom(text=f":warning: INC-7: {WORDS}. Pin it by hand.", aloud=True),)


@pytest.mark.parametrize(
    ("incident", "failed"),
    [
        (BARE, FAILED),
        (an_incident(room=None), FAILED),
        (an_incident(card=None), replace(FAILED, releases=(Part.ENTRANCE,))),  # nobody is in the room
        (an_incident(), replace(FAILED, privately=True)),
    ],
)
def test_where_nobody_would_read_it_in_the_room_the_declarer_is_told(incident: Incident, failed: RecordFailure) -> None:
    event = failed.decide(incident, NOW)[0]
    told = TellPrivately(user=ANA, text=f":warning: INC-7: {WORDS}. Pin it by hand.")
    assert event.effects(event.apply(incident)) == (told,)


def test_what_fails_before_the_card_stands_waits_for_it_in_the_room() -> None:
    (post,) = FAILED.decide(an_incident(card=None), NOW)[0].effects(an_incident(card=None))
    assert isinstance(post, PostInRoom)


def test_a_failure_calls_nobody() -> None:
    event = replace(FAILED, why="Slack said “<!channel>”").decide(an_incident(), NOW)[0]
    assert isinstance(event, DeliveryFailed)
    assert event.tells(an_incident()).text.endswith("Slack said “&lt;!channel&gt;”")
    (post,) = event.effects(an_incident())
    assert isinstance(post, PostInRoom)
    assert "<" not in post.text


def test_a_private_incident_is_furnished_without_an_announcement() -> None:
    assert an_incident(private=True).parts == PRIVATE_PARTS
    assert set(Part) - set(PRIVATE_PARTS) == {Part.ANNOUNCEMENT}


@pytest.mark.parametrize(("now", "news"), [(QUICK, []), (SLOW, [RoomFurnished()])])
def test_the_last_part_brings_the_card_up_to_date_if_it_took_long(now: datetime, news: list[RoomFurnished]) -> None:
    pinned = RecordPart(incident=SEVEN, part=Part.PIN)
    assert pinned.decide(furnished_but(Part.PIN), now) == [PartFurnished(part=Part.PIN), *news]


def test_a_part_among_others_is_no_news() -> None:
    pinned = RecordPart(incident=SEVEN, part=Part.PIN)
    missing = furnished_but(Part.PIN, Part.ANNOUNCEMENT)
    assert pinned.decide(missing, SLOW) == [PartFurnished(part=Part.PIN)]


def test_a_part_that_was_given_up_is_not_waited_for() -> None:
    failed = RecordFailure(incident=SEVEN, what="announce", why="no", remedy="Say it.", releases=(Part.ANNOUNCEMENT,))
    assert failed.decide(furnished_but(Part.ANNOUNCEMENT), SLOW)[-1] == RoomFurnished()
    assert failed.decide(furnished_but(), SLOW)[-1] != RoomFurnished()


def test_the_card_is_shown_anew_where_there_is_one() -> None:
    assert RoomFurnished().effects(furnished_but()) == (ShowCard(),)
    assert RoomFurnished().effects(BLANK) == ()


def test_a_draft_can_be_asked_for_where_there_is_a_room() -> None:
    command = PrepareDraft(incident=SEVEN, by=ANA)
    (asked,) = command.decide(furnished_but(), SLOW)
    assert asked.effects(furnished_but()) == (FileDraft(),)
    assert asked.tells(furnished_but()) is None
    with pytest.raises(Refused, match="no room"):
        command.decide(BLANK, SLOW)


def test_the_same_failure_is_said_once_and_another_again() -> None:
    failed = FAILED.decide(an_incident(), NOW)[0].apply(an_incident())
    assert FAILED.decide(failed, NOW) == []
    assert replace(FAILED, why="the channel is gone").decide(failed, NOW) != []


def test_a_failure_that_was_said_already_still_holds_up_nobody_and_is_said_of_another_room() -> None:
    failure = RecordFailure(
        incident=SEVEN, what="invite everyone into the room", why="x", remedy="", releases=(Part.ENTRANCE,)
    )
    known = an_incident(failed=("invite everyone into the room: x",), furnished=(Part.ROOM,))
    (event,) = failure.decide(known, NOW)
    assert event.apply(known).knows(Part.ENTRANCE)
    assert event.effects(known) == ()
    succeeded = RoomSucceeded(by=ANA).apply(known)
    assert isinstance(failure.decide(succeeded, NOW)[0], DeliveryFailed)


def test_what_fails_when_the_room_is_archived_is_told_to_the_declarer() -> None:
    over = an_incident(room=replace(ROOM, archived=True))
    (event,) = FAILED.decide(over, NOW)
    (told,) = event.effects(over)
    assert isinstance(told, TellPrivately)
    assert told.wanted(over)


@pytest.mark.parametrize("now_in", [None, replace(ROOM, channel=ChannelId("C0NEW"))])
@pytest.mark.parametrize(
    "done",
    [
        RecordPart(incident=SEVEN, part=Part.CARD, posted=CARD),
        RecordPart(incident=SEVEN, part=Part.ENTRANCE, room=ROOM.channel),
        RecordPart(incident=SEVEN, part=Part.PIN, room=ROOM.channel),
    ],
)
def test_what_was_done_in_the_room_of_before_is_no_part_of_the_new_one(done: RecordPart, now_in: Room | None) -> None:
    moved = replace(BARE, former_rooms=(ROOM,), room=now_in)
    assert done.decide(moved, NOW) == []
    assert done.decide(replace(BARE, room=ROOM), NOW) != []
