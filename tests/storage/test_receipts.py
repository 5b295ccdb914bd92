"""Receipts, and the small things kept beside the incidents: places, due rows, look-ups."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from bot.storage import due, incidents, places, receipts
from bot.storage.database import AlreadyThere, Database
from bot.storage.due import DueRow
from bot.storage.incidents import VersionMoved
from bot.workflows.due import DueKind
from bot.workflows.incident import ChannelId, Ending, Incident, IncidentId, Stamp, Stamped
from bot.workflows.policy import DEFAULT_POLICY, Phase
from tests.values import ANA, BEN, NOW, ROOM, SEVEN, an_incident

MINUTE = timedelta(minutes=1)


def test_what_was_done_is_found_with_its_incident(database: Database) -> None:
    with database.engine.begin() as connection:
        assert receipts.find(connection, "view:V1") == (False, None)
        receipts.write(connection, "view:V1", SEVEN, NOW)
        receipts.write(connection, "event:E1", None, NOW)
        assert receipts.find(connection, "view:V1") == (True, SEVEN)
        assert receipts.find(connection, "event:E1") == (True, None)


def test_a_receipt_can_be_too_old_to_count(database: Database) -> None:
    with database.engine.begin() as connection:
        receipts.write(connection, "words", SEVEN, NOW)
        assert receipts.find(connection, "words", since=NOW) == (True, SEVEN)
        assert receipts.find(connection, "words", since=NOW + timedelta(microseconds=1)) == (False, None)
        receipts.renew(connection, "words", IncidentId(8), NOW + MINUTE)
        assert receipts.find(connection, "words", since=NOW + MINUTE) == (True, IncidentId(8))


def test_a_receipt_is_written_once(database: Database) -> None:
    database.write_now(lambda connection: receipts.write(connection, "view:V1", SEVEN, NOW))
    with pytest.raises(AlreadyThere):
        database.write_now(lambda connection: receipts.write(connection, "view:V1", SEVEN, NOW))


def test_old_receipts_are_forgotten(database: Database) -> None:
    with database.engine.begin() as connection:
        receipts.write(connection, "old", SEVEN, NOW - MINUTE)
        receipts.write(connection, "new", SEVEN, NOW)
        assert receipts.forget_before(connection, NOW) == 1
        assert receipts.find(connection, "old") == (False, None)
        assert receipts.find(connection, "new") == (True, SEVEN)


def test_a_place_is_kept_until_it_is_gone(database: Database) -> None:
    with database.engine.begin() as connection:
        for channel in (ChannelId("C1"), ChannelId("C2")):
            places.keep(connection, "incidents", channel)
        assert places.find(connection, "incidents") == "C2"
        places.forget(connection, "incidents")
        assert places.find(connection, "incidents") is None


def test_due_rows_become_what_the_rules_say_now(with_incident: Database) -> None:
    commander, severity = DueKind.COMMANDER_MISSING, DueKind.SEVERITY_UNSET
    with with_incident.engine.begin() as connection:
        due.rewrite(connection, SEVEN, {commander: NOW, severity: NOW - MINUTE})
        due.rewrite(connection, SEVEN, {commander: NOW - 2 * MINUTE, severity: NOW - MINUTE})
        rows = [DueRow(incident=SEVEN, kind=commander, at=NOW - 2 * MINUTE)]
        assert due.fallen(connection, NOW - 2 * MINUTE, 9) == rows
        assert due.fallen(connection, NOW, 9) == [*rows, DueRow(incident=SEVEN, kind=severity, at=NOW - MINUTE)]
        due.rewrite(connection, SEVEN, {commander: NOW - 2 * MINUTE})
        assert due.fallen(connection, NOW, 9) == rows
        due.rewrite(connection, SEVEN, {})
        assert due.fallen(connection, NOW, 9) == []


def test_an_incident_is_saved_over_the_version_it_was_loaded_with_only(with_incident: Database) -> None:
    with with_incident.engine.begin() as connection:
        assert incidents.load(connection, SEVEN, DEFAULT_POLICY, lock=True) == (an_incident(), 1)
        incidents.save(connection, an_incident(title="checkout is back"), 1)
        with pytest.raises(VersionMoved, match="INC-7"):
            incidents.save(connection, an_incident(title="checkout is gone"), 1)
        assert incidents.load(connection, SEVEN, DEFAULT_POLICY) == (an_incident(title="checkout is back"), 2)
        assert incidents.load(connection, IncidentId(8), DEFAULT_POLICY) is None


def test_incidents_are_looked_up_by_room_by_person_and_while_open(with_incident: Database) -> None:
    elsewhere = {"room": None, "card": None}
    eight = an_incident(id=IncidentId(8), participants=(BEN, ANA), **elsewhere)
    nine = an_incident(id=IncidentId(9), phase=Phase.LEARNING, **elsewhere)
    ten = an_incident(id=IncidentId(10), ending=Ending.CANCELLED, **elsewhere)
    with with_incident.engine.begin() as connection:
        for incident in (eight, nine, ten):
            incidents.save(connection, incident, 0)
        assert incidents.open_ones(connection, incidents.Shelf(DEFAULT_POLICY)) == [eight, an_incident()]
        assert incidents.of_person(connection, BEN, incidents.Shelf(DEFAULT_POLICY)) == [eight]
        assert incidents.by_room(connection, ROOM.channel, DEFAULT_POLICY) == an_incident()
        assert incidents.by_room(connection, ChannelId("C0LOBBY"), DEFAULT_POLICY) is None


def test_what_was_resolved_since_a_moment_is_found(database: Database) -> None:
    def resolved(number: int, at: datetime, **changes: Any) -> Incident:  # noqa: ANN401 - any field of an incident
        stamps = {stamp: Stamped(at=at, by=ANA, set_at=at) for stamp in (Stamp.DECLARED, Stamp.RESOLVED)}
        return an_incident(id=IncidentId(number), room=None, stamps=stamps, **{"phase": Phase.LEARNING, **changes})

    elsewhere = NOW.astimezone(timezone(timedelta(hours=5)))
    stored = [
        resolved(1, NOW - MINUTE), resolved(2, NOW), resolved(3, elsewhere + MINUTE / 7, ending=Ending.CLOSED),
        resolved(4, NOW, phase=Phase.RECOVERY), an_incident(id=IncidentId(5), room=None, ending=Ending.CANCELLED),
    ]  # fmt: skip
    with database.engine.begin() as connection:
        for incident in stored:
            incidents.save(connection, incident, 0)
        found = incidents.resolved_since(connection, NOW, incidents.Shelf(DEFAULT_POLICY))
    assert [incident.id for incident in found] == [3, 2]


def test_a_list_reads_anew_what_has_changed_and_only_that(with_incident: Database) -> None:
    shelf = incidents.Shelf(DEFAULT_POLICY)
    with with_incident.engine.begin() as connection:
        first = incidents.open_ones(connection, shelf)
        assert incidents.open_ones(connection, shelf)[0] is first[0]
        incidents.save(connection, an_incident(title="checkout is back"), 1)
        assert [incident.title for incident in incidents.open_ones(connection, shelf)] == ["checkout is back"]


def test_the_first_to_note_it_may_do_it_until_it_is_forgotten_or_taken_back(database: Database) -> None:
    until = NOW + timedelta(days=30)

    def first() -> bool:
        return database.write_now(lambda connection: receipts.write_first(connection, "review:dns", until))

    assert (first(), first()) == (True, False)
    database.write_now(lambda connection: receipts.take_back(connection, "review:dns"))
    assert (first(), first()) == (True, False)
    database.write_now(lambda connection: receipts.forget_before(connection, until + timedelta(seconds=1)))
    assert first()
