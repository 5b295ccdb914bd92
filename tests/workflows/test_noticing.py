"""What others do to an incident's places: said once, in the place where somebody can still read it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.workflows.commands import Effect, Event
from bot.workflows.departures import NoticeDeactivated, NoticeLeft
from bot.workflows.due import DueKind, FallDue, due_times
from bot.workflows.effects import (
    PostInRoom,
    PostUnderAnnouncement,
    RemindPerson,
    RemindRoom,
    ShowCard,
    TellPrivately,
    aloud,
    missed_draft,
)
from bot.workflows.furnishing import Forgo, RecordFailure, RecordPart
from bot.workflows.incident import Amiss, Incident, MessageTs, Part, Posted, Promise
from bot.workflows.noticing import Change, NoticeChannel, NoticeDeleted, NoticeUnpinned
from bot.workflows.policy import COMMANDER, SCRIBE, Phase
from tests.values import ANA, ANNOUNCEMENT, BEN, CARD, NOW, ROOM, SEVEN, an_incident

GONE = replace(ROOM, archived=True)


def after(incident: Incident, events: list[Event]) -> tuple[Incident, list[Effect]]:
    asked: list[Effect] = []
    for event in events:
        incident = event.apply(incident)
        asked += event.effects(incident)
    return incident, asked


def noticed(incident: Incident, change: Change, channel: str = ROOM.channel) -> tuple[Incident, list[Effect]]:
    command = NoticeChannel(incident=SEVEN, channel=channel, change=change, by=BEN)  # type: ignore[arg-type]
    return after(incident, list(command.decide(incident, NOW)))


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, PostInRoom),
        ({"room": GONE}, PostUnderAnnouncement),
        ({"amiss": (Amiss.OUTSIDE,)}, PostUnderAnnouncement),
        ({"room": GONE, "announcement": None}, TellPrivately),
        ({"room": GONE, "amiss": (Amiss.UNANNOUNCED,)}, TellPrivately),
        ({"room": GONE, "private": True}, TellPrivately),
        ({"room": None, "private": True}, TellPrivately),
    ],
)
def test_something_is_said_where_somebody_can_read_it(changes: dict[str, object], kind: type[Effect]) -> None:
    assert [type(effect) for effect in aloud(an_incident(**changes), "x")] == [kind]


def test_who_leads_is_told_else_who_declared() -> None:
    lost = an_incident(room=GONE, private=True)
    assert aloud(replace(lost, roles={COMMANDER: (BEN,)}), "x") == (TellPrivately(user=BEN, text="x"),)
    assert aloud(lost, "x") == (TellPrivately(user=ANA, text="x"),)


@pytest.mark.parametrize("change", [Change.ARCHIVED, Change.TAKEN_OUT])
def test_a_room_that_is_closed_is_said_once_until_it_is_open_again(change: Change) -> None:
    closed, asked = noticed(an_incident(), change)
    assert [type(effect) for effect in asked] == [PostUnderAnnouncement]
    assert not closed.hears
    assert noticed(closed, change) == (closed, [])
    back = {Change.ARCHIVED: Change.BROUGHT_BACK, Change.TAKEN_OUT: Change.LET_IN}[change]
    opened, asked = noticed(closed, back)
    assert opened.hears
    assert ShowCard() in asked
    assert noticed(opened, change)[1]


def test_what_is_no_place_of_the_incident_is_none_of_its_matters() -> None:
    assert noticed(an_incident(), Change.ARCHIVED, "C0OTHER") == (an_incident(), [])
    stranger = Posted(channel=ROOM.channel, ts=MessageTs("1.0"))
    assert NoticeUnpinned(incident=SEVEN, message=stranger).decide(an_incident(), NOW) == []
    assert NoticeDeleted(incident=SEVEN, message=stranger).decide(an_incident(), NOW) == []
    assert NoticeLeft(incident=SEVEN, user=BEN, channel=ROOM.channel).decide(an_incident(), NOW) == []


def test_a_private_incident_has_no_announcement_to_be_cut_off_from() -> None:
    private = an_incident(private=True)
    assert noticed(private, Change.TAKEN_OUT, ANNOUNCEMENT.channel) == (private, [])


def test_the_end_of_an_unpinned_card_is_that_it_is_pinned() -> None:
    incident = an_incident(amiss=(Amiss.UNPINNED,))
    again = list(RecordPart(incident=SEVEN, part=Part.PIN).decide(incident, NOW))
    assert after(incident, again)[0].amiss == ()
    assert RecordPart(incident=SEVEN, part=Part.PIN).decide(an_incident(), NOW) == []


def test_a_card_posted_where_another_stood_says_so_and_is_pinned() -> None:
    elsewhere = Posted(channel=CARD.channel, ts=MessageTs("1795419000.000900"))
    (event,) = RecordPart(incident=SEVEN, part=Part.CARD, posted=elsewhere).decide(an_incident(), NOW)
    entry = event.tells(an_incident())
    assert entry is not None
    assert "deleted, and posted again" in entry.text
    assert len(event.effects(an_incident())) == 2


def test_the_same_failure_again_is_not_said_but_nothing_waits_for_it() -> None:
    failure = RecordFailure(incident=SEVEN, what="x", why="y", remedy="z", releases=(Part.CARD,))
    incident = an_incident(furnished=(Part.ROOM,), failed=("x: y",))
    released, asked = after(incident, list(failure.decide(incident, NOW)))
    assert (asked, released.knows(Part.CARD)) == ([], True)
    assert failure.decide(released, NOW) == []
    assert Forgo(incident=SEVEN, parts=(Part.CARD,)).decide(released, NOW) == []


def test_a_role_that_became_free_is_asked_for_after_the_usual_wait() -> None:
    incident = an_incident(roles={COMMANDER: (BEN,), SCRIBE: (BEN, ANA)}, nudged=("commander_missing", "long_phase"))
    free, asked = after(incident, list(NoticeDeactivated(incident=SEVEN, user=BEN).decide(incident, NOW)))
    assert (free.holders(COMMANDER), free.holders(SCRIBE), free.nudged) == ((), (ANA,), ("long_phase",))
    assert due_times(free)[DueKind.COMMANDER_MISSING] == NOW + timedelta(minutes=10)
    assert "can no longer be incident commander and scribe" in str(asked[-1])
    assert NoticeDeactivated(incident=SEVEN, user=BEN).decide(free, NOW) == []


def test_a_promise_is_remembered_to_a_person_where_the_room_can_be_told_nothing() -> None:
    promise = Promise(at=NOW, made_at=NOW - timedelta(hours=1), told=("update_soon", "update_missed"))
    later = NOW + timedelta(minutes=5)
    due = FallDue(incident=SEVEN, kind=DueKind.UPDATE_OVERDUE, due_at=later)
    for changes, kind in (
        ({}, RemindRoom),
        ({"room": GONE}, RemindPerson),
        ({"amiss": (Amiss.OUTSIDE,)}, RemindPerson),
    ):
        incident = an_incident(promise=promise, **changes)
        _, asked = after(incident, list(due.decide(incident, later)))
        assert isinstance(asked[0], kind)


def test_the_draft_of_one_that_was_resolved_meanwhile_follows() -> None:
    assert missed_draft(an_incident()) == ()
    assert missed_draft(an_incident(phase=Phase.LEARNING))
    assert missed_draft(an_incident(phase=Phase.LEARNING, draft_at=NOW)) == ()
