"""The card says what is still being set up, and is told when that is over."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.workflows.commands import Refused
from bot.workflows.effects import FileDraft, ShowCard
from bot.workflows.furnishing import PartFurnished, RecordFailure, RecordPart, RoomFurnished
from bot.workflows.incident import (
    ChannelId,
    Incident,
    IncidentId,
    MessageTs,
    Part,
    Posted,
    Room,
    Stamp,
    Stamped,
    UserId,
)
from bot.workflows.postmortem import PrepareDraft

ANA = UserId("U0ANA")
DECLARED = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
QUICK, SLOW = DECLARED + timedelta(seconds=3), DECLARED + timedelta(seconds=4)
CARD = Posted(channel=ChannelId("C1"), ts=MessageTs("1.2"))


def furnished_but(*missing: Part) -> Incident:
    return Incident(
        id=IncidentId(7), declared_by=ANA, room=Room(channel=ChannelId("C1"), name="inc-7"), card=CARD,
        stamps={Stamp.DECLARED: Stamped(at=DECLARED, by=ANA, set_at=DECLARED)},
        furnished=tuple(part for part in Part if part not in missing),
    )  # fmt: skip


@pytest.mark.parametrize(("now", "news"), [(QUICK, []), (SLOW, [RoomFurnished()])])
def test_the_last_part_brings_the_card_up_to_date_if_it_took_long(now: datetime, news: list[RoomFurnished]) -> None:
    pinned = RecordPart(incident=IncidentId(7), part=Part.PIN)
    assert pinned.decide(furnished_but(Part.PIN), now) == [PartFurnished(part=Part.PIN), *news]


def test_a_part_among_others_is_no_news() -> None:
    pinned = RecordPart(incident=IncidentId(7), part=Part.PIN)
    missing = furnished_but(Part.PIN, Part.ANNOUNCEMENT)
    assert pinned.decide(missing, SLOW) == [PartFurnished(part=Part.PIN)]


def test_a_part_that_was_given_up_is_not_waited_for() -> None:
    failed = RecordFailure(
        incident=IncidentId(7), what="announce", why="no", remedy="Say it.", releases=(Part.ANNOUNCEMENT,)
    )
    assert failed.decide(furnished_but(Part.ANNOUNCEMENT), SLOW)[-1] == RoomFurnished()
    assert failed.decide(furnished_but(), SLOW)[-1] != RoomFurnished()


def test_the_card_is_shown_anew_where_there_is_one() -> None:
    assert RoomFurnished().effects(furnished_but()) == (ShowCard(),)
    assert RoomFurnished().effects(Incident(id=IncidentId(7))) == ()


def test_a_draft_can_be_asked_for_where_there_is_a_room() -> None:
    command = PrepareDraft(incident=IncidentId(7), by=ANA)
    (asked,) = command.decide(furnished_but(), SLOW)
    assert asked.effects(furnished_but()) == (FileDraft(),)
    assert asked.tells(furnished_but()) is None
    with pytest.raises(Refused, match="no room"):
        command.decide(Incident(id=IncidentId(7)), SLOW)
