"""The outbox: lanes in order, needs, coalesced state, leases, and rows that come back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.storage import incidents, migrate, outbox
from bot.storage.database import Connection, Database
from bot.storage.outbox import ON_ITS_WAY, Parcel
from bot.workflows.declare import Declaration, Declare
from bot.workflows.effects import PostInRoom, ShowCard, ShowTopic
from bot.workflows.incident import ChannelId, Incident, IncidentId, MessageTs, Part, Posted, Room, UserId

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
LEASE = timedelta(seconds=15)
SOON = NOW + ON_ITS_WAY  # when what a dead process sent has arrived
ME, OTHER = 5, 6


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    """One open transaction on a migrated database."""
    database = Database(database_url)
    migrate.migrate(database)
    with database.engine.begin() as opened:
        yield opened
    database.close()


@pytest.fixture
def incident(connection: Connection) -> Incident:
    """An incident whose room is furnished, so that nothing waits for it."""
    blank = Incident(id=IncidentId(1))
    declare = Declare(said=Declaration(title="checkout is failing"), by=UserId("U0ANA"))
    for event in declare.decide(blank, NOW):
        blank = event.apply(blank)
    posted = Posted(channel=ChannelId("C1"), ts=MessageTs("1.0"))
    found = Incident(
        **{name: getattr(blank, name) for name in ("id", "title", "declared_by", "stamps", "participants")},
        room=Room(channel=ChannelId("C1"), name="inc-1"), card=posted, furnished=tuple(Part),
    )  # fmt: skip
    incidents.save(connection, found, 0)
    return found


def test_a_lane_is_served_strictly_in_order(connection: Connection, incident: Incident) -> None:
    for text in ("first", "second"):
        outbox.add(connection, incident, PostInRoom(text=text), None, NOW)
    (first,) = claimed(connection)
    assert first.payload["text"] == "first"
    assert claimed(connection) == []
    outbox.settle(connection, first.id, NOW)
    assert [parcel.payload["text"] for parcel in claimed(connection)] == ["second"]


def test_lanes_run_side_by_side(connection: Connection, incident: Incident) -> None:
    for effect in (ShowTopic(), ShowCard(), PostInRoom(text="news")):
        outbox.add(connection, incident, effect, None, NOW)
    assert sorted(parcel.kind for parcel in claimed(connection)) == ["PostInRoom", "ShowCard", "ShowTopic"]


def test_what_waits_for_its_needs_does_not_hold_up_its_lane(connection: Connection, incident: Incident) -> None:
    bare = Incident(id=incident.id)
    outbox.add(connection, bare, PostInRoom(text="needs the card"), None, NOW)
    outbox.add(connection, incident, PostInRoom(text="needs nothing more"), None, NOW)
    assert [parcel.payload["text"] for parcel in claimed(connection)] == ["needs nothing more"]
    outbox.meet_needs(connection, incident.id, (Part.CARD,))
    assert [parcel.payload["text"] for parcel in claimed(connection)] == ["needs the card"]


def test_what_was_for_a_room_that_is_given_up_waits_for_the_next(connection: Connection, incident: Incident) -> None:
    outbox.add(connection, incident, PostInRoom(text="under way"), None, NOW)
    (parcel,) = claimed(connection)
    outbox.add(connection, incident, ShowCard(), None, NOW)
    moved = Incident(id=incident.id)
    outbox.add(connection, moved, ShowCard(), None, NOW)  # becomes the one that waits
    outbox.miss_needs(connection, incident.id, tuple(Part))
    outbox.put_back(connection, parcel, NOW, "not now", certain=True)
    assert claimed(connection) == []
    outbox.meet_needs(connection, incident.id, (Part.ENTRANCE,))
    assert [parcel.kind for parcel in claimed(connection)] == ["ShowCard"]
    outbox.meet_needs(connection, incident.id, (Part.CARD,))
    assert [parcel.kind for parcel in claimed(connection)] == ["PostInRoom"]


def test_ten_refreshes_become_one_call(connection: Connection, incident: Incident) -> None:
    for _ in range(10):
        outbox.add(connection, incident, ShowCard(), None, NOW)
    assert len(claimed(connection)) == 1


def test_a_refresh_under_way_does_not_swallow_the_next(connection: Connection, incident: Incident) -> None:
    outbox.add(connection, incident, ShowCard(), None, NOW)
    (under_way,) = claimed(connection)
    outbox.add(connection, incident, ShowCard(), None, NOW)
    outbox.settle(connection, under_way.id, NOW)
    assert len(claimed(connection)) == 1


def test_what_may_have_arrived_is_marked_so_until_slack_says_no(connection: Connection, incident: Incident) -> None:
    outbox.add(connection, incident, PostInRoom(text="news"), None, NOW)
    (first,) = claimed(connection)
    assert first.uncertain_since is None
    outbox.put_back(connection, first, NOW, "timeout", certain=False)
    (second,) = claimed(connection)
    assert second.uncertain_since == NOW
    assert second.attempts == 2
    outbox.put_back(connection, second, NOW, "ratelimited", certain=True)
    (third,) = claimed(connection)
    assert third.uncertain_since is None


def test_a_retry_waits_for_its_time_and_keeps_its_lane_waiting(connection: Connection, incident: Incident) -> None:
    for text in ("first", "second"):
        outbox.add(connection, incident, PostInRoom(text=text), None, NOW)
    (first,) = claimed(connection)
    outbox.put_back(connection, first, NOW + timedelta(seconds=30), "ratelimited", certain=True)
    assert claimed(connection) == []
    later = outbox.claim(connection, ME, NOW + timedelta(seconds=30), outbox.Terms(lease=LEASE, limit=10)).parcels
    assert [parcel.payload["text"] for parcel in later] == ["first"]


def test_a_row_is_closed_once(connection: Connection, incident: Incident) -> None:
    outbox.add(connection, incident, PostInRoom(text="news"), 3, NOW)
    (parcel,) = claimed(connection)
    closed = outbox.settle(connection, parcel.id, NOW, error="is_archived")
    assert closed is not None
    assert closed.entries == (3,)
    assert outbox.settle(connection, parcel.id, NOW) is None
    assert outbox.dead_letters(connection) == [(incident.id, "PostInRoom", "is_archived")]


def test_the_leases_of_the_dead_are_void_and_those_of_the_living_are_not(
    connection: Connection, incident: Incident
) -> None:
    outbox.add(connection, incident, PostInRoom(text="news"), None, NOW)
    outbox.claim(connection, OTHER, NOW, outbox.Terms(lease=LEASE, limit=10))
    assert outbox.free(connection, {ME}) == 0
    assert outbox.free(connection, {OTHER}) == 1
    assert claimed(connection) == []
    (parcel,) = claimed(connection, SOON)
    assert parcel.uncertain_since == NOW


def test_a_lease_that_lasted_too_long_is_void_and_the_next_one_of_the_row_is_not(
    connection: Connection, incident: Incident
) -> None:
    outbox.add(connection, incident, PostInRoom(text="news"), None, NOW)
    outbox.claim(connection, OTHER, NOW, outbox.Terms(lease=LEASE, limit=10))
    lapsed = outbox.leases(connection)
    assert outbox.free(connection, set(), lapsed) == 1
    assert len(claimed(connection, SOON)) == 1
    assert outbox.free(connection, set(), lapsed) == 0


def test_a_task_whose_lease_was_voided_gives_back_no_later_one_even_of_its_own_process(
    connection: Connection, incident: Incident
) -> None:
    outbox.add(connection, incident, PostInRoom(text="news"), None, NOW)
    (older,) = claimed(connection)
    outbox.free(connection, None)
    (newer,) = claimed(connection, SOON)
    outbox.put_back(connection, older, NOW, "timeout", certain=True)
    assert claimed(connection, SOON) == []
    outbox.put_back(connection, newer, NOW, "timeout", certain=False)
    assert len(claimed(connection)) == 1


def test_after_the_clock_was_put_back_nothing_waits_for_the_time_it_told_before(
    connection: Connection, incident: Incident
) -> None:
    outbox.add(connection, incident, PostInRoom(text="news"), None, NOW + timedelta(hours=3))
    assert claimed(connection) == []
    outbox.bring_forward(connection, NOW)
    assert len(claimed(connection)) == 1


def claimed(connection: Connection, at: datetime = NOW) -> list[Parcel]:
    return outbox.claim(connection, ME, at, outbox.Terms(lease=LEASE, limit=10)).parcels
